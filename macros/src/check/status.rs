//! What `#[format_status]` may look like: `fn shown(&self) -> impl Display`, and nothing besides.

use syn::{GenericParam, Type};

use crate::diagnostics::Errors;
use crate::handler::{Access, Handler};
use crate::ty;

use super::signature;

pub(super) fn check(handler: &Handler<'_>, errors: &mut Errors) {
    signature::no_modifiers(handler, errors);
    not_async(handler, errors);
    receiver(handler, errors);
    no_arguments(handler, errors);
    a_text(handler, errors);
    no_generics(handler, errors);
}

/// `#[format_status] async fn shown(&self) -> String`
fn not_async(handler: &Handler<'_>, errors: &mut Errors) {
    if let Some(asyncness) = handler.function.sig.asyncness {
        let problem = "`#[format_status]` cannot be `async`, because nobody waits while the state is shown";
        errors.push(asyncness, problem, "leave out `async`");
    }
}

/// `#[format_status] fn shown(&mut self) -> String`, `fn shown(self) -> String`, `fn shown() -> String`
fn receiver(handler: &Handler<'_>, errors: &mut Errors) {
    let help = "take `&self`";
    let receiver = handler.function.sig.receiver();
    match handler.receiver {
        Access::Shared => {}
        Access::Exclusive => {
            errors.push(receiver, "`#[format_status]` shows the state, and does not change it", help);
        }
        Access::None => {
            let problem = "`#[format_status]` shows the state, so it has to take `self`";
            errors.push(handler.ident(), problem, help);
        }
        Access::Other => {
            let problem = "`#[format_status]` borrows the state, because the next handler needs it, too";
            errors.push(receiver, problem, help);
        }
    }
}

/// `#[format_status] fn shown(&self, ctx: &mut Context<Self>) -> String`
fn no_arguments(handler: &Handler<'_>, errors: &mut Errors) {
    for param in &handler.params {
        let problem = "`#[format_status]` is given the state, and nothing else";
        errors.push(&param.source.ty, problem, "take `&self` alone");
    }
}

/// `#[format_status] fn shown(&self)`, `fn shown(&self) -> !`
fn a_text(handler: &Handler<'_>, errors: &mut Errors) {
    let problem = "`#[format_status]` gives the text that is shown, so it has to return it";
    let help = "return a `String`, or whatever else is `Display`";
    match ty::returned(&handler.function.sig.output) {
        None => errors.push(handler.ident(), problem, help),
        Some(returned) if matches!(ty::ungroup(returned), Type::Never(_)) => {
            errors.push(returned, problem, help);
        }
        Some(_) => {}
    }
}

/// `#[format_status] fn shown<T>(&self) -> String`, `fn shown(&self) -> String where T: Debug`
///
/// Lifetimes may be there: what is shown is printed at once.
fn no_generics(handler: &Handler<'_>, errors: &mut Errors) {
    let generics = &handler.function.sig.generics;
    let is_lifetime = |param: &&GenericParam| matches!(param, GenericParam::Lifetime(_));
    if let Some(param) = generics.params.iter().find(|param| !is_lifetime(param)) {
        let problem = "`#[format_status]` cannot be generic, because nobody is there to choose a type";
        errors.push(param, problem, "leave out the parameter");
    } else if let Some(where_clause) = &generics.where_clause {
        let problem =
            "`#[format_status]` cannot have bounds of its own, because any state of the type may be shown";
        errors.push(where_clause.where_token, problem, "move them to the impl block");
    }
}
