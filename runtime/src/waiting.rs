//! A caller that waits for its reply, until that comes or its time is over.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::blocking;
use crate::client::Client;
use crate::current::Activity;
use crate::deadlock::Edge;
use crate::engine::Core;
use crate::error::CallError;
use crate::mailbox::Ticket;
use crate::pool;
use crate::reply::{Answer, Slot, into_result};
use crate::time::{self, Instant, Sleep, Until};

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

    /// When a caller that begins now gives up. Only a limit of its own is counted from this very moment.
    #[inline]
    pub(crate) fn until(self, default: Duration, activity: Option<&Activity>) -> Until {
        let inherited = activity.filter(|_| !self.detached).and_then(|activity| activity.until.moment());
        match self.kind {
            LimitKind::Default => Until::at(inherited).or_within(Some(default)),
            LimitKind::Within(own) => Until::at(time::earlier(time::after(own), inherited)),
            LimitKind::Never => Until::at(inherited),
        }
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

/// How often a caller has itself polled again, behind whatever else is ready to run, before it arms a timer: most
/// replies are there by then, and a timer costs as much as the rest of the call.
const LOOKS: u8 = 2;

/// The place of a call that has never been in the mailbox.
const NEVER_QUEUED: Ticket = Ticket::MAX;

/// A caller that waits for its reply.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct Waiting<R> {
    pub(crate) slot: Arc<Slot<R>>,
    ticket: Ticket,
    until: Until,
    /// How often the reply is still looked for before a timer is armed.
    looks: u8,
    sleep: Option<Sleep>,
    /// Whether the reply has been taken, or is wanted no more.
    pub(crate) done: bool,
}

impl<R> Waiting<R> {
    /// Stays with the server that was found when the call was made.
    pub(crate) fn of(self, client: Arc<Client<dyn Core>>) -> Self {
        self.slot.set_found(client);
        self
    }

    /// As [`abandon`](Self::abandon), for a call that knows its server.
    pub(crate) fn abandon_found(&mut self) {
        if let Some(client) = self.slot.found() {
            self.abandon(&client.core);
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
}

impl<R: Send + 'static> Waiting<R> {
    pub(crate) fn new(slot: Arc<Slot<R>>, ticket: Ticket, until: Until) -> Self {
        // A limit of the call's own is kept from the start.
        let looks = if until.is_settled() { 0 } else { LOOKS };
        Self { slot, ticket, until, looks, sleep: None, done: false }
    }

    /// For a handler that was begun where it was called.
    pub(crate) fn begun(slot: Arc<Slot<R>>, until: Until) -> Self {
        Self { slot, ticket: NEVER_QUEUED, until, looks: LOOKS, sleep: None, done: false }
    }

    /// Waits for the reply or the deadline, whichever comes first.
    pub(crate) fn poll(&mut self, core: &dyn Core, cx: &mut Context<'_>) -> Poll<Result<R, CallError>> {
        if let Poll::Ready(result) = self.poll_reply(core, cx) {
            return Poll::Ready(result);
        }
        if self.looks > 0 {
            self.looks -= 1;
            blocking::look_again(cx);
            return Poll::Pending;
        }
        let Some(deadline) = self.settle() else { return Poll::Pending };
        match self.sleep.get_or_insert_with(|| Sleep::until(deadline)).poll(cx) {
            Poll::Ready(()) => Poll::Ready(self.time_out(core)),
            Poll::Pending => Poll::Pending,
        }
    }

    /// The deadline, which the handler's own calls inherit.
    fn settle(&mut self) -> Option<Instant> {
        if self.until.is_settled() {
            return self.until.moment();
        }
        let deadline = self.until.settle();
        self.slot.settle(self.until);
        deadline
    }

    /// As [`poll`](Self::poll), for a caller that keeps it elsewhere meanwhile.
    #[cold]
    #[inline(never)]
    pub(crate) fn polled(mut self, core: &dyn Core, cx: &mut Context<'_>) -> Begun<R> {
        match self.poll(core, cx) {
            Poll::Ready(result) => {
                pool::give_back(self.slot);
                Begun::Done(result)
            }
            Poll::Pending => Begun::Sent(self),
        }
    }

    /// As [`poll`](Self::poll), for a call that knows its server.
    pub(crate) fn poll_found(&mut self, cx: &mut Context<'_>) -> Poll<Result<R, CallError>> {
        match self.slot.found() {
            Some(client) => self.poll(&client.core, cx),
            None => Poll::Ready(Err(CallError::NoProc)),
        }
    }

    /// As [`wait`](Self::wait), for a call that knows its server.
    pub(crate) fn waited_found(mut self) -> Result<R, CallError> {
        match self.slot.found() {
            Some(client) => self.wait(&client.core),
            None => Err(CallError::NoProc),
        }
    }

    /// As [`polled`](Self::polled), for a call that knows its server.
    #[cold]
    #[inline(never)]
    pub(crate) fn polled_found(self, cx: &mut Context<'_>) -> Begun<R> {
        match self.slot.found() {
            Some(client) => self.polled(&client.core, cx),
            None => Begun::Done(Err(CallError::NoProc)),
        }
    }

    /// As [`wait`](Self::wait).
    #[cold]
    #[inline(never)]
    pub(crate) fn waited(mut self, core: &dyn Core) -> Result<R, CallError> {
        let result = self.wait(core);
        pool::give_back(self.slot);
        result
    }

    fn poll_reply(&mut self, core: &dyn Core, cx: &Context<'_>) -> Poll<Result<R, CallError>> {
        if let Poll::Ready(answer) = self.slot.poll(cx) {
            return Poll::Ready(self.end(answer));
        }
        if !core.attend(self.ticket, cx) {
            return Poll::Pending;
        }
        match self.slot.take() {
            Some(answer) => Poll::Ready(self.end(answer)),
            None => Poll::Pending,
        }
    }

    fn end(&mut self, answer: Answer<R>) -> Result<R, CallError> {
        self.done = true;
        let started = matches!(answer, Answer::Exit(_)) && self.slot.has_started();
        into_result(answer, started)
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
        let limit = self.settle().map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match blocking::block_on(limit, |cx| self.poll_reply(core, cx)) {
            Some(result) => result,
            None => self.time_out(core),
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
