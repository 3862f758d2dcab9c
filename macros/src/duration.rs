//! Durations in attributes: `"1m 30s"`, or any expression of the type `Duration`.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream};
use quote::ToTokens;
use syn::visit_mut::VisitMut as _;
use syn::{Expr, ExprLit, Lit, LitStr, parse_quote};

use crate::diagnostics::Errors;
use crate::self_type::SelfType;

/// A duration as an expression of the generated code.
pub(crate) struct DurationExpr(Expr);

impl DurationExpr {
    /// Takes `timeout = "2s"` apart; a literal is checked here, any other expression by rustc.
    pub(crate) fn new(value: &Expr, errors: &mut Errors) -> Option<Self> {
        match ungroup(value) {
            Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => {
                Self::literal(literal, &literal.value(), errors)
            }
            Expr::Lit(literal) => {
                let problem = match literal.lit {
                    Lit::Int(_) | Lit::Float(_) => "a duration needs its unit",
                    _ => "this is no duration",
                };
                errors.push(literal, problem, format_args!("write it as {EXAMPLES}"));
                None
            }
            expr => Some(Self(expr.clone())),
        }
    }

    /// Reads `text`, which is the literal or a part of it.
    pub(crate) fn literal(literal: &LitStr, text: &str, errors: &mut Errors) -> Option<Self> {
        match parse(text) {
            Ok(Duration::ZERO) => errors.push(literal, "a duration must not be zero", NOT_ZERO),
            Ok(duration) => return Some(Self(constructor(duration))),
            Err(problem) => errors.push(literal, problem, format_args!("write it as {EXAMPLES}")),
        }
        None
    }

    /// Without `Self`, which is another type where calls are made.
    pub(crate) fn replace_self(&mut self, self_type: &SelfType<'_>) {
        SelfType(self_type.0).visit_expr_mut(&mut self.0);
    }
}

impl ToTokens for DurationExpr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

const EXAMPLES: &str = r#"`"30s"`, `"250ms"`, `"1m 30s"` or `Duration::from_secs(30)`"#;
const NOT_ZERO: &str = r#"write how long, as in `"250ms"`"#;

/// Takes off the invisible parentheses that a `macro_rules!` puts round its `$expr`.
pub(crate) fn ungroup(mut expr: &Expr) -> &Expr {
    while let Expr::Group(group) = expr {
        expr = &group.expr;
    }
    expr
}

/// `1m 30s` → 90 seconds.
fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("a duration must not be empty".to_owned());
    }
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let (part, after) = parse_part(rest)?;
        sum = sum.checked_add(part).ok_or_else(too_long)?;
        rest = after.trim_start();
    }
    Ok(sum)
}

/// Reads the `1m` of `1m 30s`, and gives back the rest.
fn parse_part(text: &str) -> Result<(Duration, &str), String> {
    let (number, rest) = split_where(text, |c| !c.is_ascii_digit());
    let (unit, rest) = split_where(rest.trim_start(), |c| !c.is_alphabetic());
    if number.is_empty() {
        return Err(format!("expected a number in a duration, found `{text}`"));
    }
    let number: u64 = number.parse().map_err(|_| too_long())?;
    let part = match unit {
        "h" => number.checked_mul(60 * 60).map(Duration::from_secs).ok_or_else(too_long)?,
        "m" => number.checked_mul(60).map(Duration::from_secs).ok_or_else(too_long)?,
        "s" => Duration::from_secs(number),
        "ms" => Duration::from_millis(number),
        "us" | "µs" | "μs" => Duration::from_micros(number),
        "ns" => Duration::from_nanos(number),
        "" if rest.starts_with('.') => return Err(format!("a duration has no fractions, as in `{text}`")),
        "" => return Err(format!("a duration needs its unit, and `{number}` has none")),
        unit => return Err(format!("unknown unit `{unit}` in a duration")),
    };
    Ok((part, rest))
}

fn split_where(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(end).unwrap_or(text.len()))
}

fn too_long() -> String {
    "the duration is too long".to_owned()
}

/// The shortest constructor that is exact, as a person would have written it.
fn constructor(duration: Duration) -> Expr {
    let (secs, nanos) = (Literal::u64_unsuffixed(duration.as_secs()), duration.subsec_nanos());
    if nanos == 0 {
        return parse_quote!(::core::time::Duration::from_secs(#secs));
    }
    let millis = u64::try_from(duration.as_millis()).ok().filter(|_| nanos.is_multiple_of(1_000_000));
    if let Some(millis) = millis.map(Literal::u64_unsuffixed) {
        return parse_quote!(::core::time::Duration::from_millis(#millis));
    }
    let nanos = Literal::u32_unsuffixed(nanos);
    parse_quote!(::core::time::Duration::new(#secs, #nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up() {
        assert_eq!(parse("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse("1m 30s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse(" 1h2m3s "), Ok(Duration::from_secs(3723)));
        assert_eq!(parse("250 ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse("5us"), Ok(Duration::from_micros(5)));
        assert_eq!(parse("5µs"), Ok(Duration::from_micros(5)));
        assert_eq!(parse("7ns"), Ok(Duration::from_nanos(7)));
    }

    #[test]
    fn problems_have_names() {
        assert_eq!(parse(""), Err("a duration must not be empty".to_owned()));
        assert_eq!(parse("30"), Err("a duration needs its unit, and `30` has none".to_owned()));
        assert_eq!(parse("s"), Err("expected a number in a duration, found `s`".to_owned()));
        assert_eq!(parse("1.5s"), Err("a duration has no fractions, as in `1.5s`".to_owned()));
        assert_eq!(parse("3 days"), Err("unknown unit `days` in a duration".to_owned()));
        assert_eq!(parse("99999999999999999999s"), Err(too_long()));
        assert_eq!(parse("18446744073709551615s 1s"), Err(too_long()));
        assert_eq!(parse("18446744073709551615h"), Err(too_long()));
    }

    #[test]
    fn the_constructor_is_the_readable_one() {
        let printed = |duration| constructor(duration).to_token_stream().to_string().replace(' ', "");
        assert_eq!(printed(Duration::from_secs(90)), "::core::time::Duration::from_secs(90)");
        assert_eq!(printed(Duration::from_millis(1250)), "::core::time::Duration::from_millis(1250)");
        assert_eq!(printed(Duration::from_micros(1)), "::core::time::Duration::new(0,1000)");
    }
}
