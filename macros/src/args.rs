//! What stands in an attribute's parentheses.

use std::fmt;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, Ident, Lit, Meta, Path, Result, Token, parenthesized, token};

use crate::diagnostics::Errors;
use crate::duration::ungroup;
use crate::kind::Kind;
use crate::options::{FOR_BOTH, FOR_SERVERS};
use crate::ty;

/// One option: `always`, `timeout = "2s"`, `derive(Debug)`.
pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    None,
    Expr(Expr),
    List(token::Paren, TokenStream),
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(Lit) {
            return Err(input.error("a value without the name of its option"));
        }
        let name = input.call(Ident::parse_any)?;
        let value = if input.parse::<Option<Token![=]>>()?.is_some() {
            if input.is_empty() || input.peek(Token![,]) {
                return Err(Error::new_spanned(&name, format_args!("the option `{name}` has no value")));
            }
            Value::Expr(input.parse()?)
        } else if input.peek(token::Paren) {
            let content;
            Value::List(parenthesized!(content in input), content.parse()?)
        } else {
            Value::None
        };
        Ok(Self { name, value })
    }
}

impl ToTokens for Setting {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
        match &self.value {
            Value::None => {}
            Value::Expr(expr) => expr.to_tokens(tokens),
            Value::List(paren, list) => paren.surround(tokens, |tokens| list.to_tokens(tokens)),
        }
    }
}

/// Reads the options of `#[agent]`, `#[server]` or `#[protocol]`.
pub(crate) fn settings(kind: Kind, args: TokenStream, errors: &mut Errors) -> Vec<Setting> {
    let help = if kind == Kind::Protocol { OPTIONS_OF_PROTOCOLS } else { OPTIONS };
    collected(Settings::parse_terminated.parse2(args), help, errors)
}

/// Reads the options of a handler's attribute.
pub(crate) fn settings_of(attribute: &Attribute, errors: &mut Errors) -> Vec<Setting> {
    if let Meta::Path(_) = attribute.meta {
        return Vec::new();
    }
    let path = ty::printed(attribute.path());
    let help = if attribute.path().segments.last().is_some_and(|name| name.ident == "call") {
        format!("options are written as in `#[{path}(always, timeout = \"2s\")]`, with a comma between two")
    } else {
        format!("it has no options: write `#[{path}]`")
    };
    collected(attribute.parse_args_with(Settings::parse_terminated), &help, errors)
}

type Settings = Punctuated<Setting, Token![,]>;

/// What is wrong with the syntax is reported, and there are no options then.
fn collected(settings: Result<Settings>, help: &str, errors: &mut Errors) -> Vec<Setting> {
    match settings {
        Ok(settings) => without_repetitions(settings.into_iter().collect(), errors),
        Err(error) => {
            errors.syntax(&error, help);
            Vec::new()
        }
    }
}

const OPTIONS: &str =
    "options are written as in `(mailbox = 256, timeout = \"2s\")`, with a comma between two";
const OPTIONS_OF_PROTOCOLS: &str =
    "options are written as in `(derive(Debug), timeout = \"2s\")`, with a comma between two";

fn without_repetitions(settings: Vec<Setting>, errors: &mut Errors) -> Vec<Setting> {
    let mut kept: Vec<Setting> = Vec::new();
    for setting in settings {
        if kept.iter().any(|earlier| earlier.name == setting.name) {
            let problem = format_args!("the option `{}` is given twice", setting.name);
            errors.push(&setting.name, problem, "leave one of them out");
        } else {
            kept.push(setting);
        }
    }
    kept
}

impl Setting {
    /// The `"2s"` of `timeout = "2s"`.
    pub(crate) fn expr(&self, needs: &str, example: &str, errors: &mut Errors) -> Option<&Expr> {
        match &self.value {
            Value::Expr(expr) => Some(ungroup(expr)),
            Value::None | Value::List(..) => {
                self.misfit(needs, example, errors);
                None
            }
        }
    }

    /// Holds if the option stands alone, as a flag should.
    pub(crate) fn flag(&self, errors: &mut Errors) -> bool {
        if let Value::None = self.value {
            return true;
        }
        self.misfit("no value", &self.name.to_string(), errors);
        false
    }

    /// The paths of `derive(Debug, Clone)`.
    pub(crate) fn paths(&self, needs: &str, example: &str, errors: &mut Errors) -> Vec<Path> {
        let Value::List(_, list) = &self.value else {
            self.misfit(needs, example, errors);
            return Vec::new();
        };
        match Punctuated::<Path, Token![,]>::parse_terminated.parse2(list.clone()) {
            Ok(paths) => paths.into_iter().collect(),
            Err(error) => {
                errors.syntax(&error, format_args!("write `{example}`"));
                Vec::new()
            }
        }
    }

    /// Says at the value, or where it should be, that it is of the wrong kind.
    pub(crate) fn misfit(&self, needs: &str, example: &str, errors: &mut Errors) {
        self.misfit_with(needs, format_args!("write `{example}`"), errors);
    }

    /// The same, with another way out.
    pub(crate) fn misfit_with(&self, needs: &str, help: fmt::Arguments<'_>, errors: &mut Errors) {
        let problem = format_args!("the option `{}` takes {needs}", self.name);
        match &self.value {
            Value::None => errors.push(&self.name, problem, help),
            Value::Expr(expr) => errors.push(expr, problem, help),
            Value::List(..) => errors.push(self, problem, help),
        }
    }

    /// Says that there is no such option, and which one was probably meant.
    pub(crate) fn unknown(&self, of: &str, known: &[&str], errors: &mut Errors) {
        let name = self.name.to_string();
        let problem = format_args!("{of} has no option `{name}`");
        if let Some(home) = home(&name) {
            return errors.push(&self.name, problem, home);
        }
        match nearest(&name, known) {
            Some(near) => errors.push(&self.name, problem, format_args!("did you mean `{near}`?")),
            None if known.is_empty() => errors.push(&self.name, problem, "leave it out"),
            None => errors.push(&self.name, problem, format_args!("it has `{}`", known.join("`, `"))),
        }
    }
}

/// Where an option goes that some other attribute has.
fn home(name: &str) -> Option<String> {
    match name {
        "always" | "fallible" | "plain" => Some(format!("only calls have it, as in `#[call({name})]`")),
        "timeout" => Some("leave it out: only calls have it, and who casts writes `.timeout(…)`".to_owned()),
        "now" => Some("only ticks have it, as in `#[every(\"30s, now\")]`".to_owned()),
        _ if FOR_BOTH.contains(&name) => {
            Some("leave it out, or give it to the `#[agent]` or `#[server]` of the block".to_owned())
        }
        _ if FOR_SERVERS.contains(&name) => {
            Some("leave it out, or give it to the `#[server]` of the block".to_owned())
        }
        _ => None,
    }
}

/// The known name that a misspelt one is nearest to, if it is near at all.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().map(|known| (distance(name, known), *known)).min()?;
    (near.0 <= near.1.len().div_ceil(3)).then_some(near.1)
}

/// How many letters have to be changed, put in or taken out (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let mut left = i + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(b.chars()) {
            let change = diagonal + usize::from(letter != other);
            diagonal = *cell;
            left = change.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_letters() {
        assert_eq!(distance("timeout", "timeout"), 0);
        assert_eq!(distance("timout", "timeout"), 1);
        assert_eq!(distance("", "slow"), 4);
        assert_eq!(distance("inlined", "inline"), 1);
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        let known = ["mailbox", "overflow", "timeout", "slow"];
        assert_eq!(nearest("timout", &known), Some("timeout"));
        assert_eq!(nearest("mail_box", &known), Some("mailbox"));
        assert_eq!(nearest("colour", &known), None);
    }
}
