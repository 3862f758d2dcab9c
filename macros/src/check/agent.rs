//! What an agent may not do.

use crate::diagnostics::Errors;
use crate::handler::{Handler, Meaning};
use crate::kind::Kind;
use crate::model::Server;
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

/// `#[call] async fn get(&self) -> i64` in an agent
pub(super) fn not_async(handler: &Handler<'_>, errors: &mut Errors) {
    if let Some(asyncness) = handler.function.sig.asyncness {
        let problem = "an agent's handler cannot be `async`, because it runs where it is called";
        errors.push(asyncness, problem, format_args!("{MAKE_IT_A_SERVER}, or leave out `async`"));
    }
}

/// `ctx: &mut Context<Self>`, `reply: ReplyTo<i64>` in an agent
pub(super) fn no_tools_of_servers(handler: &Handler<'_>, errors: &mut Errors) {
    for param in &handler.params {
        let ty = ty::ungroup(&param.source.ty);
        let (what, why) = match &param.meaning {
            Meaning::Context => ("Context", "it has no task that could act later"),
            _ if ty::is_named(ty, "ReplyTo") => ("ReplyTo", "it replies when the handler returns"),
            _ if ty::is_named(ty, "ReplyStream") => ("ReplyStream", "it replies when the handler returns"),
            _ => continue,
        };
        errors.push(ty, format_args!("an agent has no `{what}`, because {why}"), MAKE_IT_A_SERVER);
    }
}
