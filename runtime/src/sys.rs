//! `sys`: a look into a server while it runs, and a hand on it.

mod question;
mod trace;

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use crate::access::resumed;
use crate::current;
use crate::engine::Core;
use crate::error::CallError;
use crate::exit::{ExitReason, drop_contained};
use crate::kind::{EngineOf, GenServer, Kind as _, Protocol};
use crate::life::Life;
use crate::place::Place;
use crate::reply::Slot;
use crate::stop::{Order, Stop};
pub use crate::sys::question::Question;
pub(crate) use crate::sys::question::Questions;
pub use crate::sys::trace::{Statistics, Trace, TraceEvent};
use crate::waiting::{Begun, Limit, Waiting};

/// A closure that is given a server's state between two messages.
#[doc(hidden)]
pub type Access<S> = Box<dyn FnOnce(&mut S) -> Looked + Send>;

/// Whether a look has changed the state.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    Only,
    Changed,
}

/// A look into a server or an agent, and a hand on it: what OTP's `sys` is.
///
/// [`ClientOf::sys`](crate::ClientOf::sys) gives it. All of this is for people who debug, and for tools: it goes past the
/// server's messages. What is asked here is answered while the server is suspended as well.
///
/// # Examples
///
/// ```
/// use callcast::prelude::*;
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct Counter { value: i64 }
///
/// #[agent]
/// impl Counter {
///     #[init]
///     fn new(value: i64) -> Self { Self { value } }
///
///     #[call]
///     fn get(&self) -> i64 { self.value }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let counter = Counter::start(5)?;
/// assert_eq!(counter.sys().state().await?, Counter { value: 5 });
/// assert_eq!(counter.sys().with_state(|counter| counter.value).await?, 5);
///
/// counter.sys().suspend().await?;                              // messages wait from now on
/// let waiting = counter.get().send()?;
/// let old = counter.sys().replace_state(|counter| Counter { value: counter.value + 1 }).await?;
/// assert_eq!(old.value, 5);
/// counter.sys().resume().await?;
/// assert_eq!(waiting.await?, 6);
/// # Ok(())
/// # }
/// ```
#[must_use = "it does nothing by itself"]
pub struct Sys<'a, S: Protocol> {
    place: &'a Place<S>,
}

impl<'a, S: Protocol> Sys<'a, S> {
    pub(crate) const fn new(place: &'a Place<S>) -> Self {
        Self { place }
    }

    /// Has the server handle no messages until it is [resumed](Self::resume); it goes on to take them.
    ///
    /// The running handler is waited for. Once is as good as twice. Kills, stops and links work on; timers ring when it
    /// is resumed.
    pub fn suspend(self) -> SysCall<'a, S, ()> {
        self.set_suspended(true)
    }

    /// Has a suspended server go on; another is left as it is.
    pub fn resume(self) -> SysCall<'a, S, ()> {
        self.set_suspended(false)
    }

    fn set_suspended(self, on: bool) -> SysCall<'a, S, ()> {
        SysCall::new(self.place, move |engine, question| engine.set_suspended(on, question))
    }

    /// Begins to count messages and replies, and to measure handlers. While that goes on, a call of an agent costs as much
    /// as one that meets another caller.
    pub fn start_statistics(self) {
        self.observed(|core| {
            if core.is_alive() {
                core.life().probe().start_statistics();
            }
        });
    }

    /// Stops to count, and forgets what has been counted.
    pub fn stop_statistics(self) {
        self.observed(|core| core.life().probe().stop_statistics());
    }

    /// Returns what has been counted since [`start_statistics`](Self::start_statistics); `None` where nothing is.
    #[must_use]
    pub fn statistics(self) -> Option<Statistics> {
        self.place.core().now(|core| core.life().probe().statistics(core.load().queued)).flatten()
    }

    /// Returns a stream of what the server does from now on. The names of messages are in it, never what is in them.
    ///
    /// What has not been read is kept without a bound: read it, or drop it. While it lives, a call of an agent costs as much
    /// as one that meets another caller.
    pub fn trace(self) -> Trace {
        let listener = self.observed(|core| {
            let traces = &core.life().probe().traces;
            let listener = traces.listen();
            // Whoever comes too late hears that it is over.
            if core.life().has_ended() {
                traces.close();
            }
            listener
        });
        let source = self.place.found().map(|client| Arc::downgrade(&S::Kind::erase(client)));
        Trace::new(listener, source)
    }

    /// Changes what is noted of the server, and has it looked whether anything is.
    fn observed<T>(&self, change: impl FnOnce(&dyn Core) -> T) -> Option<T> {
        self.place.core().now(|core| {
            let changed = change(core);
            core.look_observed();
            changed
        })
    }

    /// Ends the server ahead of all its messages, also while it is suspended; `terminate` runs.
    ///
    /// What is queued is not handled: [`Client::stop`](crate::Client::stop) has it handled first.
    pub fn terminate(self, reason: ExitReason) -> Stop<'a> {
        Stop::new(self.place.core(), Order::Terminate(reason))
    }
}

impl<'a, S: GenServer> Sys<'a, S> {
    /// Returns a clone of the state, as it is when what was sent before has been handled; of a suspended server, as it is
    /// now.
    pub fn state(self) -> SysCall<'a, S, S>
    where
        S: Clone + Send,
    {
        self.with_state(S::clone)
    }

    /// Reads the state, as [`state`](Self::state) does, in place.
    ///
    /// The closure runs in the server's task or on another caller's thread. A panic in it comes back to this caller, and
    /// the server lives.
    pub fn with_state<R, F>(self, read: F) -> SysCall<'a, S, R>
    where
        R: Send + 'static,
        F: FnOnce(&S) -> R + Send + 'static,
    {
        SysCall::of_state(self.place, Looked::Only, |state| read(state))
    }

    /// Puts another state in the place of this one, which it returns: when what was sent before has been handled, or, where
    /// the server is suspended, at once.
    ///
    /// A panic in the closure comes back to this caller, and the state stays.
    pub fn replace_state<F>(self, replace: F) -> SysCall<'a, S, S>
    where
        S: Send,
        F: FnOnce(&S) -> S + Send + 'static,
    {
        SysCall::of_state(self.place, Looked::Changed, |state| {
            let new = replace(state);
            std::mem::replace(state, new)
        })
    }

    /// Returns what `#[format_status]` says of the state, or `None` where there is no such method; a panic in it is said in
    /// place of the text.
    pub fn status(self) -> SysCall<'a, S, Option<String>> {
        SysCall::of_state(self.place, Looked::Only, |state| shown(state))
    }
}

/// Keeps what may be seen of a state that is about to go, for the report of its end.
pub(crate) fn show<S: GenServer>(state: &S, life: &Life) {
    if let Some(shown) = shown(state) {
        life.set_shown(shown);
    }
}

/// What `#[format_status]` says; the state itself is never shown in its place.
fn shown<S: GenServer>(state: &S) -> Option<String> {
    catch_unwind(AssertUnwindSafe(|| state.format_status())).unwrap_or_else(|payload| {
        drop_contained(payload);
        Some("`format_status` panicked".to_owned())
    })
}

impl<S: Protocol> fmt::Debug for Sys<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sys").field("server", &S::NAME).finish_non_exhaustive()
    }
}

/// Asks the engine, which answers at once or later.
type Ask<S, R> = Box<dyn FnOnce(&EngineOf<S>, Question<R>) + Send>;

/// A question or an order to a server, by its [`Sys`]: it goes out when this is first polled, or by
/// [`wait`](Self::wait).
///
/// # Errors
///
/// A [`CallError`], as for a call: [`Timeout`](CallError::Timeout) after 5 s or what [`timeout`](Self::timeout) says,
/// [`NoProc`](CallError::NoProc), [`CallingSelf`](CallError::CallingSelf); [`Full`](CallError::Full) where 1,024 questions, orders
/// among them, wait at this server already, which has come to none of them.
///
/// # Cancel safety
///
/// What has gone out and has not been begun when this is dropped is not done.
#[must_use = "nothing is asked until this is awaited, or `.wait()`ed for"]
pub struct SysCall<'a, S: Protocol, R> {
    place: &'a Place<S>,
    limit: Limit,
    ask: Option<Ask<S, R>>,
    waiting: Option<Waiting<thread::Result<R>>>,
}

impl<'a, S: Protocol, R: Send + 'static> SysCall<'a, S, R> {
    fn new(place: &'a Place<S>, ask: impl FnOnce(&EngineOf<S>, Question<R>) + Send + 'static) -> Self {
        Self { place, limit: Limit::default(), ask: Some(Box::new(ask)), waiting: None }
    }

    /// Gives up after this long.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit.within(limit);
        self
    }

    /// Waits for ever.
    pub fn no_timeout(mut self) -> Self {
        self.limit.never();
        self
    }

    /// Asks, and blocks this thread until there is an answer.
    ///
    /// # Errors
    ///
    /// As for `.await`, and [`CallError::WouldBlock`] for a server on a thread of a runtime.
    ///
    /// # Panics
    ///
    /// With the closure's own panic.
    pub fn wait(mut self) -> Result<R, CallError> {
        let needs_runtime = self.place.core().now(|core| core.needs_runtime()).ok_or(CallError::NoProc)?;
        if needs_runtime && crate::blocking::is_runtime_thread() {
            return Err(CallError::WouldBlock);
        }
        match self.begin() {
            Begun::Done(result) => resumed(result),
            Begun::Sent(waiting) => resumed(waiting.waited_found()),
        }
    }

    fn begin(&mut self) -> Begun<thread::Result<R>> {
        let Some(ask) = self.ask.take() else { panic!("a question was polled after it was answered") };
        let Some(client) = self.place.found() else { return Begun::Done(Err(CallError::NoProc)) };
        let activity = match current::may_call(client.core.id()) {
            Ok(activity) => activity,
            Err(error) => return Begun::Done(Err(error)),
        };
        if !client.core.is_alive() {
            return Begun::Done(Err(CallError::NoProc));
        }
        let until = self.limit.until(client.core.options().timeout, activity.as_ref());
        let slot = Slot::new(until, false);
        let Some(question) = Question::new(&slot, client.core.life()) else {
            return Begun::Done(Err(CallError::Full));
        };
        ask(&client.core, question);
        Begun::Sent(Waiting::begun(slot, until).of(S::Kind::erase(client)))
    }
}

impl<'a, S: GenServer, R: Send + 'static> SysCall<'a, S, R> {
    fn of_state(place: &'a Place<S>, looked: Looked, run: impl FnOnce(&mut S) -> R + Send + 'static) -> Self {
        Self::new(place, move |engine, question| {
            S::Kind::access(
                engine,
                Box::new(move |state: &mut S| {
                    // Nobody may be there any more to whom it matters.
                    if !question.begin() {
                        return Looked::Only;
                    }
                    let result = catch_unwind(AssertUnwindSafe(|| run(state)));
                    let looked = if result.is_ok() { looked } else { Looked::Only };
                    question.answer(result);
                    looked
                }),
            );
        })
    }
}

impl<S: Protocol, R: Send + 'static> Future for SysCall<'_, S, R> {
    type Output = Result<R, CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.waiting.is_none() {
            match self.begin() {
                Begun::Done(result) => return Poll::Ready(resumed(result)),
                Begun::Sent(waiting) => self.waiting = Some(waiting),
            }
        }
        match &mut self.waiting {
            Some(waiting) => waiting.poll_found(cx).map(resumed),
            None => Poll::Pending,
        }
    }
}

// Nothing in it is pinned: the question is moved out before anything is polled.
impl<S: Protocol, R> Unpin for SysCall<'_, S, R> {}

impl<S: Protocol, R> Drop for SysCall<'_, S, R> {
    fn drop(&mut self) {
        if let Some(waiting) = &mut self.waiting {
            waiting.abandon_found();
        }
    }
}

impl<S: Protocol, R> fmt::Debug for SysCall<'_, S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SysCall").field("server", &S::NAME).finish_non_exhaustive()
    }
}
