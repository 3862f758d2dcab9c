//! The documentation of generated items.

use quote::ToTokens as _;

use crate::handler::Handler;
use crate::model::Server;
use crate::{names, ty};

/// ``[`Counter`]``
pub(super) fn link(server: &Server<'_>) -> String {
    reference(server, "")
}

/// ``[`Counter::get`]``
pub(super) fn handler_link(server: &Server<'_>, handler: &Handler<'_>) -> String {
    reference(server, &format!("::{}", handler.ident()))
}

/// Names a type in another module by its last segment, and links to it by its path.
fn reference(server: &Server<'_>, member: &str) -> String {
    let title = names::text(server.title);
    match ty::path(server.self_ty) {
        Some(path) if path.segments.len() > 1 || path.leading_colon.is_some() => {
            let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let colon = path.leading_colon.to_token_stream();
            format!("[`{title}{member}`]({colon}{}{member})", segments.join("::"))
        }
        _ => format!("[`{title}{member}`]"),
    }
}
