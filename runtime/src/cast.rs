//! `Cast`: what a client's casts return.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::blocking;
use crate::client::Client;
use crate::current;
use crate::engine::Core;
use crate::error::{CastError, SendError};
use crate::kind::{Kind, Protocol};
use crate::mailbox::Ticket;
use crate::op::CastOp;
use crate::place::{Found, Place};
use crate::send;
use crate::time::{Instant, Sleep};
use crate::waiting::Limit;

/// What became of a cast when it was begun.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub enum BegunCast {
    Done(Result<(), CastError>),
    /// It waits for room, or at an agent for its turn.
    Waiting(WaitingCast),
}

/// A cast that waits for room, or at an agent for its turn.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct WaitingCast {
    ticket: Ticket,
    deadline: Option<Instant>,
    sleep: Option<Sleep>,
    /// Who has the cast, where its place may lead to another by now.
    found: Option<Arc<Client<dyn Core>>>,
}

impl WaitingCast {
    pub(crate) const fn new(ticket: Ticket, deadline: Option<Instant>) -> Self {
        Self { ticket, deadline, sleep: None, found: None }
    }

    #[cold]
    #[inline(never)]
    fn polled(mut self, core: &dyn Core, cx: &mut Context<'_>) -> BegunCast {
        if let Poll::Ready(accepted) = core.poll_accepted(self.ticket, cx) {
            return BegunCast::Done(accepted.map_err(|()| CastError::NoProc));
        }
        let Some(deadline) = self.deadline else { return BegunCast::Waiting(self) };
        match self.sleep.get_or_insert_with(|| Sleep::until(deadline)).poll(cx) {
            Poll::Ready(()) => BegunCast::Done(self.time_out(core)),
            Poll::Pending => BegunCast::Waiting(self),
        }
    }

    /// As [`polled`](Self::polled), for a cast that knows its server.
    fn polled_found(self, cx: &mut Context<'_>) -> BegunCast {
        match self.found.clone() {
            Some(client) => self.polled(&client.core, cx),
            None => BegunCast::Done(Err(CastError::NoProc)),
        }
    }

    fn wait(self, core: &dyn Core) -> Result<(), CastError> {
        let limit = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match blocking::block_on(limit, |cx| core.poll_accepted(self.ticket, cx)) {
            Some(accepted) => accepted.map_err(|()| CastError::NoProc),
            None => self.time_out(core),
        }
    }

    /// A message that has got its place in the meantime is accepted, however late.
    fn time_out(&self, core: &dyn Core) -> Result<(), CastError> {
        if core.withdraw(self.ticket) { Err(CastError::Timeout) } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn abandon<S: Protocol>(self, place: &Place<S>) {
        match (place.here(), &self.found) {
            (Some(client), _) => client.core.withdraw(self.ticket),
            (None, Some(client)) => client.core.withdraw(self.ticket),
            (None, None) => false,
        };
    }
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
pub struct Cast<'a, S: Protocol, A: 'static> {
    place: &'a Place<S>,
    op: &'static CastOp<S, A>,
    limit: Limit,
    /// There until the message is sent.
    args: Option<A>,
    /// There while it waits for room.
    waiting: Option<WaitingCast>,
}

impl<'a, S: Protocol, A: 'static> Cast<'a, S, A> {
    #[inline]
    pub(crate) fn new(place: &'a Place<S>, op: &'static CastOp<S, A>, args: A) -> Self {
        Self { place, op, limit: Limit::default(), args: Some(args), waiting: None }
    }

    /// What it would say, where it has not been sent: for whoever expects one.
    pub(crate) fn into_parts(mut self) -> Option<(&'static CastOp<S, A>, A)> {
        Some((self.op, self.args.take()?))
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
        let Some(args) = self.args.take() else { panic!("a cast was sent after it was polled") };
        let mut found = None;
        let Some(client) = self.place.lead(&mut found) else {
            return Err(SendError::NoProc((self.op.message)(args)));
        };
        match self.op.cast_now(&client.core, args) {
            Ok(()) => Ok(()),
            Err(args) => send::send_cast(client, self.op, args),
        }
    }

    /// Sends the message, and blocks this thread while there is no room for it.
    ///
    /// # Errors
    ///
    /// As for `.await`, and [`CastError::WouldBlock`] for a server on a thread of a runtime.
    ///
    /// # Panics
    ///
    /// Where the cast has been polled before.
    pub fn wait(mut self) -> Result<(), CastError> {
        let mut found = None;
        let client = Arc::clone(self.place.lead(&mut found).ok_or(CastError::NoProc)?);
        let core = &client.core;
        if core.needs_runtime() && blocking::is_runtime_thread() {
            return Err(CastError::WouldBlock);
        }
        let Some(args) = self.args.take() else { panic!("a cast was waited for after it was polled") };
        let Err(args) = self.op.cast_now(core, args) else { return Ok(()) };
        let begun = send::cast_later(&client, self.op, args, self.limit);
        // It is delivered: others need not wait for that.
        drop(found);
        match begun {
            BegunCast::Done(result) => result,
            BegunCast::Waiting(waiting) => waiting.wait(core.as_core()),
        }
    }

    /// Sends the message to whoever is in the place now, and stays with that one.
    #[cold]
    #[inline(never)]
    fn begin_with_found(&mut self, args: A, cx: &mut Context<'_>) -> BegunCast {
        let Some(Found { client, entered: _entered }) = self.place.enter() else {
            return BegunCast::Done(Err(CastError::NoProc));
        };
        let Err(args) = self.op.cast_now(&client.core, args) else { return BegunCast::Done(Ok(())) };
        match send::cast_later(&client, self.op, args, self.limit) {
            BegunCast::Waiting(mut waiting) => {
                waiting.found = Some(S::Kind::erase(client));
                waiting.polled_found(cx)
            }
            done @ BegunCast::Done(_) => done,
        }
    }
}

impl<S: Protocol, A: 'static> Future for Cast<'_, S, A> {
    type Output = Result<(), CastError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let here = self.place.here();
        // As for a call: what is cold takes things by value.
        let begun = if self.args.is_some() {
            ready!(current::poll_budget(cx, <S::Kind as Kind<S>>::CASTS_A_UNIT));
            let Some(args) = self.args.take() else { return Poll::Pending };
            match here {
                None => self.begin_with_found(args, cx),
                Some(client) => match self.op.cast_now(&client.core, args) {
                    Ok(()) => return Poll::Ready(Ok(())),
                    Err(args) => match send::cast_later(client, self.op, args, self.limit) {
                        BegunCast::Waiting(waiting) => waiting.polled(client.core.as_core(), cx),
                        done @ BegunCast::Done(_) => done,
                    },
                },
            }
        } else {
            let Some(waiting) = self.waiting.take() else { panic!("a cast was polled after it was done") };
            match here {
                None => waiting.polled_found(cx),
                Some(client) => waiting.polled(client.core.as_core(), cx),
            }
        };
        match begun {
            BegunCast::Done(result) => Poll::Ready(result),
            BegunCast::Waiting(waiting) => {
                self.waiting = Some(waiting);
                Poll::Pending
            }
        }
    }
}

// Nothing in a cast is pinned: the arguments are moved out before anything is polled.
impl<S: Protocol, A: 'static> Unpin for Cast<'_, S, A> {}

impl<S: Protocol, A: 'static> Drop for Cast<'_, S, A> {
    #[inline]
    fn drop(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            waiting.abandon(self.place);
        }
    }
}

impl<S: Protocol, A: 'static> fmt::Debug for Cast<'_, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cast")
            .field("server", &S::NAME)
            .field("handler", &self.op.name)
            .finish_non_exhaustive()
    }
}
