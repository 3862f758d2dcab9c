//! What generated code may name, and nothing else may. It can change in any release.

use std::fmt;

// The enums' and the engines' part.
pub use crate::agent::AgentEngine;
pub use crate::contain::contained;
pub use crate::exit::{Fatal, Fault, Outcome};
pub use crate::handler::{Answering, Asked, BoxFuture, Handler, Handling, HasReply, Told};
pub use crate::kind::{AgentKind, ContextOf, EngineOf, Kind, Nothing, Sendable, ServerKind, Shared};
pub use crate::op::{CallOp, CastOp};
pub use crate::place::Place;
// Protocols.
pub use crate::fit::{Passed, Returned, Unexpected, passed, returned};
pub use crate::protocol::{
    Ask, Handles, OfTrait, ProtocolFor, ProtocolKind, ProtocolOf, Queued, Spoken, is_agent, is_server,
};
pub use crate::server::ServerEngine;
pub use crate::speech::{Service, Speech, agent_speech, server_speech};
// `spec`.
pub use crate::spec::{agent_spec, server_spec};
// What the signatures of the above name; nobody outside writes them.
pub use crate::cast::{BegunCast, WaitingCast};
pub use crate::claim::Claims;
pub use crate::contain::Payload;
pub use crate::deadlock::Node;
pub use crate::engine::{Core, Engine, Host, Ran, Spot, When};
pub use crate::frame::Frame;
pub use crate::holder::{Access, Holder};
pub use crate::life::Life;
pub use crate::mailbox::{Push, Pushed, Ticket};
pub use crate::name::Seat;
pub use crate::reply::{Caller, Slot};
pub use crate::spec::{AgentInit, Init, InitFuture, ServerInit};
pub use crate::supervise::{Again, Begin, Beginning, Beginnings, SupervisorInit};
pub use crate::sys::{Access as StateAccess, Looked, Question};
pub use crate::time::Until;
pub use crate::unpack::Unpack;
pub use crate::waiting::{Begun, Limit, Waiting};
// `terminate`, `init` and `format_status`, wherever the user's prelude has these.
pub use std::boxed::Box;
pub use std::string::String;
pub use std::sync::Arc;
pub use std::vec::Vec;

use crate::kind::Protocol;

/// Stands for an argument or a reply: one that cannot be sent is an error where its handler names it.
#[derive(Debug)]
pub struct Sent<T: Sendable>(std::marker::PhantomData<T>);

/// The future as it is: one that is not `Send` is an error at the handler's name.
pub const fn sendable<F: Future + Send>(future: F) -> F {
    future
}

/// What `#[format_status]` gives, as text.
///
/// A `dyn`, so that of a type that cannot be shown rustc says that it is not `Display`.
pub fn shown(state: &dyn fmt::Display) -> String {
    state.to_string()
}

/// A client as its server's type and id.
pub fn debug_client<S: Protocol>(
    f: &mut fmt::Formatter<'_>,
    name: &'static str,
    place: &Place<S>,
) -> fmt::Result {
    f.debug_tuple(name).field(&place.core().now(|core| core.id())).finish()
}
