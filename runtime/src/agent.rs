//! The agent's engine: a lock with a queue beside it, and no task.
//!
//! A caller that finds the lock free and the queue empty runs the handler at once, on its own thread. One that does not
//! queues its message and waits (`queue.rs`); whoever leaves the lock wakes all that wait, and the first to come runs
//! what stands ahead of its own message, then its own, and nothing behind it.
//!
//! **Nobody is forgotten**: who queues counts its message in `queued` and *then* tries the lock; who leaves lets go of
//! the lock and *then* looks at `queued`, by a read-modify-write. Those of one variable have one order: either the
//! leaver sees the count, or the newcomer sees the lock free.

mod end;
mod here;
mod queue;
mod vacant;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Context, Poll};

use crate::agent::queue::Contended;
pub(crate) use crate::agent::queue::{Busy, Work};
use crate::changes::Changes;
use crate::client::{Client, Load};
use crate::contain::Payload;
use crate::current;
use crate::engine::{Core, Engine, Spot};
use crate::exit::ExitReason;
use crate::handling::Handling;
use crate::id::ServerId;
use crate::kind::{Protocol, StateHolder};
use crate::life::Life;
use crate::live;
use crate::log::{self, Watchdog};
use crate::mailbox::{Push, Pushed, Ticket};
use crate::mutants::mutant;
use crate::options::Options;
use crate::protocol::Speaks;
use crate::reply::{ReplyTo, SharedCaller};
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Taken, Turn};
use crate::sys::{Access, Looked, Question};
use crate::watch::Exit;

/// An agent, as its clients share it: 64 bytes beside its state, and the rest where it is needed.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct AgentEngine<S: StateHolder> {
    id: ServerId,
    /// Messages in the queue, or about to be; and one for a kill.
    queued: AtomicUsize,
    /// The state, had by whoever runs a handler; none when the agent has ended.
    state: Turn<Option<S>>,
    /// For those that outlive the call they are made in.
    me: Weak<Client<Self>>,
    /// Made when somebody has to wait, or watches, or ends it: most agents never meet any of these.
    contended: OnceLock<Box<Contended<S>>>,
}

/// The state, while this thread has it: dropping it lets go, and sees to it that whoever came meanwhile gets his turn.
struct Hold<'a, S: StateHolder> {
    /// First the lock, then the look: fields are dropped in the order in which they stand.
    state: Taken<'a, Option<S>>,
    leave: Leave<'a, S>,
}

/// Looks round when it is dropped.
struct Leave<'a, S: StateHolder>(&'a AgentEngine<S>);

impl<'a, S: StateHolder> Hold<'a, S> {
    #[inline]
    fn live(&mut self) -> Option<&mut S> {
        self.state.get_mut().as_mut()
    }

    const fn engine(&self) -> &'a AgentEngine<S> {
        self.leave.0
    }
}

impl<S: StateHolder> Drop for Leave<'_, S> {
    #[inline]
    fn drop(&mut self) {
        mutant!("agent_leaves_without_a_look" => return);
        mutant!("agent_looks_by_a_load" if self.0.queued.load(Ordering::Acquire) == 0 => return);
        // A compare-exchange, since it must be a read-modify-write: see the head of this file.
        if self.0.queued.compare_exchange(0, 0, Ordering::AcqRel, Ordering::Acquire).is_err() {
            self.0.look_round();
        }
    }
}

impl<S: StateHolder> AgentEngine<S> {
    pub(crate) fn create(state: S) -> Arc<Client<Self>> {
        Self::create_as(ServerId::next(), Some(state), OnceLock::new())
    }

    /// An agent that has claimed something before its `init` ran.
    pub(crate) fn create_with(life: Arc<Life>, state: S) -> Arc<Client<Self>> {
        Self::create_as(life.id(), Some(state), OnceLock::from(Box::new(Contended::new(life))))
    }

    fn create_as(
        id: ServerId,
        state: Option<S>,
        contended: OnceLock<Box<Contended<S>>>,
    ) -> Arc<Client<Self>> {
        let is_vacant = state.is_none();
        let client = Arc::new_cyclic(|me: &Weak<Client<Self>>| Client {
            core: Self {
                id,
                // What counts as a message lets nobody enter before there is a state.
                queued: AtomicUsize::new(usize::from(is_vacant)),
                state: Turn::new(state),
                me: Weak::clone(me),
                contended,
            },
        });
        // A model does not see that std's `OnceLock` orders anything.
        #[cfg(any(callcast_loom, callcast_shuttle))]
        client.core.contended();
        if client.core.contended.get().is_some() {
            live::add(id, Self::erased(Arc::downgrade(&client)));
        }
        if !is_vacant {
            log::started(S::NAME, id, || client.core.life());
        }
        client
    }

    /// A server whose `init` is still to be run: it takes messages, and handles none.
    pub(crate) fn vacant(life: Arc<Life>) -> Arc<Client<Self>> {
        Self::create_as(life.id(), None, OnceLock::from(Box::new(Contended::new(life))))
    }

    /// Has a closure run with the state, in its turn; at once, where the agent is suspended.
    pub(crate) fn access(&self, access: Access<S>) {
        if let Pushed::Accepted(ticket) = self.push(access, Work::Change, Push::Free, false) {
            self.run_sent(ticket);
        }
    }

    fn erased(client: Weak<Client<Self>>) -> Weak<Client<dyn Core>> {
        client
    }

    pub(crate) fn watch(client: &Client<Self>) -> Changes {
        Changes::new(Arc::clone(&client.core.contended().watch))
    }

    #[inline]
    fn try_hold(&self) -> Option<Hold<'_, S>> {
        Some(Hold { state: self.state.try_take()?, leave: Leave(self) })
    }

    /// The state, where nobody has it and nobody was here before.
    #[inline]
    fn enter(&self) -> Option<Hold<'_, S>> {
        let hold = self.try_hold()?;
        mutant!("agent_enters_past_the_queue" => return Some(hold));
        (self.queued.load(Ordering::Acquire) == 0).then_some(hold)
    }

    /// Runs a handler on this thread, and holds back its panic.
    #[inline]
    fn contain<T>(&self, handler: &'static str, f: impl FnOnce() -> T) -> Result<T, Payload> {
        if self.contended.get().is_some() || S::options().slow.is_some() {
            return self.contain_noted(handler, f);
        }
        current::inside_agent(self.id, || catch_unwind(AssertUnwindSafe(f)))
    }

    /// The same, where there may be somebody who wants to know.
    #[inline(never)]
    fn contain_noted<T>(&self, handler: &'static str, f: impl FnOnce() -> T) -> Result<T, Payload> {
        let life = self.life();
        life.count_handled();
        let _handling = Handling::begin::<S>(life, handler);
        life.in_span(|| current::inside_agent(self.id, || catch_unwind(AssertUnwindSafe(f))))
    }

    /// Runs a closure that looks at the state, and is no message: only its time is watched.
    fn contain_look<T>(&self, name: &'static str, f: impl FnOnce() -> T) -> Result<T, Payload> {
        let _watchdog = S::options().slow.map(|limit| Watchdog::new(self.life(), name, limit));
        current::inside_agent(self.id, || catch_unwind(AssertUnwindSafe(f)))
    }

    /// Tells those who watch that a handler has had the state to change.
    #[inline]
    fn changed(&self) {
        if let Some(contended) = self.contended.get() {
            contended.watch.changed();
        }
    }
}

impl<S: StateHolder + Speaks<P>, P: Protocol> Engine<P> for AgentEngine<S> {
    fn push_request(
        &self,
        request: P::Request,
        caller: &dyn Fn() -> SharedCaller,
        mutates: bool,
        push: Push,
        attended: bool,
    ) -> Pushed<P::Request> {
        let caller = caller();
        let wrap = |request| Work::Request { request: S::request(request), caller, mutates };
        self.push(request, wrap, push, attended)
    }

    fn push_cast(&self, cast: P::Cast, mutates: bool, push: Push, attended: bool) -> Pushed<P::Cast> {
        self.push(cast, |cast| Work::Cast { cast: S::cast(cast), mutates }, push, attended)
    }
}

impl<S: StateHolder> Spot for AgentEngine<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn show(&self, look: &mut dyn FnMut(&dyn Core)) {
        look(self);
    }
}

impl<S: StateHolder> Core for AgentEngine<S> {
    fn id(&self) -> ServerId {
        self.id
    }

    fn is_alive(&self) -> bool {
        self.contended.get().is_none_or(|contended| contended.life.is_alive())
    }

    fn life(&self) -> &Arc<Life> {
        &self.contended().life
    }

    fn load(&self) -> Load {
        let queued = self.contended.get().map_or(0, |contended| contended.queue.len());
        Load { queued, capacity: S::options().mailbox }
    }

    fn beyond(&self) -> usize {
        self.contended.get().map_or(0, |contended| contended.queue.beyond())
    }

    fn enqueued(&self) -> u64 {
        self.contended.get().map_or(0, |contended| contended.queue.enqueued())
    }

    fn request_stop(&self, reason: ExitReason, awaited: bool) {
        // Whoever waits for the end runs what stands ahead of it.
        let run = if awaited { Self::run_sent } else { Self::run_alone };
        self.enter_last(|queue| queue.push_stop(Work::Stop(reason)), run);
    }

    /// An agent has no links.
    fn linked_ended(&self, _exit: Exit) {}

    fn request_end(&self, reason: ExitReason) {
        if !self.life().is_killed() {
            self.contended().ordered.lock().get_or_insert(reason);
        }
        self.request_kill();
    }

    fn request_drain(&self, reason: ExitReason) {
        self.enter_last(|queue| queue.seal(Work::Stop(reason)), Self::run_handed);
    }

    fn look_observed(&self) {
        let life = self.life();
        life.probe().look(|on| {
            if life.set_observed(on) {
                self.gate(on);
            }
        });
    }

    fn request_kill(&self) {
        // A kill counts as a message that is never taken out, so that whoever leaves sees it without another look.
        if self.life().kill() {
            mutant!("agent_is_killed_without_a_count" => return self.look_round());
            self.queued.fetch_add(1, Ordering::AcqRel);
        }
        self.look_round();
    }

    fn needs_runtime(&self) -> bool {
        false
    }

    fn attend(&self, ticket: Ticket, cx: &Context<'_>) -> bool {
        mutant!("agent_counts_after_the_try" => self.queued.fetch_sub(1, Ordering::AcqRel));
        // The waker first: whoever leaves after this try wakes it.
        if self.contended().queue.attend(ticket, cx) {
            self.run_until(ticket, usize::MAX);
        }
        mutant!("agent_counts_after_the_try" => self.queued.fetch_add(1, Ordering::AcqRel));
        true
    }

    fn poll_accepted(&self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<(), ()>> {
        self.attend(ticket, cx);
        if !self.life().is_held() {
            return self.poll_handled(ticket, cx);
        }
        // Nobody runs it until it is resumed, and then without its sender: that it has its place is all to be waited for.
        let queue = &self.contended().queue;
        let accepted = queue.poll_accepted(ticket, cx);
        if accepted.is_ready() {
            queue.leave_alone(ticket);
        }
        accepted
    }

    fn withdraw(&self, ticket: Ticket) -> bool {
        self.take_back(ticket)
    }

    fn set_suspended(&self, on: bool, done: Question<()>) {
        // It begins here and now: whoever gives up later learns that it may have been done.
        if !done.begin() {
            return;
        }
        if self.life().set_suspended(on) {
            self.gate(on);
        }
        // When this is run, the handler that was running has ended; whoever has run it wakes those that wait.
        self.access(Box::new(|_| {
            done.answer(Ok(()));
            Looked::Only
        }));
    }

    fn fence(&self, done: ReplyTo<()>) {
        if let Pushed::Accepted(ticket) = self.push(done, Work::Fence, Push::Free, false) {
            self.run_sent(ticket);
        }
    }

    fn sent(&self, ticket: Ticket) {
        self.run_alone(ticket);
    }

    fn handed(&self, last: Ticket) {
        self.run_handed(last);
    }

    fn casts_run_themselves(&self) -> bool {
        true
    }

    fn options(&self) -> Options {
        S::options()
    }

    fn as_core(&self) -> &dyn Core {
        self
    }
}

#[cfg(all(test, not(any(callcast_loom, callcast_shuttle))))]
mod tests {
    use super::AgentEngine;
    use crate::holder::Holder;

    #[test]
    fn an_agent_is_no_larger_than_it_says() {
        assert_eq!(size_of::<AgentEngine<Holder<u64>>>(), 64 + size_of::<u64>());
    }
}
