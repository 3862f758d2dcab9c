//! The options of the handler attributes.

use syn::parse::ParseStream;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, Meta, Token};

use crate::args::{Setting, settings_of};
use crate::diagnostics::Errors;
use crate::duration::{DurationExpr, ungroup};
use crate::kind::Role;
use crate::self_type::SelfType;
use crate::{options, ty};

/// What stands in a handler attribute's parentheses.
#[derive(Default)]
pub(crate) struct HandlerArgs {
    pub(crate) timeout: Option<DurationExpr>,
    pub(crate) always: bool,
    pub(crate) reading: Option<Reading>,
    /// `"30s"` of `#[every("30s")]` and `#[idle("30s")]`.
    pub(crate) period: Option<DurationExpr>,
    /// Whether the first tick comes at once.
    pub(crate) now: bool,
}

/// Whether the reply is taken apart as a `Result`, where its name should not decide.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Fallible,
    Plain,
}

impl HandlerArgs {
    pub(crate) fn new(
        role: Role,
        attribute: &Attribute,
        self_type: &SelfType<'_>,
        errors: &mut Errors,
    ) -> Self {
        if let Role::Every | Role::Idle = role {
            return Self::periodic(role, attribute, errors);
        }
        let mut args = Self::default();
        for setting in settings_of(attribute, errors) {
            args.set(role, &setting, errors);
        }
        if let Some(timeout) = &mut args.timeout {
            timeout.replace_self(self_type);
        }
        args
    }

    fn set(&mut self, role: Role, setting: &Setting, errors: &mut Errors) {
        match setting.name.to_string().as_str() {
            "timeout" if role == Role::Call => self.timeout = options::duration(setting, errors),
            "always" if role == Role::Call => self.always = setting.flag(errors),
            "fallible" if role == Role::Call => self.read_as(Reading::Fallible, setting, errors),
            "plain" if role == Role::Call => self.read_as(Reading::Plain, setting, errors),
            _ if role == Role::Call => {
                setting.unknown("`#[call]`", &["timeout", "always", "fallible", "plain"], errors);
            }
            _ => setting.unknown(&format!("`#[{}]`", role.name()), &[], errors),
        }
    }

    fn read_as(&mut self, reading: Reading, setting: &Setting, errors: &mut Errors) {
        if self.reading.is_some() {
            let problem = "a reply is either taken apart (`fallible`) or not (`plain`)";
            errors.push(&setting.name, problem, "leave one of them out");
        } else if setting.flag(errors) {
            self.reading = Some(reading);
        }
    }

    /// Reads `"30s"`, `"30s, now"`, `period()` or `period(), now`.
    fn periodic(role: Role, attribute: &Attribute, errors: &mut Errors) -> Self {
        let help = format_args!("write `#[{}(\"30s\")]`", role.name()).to_string();
        if is_bare(attribute) {
            errors.push(attribute, format_args!("`#[{}]` needs to be told how long", role.name()), help);
            return Self::default();
        }
        let (period, option) = match attribute.parse_args_with(parse_periodic) {
            Ok(parsed) => parsed,
            Err(error) => {
                errors.syntax(&error, help);
                return Self::default();
            }
        };
        if let Some(option) = option.iter().find(|option| role != Role::Every || *option != "now") {
            let problem = format_args!("`#[{}]` has no option `{option}`", role.name());
            let period = ty::printed(&period);
            errors.push(option, problem, without_option(role, &period, &format!("{period}, now")));
        }
        Self::with_period(role, &period, option.is_some(), errors)
    }

    fn with_period(role: Role, period: &Expr, now: bool, errors: &mut Errors) -> Self {
        let Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) = ungroup(period) else {
            return Self { period: DurationExpr::new(period, errors), now, ..Self::default() };
        };
        let text = literal.value();
        let (text, option) =
            text.split_once(',').map_or((&*text, None), |(text, option)| (text, Some(option.trim())));
        if let Some(option) = option.filter(|option| role != Role::Every || *option != "now") {
            let problem = format_args!("`#[{}]` has no option `{option}`", role.name());
            let (period, with_now) = (format!("\"{text}\""), format!("\"{text}, now\""));
            errors.push(literal, problem, without_option(role, &period, &with_now));
        }
        let now = now || option.is_some();
        Self { period: DurationExpr::literal(literal, text, errors), now, ..Self::default() }
    }
}

/// What to write in the place of an option that there is not.
fn without_option(role: Role, period: &str, with_now: &str) -> String {
    let name = role.name();
    if role == Role::Every {
        return format!(
            "write `#[{name}({with_now})]`, if the first tick is to come at once, or `#[{name}({period})]`"
        );
    }
    format!("write `#[{name}({period})]`")
}

/// `#[every]`, `#[every()]`
fn is_bare(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::Path(_) => true,
        Meta::List(list) => list.tokens.is_empty(),
        Meta::NameValue(_) => false,
    }
}

fn parse_periodic(input: ParseStream<'_>) -> syn::Result<(Expr, Option<Ident>)> {
    let period = input.parse()?;
    if !input.is_empty() && !input.peek(Token![,]) {
        return Err(input.error("expected a comma behind the duration"));
    }
    let mut option = None;
    if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
        option = Some(input.parse()?);
        input.parse::<Option<Token![,]>>()?;
    }
    Ok((period, option))
}
