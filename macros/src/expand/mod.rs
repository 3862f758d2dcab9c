//! Output: what is written for a server, item by item.

mod agent;
mod call;
mod client;
mod conversion;
mod dispatch;
mod docs;
mod engine;
mod handlers;
mod message;
mod protocol;
mod sent;
mod server;
mod speaks;
pub(crate) mod speech;
mod start;

use proc_macro2::TokenStream;

use crate::kind::{Kind, Role};
use crate::model::Server;

/// The block as written, then the messages, the server's side, the client's side, and how to start one.
///
/// Runs when there are errors, too: the items are what other code refers to.
pub(crate) fn expand(server: &Server<'_>) -> TokenStream {
    let mut tokens = server.input.without(&server.left_out);
    // A block that nothing can be started from may be the second one of its type: the items would be there twice.
    if server.handlers_of(Role::Init).next().is_none() {
        return tokens;
    }
    let is_agent = server.kind == Kind::Agent;
    let kind = if is_agent { agent::state_holder(server) } else { server::background_task(server) };
    let mut items: Vec<_> = sent::item(server).into_iter().collect();
    items.extend(message::items(server));
    items.push(server::protocol(server));
    items.push(server::gen_server(server));
    items.push(kind);
    items.extend(client::items(server));
    items.extend(speaks::items(server));
    items.extend(start::items(server));
    tokens.extend(with_attributes(server, items));
    tokens
}

/// The trait as written, then the messages, what servers say of them, and the client's side.
pub(crate) fn expand_protocol(server: &Server<'_>) -> TokenStream {
    let mut items: Vec<_> = sent::item(server).into_iter().collect();
    items.extend(message::items(server));
    items.push(protocol::declaration(server));
    items.push(protocol::protocol_impl(server));
    items.push(protocol::protocol_for(server));
    items.push(protocol::spoken_impl(server));
    items.extend(handlers::items(server));
    items.extend(engine::items(server));
    items.extend(client::items(server));
    let mut tokens = server.input.without(&server.left_out);
    tokens.extend(with_attributes(server, items));
    tokens
}

fn with_attributes(server: &Server<'_>, items: Vec<TokenStream>) -> TokenStream {
    let attrs = server.attrs();
    items.into_iter().map(|item| docs::with_attributes(item, &attrs)).collect()
}
