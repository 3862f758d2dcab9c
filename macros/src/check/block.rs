//! What concerns the impl block as a whole.

use std::collections::BTreeMap;

use syn::Ident;
use syn::ext::IdentExt as _;

use crate::diagnostics::Errors;
use crate::handler::Handler;
use crate::kind::{Direction, Role};
use crate::model::Server;
use crate::{names, ty};

/// An impl block without `#[init]`.
pub(super) fn one_init(server: &Server<'_>, errors: &mut Errors) {
    // What could not be parsed may have been the one.
    let is_complete = server.input.syntax_errors().next().is_none();
    if is_complete && server.handlers_of(Role::Init).next().is_none() {
        let kind = server.kind.with_article();
        let problem = format_args!("{kind} needs a way to start, and no method has `#[init]`");
        let help = "put `#[init]` on `pub fn new() -> Self`, or move the handlers to the block that has it: those of a type stand in one";
        errors.push(server.self_ty, problem, help);
    }
}

/// Two methods with `#[init]`: the second is left out, unless each has its `cfg`.
pub(super) fn one_of_each(server: &mut Server<'_>, errors: &mut Errors) {
    let mut kept: Vec<(Role, String, bool)> = Vec::new();
    server.handlers.retain(|handler| {
        let (role, is_conditional) = (handler.role, handler.is_conditional());
        if !role.is_single() {
            return true;
        }
        let earlier = kept.iter().find(|(earlier, ..)| *earlier == role);
        if let Some((_, name, _)) = earlier.filter(|(.., earlier)| !(*earlier && is_conditional)) {
            let problem = format_args!("`{name}` has `#[{}]` already", role.name());
            let help = "keep one of them, or put each under its own `#[cfg(…)]`";
            errors.push(handler.attribute, problem, help);
            return false;
        }
        kept.push((role, handler.name(), is_conditional));
        true
    });
}

/// `fn start(&self)` beside the `start` that we write
pub(super) fn no_second_start(server: &mut Server<'_>, errors: &mut Errors) {
    let attribute = server.kind.attribute().trim_end_matches(']');
    let kind = server.kind;
    for (option, others, written) in
        [("start", ["launch", "begin"], &mut server.start), ("spec", ["child", "describe"], &mut server.spec)]
    {
        let is_taken = |ident: &&Ident| written.as_ref().is_some_and(|name| name.unraw() == ident.unraw());
        let Some(ident) = server.input.functions().map(|function| &function.sig.ident).find(is_taken) else {
            continue;
        };
        let other = others.into_iter().find(|other| ident.unraw() != other).unwrap_or(option);
        let problem = format_args!("there would be two functions `{ident}`, because every {kind} gets one");
        let help = format_args!("give ours another name: `{attribute}({option} = {other})]`");
        errors.push(ident, problem, help);
        *written = None;
    }
}

/// `#[call] fn clone(&self)`: the client has a `clone`, too, and loses it.
pub(super) fn no_traits_method(server: &mut Server<'_>, errors: &mut Errors) {
    server.handlers.retain(|handler| {
        let name = handler.name();
        let is_taken = handler.role.is_for_clients() && ["clone", "deref"].contains(&name.as_str());
        if is_taken {
            let problem =
                format_args!("a message cannot be called `{name}`, because clients have this method");
            let help = format_args!("call it `{name}_state`, or something that says more");
            errors.push(handler.ident(), problem, help);
        }
        !is_taken
    });
}

/// `get_a` and `getA`
pub(super) fn no_two_of_a_variant(server: &mut Server<'_>, errors: &mut Errors) {
    let mut seen: BTreeMap<(Direction, String), Claim> = BTreeMap::new();
    server.handlers.retain_mut(|handler| {
        let Some(claim) = Claim::of(handler) else { return true };
        let place = (claim.direction, claim.variant.to_string());
        match seen.get(&place) {
            // Two methods of one name are for `cfg` to choose from, or for rustc to refuse.
            Some(earlier) if earlier.name == claim.name => earlier.is_conditional && claim.is_conditional,
            Some(earlier) => {
                let Claim { name, variant, .. } = &claim;
                let problem =
                    format_args!("`{}` and `{name}` would both be the variant `{variant}`", earlier.name);
                errors.push(handler.ident(), problem, "give one of them another name");
                handler.is_sound = false;
                true
            }
            None => {
                seen.insert(place, claim);
                true
            }
        }
    });
}

/// The variant that a handler asks for.
struct Claim {
    direction: Direction,
    variant: Ident,
    name: String,
    is_conditional: bool,
}

impl Claim {
    fn of(handler: &Handler<'_>) -> Option<Self> {
        let direction = handler.role.direction().filter(|_| handler.is_sound)?;
        let (variant, name) = (handler.variant.clone(), handler.name());
        Some(Self { direction, variant, name, is_conditional: handler.is_conditional() })
    }
}

/// `#[call] #[call] fn get(&self)`, `#[call] #[cast] fn add(&mut self)`
pub(super) fn one_role_each(server: &Server<'_>, errors: &mut Errors) {
    for function in server.input.functions() {
        let (mut seen, name) = (Vec::new(), names::text(&function.sig.ident));
        for attribute in &function.handler_attrs {
            let role = ty::printed(attribute.path());
            if seen.contains(&role) {
                let problem = format_args!("`{name}` has `#[{role}]` twice");
                errors.push(attribute, problem, "leave one of them out");
            } else if !seen.is_empty() {
                let problem = format_args!("`{name}` is a handler already");
                errors.push(
                    attribute,
                    problem,
                    "leave one of the attributes out, or write a method for each",
                );
            }
            seen.push(role);
        }
    }
}
