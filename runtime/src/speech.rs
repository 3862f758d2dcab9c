//! How the messages of a protocol reach the handlers of one that speaks it.
//!
//! Generated code asks for all of it in one call, wherever it needs a part: so that rustc says only once that there are no
//! handlers.

use std::fmt;

use crate::agent::AgentEngine;
use crate::exit::Fault;
use crate::handler::BoxFuture;
use crate::kind::{BackgroundTask, ContextOf, GenServer, Protocol, Shared, StateHolder};
use crate::protocol::{Handles, ProtocolFor, ProtocolOf, Spoken};
use crate::server::ServerEngine;

type RunsRequest<P, S> =
    fn(&mut S, <P as Protocol>::Request, &mut ContextOf<S>) -> Result<(), <P as Protocol>::Request>;
type RunsCast<P, S> =
    fn(&mut S, <P as Protocol>::Cast, &mut ContextOf<S>) -> Result<Result<(), Fault>, <P as Protocol>::Cast>;
type ServesRequest<P, S> =
    for<'a> fn(&'a mut S, <P as Protocol>::Request, &'a mut ContextOf<S>) -> BoxFuture<'a, ()>;
type ServesCast<P, S> =
    for<'a> fn(&'a mut S, <P as Protocol>::Cast, &'a mut ContextOf<S>) -> BoxFuture<'a, Result<(), Fault>>;

/// Of handlers that cannot wait, as those of an agent.
#[doc(hidden)]
pub struct Speech<P: Protocol, S: GenServer> {
    request_now: RunsRequest<P, S>,
    cast_now: RunsCast<P, S>,
    widen: fn(Shared<S>) -> Shared<P>,
}

/// Of those of a server, which can.
#[doc(hidden)]
pub struct Service<P: Protocol, S: GenServer> {
    now: Speech<P, S>,
    request: ServesRequest<P, S>,
    cast: ServesCast<P, S>,
}

/// How the agent `S` speaks the protocol of `T`, a `dyn Store`.
#[doc(hidden)]
#[must_use]
#[inline]
pub fn agent_speech<T, S>() -> Speech<ProtocolOf<T, S>, S>
where
    T: ProtocolFor<S> + ?Sized,
    S: Handles<ProtocolOf<T, S>> + StateHolder,
{
    of_agent()
}

fn of_agent<P: Spoken, S: Handles<P> + StateHolder>() -> Speech<P, S> {
    Speech {
        request_now: P::handle_request_now,
        cast_now: P::handle_cast_now,
        widen: P::widen::<AgentEngine<S>>,
    }
}

/// How the server `S` speaks the protocol of `T`, a `dyn Store`.
#[doc(hidden)]
#[must_use]
#[inline]
pub fn server_speech<T, S>() -> Service<ProtocolOf<T, S>, S>
where
    T: ProtocolFor<S> + ?Sized,
    S: Handles<ProtocolOf<T, S>> + BackgroundTask,
{
    of_server()
}

fn of_server<P: Spoken, S: Handles<P> + BackgroundTask>() -> Service<P, S> {
    let now = Speech {
        request_now: P::handle_request_now,
        cast_now: P::handle_cast_now,
        widen: P::widen::<ServerEngine<S>>,
    };
    Service { now, request: P::handle_request, cast: P::handle_cast }
}

impl<P: Protocol, S: GenServer> Speech<P, S> {
    /// Runs the handler of a call, and replies, if the handler cannot wait.
    ///
    /// # Errors
    ///
    /// The message of one that can.
    #[inline]
    pub fn request_now(
        self,
        server: &mut S,
        request: P::Request,
        ctx: &mut ContextOf<S>,
    ) -> Result<(), P::Request> {
        (self.request_now)(server, request, ctx)
    }

    /// Runs the handler of a cast, if it cannot wait.
    ///
    /// # Errors
    ///
    /// The message of one that can.
    #[inline]
    pub fn cast_now(
        self,
        server: &mut S,
        cast: P::Cast,
        ctx: &mut ContextOf<S>,
    ) -> Result<Result<(), Fault>, P::Cast> {
        (self.cast_now)(server, cast, ctx)
    }

    /// The same client, for whoever knows the protocol only.
    #[must_use]
    pub fn widen(self, client: Shared<S>) -> Shared<P> {
        (self.widen)(client)
    }
}

impl<P: Protocol, S: GenServer> Service<P, S> {
    /// Runs the handler of a call, and replies.
    #[inline]
    pub fn request<'a>(
        self,
        server: &'a mut S,
        request: P::Request,
        ctx: &'a mut ContextOf<S>,
    ) -> BoxFuture<'a, ()> {
        (self.request)(server, request, ctx)
    }

    /// Runs the handler of a cast.
    #[inline]
    pub fn cast<'a>(
        self,
        server: &'a mut S,
        cast: P::Cast,
        ctx: &'a mut ContextOf<S>,
    ) -> BoxFuture<'a, Result<(), Fault>> {
        (self.cast)(server, cast, ctx)
    }

    /// The same as [`Speech::request_now`].
    ///
    /// # Errors
    ///
    /// The message of a handler that can wait.
    #[inline]
    pub fn request_now(
        self,
        server: &mut S,
        request: P::Request,
        ctx: &mut ContextOf<S>,
    ) -> Result<(), P::Request> {
        self.now.request_now(server, request, ctx)
    }

    /// The same as [`Speech::cast_now`].
    ///
    /// # Errors
    ///
    /// The message of a handler that can wait.
    #[inline]
    pub fn cast_now(
        self,
        server: &mut S,
        cast: P::Cast,
        ctx: &mut ContextOf<S>,
    ) -> Result<Result<(), Fault>, P::Cast> {
        self.now.cast_now(server, cast, ctx)
    }

    /// The same as [`Speech::widen`].
    #[must_use]
    pub fn widen(self, client: Shared<S>) -> Shared<P> {
        self.now.widen(client)
    }
}

impl<P: Protocol, S: GenServer> fmt::Debug for Speech<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Speech").field("protocol", &P::NAME).field("server", &S::NAME).finish_non_exhaustive()
    }
}

impl<P: Protocol, S: GenServer> fmt::Debug for Service<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("speech", &self.now).finish_non_exhaustive()
    }
}
