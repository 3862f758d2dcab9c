//! `GenServer`, and the two kinds of it that the compiler keeps apart.

mod agents;
mod servers;

use crate::client::{Client, ClientOf};
use crate::context::Context;
use crate::engine::{Core, Engine, Ran, RuntimeId};
use crate::exit::{ExitReason, Fault};
use crate::handler::Answering;
pub use crate::kind::agents::AgentKind;
pub use crate::kind::servers::ServerKind;
use crate::life::Life;
use crate::op::{CallOp, CastOp};
use crate::options::Options;
use crate::protocol::Ask;
use crate::reply::Caller;
use crate::sys::Access;
use crate::waiting::Limit;
use crate::watch::{Down, Exit};
use std::sync::Arc;
use std::time::Duration;

/// What may be part of a message: it goes from thread to thread, and nothing of its sender's is borrowed.
///
/// It is there for what the compiler says where a type is none; whatever is `Send + 'static` is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent in a message",
    label = "not `Send + 'static`",
    note = "arguments and replies go from thread to thread: `Arc` can, `Rc` cannot; `Box<dyn Error + Send + Sync>` can, `Box<dyn Error>` cannot"
)]
#[doc(hidden)]
pub trait Sendable: Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Sendable for T {}

/// A message of a server or an agent.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no message",
    label = "no handler is for this",
    note = "messages are the enums that `#[agent]` and `#[server]` write: `CounterCall`, `CounterCast`, `CounterInfo`"
)]
pub trait Message {
    /// Returns the handler that this message is for, as it is spelled in the impl block.
    fn name(&self) -> &'static str;
}

/// The message of a direction that a server does not have: there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nothing {}

impl Message for Nothing {
    fn name(&self) -> &'static str {
        match *self {}
    }
}

/// What runs the handlers of `S`, and how: of an agent, of a server, or of whoever speaks a protocol.
///
/// It stands between a server and its engine, so that what the engine asks of a server is asked once, where the handlers
/// are: a message that cannot be sent would else be an error wherever its server or a client of it is named.
#[doc(hidden)]
pub trait Kind<S: Protocol> {
    /// What runs the handlers.
    type Engine: ?Sized + Engine<S>;
    /// All that a server is, while nothing of it runs.
    type Frame: Send + 'static;
    /// What a handler is lent besides the state.
    type Context: Answering;

    /// How many casts cost the task that sends them one unit of its budget.
    const CASTS_A_UNIT: u32;

    /// Runs a call on this thread, where that can be.
    fn call_now<A: 'static, R: Send + 'static>(
        engine: &Self::Engine,
        op: &'static CallOp<S, A, R>,
        args: A,
        limit: &Limit,
    ) -> Ran<R, A>;

    /// Looks a few times more whether a call can run on this thread, before its message is queued.
    fn call_soon<A: 'static, R: Send + 'static>(
        engine: &Self::Engine,
        op: &'static CallOp<S, A, R>,
        args: A,
        limit: &Limit,
    ) -> Ran<R, A>;

    /// Runs a cast on this thread, where that can be; else its arguments come back.
    fn cast_now<A: 'static>(engine: &Self::Engine, op: &'static CastOp<S, A>, args: A) -> Result<(), A>;

    /// A server whose `init` is still to be run: it takes messages, and handles none. There is none without a runtime
    /// where it needs one, and none of a protocol.
    fn vacant(life: Arc<Life>, runtime: Option<RuntimeId>) -> Option<Arc<Client<Self::Engine>>>;

    /// Ends a server that has no state, and is not to have one: at once, or where `init` next waits.
    fn give_up(engine: &Self::Engine, reason: ExitReason);

    /// Has a closure run with the state, when what was sent before has been handled; at once, where the server is
    /// suspended. Of a protocol nothing is known that has a state.
    fn access(engine: &Self::Engine, access: Access<S>);

    /// The same client, whatever the type of its server.
    fn spot(client: &Client<Self::Engine>) -> &Client;

    /// The same, for whoever keeps it.
    fn erase(client: Arc<Client<Self::Engine>>) -> Arc<Client<dyn Core>>;
}

/// What runs the handlers of `S`.
#[doc(hidden)]
pub type EngineOf<S> = <<S as Protocol>::Kind as Kind<S>>::Engine;

/// What is lent to the handlers of `S`.
#[doc(hidden)]
pub type ContextOf<S> = <<S as Protocol>::Kind as Kind<S>>::Context;

/// A server or an agent, as its clients share it; or one that speaks a protocol.
#[doc(hidden)]
pub type Shared<S> = Arc<Client<EngineOf<S>>>;

/// What can be said: a set of messages, with a client that sends them.
///
/// Each server and each agent has one of its own, and may speak others: what `#[protocol]` makes of a trait `Store` is `StoreProtocol`.
/// Whatever leads to servers (clients, [`Name`](crate::Name), [`Registry`](crate::Registry)) leads to whoever speaks it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no server, no agent and no protocol",
    label = "has no messages and no client",
    note = "annotate its impl block with `#[agent]` (state behind messages) or `#[server]` (a task of its own), or a trait with `#[protocol]`"
)]
pub trait Protocol: Sized + 'static {
    /// The calls, as plain data.
    type Call: Message + From<Self::Request>;
    /// The casts.
    type Cast: Message + 'static;
    /// What travels for a call: its arguments, and where its reply goes.
    type Request: Message + 'static;
    /// The client type.
    type Client: ClientOf<Self>;
    /// Whether it is that of an agent or of a server, or what others speak.
    #[doc(hidden)]
    type Kind: Kind<Self>;

    /// The name of the type, for logs and errors.
    const NAME: &'static str;

    /// Returns the options that the attribute gives.
    #[must_use]
    fn options() -> Options {
        Options::new()
    }
}

/// What agents and servers have in common; `#[agent]` and `#[server]` implement it.
///
/// # One process, one version
///
/// Servers, and the threads that run them, belong to the process that has started them: to go on with any of them in a child
/// made by `fork` is not supported, since such a child has none of those threads; start a program of its own (`exec`) there.
///
/// Two versions of this crate in one program are two libraries: each has its own ids, and [`observe`](fn@crate::observe) of one does not
/// see the servers of the other. They share nothing, so they harm each other in nothing; but a client of one is no client for the other.
///
/// # Generic code
///
/// That state, messages and clients are `Send` is known of a [`StateHolder`] or a [`BackgroundTask`]; whoever is generic
/// over both asks for what is needed, as in `S::Client: Send`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no server and no agent",
    label = "has no messages and no client",
    note = "annotate its impl block with `#[agent]` (state behind messages) or `#[server]` (a task of its own)"
)]
pub trait GenServer: Protocol {
    /// What people may see of the state, for `#[format_status]`: nothing where there is no such method.
    #[doc(hidden)]
    #[must_use]
    fn format_status(&self) -> Option<String> {
        None
    }

    /// The protocols that it speaks besides its own.
    #[doc(hidden)]
    fn protocols(_ask: &mut Ask<'_, Self>) {}
}

/// An agent: state behind messages, with no agency of its own.
///
/// Its handlers are synchronous and run where it is called, on the caller's thread; it has no task and needs no
/// runtime. Compare [`BackgroundTask`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an agent",
    label = "only agents can do this",
    note = "make its impl block an `#[agent]`: agents hold state and run where they are called"
)]
pub trait StateHolder:
    GenServer + Protocol<Kind = AgentKind, Request: Send, Cast: Send, Client: Send + Sync> + Send
{
    /// Runs the handler of a call, and replies.
    #[doc(hidden)]
    fn handle_request(&mut self, request: Self::Request);

    /// Runs the handler of a cast.
    #[doc(hidden)]
    fn handle_cast(&mut self, cast: Self::Cast) -> Result<(), Fault>;
}

/// What a handler that cannot wait came to, or the message of one that can.
type Now<M> = Result<Result<(), Fault>, M>;

/// A server: a task with a mailbox, handlers that may be async, timers, and a life of its own.
///
/// It handles one message at a time, `await`s included, and lives until it is stopped or fails. Compare
/// [`StateHolder`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a server with a task of its own",
    label = "only servers can do this",
    note = "make its impl block a `#[server]`: agents only hold state"
)]
pub trait BackgroundTask:
    GenServer + Protocol<Kind = ServerKind, Request: Send, Cast: Send, Client: Send + Sync> + Send
{
    /// What it tells itself, or is told by timers, jobs, streams and monitors.
    type Info: Message + Send + 'static;

    /// Whether an exit of a linked server comes as a message: it does where there is an `#[exit]` handler.
    const TRAPS_EXITS: bool = false;

    /// Whether `terminate` wants the casts that were never handled.
    #[doc(hidden)]
    const TAKES_LEFT: bool = false;

    /// Who waits for the reply to a request.
    #[doc(hidden)]
    fn caller(_request: &Self::Request) -> Option<&dyn Caller> {
        None
    }

    /// Runs the handler of a call, and replies, if the handler cannot wait; gives the message back if it can.
    #[doc(hidden)]
    fn handle_request_now(
        &mut self,
        request: Self::Request,
        _ctx: &mut Context<Self>,
    ) -> Result<(), Self::Request> {
        Err(request)
    }

    /// Runs the handler of a call, and replies.
    #[doc(hidden)]
    fn handle_request(
        &mut self,
        request: Self::Request,
        ctx: &mut Context<Self>,
    ) -> impl Future<Output = ()> + Send {
        async { self.handle_request_now(request, ctx).unwrap_or(()) }
    }

    /// Runs the handler of a cast, if it cannot wait; gives the message back if it can.
    #[doc(hidden)]
    fn handle_cast_now(&mut self, cast: Self::Cast, _ctx: &mut Context<Self>) -> Now<Self::Cast> {
        Err(cast)
    }

    /// Runs the handler of a cast.
    #[doc(hidden)]
    fn handle_cast(
        &mut self,
        cast: Self::Cast,
        ctx: &mut Context<Self>,
    ) -> impl Future<Output = Result<(), Fault>> + Send {
        async { self.handle_cast_now(cast, ctx).unwrap_or(Ok(())) }
    }

    /// Runs the handler of an info, if it cannot wait; gives the message back if it can.
    #[doc(hidden)]
    fn handle_info_now(&mut self, info: Self::Info, _ctx: &mut Context<Self>) -> Now<Self::Info> {
        Err(info)
    }

    /// Runs the handler of an info.
    #[doc(hidden)]
    fn handle_info(
        &mut self,
        info: Self::Info,
        ctx: &mut Context<Self>,
    ) -> impl Future<Output = Result<(), Fault>> + Send {
        async { self.handle_info_now(info, ctx).unwrap_or(Ok(())) }
    }

    /// Runs before any message, after `start` has returned.
    #[doc(hidden)]
    fn after_init(&mut self, _ctx: &mut Context<Self>) -> impl Future<Output = Result<(), Fault>> + Send {
        std::future::ready(Ok(()))
    }

    /// Runs when the server ends, unless it was killed.
    #[doc(hidden)]
    fn terminate(
        &mut self,
        _reason: &ExitReason,
        _left: Vec<Self::Cast>,
        _ctx: &mut Context<Self>,
    ) -> impl Future<Output = Result<(), Fault>> + Send {
        std::future::ready(Ok(()))
    }

    /// Arms the timers of `#[every]`.
    #[doc(hidden)]
    fn schedule(_ctx: &mut Context<Self>) {}

    /// After how long a quiet time which info comes, for `#[idle]`.
    #[doc(hidden)]
    #[must_use]
    fn idle() -> Option<(Duration, Self::Info)> {
        None
    }

    /// The info that a monitor's notice becomes, for `#[down]`.
    #[doc(hidden)]
    #[must_use]
    fn down(_down: Down) -> Option<Self::Info> {
        None
    }

    /// The info that a linked server's exit becomes, for `#[exit]`.
    #[doc(hidden)]
    #[must_use]
    fn exit(_exit: Exit) -> Option<Self::Info> {
        None
    }
}
