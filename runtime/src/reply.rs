//! `ReplyTo`: one answer, or the caller learns that none will come.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::client::Client;
use crate::contain::wake;
use crate::current;
use crate::deadlock::{Edge, Node};
use crate::engine::Core;
use crate::error::CallError;
use crate::exit::ExitReason;
use crate::life::Life;
use crate::mutants::mutant;
use crate::stream::{self, Replies, ReplyStream};
use crate::sync::Lock;
use crate::time::{Instant, Until};

/// What a call comes to.
pub(crate) enum Answer<R> {
    Value(R),
    /// The handler let go of its `ReplyTo`.
    NoReply,
    /// The server ended first.
    Exit(ExitReason),
    /// The message was dropped to make room.
    Full,
    /// There was nobody to hand the message on to.
    NoProc,
}

/// Where one reply goes: shared by the caller, and the message or whoever it was handed on to.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct Slot<R> {
    state: Lock<State<R>>,
    erase: Erase<R>,
}

/// How a slot is shared without the type of its reply.
///
/// It is known where the slot is made that the reply may go to other threads. Had everything that names the slot to
/// know it too, a reply that may not would be an error in each of these places, and not only where it is written.
struct Erase<R> {
    caller: fn(Arc<Slot<R>>) -> SharedCaller,
    later: fn(ReplyTo<R>, R) -> Later,
}

/// A waiting caller that several threads may know.
pub(crate) type SharedCaller = Arc<dyn Caller + Send + Sync>;

/// A reply that is sent when its handler's server has ended.
pub(crate) type Later = Box<dyn FnOnce() + Send>;

#[expect(clippy::struct_excessive_bools, reason = "four facts that are independent of each other")]
struct State<R> {
    answer: Option<Answer<R>>,
    /// Whether the answer was given, also when it has been taken since.
    answered: bool,
    /// Whether the handler has begun.
    started: bool,
    /// Whether nobody waits any more.
    abandoned: bool,
    /// Whether the handler is to run although nobody waits.
    always: bool,
    waker: Option<Waker>,
    /// When the caller gives up.
    until: Until,
    /// The call as the graph of waiting servers has it; it ends with the answer.
    edge: Option<Edge>,
    /// Who has the call, where the caller's place may lead to another by now.
    found: Option<Arc<Client<dyn Core>>>,
}

/// A waiting caller, as the engine sees it: without the type of its reply.
#[doc(hidden)]
pub trait Caller {
    /// Notes that the handler begins, and says until when; `None` where nobody waits and so nothing is to be done.
    fn begin(&self) -> Option<Until>;
    /// Whether there is nothing left to wait for.
    fn is_answered(&self) -> bool;
    /// The server has ended, and this is why.
    fn end(&self, reason: &ExitReason);
    /// The message was dropped to make room.
    fn refuse(&self);
    /// There is nobody to hand the message on to.
    fn no_proc(&self);
    /// The handler has ended without an answer, which may now come from anywhere: the server is not what it waits for.
    fn release(&self, server: Node);
}

impl<R: Send + 'static> Slot<R> {
    const ERASE: Erase<R> =
        Erase { caller: |slot| slot, later: |reply, value| Box::new(move || reply.send(value)) };

    pub(crate) fn new(until: Until, always: bool) -> Arc<Self> {
        Arc::new(Self {
            erase: Self::ERASE,
            state: Lock::new(State {
                answer: None,
                answered: false,
                started: false,
                abandoned: false,
                always,
                waker: None,
                until,
                edge: None,
                found: None,
            }),
        })
    }
}

impl<R> Slot<R> {
    /// Makes a slot that nobody else has as good as new; whoever had it by a `Weak` has seen to it that nobody has.
    pub(crate) fn renew(&mut self, until: Until, always: bool) {
        let state = self.state.get_mut();
        state.answered = false;
        state.started = false;
        state.abandoned = false;
        state.always = always;
        state.until = until;
    }

    /// Whether nothing of a caller's is left in it.
    pub(crate) fn is_spent(&mut self) -> bool {
        let state = self.state.get_mut();
        state.answered
            && state.answer.is_none()
            && state.waker.is_none()
            && state.edge.is_none()
            && state.found.is_none()
    }

    /// Gives the answer, where none was given: the waker is woken and the rest dropped when the lock is free again.
    fn answer(&self, answer: Answer<R>) {
        let mut state = self.state.lock();
        mutant!("slot_is_answered_twice" => state.answered = false);
        mutant!("slot_keeps_a_late_answer" => state.abandoned = false);
        if state.answered {
            return;
        }
        state.answered = true;
        let edge = state.edge.take();
        let (waker, unseen) = if state.abandoned {
            (None, Some(answer))
        } else {
            state.answer = Some(answer);
            (state.waker.take(), None)
        };
        drop(state);
        drop(edge);
        drop(unseen);
        wake(waker);
    }

    /// When the caller gives up, now that somebody has looked at the clock.
    pub(crate) fn settle(&self, until: Until) {
        self.state.lock().until = until;
    }

    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Answer<R>> {
        let mut state = self.state.lock();
        if let Some(answer) = state.answer.take() {
            return Poll::Ready(answer);
        }
        mutant!("slot_lets_go_before_it_leaves_its_waker" => drop(state); state = self.state.lock());
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Takes the answer if it is there.
    pub(crate) fn take(&self) -> Option<Answer<R>> {
        self.state.lock().answer.take()
    }

    /// Stops waiting: an answer that has come is still given, else it says whether the handler has begun or still will.
    pub(crate) fn give_up(&self) -> Result<Answer<R>, bool> {
        let (outcome, edge) = {
            let mut state = self.state.lock();
            state.abandoned = true;
            state.waker = None;
            (state.answer.take().ok_or(state.started || state.always), state.edge.take())
        };
        drop(edge);
        outcome
    }

    /// Stops waiting, and lets the handler run all the same.
    pub(crate) fn detach(&self) {
        let edge = {
            let mut state = self.state.lock();
            state.always = true;
            state.edge.take()
        };
        drop(edge);
    }

    pub(crate) fn has_started(&self) -> bool {
        self.state.lock().started
    }

    pub(crate) fn is_answered(&self) -> bool {
        self.state.lock().answered
    }

    pub(crate) fn has_edge(&self) -> bool {
        self.state.lock().edge.is_some()
    }

    /// Notes which server has the call.
    pub(crate) fn set_found(&self, client: Arc<Client<dyn Core>>) {
        let previous = self.state.lock().found.replace(client);
        drop(previous);
    }

    /// Which server has the call, where that was noted.
    pub(crate) fn found(&self) -> Option<Arc<Client<dyn Core>>> {
        self.state.lock().found.clone()
    }

    /// The call is awaited by a handler: see `deadlock`.
    pub(crate) fn set_edge(&self, edge: Edge) {
        let mut state = self.state.lock();
        // An answered call is waited for no longer; the edge is dropped when the lock is free again.
        let late = if state.answered { Some(edge) } else { state.edge.replace(edge) };
        drop(state);
        drop(late);
    }
}

impl<R> Caller for Slot<R> {
    fn begin(&self) -> Option<Until> {
        let mut state = self.state.lock();
        mutant!("slot_begins_what_was_given_up" => state.abandoned = false);
        if state.abandoned && !state.always {
            return None;
        }
        state.started = true;
        Some(state.until)
    }

    fn is_answered(&self) -> bool {
        Self::is_answered(self)
    }

    fn end(&self, reason: &ExitReason) {
        self.answer(Answer::Exit(reason.clone()));
    }

    fn refuse(&self) {
        self.answer(Answer::Full);
    }

    fn no_proc(&self) {
        self.answer(Answer::NoProc);
    }

    fn release(&self, server: Node) {
        let edge = {
            let mut state = self.state.lock();
            state.edge.take_if(|edge| edge.points_to(server))
        };
        drop(edge);
    }
}

/// The reply to a call, to be sent once, now or later, from anywhere.
///
/// A `#[call]` handler of a server may take one instead of returning a value. Dropping it without an answer gives the
/// caller [`CallError::NoReply`](crate::CallError::NoReply), at once; the server goes on. If the server has ended by
/// then, the caller gets [`CallError::Exit`](crate::CallError::Exit) with its reason instead.
///
/// # Examples
///
/// ```
/// use callcast::prelude::*;
///
/// #[derive(Default)]
/// struct Gate { waiting: Vec<ReplyTo<u32>> }
///
/// #[server]
/// impl Gate {
///     #[init]
///     fn new() -> Self { Self::default() }
///
///     /// Waits until the gate is opened.
///     #[call]
///     fn pass(&mut self, reply: ReplyTo<u32>) { self.waiting.push(reply) }
///
///     #[cast]
///     fn open(&mut self) {
///         for (ticket, reply) in (1..).zip(self.waiting.drain(..)) {
///             reply.send(ticket);
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gate = Gate::start().await?;
/// let ticket = gate.pass().send()?;
/// gate.open().await?;
/// assert_eq!(ticket.await?, 1);
/// # Ok(())
/// # }
/// ```
#[must_use = "a `ReplyTo` that is dropped gives its caller the error `NoReply`"]
pub struct ReplyTo<R> {
    /// Taken by whoever answers; there until then.
    slot: Option<Arc<Slot<R>>>,
    /// The server that owes the answer.
    life: Arc<Life>,
}

impl<R> ReplyTo<R> {
    pub(crate) fn new(slot: Arc<Slot<R>>, life: Arc<Life>) -> Self {
        Self { slot: Some(slot), life }
    }

    /// Sends the reply. Where nobody waits for it any more, it is dropped here.
    pub fn send(mut self, value: R) {
        if let Some(slot) = self.slot.take() {
            if self.life.is_observed() {
                self.life.probe().replied();
            }
            slot.answer(Answer::Value(value));
        }
    }

    /// As [`send`](Self::send), of what is no call.
    pub(crate) fn send_unnoted(mut self, value: R) {
        if let Some(slot) = self.slot.take() {
            slot.answer(Answer::Value(value));
        }
    }

    /// Says whether nobody waits for this reply any more, so that work on it can be spared.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.slot.as_ref().is_none_or(|slot| slot.state.lock().abandoned)
    }

    pub(crate) fn life(&self) -> &Life {
        &self.life
    }

    /// Another server owes the answer from now on.
    #[doc(hidden)]
    pub fn redirect(&mut self, to: &Arc<Life>) {
        self.life = Arc::clone(to);
    }

    /// When the caller gives up, if it ever does.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.slot.as_ref().and_then(|slot| slot.state.lock().until.moment())
    }

    /// The caller, while there is no answer.
    #[doc(hidden)]
    #[must_use]
    pub fn caller(&self) -> Option<&dyn Caller> {
        let caller: &dyn Caller = self.slot.as_deref()?;
        Some(caller)
    }

    /// The same, for whoever outlives this.
    pub(crate) fn shared_caller(&self) -> Option<SharedCaller> {
        self.slot.clone().map(erased)
    }

    /// Sends the reply when it is asked to.
    pub(crate) fn later(self, value: R) -> Later {
        match &self.slot {
            Some(slot) => (slot.erase.later)(self, value),
            None => Box::new(|| ()),
        }
    }

    /// The answer will come from this node of the graph of waiting servers.
    pub(crate) fn hand_over(&self, node: Node) {
        if let Some(slot) = &self.slot
            && let Some(edge) = &slot.state.lock().edge
        {
            edge.point_to(node);
        }
    }
}

impl<T: Send + 'static> ReplyTo<Replies<T>> {
    /// Replies with a stream, and keeps the end that feeds it.
    #[doc(hidden)]
    #[must_use]
    pub fn into_stream(self) -> ReplyStream<T> {
        let (out, replies) = stream::channel(Arc::clone(&self.life));
        self.send(replies);
        out
    }
}

impl<R> Drop for ReplyTo<R> {
    fn drop(&mut self) {
        let Some(slot) = self.slot.take() else { return };
        match self.life.reason() {
            Some(reason) => slot.end(&reason),
            // Its own handler unwinds: the caller is told why when the server knows, which is soon.
            None if std::thread::panicking() && current::is_running(self.life.id()) => {
                self.life.adopt(erased(slot));
            }
            None if self.life.is_exit_announced() => self.life.adopt(erased(slot)),
            None => slot.answer(Answer::NoReply),
        }
    }
}

impl<R> fmt::Debug for ReplyTo<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyTo").field("server", &self.life.id()).finish_non_exhaustive()
    }
}

fn erased<R>(slot: Arc<Slot<R>>) -> SharedCaller {
    (slot.erase.caller)(slot)
}

/// What a call's answer means to its caller.
pub(crate) fn into_result<R>(answer: Answer<R>, started: bool) -> Result<R, CallError> {
    match answer {
        Answer::Value(value) => Ok(value),
        Answer::NoReply => Err(CallError::NoReply),
        Answer::Exit(reason) => Err(CallError::Exit { reason, started }),
        Answer::Full => Err(CallError::Full),
        Answer::NoProc => Err(CallError::NoProc),
    }
}
