//! A caller that waits for its reply, until that comes or its time is over.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::blocking;
use crate::client::Core;
use crate::current::Activity;
use crate::deadlock::Edge;
use crate::error::CallError;
use crate::mailbox::Ticket;
use crate::reply::{Answer, Slot, into_result};
use crate::time::{self, Instant, Sleep};

/// How long a caller waits, before it is known from when on.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Limit {
    kind: LimitKind,
    /// Whether what is left of the running handler's own time does not count.
    detached: bool,
}

#[derive(Clone, Copy, Debug, Default)]
enum LimitKind {
    /// What the handler's or the server's attribute says.
    #[default]
    Default,
    Within(Duration),
    Never,
}

impl Limit {
    pub(crate) fn within(&mut self, duration: Duration) {
        self.kind = LimitKind::Within(duration);
    }

    pub(crate) fn never(&mut self) {
        self.kind = LimitKind::Never;
    }

    pub(crate) fn detach(&mut self) {
        self.detached = true;
    }

    /// Whether this call has a limit of its own, which holds whatever its handler does.
    #[inline]
    pub(crate) const fn is_explicit(self) -> bool {
        matches!(self.kind, LimitKind::Within(_))
    }

    /// How long a caller that begins now waits, as far as it is its own affair.
    pub(crate) const fn own(self, default: Duration) -> Option<Duration> {
        match self.kind {
            LimitKind::Default => Some(default),
            LimitKind::Within(duration) => Some(duration),
            LimitKind::Never => None,
        }
    }

    /// The moment at which the handler that makes this call has to be done itself.
    pub(crate) fn inherited(self, activity: Option<&Activity>) -> Option<Instant> {
        activity.filter(|_| !self.detached).and_then(Activity::deadline)
    }

    /// The moment at which a caller that begins now gives up.
    pub(crate) fn deadline(self, default: Duration, activity: Option<&Activity>) -> Option<Instant> {
        time::earlier(self.own(default).and_then(time::after), self.inherited(activity))
    }
}

/// What became of a call when it was begun.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub enum Begun<R> {
    /// It is over: it ran where it was called, or could not be made.
    Done(Result<R, CallError>),
    /// Its message was sent.
    Sent(Waiting<R>),
}

/// A caller that waits for its reply.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct Waiting<R> {
    pub(crate) slot: Arc<Slot<R>>,
    ticket: Ticket,
    sleep: Option<Sleep>,
    /// Whether the reply has been taken, or is wanted no more.
    pub(crate) done: bool,
}

impl<R> Waiting<R> {
    pub(crate) fn new(slot: Arc<Slot<R>>, ticket: Ticket) -> Self {
        Self { slot, ticket, sleep: None, done: false }
    }

    /// Waits for the reply or the deadline, whichever comes first.
    pub(crate) fn poll(&mut self, core: &dyn Core, cx: &mut Context<'_>) -> Poll<Result<R, CallError>> {
        if let Poll::Ready(result) = self.poll_reply(core, cx) {
            return Poll::Ready(result);
        }
        let Some(deadline) = self.slot.deadline() else { return Poll::Pending };
        match self.sleep.get_or_insert_with(|| Sleep::until(deadline)).poll(cx) {
            Poll::Ready(()) => Poll::Ready(self.time_out(core)),
            Poll::Pending => Poll::Pending,
        }
    }

    /// As [`poll`](Self::poll), for a caller that keeps it elsewhere meanwhile.
    #[cold]
    #[inline(never)]
    pub(crate) fn polled(mut self, core: &dyn Core, cx: &mut Context<'_>) -> Begun<R> {
        match self.poll(core, cx) {
            Poll::Ready(result) => Begun::Done(result),
            Poll::Pending => Begun::Sent(self),
        }
    }

    /// As [`wait`](Self::wait).
    #[cold]
    #[inline(never)]
    pub(crate) fn waited(mut self, core: &dyn Core) -> Result<R, CallError> {
        self.wait(core)
    }

    /// As [`abandon`](Self::abandon).
    #[cold]
    #[inline(never)]
    pub(crate) fn abandoned(mut self, core: &dyn Core) {
        self.abandon(core);
    }

    fn poll_reply(&mut self, core: &dyn Core, cx: &Context<'_>) -> Poll<Result<R, CallError>> {
        if let Poll::Ready(answer) = self.slot.poll(cx) {
            return Poll::Ready(self.end(answer));
        }
        core.attend(self.ticket, cx);
        match self.slot.take() {
            Some(answer) => Poll::Ready(self.end(answer)),
            None => Poll::Pending,
        }
    }

    fn end(&mut self, answer: Answer<R>) -> Result<R, CallError> {
        self.done = true;
        into_result(answer, self.slot.has_started())
    }

    fn time_out(&mut self, core: &dyn Core) -> Result<R, CallError> {
        self.give_up(core, |started| CallError::Timeout { started })
    }

    /// Ends the wait with this error, unless the answer is there; what has not begun never will.
    pub(crate) fn give_up(
        &mut self,
        core: &dyn Core,
        error: impl FnOnce(bool) -> CallError,
    ) -> Result<R, CallError> {
        self.done = true;
        // First out of the queue, if that can be: even a call that runs without a caller is not run then, and what
        // its dropped reply says is not what has happened.
        let withdrawn = core.withdraw(self.ticket);
        match self.slot.give_up() {
            _ if withdrawn => Err(error(false)),
            Ok(answer) => into_result(answer, self.slot.has_started()),
            Err(may_run) => Err(error(may_run)),
        }
    }

    /// Blocks this thread until the reply or the deadline, whichever comes first.
    pub(crate) fn wait(&mut self, core: &dyn Core) -> Result<R, CallError> {
        let limit = self.slot.deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match blocking::block_on(limit, |cx| self.poll_reply(core, cx)) {
            Some(result) => result,
            None => self.time_out(core),
        }
    }

    /// The caller goes: a message that has no place yet is taken out, and one that has is skipped at its turn.
    pub(crate) fn abandon(&mut self, core: &dyn Core) {
        if !self.done {
            self.done = true;
            drop(self.slot.give_up());
            core.withdraw(self.ticket);
        }
    }

    /// The handler that awaits this call waits for that server from now on; a circle of such is refused.
    pub(crate) fn enter_graph(&self, core: &dyn Core, activity: &Activity) -> Result<(), CallError> {
        let life = core.life();
        if self.slot.has_edge() || self.slot.is_answered() || !core.needs_runtime() {
            return Ok(());
        }
        let edge = Edge::new(activity, life.id(), life.name()).map_err(CallError::Deadlock)?;
        self.slot.set_edge(edge);
        Ok(())
    }
}
