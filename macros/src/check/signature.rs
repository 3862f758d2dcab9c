//! What may stand in a handler's signature, besides arguments and reply.

use syn::{GenericParam, Ident, Safety};

use crate::diagnostics::Errors;
use crate::handler::{Access, Handler};
use crate::kind::{Kind, Role};
use crate::ty;

/// `#[call] fn get(self) -> i64`, `#[cast] fn reset()`, `#[init] fn new(&self) -> Self`
pub(super) fn receiver(handler: &Handler<'_>, errors: &mut Errors) {
    let role = handler.role.name();
    let receiver = handler.function.sig.receiver();
    if handler.role == Role::Init {
        if let Some(receiver) = receiver {
            let problem = "`#[init]` makes the state, so it cannot take `self`";
            errors.push(receiver, problem, "leave out `self`, and return `Self`");
        }
        return;
    }
    let help = "take `&self` to read the state, `&mut self` to change it";
    match handler.receiver {
        Access::Shared | Access::Exclusive => {}
        Access::None => {
            let problem =
                format_args!("`#[{role}]` handles a message with the state, so it has to take `self`");
            errors.push(handler.ident(), problem, help);
        }
        Access::Other => {
            let problem = "a handler borrows the state, because the next handler needs it, too";
            errors.push(receiver, problem, help);
        }
    }
}

/// `#[call] unsafe fn get(&self)`, `#[call] extern "C" fn get(&self)`
pub(super) fn no_modifiers(handler: &Handler<'_>, errors: &mut Errors) {
    let sig = &handler.function.sig;
    if let Safety::Unsafe(token) = &sig.safety {
        let problem = "a handler cannot be `unsafe`, because generated code calls it";
        errors.push(token, problem, "leave out `unsafe`, and use an `unsafe` block in the body");
    }
    if let Some(abi) = &sig.abi {
        let problem = "a handler cannot be `extern`, because only generated code calls it";
        errors.push(abi, problem, "leave out `extern`");
    }
    if let Some(variadic) = &sig.variadic {
        let problem = "a handler cannot be variadic, because its arguments are a message";
        errors.push(variadic, problem, "take a `Vec<T>`");
    }
}

/// `#[call] fn get<K>(&self, key: K)`, `#[call] fn get<'a>(&'a self) -> &'a str`, `#[call] fn get(&self) -> T where T: Copy`
pub(super) fn no_generics(kind: Kind, title: &Ident, handler: &Handler<'_>, errors: &mut Errors) {
    let generics = &handler.function.sig.generics;
    let why = if handler.role == Role::Init { WHY_NOT_OF_INIT } else { WHY_NOT };
    match generics.params.first() {
        // Lifetimes come with something borrowed, which is at fault.
        Some(GenericParam::Lifetime(_)) if handler.mentions_borrows() => {}
        Some(param @ GenericParam::Lifetime(_)) => {
            errors.push(param, why.lifetimes, "take and return owned values: `String` instead of `&'a str`");
        }
        Some(param) => {
            let subject = if kind == Kind::Protocol {
                format!("the trait: `trait {title}<T>`")
            } else {
                "the type: `impl<T> Cache<T>`".to_owned()
            };
            let help = format_args!("name the type, or give the parameter to {subject}");
            errors.push(param, why.parameters, help);
        }
        None => {
            if let Some(where_clause) = &generics.where_clause {
                let help = match kind {
                    Kind::Agent | Kind::Server => "move them to the impl block",
                    Kind::Protocol if ty::mentions_self(where_clause) => "leave them out",
                    Kind::Protocol => "move them to the trait",
                };
                errors.push(where_clause.where_token, why.bounds, help);
            }
        }
    }
}

/// What stands in the way of each.
struct Why {
    parameters: &'static str,
    lifetimes: &'static str,
    bounds: &'static str,
}

const WHY_NOT: Why = Why {
    parameters: "a handler cannot be generic, because its arguments are one type of message",
    lifetimes: "a handler cannot have lifetimes, because its arguments and its reply are sent",
    bounds: "a handler cannot have bounds of its own, because its message has none",
};

const WHY_NOT_OF_INIT: Why = Why {
    parameters: "`#[init]` cannot be generic, because `start` and `spec`, which are made from it, are not",
    lifetimes: "`#[init]` cannot have lifetimes, because its arguments are kept until the start",
    bounds: "`#[init]` cannot have bounds of its own, because `start` and `spec` have none",
};
