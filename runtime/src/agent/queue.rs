//! An agent's queue: for those who find its state taken, and for what nobody waits for.

use std::hint;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::thread;

use crate::agent::{AgentEngine, Hold};
use crate::background;
use crate::changes::Watch;
use crate::contain::wake;
use crate::current::{self, DEPTH};
use crate::engine::Core as _;
use crate::error::CallError;
use crate::exit::{ExitReason, drop_contained};
use crate::kind::{GenServer, Message as _, StateHolder};
use crate::life::Life;
use crate::live;
use crate::mailbox::{Mailbox, Push, Pushed, Ticket};
use crate::mutants::mutant;
use crate::reply::{Caller as _, ReplyTo, SharedCaller, Slot};
use crate::sync::Lock;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sys::{Access, Looked};
use crate::waiting::{Begun, Limit, Waiting};

/// How many messages nobody waits for are run before others get their turn.
const BATCH: usize = 64;

/// What an agent has besides its state, once somebody has had to wait for it.
pub(super) struct Contended<S: GenServer> {
    pub(super) life: Arc<Life>,
    pub(super) watch: Arc<Watch>,
    pub(super) queue: Mailbox<Work<S>>,
    /// Whether somebody is on the way to run what no future sees to.
    draining: AtomicBool,
    /// Why it is to end ahead of its messages, unless it is killed.
    pub(super) ordered: Lock<Option<ExitReason>>,
}

impl<S: StateHolder> Contended<S> {
    pub(super) fn new(life: Arc<Life>) -> Self {
        Self {
            watch: Watch::new(Arc::clone(&life)),
            life,
            queue: Mailbox::new(&S::options()),
            draining: AtomicBool::new(false),
            ordered: Lock::new(None),
        }
    }
}

/// What stands in an agent's queue.
pub(crate) enum Work<S: GenServer> {
    Request {
        request: S::Request,
        caller: SharedCaller,
        mutates: bool,
    },
    Cast {
        cast: S::Cast,
        mutates: bool,
    },
    /// A closure that reads the state, and contains its own panic.
    Access(Box<dyn FnOnce(&S) + Send>),
    /// One of `sys`, which may change the state.
    Change(Access<S>),
    /// Answered in its turn, for whoever wants to know that all before it has been handled.
    Fence(ReplyTo<()>),
    Stop(ExitReason),
}

impl<S: GenServer> Work<S> {
    /// Whether it does not wait until a suspended agent is resumed.
    const fn is_for_the_suspended(&self) -> bool {
        matches!(self, Self::Change(_) | Self::Access(_) | Self::Stop(_))
    }
}

/// Why a state could not be read at once.
pub(crate) enum Busy {
    Queue,
    Gone,
}

/// How long to wait before a lock is looked at again.
#[derive(Clone, Copy)]
pub(super) enum Pause {
    Spin(u32),
    Yield,
}

impl Pause {
    pub(super) fn take(self) {
        match self {
            Self::Spin(turns) => (0..turns).for_each(|_| hint::spin_loop()),
            Self::Yield => thread::yield_now(),
        }
    }
}

/// The looks at a lock that was taken, before a message is queued: most handlers are over within the first of them,
/// and one queued message makes all who come after queue as well. More than these slow the holder down, and on a
/// runtime of one thread the holder may be somebody who waits for this very thread.
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
pub(super) fn looks() -> impl Iterator<Item = Pause> {
    use tokio::runtime::{Handle, RuntimeFlavor};
    const LOOKS: [Pause; 10] = {
        use Pause::{Spin, Yield};
        [Spin(2), Spin(4), Spin(8), Spin(16), Spin(16), Spin(16), Spin(16), Spin(16), Spin(16), Yield]
    };
    let is_alone =
        Handle::try_current().is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::CurrentThread);
    LOOKS.into_iter().take(if is_alone { 0 } else { LOOKS.len() })
}

/// A model has no time that could pass.
#[cfg(any(callcast_loom, callcast_shuttle))]
pub(super) fn looks() -> impl Iterator<Item = Pause> {
    std::iter::empty()
}

impl<S: StateHolder> AgentEngine<S> {
    pub(super) fn contended(&self) -> &Contended<S> {
        self.contended.get_or_init(|| {
            live::add(self.id, Self::erased(Weak::clone(&self.me)));
            let life = Life::of(self.id, S::NAME);
            life.begin_life();
            Box::new(Contended::new(life))
        })
    }

    /// After the lock was let go, or a message has lost its future: gives the next their turn.
    #[cold]
    pub(super) fn look_round(&self) {
        let contended = self.contended();
        if contended.life.is_killed()
            && let Some(mut hold) = self.try_hold_for_the_end()
        {
            let ordered = contended.ordered.lock().take();
            hold.end(ordered.unwrap_or(ExitReason::Killed));
        }
        for waker in contended.queue.take_wakers() {
            wake(waker);
            mutant!("agent_wakes_the_first_alone" => break);
        }
        if self.has_unattended() {
            self.schedule();
        }
    }

    /// Whether there is something that can be run and that no future sees to.
    fn has_unattended(&self) -> bool {
        let Contended { life, queue, .. } = self.contended();
        if life.is_held() {
            life.has_started() && queue.has(Work::is_for_the_suspended)
        } else {
            queue.last_unattended().is_some()
        }
    }

    /// Has every caller queue its message, or none any more: what counts as a message lets nobody enter.
    pub(super) fn gate(&self, on: bool) {
        if on {
            mutant!("agent_is_suspended_without_a_count" => { self.queued.fetch_sub(1, Ordering::AcqRel); });
            self.queued.fetch_add(1, Ordering::AcqRel);
        } else {
            self.queued.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Runs what is asked of a suspended agent, and nothing where there is no state yet; the rest waits, and whoever waits must not look round again and again.
    fn run_held(&self) {
        let contended = self.contended();
        if !contended.life.has_started() || !contended.queue.has(Work::is_for_the_suspended) {
            return;
        }
        let Some(mut hold) = self.try_hold() else { return };
        for work in contended.queue.extract(Work::is_for_the_suspended) {
            self.queued.fetch_sub(1, Ordering::AcqRel);
            hold.perform(work);
        }
    }

    /// The state of an agent that has not ended: that of one that has is let go of without another look round, since
    /// nothing is left to be run.
    fn try_hold_for_the_end(&self) -> Option<Hold<'_, S>> {
        if !self.is_alive() {
            return None;
        }
        self.try_hold()
    }

    /// Has somebody else run what no future sees to.
    fn schedule(&self) {
        if self.contended().draining.swap(true, Ordering::AcqRel) {
            return;
        }
        // Without an owner left there is no queue either: the last client's drop has run it.
        if let Some(client) = self.me.upgrade() {
            background::spawn(move || client.core.drain());
        }
    }

    fn drain(&self) {
        mutant!("agent_drains_but_once" => return self.run_until(Ticket::MAX, BATCH));
        // Before the lock is tried: whoever holds it now looks here when it leaves. The queue's lock orders it already; a
        // model wants it said by a read-modify-write.
        self.contended().draining.swap(false, Ordering::AcqRel);
        if self.contended().life.is_held() {
            return self.run_held();
        }
        let Some(last) = self.contended().queue.last_unattended() else { return };
        self.run_until(last, BATCH);
    }

    /// Runs what was sent; where handlers have run within each other too deep already, somebody else does.
    pub(super) fn run_sent(&self, ticket: Ticket) {
        if current::agent_depth() < DEPTH {
            self.run_until(ticket, BATCH);
        } else {
            self.run_unattended();
        }
    }

    /// Runs a message or an end that was sent by somebody who does not wait for it, and nothing else: he is not held up by the handlers of others,
    /// one of which may be waiting for that very sender. What waits until a suspended agent is resumed stands ahead of nothing.
    pub(super) fn run_alone(&self, ticket: Ticket) {
        let Contended { life, queue, .. } = self.contended();
        let is_held = life.is_held();
        if queue.is_first(ticket, |work| !is_held || work.is_for_the_suspended()) {
            self.run_sent(ticket);
        } else {
            self.run_unattended();
        }
    }

    /// Runs what others have sent, for somebody who waits for none of it: a swap that hands it on, a supervisor that ends the
    /// agent. It runs elsewhere, where the runtime has threads for that; where it has one thread, nothing would run meanwhile
    /// that does not wait for this very one.
    pub(super) fn run_handed(&self, last: Ticket) {
        if background::has_threads() || current::agent_depth() >= DEPTH {
            self.run_unattended();
        } else {
            self.run_until(last, usize::MAX);
        }
    }

    /// Runs what stands in the queue up to a message, if nobody else runs.
    pub(super) fn run_until(&self, last: Ticket, most: usize) {
        let contended = self.contended();
        if contended.life.is_held() {
            return self.run_held();
        }
        let Some(mut hold) = self.try_hold() else { return };
        for _ in 0..most {
            if contended.life.is_killed() || contended.life.is_suspended() {
                break;
            }
            let Some((work, sender)) = contended.queue.pop_until(last) else { break };
            self.queued.fetch_sub(1, Ordering::AcqRel);
            // A call's reply wakes its caller; a cast has none.
            let sender = sender.filter(|_| matches!(work, Work::Cast { .. }));
            hold.perform(work);
            mutant!("agent_tells_no_sender" => continue);
            wake(sender);
        }
    }

    pub(super) fn push<P>(
        &self,
        payload: P,
        wrap: impl FnOnce(P) -> Work<S>,
        push: Push,
        attended: bool,
    ) -> Pushed<P> {
        let contended = self.contended();
        self.queued.fetch_add(1, Ordering::AcqRel);
        let (pushed, evicted) = contended.queue.push(payload, wrap, push, attended);
        // Where another had to go, or this one was not taken, there is one less than was counted.
        if evicted.is_some() || !matches!(pushed, Pushed::Accepted(_) | Pushed::Waiting(_)) {
            self.queued.fetch_sub(1, Ordering::AcqRel);
        }
        if evicted.is_some() || matches!(pushed, Pushed::Dropped(_)) {
            contended.life.count_undelivered(1);
        }
        if let Some(Work::Request { caller, .. }) = &evicted {
            caller.refuse();
        }
        drop_contained(evicted);
        pushed
    }

    /// Queues what ends the agent, and has it run so; it is refused where the agent is about to end already.
    pub(super) fn enter_last(
        &self,
        enter: impl FnOnce(&Mailbox<Work<S>>) -> Result<Ticket, Work<S>>,
        run: impl FnOnce(&Self, Ticket),
    ) {
        self.queued.fetch_add(1, Ordering::AcqRel);
        match enter(&self.contended().queue) {
            Ok(ticket) => run(self, ticket),
            Err(_) => {
                self.queued.fetch_sub(1, Ordering::AcqRel);
            }
        }
    }

    pub(super) fn poll_handled(&self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<(), ()>> {
        let queue = &self.contended().queue;
        if queue.contains(ticket) { Poll::Pending } else { queue.poll_accepted(ticket, cx) }
    }

    /// The sender of a message has gone: one that has no place yet is taken out, any other is seen to by somebody else.
    pub(super) fn take_back(&self, ticket: Ticket) -> bool {
        let queue = &self.contended().queue;
        if let Some(work) = queue.withdraw(ticket) {
            self.queued.fetch_sub(1, Ordering::AcqRel);
            drop_contained(work);
            return true;
        }
        queue.leave_alone(ticket);
        mutant!("agent_forgets_what_it_leaves_alone" => return false);
        self.run_unattended();
        false
    }

    /// After a message has lost its future: if nobody holds the lock, nobody will look for it.
    fn run_unattended(&self) {
        if self.queued.load(Ordering::Acquire) != 0 && self.has_unattended() {
            self.schedule();
        }
    }

    /// Reads the state now, where it is free; gives the closure back where it is not.
    pub(crate) fn read_now<R>(&self, access: impl FnOnce(&S) -> R) -> Result<thread::Result<R>, Busy> {
        let mut hold = self.enter().ok_or(Busy::Queue)?;
        let live = hold.live().ok_or(Busy::Gone)?;
        Ok(self.contain_look("with", || access(live)))
    }

    /// Queues a closure that reads the state.
    pub(crate) fn read_later<R: Send + 'static>(
        &self,
        access: impl FnOnce(&S) -> R + Send + 'static,
        limit: Limit,
    ) -> Begun<thread::Result<R>> {
        let until = limit.until(S::options().timeout, current::activity().as_ref());
        let slot = Slot::new(until, false);
        let reply = ReplyTo::new(Arc::clone(&slot), Arc::clone(self.life()));
        let caller = Arc::clone(&slot);
        let access = move |state: &S| {
            if caller.begin().is_some() {
                reply.send_unnoted(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| access(state))));
            }
        };
        match self.push(access, |access| Work::Access(Box::new(access)), Push::Free, true) {
            Pushed::Accepted(ticket) | Pushed::Waiting(ticket) => {
                Begun::Sent(Waiting::new(slot, ticket, until))
            }
            // A message that needs no room is refused for nothing else.
            Pushed::Closed(_) | Pushed::Full(_) | Pushed::Dropped(_) => Begun::Done(Err(CallError::NoProc)),
        }
    }
}

impl<S: StateHolder> Hold<'_, S> {
    pub(super) fn perform(&mut self, work: Work<S>) {
        let engine = self.engine();
        let Some(live) = self.live() else { return engine.refuse(work) };
        let (done, handler, mutates) = match work {
            Work::Request { request, caller, mutates } => {
                if caller.begin().is_none() {
                    drop_contained(request);
                    return;
                }
                let handler = request.name();
                let handle = || {
                    live.handle_request(request);
                    Ok(())
                };
                (engine.contain(handler, handle), handler, mutates)
            }
            Work::Cast { cast, mutates } => {
                let handler = cast.name();
                (engine.contain(handler, || live.handle_cast(cast)), handler, mutates)
            }
            Work::Access(access) => {
                // What panics here is a closure's, or what its caller has left of it; the agent goes on.
                if let Err(payload) = engine.contain_look("with", || access(live)) {
                    drop_contained(payload);
                }
                return;
            }
            Work::Change(access) => {
                // Its panics are its caller's own, and held back within.
                match engine.contain_look("sys", || access(live)) {
                    Ok(Looked::Changed) => engine.changed(),
                    Ok(Looked::Only) => {}
                    Err(payload) => drop_contained(payload),
                }
                return;
            }
            Work::Fence(done) => return done.send_unnoted(()),
            Work::Stop(reason) => return self.end(reason),
        };
        match done {
            Ok(Ok(())) if mutates => engine.changed(),
            Ok(Ok(())) => {}
            Ok(Err(fault)) => self.failed(fault),
            Err(payload) => self.panicked(payload, handler),
        }
    }
}
