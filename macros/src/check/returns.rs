//! What a handler may give back.

use syn::Type;

use crate::borrow::{self, impl_trait};
use crate::diagnostics::Errors;
use crate::handler::{Handler, Meaning};
use crate::kind::Role;
use crate::ty;

/// `#[call] fn name(&self) -> &str`, `#[call] fn all(&self) -> impl Iterator<Item = u8>`, `reply: ReplyTo<&str>`, `#[call] fn serve(&self) -> !`
pub(super) fn reply(handler: &Handler<'_>, errors: &mut Errors) {
    if handler.role != Role::Call {
        return;
    }
    if let Some(returned) = ty::returned(&handler.function.sig.output) {
        if matches!(ty::ungroup(returned), Type::Never(_)) {
            let problem = "a call that never returns has no reply, and its caller would wait for nothing";
            let help = "return the reply, or nothing; a caller is told when a handler panics";
            return errors.push(returned, problem, help);
        }
        sendable(returned, errors);
    }
    for param in &handler.params {
        if let (Meaning::ReplyTo | Meaning::ReplyStream, Some(ty)) =
            (&param.meaning, ty::only_argument(&param.source.ty))
        {
            sendable(ty, errors);
        }
    }
}

fn sendable(ty: &Type, errors: &mut Errors) {
    if let Some(found) = impl_trait(ty) {
        let problem = "a reply needs a type with a name, because a request says where it goes";
        errors.push(found, problem, "name the type, as in `Vec<T>` or `Box<dyn Iterator<Item = T> + Send>`");
    } else if let Some(borrow) = borrow::find(ty).filter(|_| !borrow::is_unsized(ty)) {
        let problem = "a reply must be owned, because it is sent";
        errors.push(borrow, problem, borrow::way_out("return", ty));
    }
}

/// `#[init] fn new()`, `#[init] fn new() -> i64`, `#[init] fn new() -> Option<Self>`
pub(super) fn state(handler: &Handler<'_>, errors: &mut Errors) {
    if handler.role != Role::Init {
        return;
    }
    let problem = "`#[init]` makes the state, so it has to return it";
    let help = "return `Self`, `Result<Self, E>` or `Result<Option<Self>, E>`";
    match ty::returned(&handler.function.sig.output) {
        None => errors.push(handler.ident(), problem, help),
        Some(returned) if ty::is_named(returned, "Option") => {
            let problem = "an `Option` does not say whether `#[init]` has failed";
            errors.push(
                returned,
                problem,
                "return `Result<Option<Self>, E>`, whose `Ok(None)` starts nothing",
            );
        }
        Some(returned) if impl_trait(returned).is_some() || is_no_state(made(returned)) => {
            errors.push(made(returned), problem, help);
        }
        Some(_) => {}
    }
}

/// The `Self` of `Result<Option<Self>, E>`.
fn made(ty: &Type) -> &Type {
    let is_wrapper = ty::is_named(ty, "Result") || ty::is_named(ty, "Option");
    ty::arguments(ty).first().filter(|_| is_wrapper).map_or(ty, |ty| made(ty))
}

/// Whether it can be told from its name that the type has no handlers; an alias of one that has is fine.
fn is_no_state(ty: &Type) -> bool {
    const STD: [&str; 18] = [
        "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16",
        "u32", "u64", "u8", "usize", "String",
    ];
    ty::path(ty).is_none_or(|path| path.get_ident().is_some_and(|ident| STD.iter().any(|name| ident == name)))
}

/// `#[cast] fn add(&mut self, n: i64) -> i64`
pub(super) fn outcome(handler: &Handler<'_>, errors: &mut Errors) {
    let Some(returned) = ty::returned(&handler.function.sig.output) else { return };
    if matches!(handler.role, Role::Init | Role::Call) || is_result_of_nothing(returned) {
        return;
    }
    let problem = format_args!("nobody waits for what `#[{}]` returns", handler.role.name());
    let help = match handler.role {
        Role::Cast => "return nothing or `Result<(), E>`, or make it a `#[call]`",
        _ => "return nothing or `Result<(), E>`",
    };
    errors.push(returned, problem, help);
}

/// An alias is taken at its name's word.
fn is_result_of_nothing(ty: &Type) -> bool {
    let is_result = ty::last_segment(ty).is_some_and(|segment| segment.ident.to_string().ends_with("Result"));
    is_result && ty::arguments(ty).first().is_none_or(|ok| ty::is_unit(ok))
}
