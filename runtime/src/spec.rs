//! `Spec`: a server or an agent that has not been started yet.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::agent::AgentEngine;
use crate::claim::{Claims, Label};
use crate::client::{Client, ClientOf as _};
use crate::context::Context;
use crate::error::StartError;
use crate::exit::{ExitReason, Panic};
use crate::kind::{BackgroundTask, GenServer, Protocol, Sendable, StateHolder};
use crate::life::Life;
use crate::name::Name;
use crate::place::Place;
use crate::protocol::Speaks;
use crate::start::{Start, Starting, start_server};
use crate::supervise::Terms;

/// What `init` may return: `Self`, `Result<Self, E>`, or `Result<Option<Self>, E>`, whose `None` is OTP's `ignore`.
#[diagnostic::on_unimplemented(
    message = "`init` of `{S}` cannot return `{Self}`",
    label = "returned by `init`",
    note = "it returns `Self`, `Result<Self, E>`, or `Result<Option<Self>, E>` where `None` means that there is nothing to start"
)]
pub trait InitOutput<S: GenServer>: 'static {
    /// The error of an `init` that failed; a server's has to be `Send`, since its `init` runs on its task.
    type Error: 'static;
    /// What `start` gives: a client, or an `Option` of one.
    type Started;

    /// The state, if there is to be a server.
    #[doc(hidden)]
    fn into_state(self) -> Result<Option<S>, Self::Error>;

    /// A server has started.
    #[doc(hidden)]
    fn started(client: S::Client) -> Self::Started;

    /// There is nothing to start; none where `init` cannot say so.
    #[doc(hidden)]
    #[must_use]
    fn ignored() -> Option<Self::Started> {
        None
    }
}

impl<S: GenServer> InitOutput<S> for S {
    type Error = Infallible;
    type Started = S::Client;

    fn into_state(self) -> Result<Option<S>, Infallible> {
        Ok(Some(self))
    }

    fn started(client: S::Client) -> S::Client {
        client
    }
}

impl<S: GenServer, E: 'static> InitOutput<S> for Result<S, E> {
    type Error = E;
    type Started = S::Client;

    fn into_state(self) -> Result<Option<S>, E> {
        self.map(Some)
    }

    fn started(client: S::Client) -> S::Client {
        client
    }
}

impl<S: GenServer, E: 'static> InitOutput<S> for Result<Option<S>, E> {
    type Error = E;
    type Started = Option<S::Client>;

    fn into_state(self) -> Self {
        self
    }

    fn started(client: S::Client) -> Option<S::Client> {
        Some(client)
    }

    fn ignored() -> Option<Option<S::Client>> {
        Some(None)
    }
}

/// What `start` returns for an `init` that returns `R`.
pub type Started<S, R> = Result<<R as InitOutput<S>>::Started, StartError<<R as InitOutput<S>>::Error>>;

/// The future of a server's `init`.
#[doc(hidden)]
pub type InitFuture<'a, R> = Pin<Box<dyn Future<Output = R> + Send + 'a>>;

/// How an agent begins: its `init` and what that is given.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct AgentInit<S: GenServer, A, R> {
    pub(crate) args: A,
    pub(crate) init: fn(A) -> R,
    pub(crate) claims: Claims<S>,
}

/// How a server begins: its `init` and what that is given.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct ServerInit<S: BackgroundTask, A, R> {
    pub(crate) args: A,
    pub(crate) init: fn(A, &mut Context<S>) -> InitFuture<'_, R>,
    pub(crate) claims: Claims<S>,
    pub(crate) start_timeout: Option<Duration>,
}

/// What a spec says of a start, whatever the kind of the server.
#[doc(hidden)]
pub trait Init {
    type Server: GenServer;

    fn claims(&mut self) -> &mut Claims<Self::Server>;
}

impl<S: StateHolder, A, R> Init for AgentInit<S, A, R> {
    type Server = S;

    fn claims(&mut self) -> &mut Claims<S> {
        &mut self.claims
    }
}

impl<S: BackgroundTask, A, R> Init for ServerInit<S, A, R> {
    type Server = S;

    fn claims(&mut self) -> &mut Claims<S> {
        &mut self.claims
    }
}

/// A server or an agent that has not been started yet: its arguments, and what is said of it beside them.
#[must_use = "a spec does nothing until it is started"]
pub struct Spec<I> {
    pub(crate) init: I,
    /// What its supervisor is to know of it; most have none.
    pub(crate) terms: Terms,
}

/// The spec of an agent, as its generated `spec` returns it.
pub type AgentSpec<S, A, R> = Spec<AgentInit<S, A, R>>;

/// The spec of a server, as its generated `spec` returns it.
pub type ServerSpec<S, A, R> = Spec<ServerInit<S, A, R>>;

#[doc(hidden)]
pub fn agent_spec<S: GenServer, A, R>(args: A, init: fn(A) -> R) -> AgentSpec<S, A, R> {
    Spec::new(AgentInit { args, init, claims: Claims::new() })
}

#[doc(hidden)]
pub fn server_spec<S: BackgroundTask, A, R>(
    args: A,
    init: fn(A, &mut Context<S>) -> InitFuture<'_, R>,
) -> ServerSpec<S, A, R> {
    Spec::new(ServerInit { args, init, claims: Claims::new(), start_timeout: None })
}

impl<I> Spec<I> {
    pub(crate) const fn new(init: I) -> Self {
        Self { init, terms: Terms::new() }
    }
}

impl<I: Init> Spec<I> {
    /// Gives the server this name, before its `init` runs; it is free again when the server has ended.
    ///
    /// Where another has the name, `start` gives [`StartError::AlreadyStarted`], and `init` does not run. The start of a
    /// server waits where the one that has the name is about to end.
    ///
    /// The name may be one of any server that speaks a protocol: a `Name<StoreProtocol>`.
    pub fn name<P>(mut self, name: &'static Name<P>) -> Self
    where
        P: Protocol,
        I::Server: Speaks<P>,
    {
        self.init.claims().add(name.claim());
        self
    }

    /// Says more of this one server than its type does, for whoever looks at the log or at
    /// [`observe`](crate::observe()).
    pub fn label(mut self, label: impl Into<Arc<str>>) -> Self {
        self.init.claims().add(Arc::new(Label(label.into())));
        self
    }
}

impl<S: StateHolder, A, R> Spec<AgentInit<S, A, R>> {
    /// Starts the agent: runs its `init`, here and now.
    ///
    /// # Errors
    ///
    /// [`StartError::Init`] with the error of `init`, [`StartError::Panicked`] where it panicked,
    /// [`StartError::AlreadyStarted`] where its name or its key is taken.
    pub fn start(self) -> Started<S, R>
    where
        R: InitOutput<S>,
    {
        let AgentInit { args, init, claims } = self.init;
        if claims.is_empty() {
            let state = run_init::<S, R>(|| init(args))?;
            return started::<S, R>(state.map(AgentEngine::create));
        }
        let life = Life::new(S::NAME);
        claims.claim(&life).map_err(|holder| StartError::AlreadyStarted(holder.id()))?;
        let newcomer = Newcomer(&life);
        let state = run_init::<S, R>(|| init(args))?;
        let client = state.map(|state| AgentEngine::create_with(Arc::clone(&life), state));
        if let Some(client) = &client {
            life.begin_life();
            claims.open(client);
        }
        drop(newcomer);
        started::<S, R>(client)
    }
}

/// An agent whose `init` has not brought a state yet: where it brings none, nothing is left of it.
struct Newcomer<'a>(&'a Arc<Life>);

impl Drop for Newcomer<'_> {
    fn drop(&mut self) {
        if !self.0.has_started() {
            self.0.begin_exit(ExitReason::Normal);
            self.0.finish();
        }
    }
}

/// Runs an agent's `init`, and holds back its panic.
pub(crate) fn run_init<S: StateHolder, R: InitOutput<S>>(
    init: impl FnOnce() -> R,
) -> Result<Option<S>, StartError<R::Error>> {
    catch_unwind(AssertUnwindSafe(init))
        .map_err(|payload| StartError::Panicked(Panic::new(payload, S::NAME, "init")))?
        .into_state()
        .map_err(StartError::Init)
}

fn started<S: StateHolder, R: InitOutput<S>>(client: Option<Arc<Client<AgentEngine<S>>>>) -> Started<S, R> {
    match client {
        Some(client) => Ok(R::started(S::Client::from_place(Place::new(client)))),
        None => R::ignored().ok_or(StartError::Exit(ExitReason::Normal)),
    }
}

impl<S: BackgroundTask, A, R> Spec<ServerInit<S, A, R>> {
    /// Gives `init` no more time than this; without it there is no limit, but 60 s under a supervisor.
    ///
    /// One that takes longer is dropped at its next await point. One that blocks its thread runs on until it returns, and keeps
    /// the names that it has until then.
    pub fn start_timeout(mut self, limit: Duration) -> Self {
        self.init.start_timeout = Some(limit);
        self
    }

    /// Starts the server on the runtime that is here when the result is first polled.
    pub fn start(self) -> Start<S, R>
    where
        A: Sendable,
        R: InitOutput<S, Error: Sendable>,
    {
        Starting::new(start_server(self.init))
    }
}

impl<I> fmt::Debug for Spec<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spec").finish_non_exhaustive()
    }
}
