//! The rules, and what users are told who break them.
//!
//! Each rule is a function, above which stands code that breaks it. What rustc says better is left to rustc.

mod agent;
mod block;
mod generics;
mod params;
pub(crate) mod protocol;
mod returns;
mod signature;
pub(crate) mod speaks;
pub(crate) mod speech;
mod status;

use syn::Ident;

use crate::diagnostics::Errors;
use crate::handler::{Handler, Param};
use crate::kind::{Kind, Role};
use crate::model::Server;
use crate::names::Names;
use crate::parse::protocol::ProtocolTrait;

/// Reports what breaks a rule, and marks the handlers that do as unsound.
pub(crate) fn check(server: &mut Server<'_>, errors: &mut Errors) {
    // First, since what is refused for other reasons would still be in the block.
    if server.kind == Kind::Agent {
        agent::no_contexts(server, errors);
    }
    generics::bounded(server, errors);
    params::sized(server, errors);
    block::one_init(server, errors);
    block::one_of_each(server, errors);
    block::no_second_start(server, errors);
    block::no_traits_method(server, errors);
    if server.kind == Kind::Agent {
        agent::no_roles_of_servers(server, errors);
    }
    check_handlers(server, errors);
    speaks::no_borrowed_messages(server, errors);
    speaks::no_two_of_a_variant(server, errors);
}

/// The same for a protocol.
pub(crate) fn check_protocol(server: &mut Server<'_>, input: &ProtocolTrait, errors: &mut Errors) {
    protocol::no_unsafe_trait(input, errors);
    protocol::no_associated_items(input, errors);
    protocol::something_to_say(server, errors);
    protocol::one_of_two(server, errors);
    protocol::only_messages(server, errors);
    protocol::parameters_are_sent(server, errors);
    protocol::fits_objects(server, errors);
    protocol::no_patterns_without_body(server);
    protocol::no_self(server, errors);
    generics::bounded(server, errors);
    params::sized(server, errors);
    block::no_traits_method(server, errors);
    check_handlers(server, errors);
}

fn check_handlers(server: &mut Server<'_>, errors: &mut Errors) {
    let kind = server.kind;
    for handler in &mut server.handlers {
        let before = errors.count();
        check_handler(kind, server.title, &server.names, handler, errors);
        let is_left_out = server.left_out.iter().any(|function| std::ptr::eq(*function, handler.function));
        if errors.count() > before || is_left_out || !handler.is_complete() {
            handler.refuse(server.self_ty);
        }
    }
    // Last, since two handlers of which one is refused anyway do not clash.
    block::no_two_of_a_variant(server, errors);
    block::one_role_each(server, errors);
    params::no_conversion_elsewhere(server, errors);
}

fn check_handler(kind: Kind, title: &Ident, names: &Names, handler: &Handler<'_>, errors: &mut Errors) {
    // It is no handler of a message, so that hardly a rule of theirs fits, and no reason that they give.
    if handler.role == Role::FormatStatus {
        return status::check(handler, errors);
    }
    if kind == Kind::Agent {
        agent::not_async(handler, errors);
        agent::no_tools_of_servers(handler, errors);
    }
    if kind == Kind::Protocol {
        protocol::not_async(title, handler, errors);
        protocol::no_tools(title, handler, errors);
        if protocol::is_about_self(handler) {
            return;
        }
    }
    signature::receiver(handler, errors);
    signature::no_modifiers(handler, errors);
    let is_sent = |param: &&Param<'_>| kind != Kind::Protocol || !protocol::is_tool(param);
    for param in handler.params.iter().filter(is_sent) {
        params::pattern(handler, param, errors);
        params::no_cfg(param, errors);
        params::named_type(kind, param, errors);
        if !params::reply_by_value(handler, param, errors) {
            params::owned(handler, param, errors);
        }
        params::convertible(handler, param, errors);
    }
    if kind == Kind::Server {
        params::context(title, handler, errors);
    }
    params::only_what_the_role_has(names, handler, errors);
    if kind != Kind::Protocol {
        params::one_reply(handler, errors);
    }
    returns::reply(handler, errors);
    returns::state(handler, errors);
    returns::outcome(handler, errors);
    signature::no_generics(kind, title, handler, errors);
}
