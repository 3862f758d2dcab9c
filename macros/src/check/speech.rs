//! What concerns a block with the handlers of a protocol.

use syn::ImplItem;

use super::{agent, params, signature};
use crate::diagnostics::Errors;
use crate::handler::{Access, Handler, typed_inputs};
use crate::kind::Kind;
use crate::names;
use crate::parse::{Function, Item, is_into_attribute};
use crate::speech::Speech;
use crate::ty;

/// Reports what breaks a rule.
pub(crate) fn check(speech: &mut Speech<'_>, errors: &mut Errors) {
    if speech.kind == Kind::Agent {
        agent::no_contexts_in(&mut speech.handlers, &mut speech.left_out, errors);
    }
    let is_by_hand = speech.is_by_hand();
    for function in speech.input.functions() {
        let is_for_the_server = no_roles(speech, function, errors);
        // The trait has no such method.
        if is_for_the_server && !is_by_hand {
            speech.left_out.push(function);
        }
        no_conversions(function, errors);
    }
    if is_by_hand {
        only_handlers(speech, errors);
    }
    for handler in &speech.handlers {
        check_handler(speech, is_by_hand, handler, errors);
    }
}

fn check_handler(speech: &Speech<'_>, is_by_hand: bool, handler: &Handler<'_>, errors: &mut Errors) {
    if speech.kind == Kind::Agent {
        agent::not_async(handler, errors);
        agent::no_tools_of_servers(handler, errors);
        return;
    }
    // Of the impl of a trait, rustc says it all.
    if !is_by_hand {
        return;
    }
    if handler.receiver == Access::None {
        let problem = "a handler works with the state, so it has to take `self`";
        errors.push(handler.ident(), problem, "take `&self` or `&mut self`, as the protocol does");
    } else {
        signature::receiver(handler, errors);
    }
    signature::no_modifiers(handler, errors);
    for param in &handler.params {
        if !params::reply_by_value(handler, param, errors) {
            params::owned(handler, param, errors);
        }
    }
    params::context(speech.title, handler, errors);
    params::one_reply(handler, errors);
    signature::no_generics(speech.kind, speech.title, handler, errors);
}

/// `const LIMIT: usize = 8;`, `type Key = String;`
fn only_handlers(speech: &Speech<'_>, errors: &mut Errors) {
    let others = speech.input.items.iter().filter_map(|item| match item {
        Item::Type(item) | Item::Other(item) => syn::parse2(item.clone()).ok(),
        Item::Fn(_) | Item::Broken(..) => None,
    });
    for item in others {
        let (name, home) = match item {
            ImplItem::Const(item) => (item.ident, format!("to `impl {}`", ty::printed(speech.self_ty))),
            ImplItem::Type(item) => (item.ident, "out of the block".to_owned()),
            _ => continue,
        };
        let problem = format_args!("`{name}` is no handler of `{}`", ty::printed(speech.path));
        errors.push(&name, problem, format_args!("move it {home}"));
    }
}

/// `#[call] fn get(&self, key: String)`, `#[init] fn new() -> Self`: whether it is none of the protocol's
fn no_roles(speech: &Speech<'_>, function: &Function, errors: &mut Errors) -> bool {
    let protocol = ty::printed(speech.path);
    let mut is_for_the_server = false;
    for attribute in &function.handler_attrs {
        let (role, name) = (ty::printed(attribute.path()), names::text(&function.sig.ident));
        let is_said = ["call", "cast"].iter().any(|said| role.ends_with(said));
        if is_said {
            let problem = format_args!("whether `{name}` is a call or a cast is for `{protocol}` to say");
            errors.push(attribute, problem, format_args!("leave out `#[{role}]`"));
            continue;
        }
        let (attribute_of_block, self_ty) = (speech.kind.attribute(), ty::printed(speech.self_ty));
        let problem =
            format_args!("`{protocol}` has calls and casts only, and `#[{role}]` is for the server itself");
        let help = format_args!(
            "move `{name}` to `{attribute_of_block} impl {self_ty}`, the block that has `#[init]`"
        );
        errors.push(attribute, problem, help);
        is_for_the_server = true;
    }
    is_for_the_server
}

/// `fn put(&mut self, #[into] key: String)`
fn no_conversions(function: &Function, errors: &mut Errors) {
    let receiver = function.sig.receiver().into_iter().flat_map(|receiver| &receiver.attrs);
    let inputs = typed_inputs(function).flat_map(|input| &input.attrs);
    for attribute in receiver.chain(inputs).filter(|attribute| is_into_attribute(attribute)) {
        let problem = "what clients convert is for the protocol to say";
        errors.push(attribute, problem, "leave out `#[into]`, or write it in the trait");
    }
}
