//! `GenServer`, and the two kinds of it that the compiler keeps apart.

use crate::agent::AgentEngine;
use crate::client::{ClientOf, Engine};
use crate::context::Context;
use crate::exit::{ExitReason, Fault};
use crate::options::Options;
use crate::reply::Caller;
use crate::server::ServerEngine;
use crate::watch::{Down, Exit};
use std::time::Duration;

/// A message of a server or an agent.
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

/// What agents and servers have in common; `#[agent]` and `#[server]` implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no server and no agent",
    label = "has no messages and no client",
    note = "annotate its impl block with `#[agent]` (state behind messages) or `#[server]` (a task of its own)"
)]
pub trait GenServer: Sized + Send + 'static {
    /// The calls, as plain data.
    type Call: Message + From<Self::Request>;
    /// The casts.
    type Cast: Message + Send + 'static;
    /// What travels for a call: its arguments, and where its reply goes.
    type Request: Message + Send + 'static;
    /// The client type.
    type Client: ClientOf<Self>;
    /// What runs the handlers.
    #[doc(hidden)]
    type Engine: Engine<Self>;

    /// The name of the type, for logs and errors.
    const NAME: &'static str;

    /// Returns the options that the attribute gives.
    #[must_use]
    fn options() -> Options {
        Options::new()
    }
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
pub trait StateHolder: GenServer<Engine = AgentEngine<Self>> {
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
pub trait BackgroundTask: GenServer<Engine = ServerEngine<Self>> {
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
