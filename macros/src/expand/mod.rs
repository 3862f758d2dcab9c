//! Output: what is written for a server, item by item.

mod agent;
mod call;
mod client;
mod conversion;
mod dispatch;
mod docs;
mod message;
mod sent;
mod server;
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
    let kind = match server.kind {
        Kind::Agent => agent::state_holder(server),
        Kind::Server => server::background_task(server),
    };
    let mut items: Vec<_> = sent::item(server).into_iter().collect();
    items.extend(message::items(server));
    items.push(server::gen_server(server));
    items.push(kind);
    items.extend(client::items(server));
    items.extend(start::items(server));

    let attrs = server.attrs();
    for item in items {
        tokens.extend(docs::with_attributes(item, &attrs));
    }
    tokens
}
