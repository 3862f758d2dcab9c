//! `Spec`: a server or an agent that has not been started yet.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use crate::agent::AgentEngine;
use crate::client::{ClientOf as _, Place};
use crate::context::Context;
use crate::current;
use crate::deadlock::Edge;
use crate::driver::Driver;
use crate::engine::Core as _;
use crate::error::StartError;
use crate::exit::{ExitReason, Panic};
use crate::kind::{BackgroundTask, GenServer, Sendable, StateHolder};
use crate::reply::{Answer, ReplyTo, Slot};
use crate::serve::{Report, live};
use crate::server::ServerEngine;
use crate::time::{self, Instant, Sleep, Until};

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
pub struct AgentInit<S, A, R> {
    args: A,
    init: fn(A) -> R,
    agent: PhantomData<fn() -> S>,
}

/// How a server begins: its `init` and what that is given.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct ServerInit<S: BackgroundTask, A, R> {
    args: A,
    init: fn(A, &mut Context<S>) -> InitFuture<'_, R>,
    start_timeout: Option<Duration>,
}

/// A server or an agent that has not been started yet: its arguments, and what is said of it beside them.
#[must_use = "a spec does nothing until it is started"]
pub struct Spec<I> {
    init: I,
}

/// The spec of an agent, as its generated `spec` returns it.
pub type AgentSpec<S, A, R> = Spec<AgentInit<S, A, R>>;

/// The spec of a server, as its generated `spec` returns it.
pub type ServerSpec<S, A, R> = Spec<ServerInit<S, A, R>>;

#[doc(hidden)]
pub fn agent_spec<S, A, R>(args: A, init: fn(A) -> R) -> AgentSpec<S, A, R> {
    Spec { init: AgentInit { args, init, agent: PhantomData } }
}

#[doc(hidden)]
pub fn server_spec<S: BackgroundTask, A, R>(
    args: A,
    init: fn(A, &mut Context<S>) -> InitFuture<'_, R>,
) -> ServerSpec<S, A, R> {
    Spec { init: ServerInit { args, init, start_timeout: None } }
}

impl<S: StateHolder, A, R> Spec<AgentInit<S, A, R>> {
    /// Starts the agent: runs its `init`, here and now.
    ///
    /// # Errors
    ///
    /// [`StartError::Init`] with the error of `init`, [`StartError::Panicked`] where it panicked.
    pub fn start(self) -> Started<S, R>
    where
        R: InitOutput<S>,
    {
        let AgentInit { args, init, .. } = self.init;
        let run = std::panic::AssertUnwindSafe(|| init(args));
        let output = std::panic::catch_unwind(run)
            .map_err(|payload| StartError::Panicked(Panic::new(payload, S::NAME, "init")))?;
        match output.into_state().map_err(StartError::Init)? {
            Some(state) => {
                let client = AgentEngine::create(state);
                Ok(R::started(S::Client::from_place(Place::new(client))))
            }
            None => R::ignored().ok_or(StartError::Exit(ExitReason::Normal)),
        }
    }
}

impl<S: BackgroundTask, A, R> Spec<ServerInit<S, A, R>> {
    /// Gives `init` no more time than this; without it there is no limit.
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
        let future = async move {
            let mut starting = self.launch()?;
            std::future::poll_fn(|cx| starting.poll(cx)).await
        };
        Starting { future: Box::pin(future) }
    }

    fn launch(self) -> Result<Init<S, R>, StartError<R::Error>>
    where
        A: Sendable,
        R: InitOutput<S, Error: Sendable>,
    {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return Err(StartError::NoRuntime) };
        let ServerInit { args, init, start_timeout } = self.init;
        let client = ServerEngine::<S>::create(runtime.id());
        let deadline = start_timeout.and_then(time::after);
        let slot = Slot::new(Until::at(deadline), true);
        // A handler that starts a server waits for its `init`.
        if let Some(activity) = current::activity() {
            let life = client.core.life();
            slot.set_edge(Edge::new(&activity, life.id(), life.name()).map_err(StartError::Deadlock)?);
        }
        let starter = ReplyTo::new(Arc::clone(&slot), Arc::clone(client.core.life()));
        let place = Place::new(Arc::clone(&client));
        let ctx = Context::new(Arc::clone(&client));
        drop(runtime.spawn(Driver::new(client, Box::pin(live::<S, A, R>(ctx, init, args, starter)))));
        Ok(Init { place: Some(place), slot, deadline, sleep: None })
    }
}

impl<I> fmt::Debug for Spec<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spec").finish_non_exhaustive()
    }
}

/// The start of a server, as its generated `start` returns it: a [`Starting`] of a client, or of an `Option` of one.
pub type Start<S, R> = Starting<<R as InitOutput<S>>::Started, <R as InitOutput<S>>::Error>;

/// The start of a server: a future that ends when its `init` has.
///
/// # Errors
///
/// A [`StartError`]; nothing of the server is left then.
///
/// # Cancel safety
///
/// Dropping the future before it is done ends the server.
#[must_use = "a server starts when this is first polled"]
pub struct Starting<T, E> {
    // Without a name or a bound that leads back to `init`'s types: rustc forgets their lifetimes inside a future of
    // a user's, and could not prove that one to be `Send`.
    future: Pin<Box<dyn Future<Output = Result<T, StartError<E>>> + Send>>,
}

impl<T, E> Future for Starting<T, E> {
    type Output = Result<T, StartError<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        self.future.as_mut().poll(cx)
    }
}

impl<T, E> fmt::Debug for Starting<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Starting").finish_non_exhaustive()
    }
}

/// A server whose `init` runs.
struct Init<S: BackgroundTask, R: InitOutput<S>> {
    /// Kept until there is a client to be handed over.
    place: Option<Place<S>>,
    slot: Arc<Slot<Report<R::Error>>>,
    deadline: Option<Instant>,
    sleep: Option<Sleep>,
}

impl<S: BackgroundTask, R: InitOutput<S>> Init<S, R> {
    fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<Started<S, R>> {
        if let Poll::Ready(answer) = self.slot.poll(cx) {
            return Poll::Ready(self.end(answer));
        }
        let Some(deadline) = self.deadline else { return Poll::Pending };
        match self.sleep.get_or_insert_with(|| Sleep::until(deadline)).poll(cx) {
            // What is left of the server is ended by the drop of this.
            Poll::Ready(()) => Poll::Ready(Err(StartError::Timeout)),
            Poll::Pending => Poll::Pending,
        }
    }

    fn end(&mut self, answer: Answer<Report<R::Error>>) -> Started<S, R> {
        let place = self.place.take();
        match answer {
            Answer::Value(report) => match (report?, place) {
                (true, Some(place)) => Ok(R::started(S::Client::from_place(place))),
                _ => R::ignored().ok_or(StartError::Exit(ExitReason::Normal)),
            },
            Answer::Exit(ExitReason::RuntimeGone) => Err(StartError::NoRuntime),
            Answer::Exit(reason) => Err(StartError::Exit(reason)),
            Answer::NoReply | Answer::Full => Err(StartError::Exit(ExitReason::Normal)),
        }
    }
}

impl<S: BackgroundTask, R: InitOutput<S>> Drop for Init<S, R> {
    fn drop(&mut self) {
        // Nobody has a client: what has not begun to live is not to live.
        if let Some(place) = &self.place {
            place.client.core.request_kill();
        }
    }
}
