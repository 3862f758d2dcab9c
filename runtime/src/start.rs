//! The start of a server: its places are claimed, its task is spawned, its `init` is waited for.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use tokio::runtime::Handle;

use crate::client::{Client, ClientOf as _};
use crate::context::Context;
use crate::current;
use crate::deadlock::Edge;
use crate::driver::Driver;
use crate::engine::Core as _;
use crate::error::StartError;
use crate::exit::ExitReason;
use crate::kind::{BackgroundTask, Sendable};
use crate::life::{Ended, Life};
use crate::live;
use crate::log;
use crate::place::Place;
use crate::reply::{Answer, ReplyTo, Slot};
use crate::serve::{Report, Starter, live};
use crate::server::ServerEngine;
use crate::spec::{InitOutput, ServerInit, Started};
use crate::time::{self, Instant, Sleep, Until};

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

impl<T, E> Starting<T, E> {
    pub(crate) fn new(future: impl Future<Output = Result<T, StartError<E>>> + Send + 'static) -> Self {
        Self { future: Box::pin(future) }
    }
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
struct Initializing<S: BackgroundTask, R: InitOutput<S>> {
    /// Kept until there is a client to be handed over.
    place: Option<Place<S>>,
    slot: Arc<Slot<Report<R::Error>>>,
    deadline: Option<Instant>,
    sleep: Option<Sleep>,
}

impl<S: BackgroundTask, R: InitOutput<S>> Initializing<S, R> {
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

impl<S: BackgroundTask, R: InitOutput<S>> Drop for Initializing<S, R> {
    fn drop(&mut self) {
        // Nobody has a client: what has not begun to live is not to live.
        if let Some(client) = self.place.as_ref().and_then(Place::here) {
            client.core.request_kill();
        }
    }
}

pub(crate) async fn start_server<S, A, R>(init: ServerInit<S, A, R>) -> Started<S, R>
where
    S: BackgroundTask,
    A: Sendable,
    R: InitOutput<S, Error: Sendable>,
{
    // One that is refused at once has waited for nothing.
    std::future::poll_fn(current::pay).await;
    let deadline = init.start_timeout.and_then(time::after);
    let mut initializing = loop {
        let Ok(runtime) = Handle::try_current() else { return Err(StartError::NoRuntime) };
        let client = ServerEngine::<S>::create(runtime.id());
        let slot = slot::<R::Error>(client.core.life(), deadline)?;
        match init.claims.claim(client.core.life()) {
            Ok(()) => break launch(init, client, &runtime, slot, deadline),
            // Boxed: it is rare, and every start would be as large.
            Err(holder) => Box::pin(wait_for_the_end_of(&holder, deadline)).await?,
        }
    };
    std::future::poll_fn(|cx| initializing.poll(cx)).await
}

/// A place whose holder is about to end will be free: whoever has heard of the end may start the next at once.
async fn wait_for_the_end_of<E>(holder: &Arc<Life>, deadline: Option<Instant>) -> Result<(), StartError<E>> {
    let taken = || StartError::AlreadyStarted(holder.id());
    // One that was killed in its `init` does not live any more, though its task has not been polled since.
    let is_about_to_end = !holder.is_alive() || holder.is_killed();
    if !is_about_to_end || current::is_running(holder.id()) {
        return Err(taken());
    }
    let edge = match current::activity() {
        Some(activity) => {
            Some(Edge::new(&activity, holder.id(), holder.name()).map_err(StartError::Deadlock)?)
        }
        None => None,
    };
    let mut ended = Ended::new(Arc::clone(holder));
    let mut sleep = deadline.map(Sleep::until);
    let in_time = std::future::poll_fn(|cx| match ended.poll(cx) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending => sleep.as_mut().map_or(Poll::Pending, |sleep| sleep.poll(cx).map(|()| false)),
    })
    .await;
    drop(edge);
    if in_time { Ok(()) } else { Err(taken()) }
}

/// Where it is told what `init` has come to. A handler that starts a server waits for that.
fn slot<E: Send + 'static>(
    life: &Life,
    deadline: Option<Instant>,
) -> Result<Arc<Slot<Report<E>>>, StartError<E>> {
    let slot = Slot::new(Until::at(deadline), true);
    if let Some(activity) = current::activity() {
        slot.set_edge(Edge::new(&activity, life.id(), life.name()).map_err(StartError::Deadlock)?);
    }
    Ok(slot)
}

/// Spawns the task, which runs `init` first.
fn launch<S, A, R>(
    init: ServerInit<S, A, R>,
    client: Arc<Client<ServerEngine<S>>>,
    runtime: &Handle,
    slot: Arc<Slot<Report<R::Error>>>,
    deadline: Option<Instant>,
) -> Initializing<S, R>
where
    S: BackgroundTask,
    A: Sendable,
    R: InitOutput<S, Error: Sendable>,
{
    let ServerInit { args, init, claims, .. } = init;
    let life = client.core.life();
    let starter = ReplyTo::new(Arc::clone(&slot), Arc::clone(life));
    let starter = Starter::new(starter, Arc::clone(life));
    claims.open(&client);
    let place = Place::new(Arc::clone(&client));
    let ctx = Context::new(Arc::clone(&client));
    let (id, weak) = (client.core.id(), Arc::downgrade(&client));
    live::add(id, weak);
    log::started(S::NAME, id, || client.core.life());
    drop(runtime.spawn(Driver::new(client, Box::pin(live::<S, A, R>(ctx, init, args, starter)))));
    Initializing { place: Some(place), slot, deadline, sleep: None }
}
