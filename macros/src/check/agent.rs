//! What an agent may not do.

use crate::borrow;
use crate::diagnostics::Errors;
use crate::handler::{Handler, Meaning, Param};
use crate::kind::{Kind, Role};
use crate::model::Server;
use crate::parse::Function;
use crate::ty;

const MAKE_IT_A_SERVER: &str = "make it a `#[server]`";

/// `#[every("30s")] fn tick(&mut self)` in an agent
pub(super) fn no_roles_of_servers(server: &mut Server<'_>, errors: &mut Errors) {
    server.handlers.retain(|handler| {
        if handler.role.is_for_agents() {
            return true;
        }
        let (role, why) = (handler.role.name(), "because it acts only when it is called");
        let problem = format_args!("an {} has no `#[{role}]`, {why}", Kind::Agent);
        errors.push(handler.attribute, problem, MAKE_IT_A_SERVER);
        false
    });
}

/// `#[call] fn stop(&mut self, ctx: &mut Context<Self>)`, or `ctx: Option<&mut Context<Self>>`, in an agent
pub(super) fn no_contexts(server: &mut Server<'_>, errors: &mut Errors) {
    no_contexts_in(&mut server.handlers, &mut server.left_out, errors);
}

pub(super) fn no_contexts_in<'a>(
    handlers: &mut [Handler<'a>],
    left_out: &mut Vec<&'a Function>,
    errors: &mut Errors,
) {
    for handler in handlers {
        let (role, function) = (handler.role, handler.function);
        for param in handler.params.iter_mut().filter(|param| is_context(param)) {
            let problem = "an agent has no `Context`, because it has no task that could act later";
            // What shows the state has none in a server either, and is told so.
            if role.is_for_agents() && role != Role::FormatStatus {
                errors.push(ty::ungroup(&param.source.ty), problem, MAKE_IT_A_SERVER);
            }
            // Its client would ask for one, too.
            if let Meaning::Argument(argument) = &mut param.meaning {
                argument.ty = syn::parse_quote!(());
            }
            left_out.push(function);
        }
    }
}

/// `ctx: &mut Context<Self>`, `ctx: Option<&mut Context<Self>>`
pub(super) fn is_context(param: &Param<'_>) -> bool {
    matches!(param.meaning, Meaning::Context) || borrow::context(&param.source.ty).is_some()
}

/// `#[call] async fn get(&self) -> i64` in an agent
pub(super) fn not_async(handler: &Handler<'_>, errors: &mut Errors) {
    if let Some(asyncness) = handler.function.sig.asyncness {
        let what = if handler.role == Role::Init { "`#[init]`" } else { "handler" };
        let problem = format_args!("an agent's {what} cannot be `async`, because it runs where it is called");
        errors.push(asyncness, problem, format_args!("{MAKE_IT_A_SERVER}, or leave out `async`"));
    }
}

/// `reply: ReplyTo<i64>` in an agent
pub(super) fn no_tools_of_servers(handler: &Handler<'_>, errors: &mut Errors) {
    for param in &handler.params {
        let ty = ty::ungroup(&param.source.ty);
        for what in ["ReplyTo", "ReplyStream"].into_iter().filter(|what| ty::is_named(ty, what)) {
            let problem =
                format_args!("an agent has no `{what}`, because it replies when the handler returns");
            errors.push(ty, problem, MAKE_IT_A_SERVER);
        }
    }
}
