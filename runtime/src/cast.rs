//! `Cast`: what a client's casts return.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::task::coop;

use crate::blocking;
use crate::client::{Core as _, Engine as _, Place};
use crate::error::{CastError, SendError};
use crate::kind::GenServer;
use crate::mailbox::Ticket;
use crate::op::CastOp;
use crate::send;
use crate::time::{Instant, Sleep};
use crate::waiting::Limit;

/// What became of a cast when it was begun.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub enum BegunCast {
    Done(Result<(), CastError>),
    /// It waits for room, or at an agent for its turn.
    Waiting {
        ticket: Ticket,
        deadline: Option<Instant>,
    },
}

/// A cast that has not been sent yet: it is sent when it is first polled, or by [`send`](Self::send) or
/// [`wait`](Self::wait).
///
/// Awaited, it is accepted, not yet handled; where the mailbox is full it waits for room, as the overflow policy says.
///
/// # Cancel safety
///
/// A cast that is dropped while it waits for room is taken out, and not handled.
#[must_use = "a cast does nothing until it is awaited, or sent with `.send()` or `.wait()`"]
pub struct Cast<'a, S: GenServer, A: 'static> {
    place: &'a Place<S>,
    op: &'static CastOp<S, A>,
    limit: Limit,
    step: Step<A>,
}

enum Step<A> {
    Ready(A),
    Waiting { ticket: Ticket, deadline: Option<Instant>, sleep: Option<Sleep> },
    Over,
}

impl<'a, S: GenServer, A: Send + 'static> Cast<'a, S, A> {
    pub(crate) fn new(place: &'a Place<S>, op: &'static CastOp<S, A>, args: A) -> Self {
        Self { place, op, limit: Limit::default(), step: Step::Ready(args) }
    }

    /// Gives up waiting for room after this long.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit.within(limit);
        self
    }

    /// Waits for room for ever.
    pub fn no_timeout(mut self) -> Self {
        self.limit.never();
        self
    }

    /// Does not inherit what is left of the running handler's own caller's time.
    pub fn detached(mut self) -> Self {
        self.limit.detach();
        self
    }

    /// Sends the message now.
    ///
    /// # Errors
    ///
    /// The message, where the mailbox is full or the server is gone.
    ///
    /// # Panics
    ///
    /// Where the cast has been polled before.
    pub fn send(mut self) -> Result<(), SendError<S::Cast>> {
        let Step::Ready(args) = std::mem::replace(&mut self.step, Step::Over) else {
            panic!("a cast was sent after it was polled")
        };
        send::send_cast(&self.place.client, self.op, args)
    }

    /// Sends the message, and blocks this thread while there is no room for it.
    ///
    /// # Errors
    ///
    /// As for `.await`, and [`CastError::WouldBlock`] for a server on a thread of a runtime.
    pub fn wait(mut self) -> Result<(), CastError> {
        let core = &self.place.client.core;
        if core.needs_runtime() && blocking::is_runtime_thread() {
            return Err(CastError::WouldBlock);
        }
        if let Some(result) = self.begin() {
            return result;
        }
        let limit = match &self.step {
            Step::Waiting { deadline, .. } => *deadline,
            _ => None,
        };
        let limit = limit.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match blocking::block_on(limit, |cx| self.poll_accepted(cx)) {
            Some(result) => result,
            None => self.time_out(),
        }
    }

    fn begin(&mut self) -> Option<Result<(), CastError>> {
        match std::mem::replace(&mut self.step, Step::Over) {
            Step::Ready(args) => match send::begin_cast(&self.place.client, self.op, args, self.limit) {
                BegunCast::Done(result) => return Some(result),
                BegunCast::Waiting { ticket, deadline } => {
                    self.step = Step::Waiting { ticket, deadline, sleep: None };
                }
            },
            step => self.step = step,
        }
        None
    }

    fn poll_accepted(&mut self, cx: &Context<'_>) -> Poll<Result<(), CastError>> {
        let Step::Waiting { ticket, .. } = self.step else { panic!("a cast was polled after it was done") };
        match self.place.client.core.poll_accepted(ticket, cx) {
            Poll::Ready(accepted) => {
                self.step = Step::Over;
                Poll::Ready(accepted.map_err(|()| CastError::NoProc))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// A message that has got its place in the meantime is accepted, however late.
    fn time_out(&mut self) -> Result<(), CastError> {
        match std::mem::replace(&mut self.step, Step::Over) {
            Step::Waiting { ticket, .. } if self.place.client.core.withdraw(ticket) => {
                Err(CastError::Timeout)
            }
            _ => Ok(()),
        }
    }

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.step {
            Step::Waiting { deadline: Some(deadline), sleep, .. } => {
                sleep.get_or_insert_with(|| Sleep::until(*deadline)).poll(cx)
            }
            _ => Poll::Pending,
        }
    }
}

impl<S: GenServer, A: Send + 'static> Future for Cast<'_, S, A> {
    type Output = Result<(), CastError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // A cast that is accepted at once never waits: see `Call`.
        let unit = match self.step {
            Step::Ready(_) => Some(ready!(coop::poll_proceed(cx))),
            _ => None,
        };
        if let Some(result) = self.begin() {
            unit.inspect(coop::RestoreOnPending::made_progress);
            return Poll::Ready(result);
        }
        if let Poll::Ready(result) = self.poll_accepted(cx) {
            return Poll::Ready(result);
        }
        self.poll_deadline(cx).map(|()| self.time_out())
    }
}

// Nothing in a cast is pinned: the arguments are moved out before anything is polled.
impl<S: GenServer, A: 'static> Unpin for Cast<'_, S, A> {}

impl<S: GenServer, A: 'static> Drop for Cast<'_, S, A> {
    fn drop(&mut self) {
        if let Step::Waiting { ticket, .. } = self.step {
            self.place.client.core.withdraw(ticket);
        }
    }
}

impl<S: GenServer, A: 'static> fmt::Debug for Cast<'_, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cast")
            .field("server", &S::NAME)
            .field("handler", &self.op.name)
            .finish_non_exhaustive()
    }
}
