//! How an agent's clients hear of its changes: `watch`, `watch_state`, `wait_until`.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;

use crate::access::With;
use crate::agent::AgentEngine;
use crate::blocking;
use crate::contain::wake;
use crate::engine::Core as _;
use crate::error::CallError;
use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::kind::{GenServer, StateHolder};
use crate::life::Life;
use crate::place::Place;
use crate::sync::Lock;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::time::{self, Sleep};

/// What an agent tells those that watch it.
pub(crate) struct Watch {
    life: Arc<Life>,
    /// How many watch: an agent that nobody watches pays one load a change.
    watchers: AtomicUsize,
    state: Lock<Watched>,
}

#[derive(Default)]
struct Watched {
    version: u64,
    wakers: Vec<(usize, Waker)>,
    last: usize,
}

impl Watch {
    pub(crate) fn new(life: Arc<Life>) -> Arc<Self> {
        Arc::new(Self { life, watchers: AtomicUsize::new(0), state: Lock::new(Watched::default()) })
    }

    /// Says that the state has changed, or that the agent has ended.
    pub(crate) fn changed(&self) {
        // Who begins to watch while a handler runs may or may not hear of it.
        if self.watchers.load(Ordering::Acquire) == 0 {
            return;
        }
        let wakers = {
            let mut state = self.state.lock();
            state.version += 1;
            std::mem::take(&mut state.wakers)
        };
        for (_, waker) in wakers {
            wake(waker);
        }
    }
}

/// The changes of an agent: a [`Stream`] that yields when a `&mut self` handler has run.
///
/// Several changes may come as one; it ends with the agent. See [`ClientOf::watch`](crate::ClientOf::watch).
#[must_use = "a stream does nothing unless it is polled"]
pub struct Changes {
    watch: Arc<Watch>,
    seen: u64,
    number: usize,
}

impl Changes {
    pub(crate) fn new(watch: Arc<Watch>) -> Self {
        watch.watchers.fetch_add(1, Ordering::AcqRel);
        let (seen, number) = {
            let mut state = watch.state.lock();
            state.last += 1;
            (state.version, state.last)
        };
        Self { watch, seen, number }
    }

    /// Those of the agent that a message would go to; of a pool it takes a turn, as that would.
    pub(crate) fn of<S: StateHolder>(place: &Place<S>) -> Self {
        place.found().map_or_else(Self::over, |client| AgentEngine::watch(&client))
    }

    /// Those of nobody: the stream has ended.
    fn over() -> Self {
        let nobody = Life::of(ServerId::NOBODY, "");
        nobody.begin_exit(ExitReason::NoProc);
        nobody.finish();
        Self::new(Watch::new(nobody))
    }

    /// Waits for the next change, or returns `None` when the agent has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no change.
    pub async fn changed(&mut self) -> Option<()> {
        std::future::poll_fn(|cx| self.poll_changed(cx)).await
    }

    fn poll_changed(&mut self, cx: &Context<'_>) -> Poll<Option<()>> {
        let mut state = self.watch.state.lock();
        if self.watch.life.has_ended() {
            return Poll::Ready(None);
        }
        if state.version != self.seen {
            self.seen = state.version;
            return Poll::Ready(Some(()));
        }
        state.wakers.retain(|(number, _)| *number != self.number);
        state.wakers.push((self.number, cx.waker().clone()));
        Poll::Pending
    }
}

impl Stream for Changes {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<()>> {
        self.poll_changed(cx)
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.watch.watchers.fetch_sub(1, Ordering::AcqRel);
        self.watch.state.lock().wakers.retain(|(number, _)| *number != self.number);
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("agent", &self.watch.life.id()).finish_non_exhaustive()
    }
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The state of an agent after each change: a [`Stream`], see [`ClientOf::watch_state`](crate::ClientOf::watch_state).
#[must_use = "a stream does nothing unless it is polled"]
pub struct Snapshots<S: StateHolder, T = S> {
    place: Place<S>,
    changes: Changes,
    /// Copies what the stream is to yield.
    copy: fn(&S) -> T,
    /// The copy that is being taken; the first is taken at once.
    copying: Option<Boxed<Result<T, CallError>>>,
}

impl<S: StateHolder, T: Send + 'static> Snapshots<S, T> {
    pub(crate) fn new(place: Place<S>, changes: Changes, copy: fn(&S) -> T) -> Self {
        let copying = Some(copy_of(&place, copy));
        Self { place, changes, copy, copying }
    }

    /// The next snapshot; `None` when the agent has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no snapshot.
    pub async fn next(&mut self) -> Option<T> {
        std::future::poll_fn(|cx| self.poll_snapshot(cx)).await
    }

    fn poll_snapshot(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        loop {
            if let Some(copying) = &mut self.copying {
                let Poll::Ready(state) = copying.as_mut().poll(cx) else { return Poll::Pending };
                self.copying = None;
                return Poll::Ready(state.ok());
            }
            match self.changes.poll_changed(cx) {
                Poll::Ready(Some(())) => self.copying = Some(copy_of(&self.place, self.copy)),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

fn copy_of<S: StateHolder, T: Send + 'static>(
    place: &Place<S>,
    copy: fn(&S) -> T,
) -> Boxed<Result<T, CallError>> {
    let place = place.clone();
    Box::pin(async move { With::new(&place, copy).no_timeout().await })
}

impl<S: StateHolder, T: Send + 'static> Stream for Snapshots<S, T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.poll_snapshot(cx)
    }
}

// The copy in the making is boxed, and the rest is not pinned.
impl<S: StateHolder, T> Unpin for Snapshots<S, T> {}

impl<S: StateHolder, T> fmt::Debug for Snapshots<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshots").field("agent", &S::NAME).finish_non_exhaustive()
    }
}

/// Waits until an agent's state is as a closure asks: see [`ClientOf::wait_until`](crate::ClientOf::wait_until).
#[must_use = "it does not wait until it is awaited, or `.wait()`ed for"]
pub struct WaitUntil<S> {
    condition: Boxed<Result<(), CallError>>,
    limit: Option<Duration>,
    sleep: Option<Sleep>,
    server: PhantomData<fn() -> S>,
}

impl<S: StateHolder> WaitUntil<S> {
    pub(crate) fn new<F: FnMut(&S) -> bool + Send + 'static>(place: Place<S>, condition: F) -> Self {
        Self { condition: Box::pin(met(place, condition)), limit: None, sleep: None, server: PhantomData }
    }

    /// Gives up after this long, with `Timeout { started: false }`.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Blocks this thread until the state is as asked.
    ///
    /// # Errors
    ///
    /// As for `.await`, and [`CallError::WouldBlock`] on a thread of a runtime: whoever is to change the state may need
    /// it.
    pub fn wait(mut self) -> Result<(), CallError> {
        if blocking::is_runtime_thread() {
            return Err(CallError::WouldBlock);
        }
        let limit = self.limit;
        blocking::block_on(limit, |cx| {
            // The limit is kept by the thread that waits; the future needs a context to be polled with, no more.
            let waker = cx.waker().clone();
            self.condition.as_mut().poll(&mut Context::from_waker(&waker))
        })
        .unwrap_or(Err(CallError::Timeout { started: false }))
    }
}

async fn met<S, F>(place: Place<S>, mut condition: F) -> Result<(), CallError>
where
    S: StateHolder,
    F: FnMut(&S) -> bool + Send + 'static,
{
    let Some(client) = place.present() else { return Err(CallError::NoProc) };
    // Watched before it is read: a change that comes between is seen.
    let mut changes = AgentEngine::watch(&client);
    let place = Place::new(Arc::clone(&client));
    loop {
        let look = move |state: &S| {
            let met = condition(state);
            (condition, met)
        };
        let met;
        (condition, met) = With::new(&place, look).no_timeout().await?;
        if met {
            return Ok(());
        }
        if changes.changed().await.is_none() {
            let reason = client.core.life().reason();
            let reason = reason.unwrap_or(ExitReason::NoProc);
            return Err(CallError::Exit { reason, started: false });
        }
    }
}

impl<S> Future for WaitUntil<S> {
    type Output = Result<(), CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(result) = self.condition.as_mut().poll(cx) {
            return Poll::Ready(result);
        }
        let Some(deadline) = self.limit.and_then(time::after) else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Sleep::until(deadline));
        sleep.poll(cx).map(|()| Err(CallError::Timeout { started: false }))
    }
}

impl<S: GenServer> fmt::Debug for WaitUntil<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitUntil").field("agent", &S::NAME).finish_non_exhaustive()
    }
}
