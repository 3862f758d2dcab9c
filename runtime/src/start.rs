//! The start of a server: its places are claimed, its task is spawned, its `init` is waited for.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use tokio::runtime::Handle;

use crate::claim::{Claims, Taken};
use crate::client::{Client, ClientOf as _};
use crate::context::Context;
use crate::current;
use crate::deadlock::Edge;
use crate::driver::Driver;
use crate::engine::Core as _;
use crate::error::StartError;
use crate::exit::ExitReason;
use crate::kind::{BackgroundTask, GenServer, Sendable};
use crate::life::{Begun, Ended, Life};
use crate::live;
use crate::log;
use crate::place::Place;
use crate::reply::{Answer, ReplyTo, Slot};
use crate::serve::{Report, Starter, Tries, live};
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
struct Initializing<S: BackgroundTask, E> {
    /// Kept until there is a client to be handed over.
    place: Option<Place<S>>,
    slot: Arc<Slot<Report<E>>>,
    deadline: Option<Instant>,
    sleep: Option<Sleep>,
}

impl<S: BackgroundTask, E: Send + 'static> Initializing<S, E> {
    /// Waits for what `init` comes to: the place of the server, or none where there is nothing to start.
    async fn wait(mut self) -> Result<Option<Place<S>>, StartError<E>> {
        let there_is_one = std::future::poll_fn(|cx| self.poll(cx)).await?;
        Ok(self.place.take().filter(|_| there_is_one))
    }

    fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<bool, StartError<E>>> {
        if let Poll::Ready(answer) = self.slot.poll(cx) {
            let told = told(answer);
            if !matches!(told, Ok(true)) {
                // There is nothing to be ended.
                self.place = None;
            }
            return Poll::Ready(told);
        }
        let Some(deadline) = self.deadline else { return Poll::Pending };
        match self.sleep.get_or_insert_with(|| Sleep::until(deadline)).poll(cx) {
            // What is left of the server is ended by the drop of this.
            Poll::Ready(()) => Poll::Ready(Err(StartError::Timeout)),
            Poll::Pending => Poll::Pending,
        }
    }
}

fn told<E>(answer: Answer<Report<E>>) -> Result<bool, StartError<E>> {
    match answer {
        Answer::Value(report) => report,
        Answer::Exit(ExitReason::RuntimeGone) => Err(StartError::NoRuntime),
        Answer::Exit(reason) => Err(StartError::Exit(reason)),
        Answer::NoReply | Answer::Full | Answer::NoProc => Err(StartError::Exit(ExitReason::Normal)),
    }
}

impl<S: BackgroundTask, E> Drop for Initializing<S, E> {
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
    let initializing = loop {
        let Ok(runtime) = Handle::try_current() else { return Err(StartError::NoRuntime) };
        let client = ServerEngine::<S>::create(Life::new(S::NAME), runtime.id());
        let slot = slot::<R::Error>(client.core.life(), deadline)?;
        match init.claims.claim(client.core.life()) {
            Ok(()) => break launch(init, client, &runtime, (slot, deadline), Tries::One),
            // Boxed: it is rare, and every start would be as large.
            Err(holder) => Box::pin(wait_for_the_end_of(&holder, deadline)).await?,
        }
    };
    match initializing.wait().await? {
        Some(place) => Ok(R::started(S::Client::from_place(place))),
        None => R::ignored().ok_or(StartError::Exit(ExitReason::Normal)),
    }
}

/// Runs an `init` for a server that is there already, and that others may have been sending messages to: where it brings no
/// state, they wait for the next one's.
pub(crate) async fn start_in<S, A, R>(
    client: Arc<Client<ServerEngine<S>>>,
    init: ServerInit<S, A, R>,
    claims: bool,
) -> Result<bool, StartError<R::Error>>
where
    S: BackgroundTask,
    A: Sendable,
    R: InitOutput<S, Error: Sendable>,
{
    let Ok(runtime) = Handle::try_current() else { return Err(StartError::NoRuntime) };
    let deadline = init.start_timeout.and_then(time::after);
    let slot = slot::<R::Error>(client.core.life(), deadline)?;
    if claims {
        claim_for(client.core.life(), &init.claims, deadline).await?;
    }
    if let Some(reason) = client.core.life().reason() {
        return Err(StartError::Exit(reason));
    }
    let initializing = launch(init, client, &runtime, (slot, deadline), Tries::More);
    Ok(initializing.wait().await?.is_some())
}

/// Starts a server whose `init` waits for nothing and cannot fail: it is not waited for.
pub(crate) fn start_now<S, A, R>(
    init: ServerInit<S, A, R>,
) -> Result<Arc<Client<ServerEngine<S>>>, StartError<R::Error>>
where
    S: BackgroundTask,
    A: Sendable,
    R: InitOutput<S, Error: Sendable>,
{
    let Ok(runtime) = Handle::try_current() else { return Err(StartError::NoRuntime) };
    let client = ServerEngine::<S>::create(Life::new(S::NAME), runtime.id());
    let slot = Slot::new(Until::default(), true);
    let mut initializing = launch(init, Arc::clone(&client), &runtime, (slot, None), Tries::One);
    initializing.place = None;
    Ok(client)
}

/// Takes all that is claimed for a server that can wait for it: from one that is about to end. What may give way waits until it is known
/// whether it does.
pub(crate) async fn claim_for<S: GenServer, E>(
    newcomer: &Arc<Life>,
    claims: &Claims<S>,
    deadline: Option<Instant>,
) -> Result<(), StartError<E>> {
    while let Err(Taken { holder, may_give_way }) = claims.try_claim(newcomer) {
        let mut given_up = Ended::new(Arc::clone(newcomer));
        let mut waiting = pin!(async {
            if may_give_way {
                wait_for_the_init_of(&holder, deadline).await
            } else {
                wait_for_the_end_of(&holder, deadline).await
            }
        });
        let is_free = std::future::poll_fn(|cx| match given_up.poll(cx) {
            Poll::Ready(reason) => Poll::Ready(Err(StartError::Exit(reason))),
            Poll::Pending => waiting.as_mut().poll(cx),
        });
        is_free.await?;
    }
    Ok(())
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
    let in_time = in_time(deadline, |cx| ended.poll(cx).map(drop)).await;
    drop(edge);
    if in_time { Ok(()) } else { Err(taken()) }
}

/// Whether a holder that is being started stays is known when its `init` is over.
async fn wait_for_the_init_of<E>(holder: &Arc<Life>, deadline: Option<Instant>) -> Result<(), StartError<E>> {
    let mut begun = Begun::new(Arc::clone(holder));
    let in_time = in_time(deadline, |cx| begun.poll(cx)).await;
    if in_time { Ok(()) } else { Err(StartError::AlreadyStarted(holder.id())) }
}

/// Waits for something, and says whether it has come by then.
async fn in_time(
    deadline: Option<Instant>,
    mut something: impl FnMut(&mut TaskContext<'_>) -> Poll<()>,
) -> bool {
    let mut sleep = deadline.map(Sleep::until);
    std::future::poll_fn(|cx| match something(cx) {
        Poll::Ready(()) => Poll::Ready(true),
        Poll::Pending => sleep.as_mut().map_or(Poll::Pending, |sleep| sleep.poll(cx).map(|()| false)),
    })
    .await
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

/// Where it is told what `init` has come to, and until when.
type Awaited<E> = (Arc<Slot<Report<E>>>, Option<Instant>);

/// Spawns the task, which runs `init` first.
fn launch<S, A, R>(
    init: ServerInit<S, A, R>,
    client: Arc<Client<ServerEngine<S>>>,
    runtime: &Handle,
    (slot, deadline): Awaited<R::Error>,
    tries: Tries,
) -> Initializing<S, R::Error>
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
    let life = Box::pin(live::<S, A, R>(ctx, init, args, starter, tries));
    client.core.stage.expect_driver();
    drop(runtime.spawn(Driver::new(client, life)));
    Initializing { place: Some(place), slot, deadline, sleep: None }
}
