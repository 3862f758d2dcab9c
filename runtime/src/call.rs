//! `Call` and `Pending`: what a client's calls return.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::blocking;
use crate::client::Client;
use crate::current::{self, CALLS_A_UNIT};
use crate::engine::{Core, Ran};
use crate::error::{CallError, SendError};
use crate::kind::{EngineOf, Kind as _, Protocol, Shared};
use crate::op::CallOp;
use crate::place::{Found, Place};
use crate::send;
use crate::unpack::{Fallible, Plain, Unpack};
use crate::waiting::{Begun, Limit, Waiting};

/// A call that has not been made yet: it is made when it is first polled, or by [`send`](Self::send) or
/// [`wait`](Self::wait).
///
/// Awaited, it gives the handler's value, or a [`CallError`] that says what happened and whether the handler may have
/// begun. A handler's own error is in [`CallError::Handler`].
///
/// # Cancel safety
///
/// Dropping the future never harms the server. The call is handled once or not at all: not at all if it was dropped
/// before its turn came (unless the handler is `#[call(always)]`).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use callcast::prelude::*;
///
/// struct Counter { value: i64 }
///
/// #[agent]
/// impl Counter {
///     #[init]
///     fn new(value: i64) -> Self { Self { value } }
///
///     #[call]
///     fn add(&mut self, n: i64) -> i64 { self.value += n; self.value }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let counter = Counter::start(0)?;
/// assert_eq!(counter.add(1).await?, 1);
/// assert_eq!(counter.add(1).timeout(Duration::from_millis(10)).await?, 2);
///
/// let (first, second) = (counter.add(1).send()?, counter.add(1).send()?);   // both are on their way
/// assert_eq!((second.await?, first.await?), (4, 3));
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited, or sent with `.send()` or `.wait()`"]
pub struct Call<'a, S: Protocol, A: 'static, R: 'static, M = Plain> {
    place: &'a Place<S>,
    op: &'static CallOp<S, A, R>,
    limit: Limit,
    /// There until the call is made.
    args: Option<A>,
    /// There while the call waits for its reply.
    waiting: Option<Waiting<R>>,
    kind: PhantomData<fn() -> M>,
}

impl<'a, S: Protocol, A: 'static, R: 'static, M> Call<'a, S, A, R, M> {
    #[inline]
    pub(crate) fn new(place: &'a Place<S>, op: &'static CallOp<S, A, R>, args: A) -> Self {
        Self { place, op, limit: Limit::default(), args: Some(args), waiting: None, kind: PhantomData }
    }

    /// What it would say, where it has not been made: for whoever expects one.
    pub(crate) fn into_parts(mut self) -> Option<(&'static CallOp<S, A, R>, A)> {
        Some((self.op, self.args.take()?))
    }

    /// Gives up after this long; zero means that it must be answered at once, [`Duration::MAX`] never.
    ///
    /// Without it, the handler's or the server's attribute says how long, or else it is 5 s. Within a handler it is at
    /// most what is left of that handler's own caller's time.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit.within(limit);
        self
    }

    /// Waits for ever, or, within a handler, as long as that handler's own caller does.
    pub fn no_timeout(mut self) -> Self {
        self.limit.never();
        self
    }

    /// Does not inherit what is left of the running handler's own caller's time.
    pub fn detached(mut self) -> Self {
        self.limit.detach();
        self
    }
}

impl<S: Protocol, A: 'static, R: Send + 'static, M: Unpack<R>> Call<'_, S, A, R, M> {
    /// Sends the message now, to be answered later: any number may be in flight, and be awaited in any order.
    ///
    /// # Errors
    ///
    /// The message, where the mailbox is full or the server is gone.
    ///
    /// # Panics
    ///
    /// Where the call has been polled before.
    pub fn send(mut self) -> Result<Pending<R, M>, SendError<S::Call>> {
        let Some(args) = self.args.take() else { panic!("a call was sent after it was polled") };
        let Some(found) = self.place.enter() else {
            return Err(SendError::NoProc(send::unsent_call(self.op, args)));
        };
        let waiting = send::send_call(&found.client, self.op, args, self.limit)?;
        Ok(Pending { client: S::Kind::erase(found.client), waiting, kind: PhantomData })
    }

    /// Makes the call and blocks this thread until it is answered.
    ///
    /// # Errors
    ///
    /// As for `.await`, and [`CallError::WouldBlock`] for a server on a thread of a runtime. An agent can be called from
    /// any thread: it blocks as a short mutex does. Within `tokio::task::unconstrained` the thread is not recognised, and
    /// is blocked.
    ///
    /// # Panics
    ///
    /// Where the call has been polled before.
    #[inline]
    pub fn wait(mut self) -> Result<M::Value, CallError<M::Error>> {
        let Some(args) = self.args.take() else { panic!("a call was waited for after it was polled") };
        let Some(client) = self.place.here() else { return finish::<R, M>(self.wait_for_found(args)) };
        // Whether a server may be waited for here has to be known before it is run.
        let args = if client.core.needs_runtime() {
            args
        } else {
            match self.op.call_now(&client.core, args, &self.limit) {
                Ran::Value(value) => return M::unpack(value).map_err(CallError::Handler),
                Ran::Over { started } => return Err(*over::<S, _>(client, started)),
                Ran::Refused(error) => return Err(error.widen()),
                Ran::Waits(waiting) => return finish::<R, M>(waiting.waited(client.core.as_core())),
                Ran::Later(args) => args,
            }
        };
        finish::<R, M>(send::call_and_wait(client, self.op, args, self.limit, None))
    }

    #[cold]
    #[inline(never)]
    fn wait_for_found(&self, args: A) -> Result<R, CallError> {
        let Found { client, entered } = self.place.enter().ok_or(CallError::NoProc)?;
        send::call_and_wait(&client, self.op, args, self.limit, entered)
            .map_err(|error| self.late(error, &client))
    }

    /// Makes the call to whoever is in the place now, and stays with that one.
    #[cold]
    #[inline(never)]
    fn begin_with_found(&mut self, args: A, cx: &mut Context<'_>) -> Begun<R> {
        let Some(Found { client, entered: _entered }) = self.place.enter() else {
            return Begun::Done(Err(CallError::NoProc));
        };
        match send::call_found(&client, self.op, args, self.limit, cx) {
            Begun::Sent(waiting) => Begun::Sent(waiting.of(S::Kind::erase(client))),
            Begun::Done(result) => Begun::Done(result.map_err(|error| self.late(error, &client))),
        }
    }

    /// The server that was found has ended before it had the message.
    fn late(&self, error: CallError, found: &Shared<S>) -> CallError {
        if matches!(error, CallError::NoProc) { self.place.too_late(found) } else { error }
    }
}

impl<'a, S: Protocol, A: 'static, R: 'static> Call<'a, S, A, R, Fallible> {
    /// Keeps the handler's `Result` apart from what can go wrong with the call: the caller gets
    /// `Result<Result<T, E>, CallError>`, for two `?`.
    pub fn split(mut self) -> Call<'a, S, A, R, Plain> {
        let (args, waiting) = (self.args.take(), self.waiting.take());
        Call { place: self.place, op: self.op, limit: self.limit, args, waiting, kind: PhantomData }
    }
}

#[cold]
#[inline(never)]
fn abandon<S: Protocol, R>(place: &Place<S>, mut waiting: Waiting<R>) {
    match place.here() {
        None => waiting.abandon_found(),
        Some(client) => waiting.abandon(client.core.as_core()),
    }
}

/// Boxed, so that the call's result need not be in memory where there is a value.
#[expect(clippy::unnecessary_box_returns, reason = "see above")]
#[cold]
#[inline(never)]
fn over<S: Protocol, E>(client: &Client<EngineOf<S>>, started: bool) -> Box<CallError<E>> {
    Box::new(client.core.why_over(started).widen())
}

#[inline]
fn finish<R, M: Unpack<R>>(result: Result<R, CallError>) -> Result<M::Value, CallError<M::Error>> {
    match result {
        Ok(reply) => M::unpack(reply).map_err(CallError::Handler),
        Err(error) => Err(error.widen()),
    }
}

impl<S: Protocol, A: 'static, R: Send + 'static, M: Unpack<R>> Future for Call<'_, S, A, R, M> {
    type Output = Result<M::Value, CallError<M::Error>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let here = self.place.here();
        // What is cold takes things by value and gives them back: a reference would keep the whole call in memory.
        let begun = if self.args.is_some() {
            ready!(current::poll_budget(cx, CALLS_A_UNIT));
            let Some(args) = self.args.take() else { return Poll::Pending };
            match here {
                None => self.begin_with_found(args, cx),
                Some(client) => match self.op.call_now(&client.core, args, &self.limit) {
                    Ran::Value(value) => return Poll::Ready(M::unpack(value).map_err(CallError::Handler)),
                    Ran::Over { started } => return Poll::Ready(Err(*over::<S, _>(client, started))),
                    Ran::Refused(error) => Begun::Done(Err(error)),
                    Ran::Waits(waiting) => waiting.polled(client.core.as_core(), cx),
                    Ran::Later(args) => send::call_and_poll(client, self.op, args, self.limit, cx),
                },
            }
        } else {
            let Some(waiting) = self.waiting.take() else { panic!("a call was polled after it was done") };
            match here {
                None => waiting.polled_found(cx),
                Some(client) => waiting.polled(client.core.as_core(), cx),
            }
        };
        match begun {
            Begun::Done(result) => Poll::Ready(finish::<R, M>(result)),
            Begun::Sent(waiting) => {
                self.waiting = Some(waiting);
                Poll::Pending
            }
        }
    }
}

// Nothing in a call is pinned: the arguments are moved out before anything is polled.
impl<S: Protocol, A: 'static, R: 'static, M> Unpin for Call<'_, S, A, R, M> {}

impl<S: Protocol, A: 'static, R: 'static, M> Drop for Call<'_, S, A, R, M> {
    #[inline]
    fn drop(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            abandon(self.place, waiting);
        }
    }
}

impl<S: Protocol, A: 'static, R: 'static, M> fmt::Debug for Call<'_, S, A, R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("server", &S::NAME)
            .field("handler", &self.op.handler.name)
            .finish_non_exhaustive()
    }
}

/// A call that has been sent and is answered later.
///
/// Its time runs from when it was sent. Dropping it may cancel the call; [`detach`](Self::detach) does not.
///
/// # Cancel safety
///
/// Awaiting it through `&mut` and stopping to do so loses nothing.
#[must_use = "dropping a `Pending` may cancel the call; `.detach()` does not"]
pub struct Pending<R, M = Plain> {
    client: Arc<Client<dyn Core>>,
    waiting: Waiting<R>,
    kind: PhantomData<fn() -> M>,
}

impl<R: Send + 'static, M: Unpack<R>> Pending<R, M> {
    /// Lets the call be handled although nobody waits for its reply.
    pub fn detach(mut self) {
        self.waiting.slot.detach();
        self.waiting.done = true;
    }

    /// Blocks this thread until the call is answered.
    ///
    /// # Errors
    ///
    /// As for [`Call::wait`]. Where waiting is refused, a call that had not begun is cancelled; one that had gives
    /// `Timeout { started: true }`.
    pub fn wait(mut self) -> Result<M::Value, CallError<M::Error>> {
        let client = Arc::clone(&self.client);
        let refused = match current::may_call(client.core.id()) {
            Err(error) => Some(error),
            Ok(_) if client.core.needs_runtime() && blocking::is_runtime_thread() => {
                Some(CallError::WouldBlock)
            }
            Ok(_) => None,
        };
        match refused {
            Some(error) => finish::<R, M>(self.refuse(error)),
            None => finish::<R, M>(self.waiting.wait(&client.core)),
        }
    }

    /// Nobody may wait here for what was sent: it is cancelled, and where it was too late for that, the error says so.
    fn refuse(&mut self, error: CallError) -> Result<R, CallError> {
        let client = Arc::clone(&self.client);
        self.waiting
            .give_up(&client.core, |started| if started { CallError::Timeout { started } } else { error })
    }

    /// A call that was sent counts as awaited from the moment at which a handler polls it.
    fn enter_graph(&self) -> Result<(), CallError> {
        match current::may_call(self.client.core.id())? {
            Some(activity) => self.waiting.enter_graph(&self.client.core, &activity),
            None => Ok(()),
        }
    }
}

impl<R: Send + 'static, M: Unpack<R>> Future for Pending<R, M> {
    type Output = Result<M::Value, CallError<M::Error>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(!self.waiting.done, "a pending call was polled after it was done");
        let answered = self.waiting.slot.is_answered();
        if !answered && let Err(error) = self.enter_graph() {
            return Poll::Ready(finish::<R, M>(self.refuse(error)));
        }
        let client = Arc::clone(&self.client);
        self.waiting.poll(&client.core, cx).map(finish::<R, M>)
    }
}

impl<R, M> Unpin for Pending<R, M> {}

impl<R, M> Drop for Pending<R, M> {
    fn drop(&mut self) {
        self.waiting.abandon(&self.client.core);
    }
}

impl<R, M> fmt::Debug for Pending<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("server", &self.client.core.name()).finish_non_exhaustive()
    }
}
