//! `With`: a look at an agent's state in place.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::agent::{AgentEngine, Busy};
use crate::client::Client;
use crate::current;
use crate::engine::Core;
use crate::error::CallError;
use crate::kind::{GenServer, StateHolder};
use crate::place::Place;
use crate::waiting::{Begun, Limit, Waiting};

/// A look at an agent's state that has not been taken yet: see [`ClientOf::with`](crate::ClientOf::with).
#[must_use = "nothing is read until this is awaited, or `.wait()`ed for"]
pub struct With<'a, S: GenServer, F, R> {
    place: &'a Place<S>,
    limit: Limit,
    step: Step<F, R>,
    /// Known where the look is made, so that awaiting it asks nothing of `S` that making it has not.
    read: fn(&Place<S>, F, Limit) -> Begun<std::thread::Result<R>>,
}

enum Step<F, R> {
    Ready(F),
    Sent(Waiting<std::thread::Result<R>>),
    Over,
}

impl<'a, S, F, R> With<'a, S, F, R>
where
    S: StateHolder,
    F: FnOnce(&S) -> R + Send + 'static,
    R: Send + 'static,
{
    pub(crate) fn new(place: &'a Place<S>, read: F) -> Self {
        Self { place, limit: Limit::default(), step: Step::Ready(read), read: read_state }
    }
}

impl<S: GenServer, F, R: Send + 'static> With<'_, S, F, R> {
    /// Gives up after this long, if its turn has not come by then.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit.within(limit);
        self
    }

    /// Waits for its turn for ever.
    pub fn no_timeout(mut self) -> Self {
        self.limit.never();
        self
    }

    /// Reads, and blocks this thread until its turn has come.
    ///
    /// # Errors
    ///
    /// As for `.await`.
    ///
    /// # Panics
    ///
    /// With the closure's own panic.
    pub fn wait(mut self) -> Result<R, CallError> {
        let result = match self.begin() {
            Some(Begun::Done(result)) => result,
            Some(Begun::Sent(waiting)) => waiting.waited_found(),
            None => panic!("a read was waited for after it was polled"),
        };
        resumed(result)
    }

    fn begin(&mut self) -> Option<Begun<std::thread::Result<R>>> {
        match std::mem::replace(&mut self.step, Step::Over) {
            Step::Ready(read) => Some((self.read)(self.place, read, self.limit)),
            step => {
                self.step = step;
                None
            }
        }
    }
}

/// Here and now, if nobody else has the state; else in its turn.
fn read_state<S, F, R>(place: &Place<S>, read: F, limit: Limit) -> Begun<std::thread::Result<R>>
where
    S: StateHolder,
    F: FnOnce(&S) -> R + Send + 'static,
    R: Send + 'static,
{
    let mut found = None;
    let Some(client) = place.lead(&mut found) else { return Begun::Done(Err(CallError::NoProc)) };
    let core = &client.core;
    if let Err(error) = current::may_call(core.id()) {
        return Begun::Done(Err(error));
    }
    let mut read = Some(read);
    match core.read_now(|state| read.take().map(|read| read(state))) {
        Ok(Ok(Some(value))) => Begun::Done(Ok(Ok(value))),
        Ok(Err(payload)) => Begun::Done(Ok(Err(payload))),
        Err(Busy::Gone) => Begun::Done(Err(CallError::NoProc)),
        Ok(Ok(None)) | Err(Busy::Queue) => match read {
            Some(read) => match core.read_later(read, limit) {
                Begun::Sent(waiting) => {
                    let client: Arc<Client<dyn Core>> = Arc::<Client<AgentEngine<S>>>::clone(client);
                    Begun::Sent(waiting.of(client))
                }
                done @ Begun::Done(_) => done,
            },
            None => Begun::Done(Err(CallError::NoProc)),
        },
    }
}

/// A panic of the closure is its caller's own.
pub(crate) fn resumed<R>(result: Result<std::thread::Result<R>, CallError>) -> Result<R, CallError> {
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(payload)) => std::panic::resume_unwind(payload),
        Err(error) => Err(error),
    }
}

impl<S: GenServer, F, R: Send + 'static> Future for With<'_, S, F, R> {
    type Output = Result<R, CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        // What never waits uses the task's budget, so that others get to run; a closure can be long, so each pays.
        if matches!(this.step, Step::Ready(_)) {
            ready!(current::pay(cx));
        }
        match this.begin() {
            Some(Begun::Done(result)) => return Poll::Ready(resumed(result)),
            Some(Begun::Sent(waiting)) => this.step = Step::Sent(waiting),
            None => {}
        }
        let Step::Sent(waiting) = &mut this.step else { panic!("a read was polled after it was done") };
        waiting.poll_found(cx).map(resumed)
    }
}

// Nothing in it is pinned: the closure is moved out before anything is polled.
impl<S: GenServer, F, R> Unpin for With<'_, S, F, R> {}

impl<S: GenServer, F, R> Drop for With<'_, S, F, R> {
    fn drop(&mut self) {
        if let Step::Sent(waiting) = &mut self.step {
            waiting.abandon_found();
        }
    }
}

impl<S: GenServer, F, R> fmt::Debug for With<'_, S, F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("With").field("agent", &S::NAME).finish_non_exhaustive()
    }
}
