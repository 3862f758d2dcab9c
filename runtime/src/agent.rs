//! The agent's engine: a lock with a queue beside it, and no task.
//!
//! A caller that finds the lock free and the queue empty runs the handler at once, on its own thread. One that does not
//! queues its message and waits; whoever leaves the lock wakes all that wait, and the first to come runs what stands
//! ahead of its own message, then its own, and nothing behind it. What no future sees to is run by the runtime, or by
//! the helper thread where there is none.
//!
//! **Nobody is forgotten**: who queues counts its message in `queued` and *then* tries the lock; who leaves lets go of
//! the lock and *then* looks at `queued`, by a read-modify-write. Those of one variable have one order: either the
//! leaver sees the count, or the newcomer sees the lock free.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use crate::background;
use crate::changes::{Changes, Watch};
use crate::client::{Client, Core, Engine, Load};
use crate::contain::wake;
use crate::current;
use crate::error::CallError;
use crate::exit::{ExitReason, Fault, Panic, drop_contained};
use crate::kind::{GenServer, Message, StateHolder};
use crate::life::Life;
use crate::log;
use crate::mailbox::{Mailbox, Push, Pushed, Ticket};
use crate::op::{CallOp, CastOp};
use crate::options::Options;
use crate::reply::{Caller, ReplyTo, Slot};
use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::sync::{Lock, MutexGuard};
use crate::waiting::{Begun, Limit, Waiting};

/// How deep agents' handlers may run within each other before the next cast is queued instead.
const DEPTH: usize = 8;

/// How many messages nobody waits for are run before others get their turn.
const BATCH: usize = 64;

/// An agent, as its clients share it.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct AgentEngine<S: StateHolder> {
    life: Arc<Life>,
    options: Options,
    /// For those that outlive the call they are made in.
    me: Weak<Client<Self>>,
    /// Messages in the queue, or about to be; and one for a kill.
    queued: AtomicUsize,
    /// The state, locked by whoever runs a handler; none when the agent has ended.
    state: Lock<Option<S>>,
    queue: Mailbox<Work<S>>,
    /// Whether somebody is on the way to run what no future sees to.
    draining: AtomicBool,
    watch: Arc<Watch>,
}

/// What stands in an agent's queue.
pub(crate) enum Work<S: GenServer> {
    Request {
        request: S::Request,
        caller: Arc<dyn Caller>,
        mutates: bool,
    },
    Cast {
        cast: S::Cast,
        mutates: bool,
    },
    /// A closure that reads the state, and contains its own panic.
    Access(Box<dyn FnOnce(&S) + Send>),
    Stop(ExitReason),
}

type State<'a, S> = MutexGuard<'a, Option<S>>;

impl<S: StateHolder> AgentEngine<S> {
    pub(crate) fn create(state: S, options: Options) -> Arc<Client<Self>> {
        let life = Life::new(S::NAME);
        Arc::new_cyclic(|me| Client {
            core: Self {
                watch: Watch::new(Arc::clone(&life)),
                life,
                me: Weak::clone(me),
                queued: AtomicUsize::new(0),
                state: Lock::new(Some(state)),
                queue: Mailbox::new(&options),
                draining: AtomicBool::new(false),
                options,
            },
        })
    }

    pub(crate) fn watch(client: &Arc<Client<Self>>) -> Changes {
        Changes::new(Arc::clone(&client.core.watch))
    }

    /// The state, where nobody has it and nobody was here before.
    fn enter(&self) -> Option<State<'_, S>> {
        let state = self.state.try_lock()?;
        if self.queued.load(Ordering::Acquire) == 0 {
            return Some(state);
        }
        self.leave(state);
        None
    }

    /// Lets go of the state, and sees to it that whoever came meanwhile gets his turn.
    fn leave(&self, state: State<'_, S>) {
        drop(state);
        self.look_round();
    }

    fn look_round(&self) {
        // A compare-exchange, since it must be a read-modify-write: see the head of this file.
        if self.queued.compare_exchange(0, 0, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            return;
        }
        if self.life.is_killed()
            && let Some(mut state) = self.state.try_lock()
        {
            self.end(&mut state, ExitReason::Killed);
        }
        for waker in self.queue.take_wakers() {
            wake(waker);
        }
        if self.queue.last_unattended().is_some() {
            self.schedule();
        }
    }

    /// Has somebody else run what no future sees to.
    fn schedule(&self) {
        if self.draining.swap(true, Ordering::AcqRel) {
            return;
        }
        // Without an owner left there is no queue either: the last client's drop has run it.
        if let Some(client) = self.me.upgrade() {
            background::spawn(move || client.core.drain());
        }
    }

    fn drain(&self) {
        // Before the lock is tried: whoever holds it now looks here when it leaves.
        self.draining.store(false, Ordering::Release);
        let Some(last) = self.queue.last_unattended() else { return };
        self.run_until(last, BATCH);
    }

    /// Runs what stands in the queue up to a message, if nobody else runs.
    fn run_until(&self, last: Ticket, most: usize) {
        let Some(mut state) = self.state.try_lock() else { return };
        for _ in 0..most {
            if self.life.is_killed() {
                break;
            }
            let Some((work, sender)) = self.queue.pop_until(last) else { break };
            self.queued.fetch_sub(1, Ordering::AcqRel);
            // A call's reply wakes its caller; a cast has none.
            let sender = sender.filter(|_| matches!(work, Work::Cast { .. }));
            self.perform(&mut state, work);
            wake(sender);
        }
        self.leave(state);
    }

    fn push<P>(&self, payload: P, wrap: impl FnOnce(P) -> Work<S>, push: Push, attended: bool) -> Pushed<P> {
        self.queued.fetch_add(1, Ordering::AcqRel);
        let (pushed, evicted) = self.queue.push(payload, wrap, push, attended);
        // Where another had to go, or this one was not taken, there is one less than was counted.
        if evicted.is_some() || !matches!(pushed, Pushed::Accepted(_) | Pushed::Waiting(_)) {
            self.queued.fetch_sub(1, Ordering::AcqRel);
        }
        if evicted.is_some() || matches!(pushed, Pushed::Dropped(_)) {
            self.life.count_undelivered(1);
        }
        if let Some(Work::Request { caller, .. }) = &evicted {
            caller.refuse();
        }
        drop_contained(evicted);
        pushed
    }

    fn perform(&self, state: &mut Option<S>, work: Work<S>) {
        let Some(live) = state.as_mut() else { return self.refuse(work) };
        let done = match work {
            Work::Request { request, caller, mutates } => {
                if !caller.begin() {
                    drop_contained(request);
                    return;
                }
                self.run(Message::name(&request), mutates, || {
                    live.handle_request(request);
                    Ok(())
                })
            }
            Work::Cast { cast, mutates } => {
                self.run(Message::name(&cast), mutates, || live.handle_cast(cast))
            }
            Work::Access(access) => {
                // What panics here is a closure's, or what its caller has left of it; the agent goes on.
                let read = self.run("with", false, || {
                    access(live);
                    Ok(())
                });
                drop(read);
                Ok(())
            }
            Work::Stop(reason) => Err(reason),
        };
        if let Err(reason) = done {
            self.end(state, reason);
        }
    }

    /// Runs a handler on this thread: its panic, or its error, is why the agent ends.
    #[inline]
    fn run<T>(
        &self,
        handler: &'static str,
        mutates: bool,
        f: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, ExitReason> {
        let _watchdog = self.options.slow.map(|limit| log::Watchdog::new(&self.life, handler, limit));
        let result = current::inside_agent(self.life.id(), || catch_unwind(AssertUnwindSafe(f)));
        match result {
            Ok(Ok(value)) => {
                if mutates {
                    self.watch.changed();
                }
                Ok(value)
            }
            Ok(Err(fault)) => {
                drop_contained(fault.error);
                Err(ExitReason::Failed(fault.failure))
            }
            Err(payload) => Err(ExitReason::Panicked(Panic::new(payload, S::NAME, handler))),
        }
    }

    /// Ends the agent, while its lock is held: the reason is known before anything is dropped or anybody told.
    fn end(&self, state: &mut Option<S>, reason: ExitReason) {
        if state.is_none() {
            return;
        }
        self.life.begin_exit(reason);
        // Closed before anything is dropped: what a `Drop` sends here is refused, not queued for ever.
        let left = self.queue.close();
        self.queued.fetch_sub(left.len(), Ordering::AcqRel);
        current::inside_agent(self.life.id(), || {
            drop_contained(state.take());
            for (work, accepted) in left {
                if !accepted && matches!(work, Work::Cast { .. }) {
                    drop_contained(work);
                } else {
                    self.refuse(work);
                }
            }
        });
        self.life.finish();
        log::ended(&self.life);
        self.watch.changed();
    }

    /// Tells the sender of a message that it will not be handled.
    fn refuse(&self, work: Work<S>) {
        match work {
            Work::Request { request, caller, .. } => {
                caller.end(&self.life.reason().unwrap_or(ExitReason::Normal));
                drop_contained(request);
            }
            Work::Cast { cast, .. } => {
                self.life.count_undelivered(1);
                drop_contained(cast);
            }
            Work::Access(access) => drop_contained(access),
            Work::Stop(_) => {}
        }
    }

    /// Reads the state now, where it is free; gives the closure back where it is not.
    pub(crate) fn read_now<R>(&self, access: impl FnOnce(&S) -> R) -> Result<std::thread::Result<R>, Busy> {
        let Some(state) = self.enter() else { return Err(Busy::Queue) };
        let Some(live) = state.as_ref() else {
            self.leave(state);
            return Err(Busy::Gone);
        };
        let result =
            current::inside_agent(self.life.id(), || catch_unwind(AssertUnwindSafe(|| access(live))));
        self.leave(state);
        Ok(result)
    }

    /// Queues a closure that reads the state.
    pub(crate) fn read_later<R: Send + 'static>(
        &self,
        access: impl FnOnce(&S) -> R + Send + 'static,
        limit: Limit,
    ) -> Begun<std::thread::Result<R>> {
        let deadline = limit.deadline(self.options.timeout, current::activity().as_deref());
        let slot = Slot::new(deadline, false);
        let reply = ReplyTo::new(Arc::clone(&slot), Arc::clone(&self.life));
        let caller = Arc::clone(&slot);
        let access = move |state: &S| {
            if caller.begin() {
                reply.send(catch_unwind(AssertUnwindSafe(|| access(state))));
            }
        };
        match self.push(access, |access| Work::Access(Box::new(access)), Push::Free, true) {
            Pushed::Accepted(ticket) | Pushed::Waiting(ticket) => Begun::Sent(Waiting::new(slot, ticket)),
            // A message that needs no room is refused for nothing else.
            Pushed::Closed(_) | Pushed::Full(_) | Pushed::Dropped(_) => Begun::Done(Err(CallError::NoProc)),
        }
    }
}

/// Why a state could not be read at once.
pub(crate) enum Busy {
    Queue,
    Gone,
}

impl<S: StateHolder> Core for AgentEngine<S> {
    fn life(&self) -> &Arc<Life> {
        &self.life
    }

    fn load(&self) -> Load {
        Load { queued: self.queue.len(), capacity: self.queue.capacity() }
    }

    fn enqueued(&self) -> u64 {
        self.queue.enqueued()
    }

    fn request_stop(&self, reason: ExitReason) {
        if let Pushed::Accepted(ticket) = self.push(reason, Work::Stop, Push::Free, false) {
            self.run_until(ticket, BATCH);
        }
    }

    fn request_kill(&self) {
        // A kill counts as a message that is never taken out, so that whoever leaves sees it without another look.
        if self.life.kill() {
            self.queued.fetch_add(1, Ordering::AcqRel);
        }
        self.look_round();
    }

    fn needs_runtime(&self) -> bool {
        false
    }

    fn attend(&self, ticket: Ticket, cx: &Context<'_>) {
        // The waker first: whoever leaves after this try wakes it.
        if self.queue.attend(ticket, cx) {
            self.run_until(ticket, usize::MAX);
        }
    }

    fn withdraw(&self, ticket: Ticket) -> bool {
        if let Some(work) = self.queue.withdraw(ticket) {
            self.queued.fetch_sub(1, Ordering::AcqRel);
            drop_contained(work);
            return true;
        }
        self.queue.leave_alone(ticket);
        self.run_unattended();
        false
    }
}

impl<S: StateHolder> AgentEngine<S> {
    /// After a message has lost its future: if nobody holds the lock, nobody will look for it.
    fn run_unattended(&self) {
        if self.queued.load(Ordering::Acquire) != 0 && self.queue.last_unattended().is_some() {
            self.schedule();
        }
    }
}

impl<S: StateHolder> Engine<S> for AgentEngine<S> {
    fn options(&self) -> &Options {
        &self.options
    }

    #[inline]
    fn call_now<A: 'static, R: Send + 'static>(
        &self,
        op: &'static CallOp<S, A, R>,
        args: A,
    ) -> Result<Result<R, CallError>, A> {
        let Some(run) = op.run else { return Err(args) };
        let Some(mut state) = self.enter() else { return Err(args) };
        let result = match state.as_mut() {
            None => Err(CallError::NoProc),
            Some(live) => self.run(op.name, op.mutates, || Ok(run(live, args))).map_err(|reason| {
                self.end(&mut state, reason.clone());
                CallError::Exit { reason, started: true }
            }),
        };
        self.leave(state);
        Ok(result)
    }

    fn cast_now<A: 'static>(&self, op: &'static CastOp<S, A>, args: A) -> Result<(), A> {
        let Some(run) = op.run else { return Err(args) };
        if current::agent_depth() >= DEPTH {
            return Err(args);
        }
        let Some(mut state) = self.enter() else { return Err(args) };
        let Some(live) = state.as_mut() else {
            self.leave(state);
            // The queue is closed: it hands the message back.
            return Err(args);
        };
        // A cast that ends its agent was accepted all the same.
        if let Err(reason) = self.run(op.name, op.mutates, || run(live, args)) {
            self.end(&mut state, reason);
        }
        self.leave(state);
        Ok(())
    }

    fn push_request(
        &self,
        request: S::Request,
        caller: Arc<dyn Caller>,
        mutates: bool,
        push: Push,
        attended: bool,
    ) -> Pushed<S::Request> {
        self.push(request, |request| Work::Request { request, caller, mutates }, push, attended)
    }

    fn push_cast(&self, cast: S::Cast, mutates: bool, push: Push, attended: bool) -> Pushed<S::Cast> {
        self.push(cast, |cast| Work::Cast { cast, mutates }, push, attended)
    }

    fn sent(&self, ticket: Ticket) {
        // Where handlers have run within each other too deep already, the rest is for somebody else to run.
        if current::agent_depth() < DEPTH {
            self.run_until(ticket, BATCH);
        } else {
            self.run_unattended();
        }
    }

    fn casts_run_themselves(&self) -> bool {
        true
    }

    fn poll_accepted(&self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<(), ()>> {
        self.attend(ticket, cx);
        if self.queue.contains(ticket) { Poll::Pending } else { self.queue.poll_accepted(ticket, cx) }
    }
}

impl<S: StateHolder> Drop for AgentEngine<S> {
    /// The last client has gone: what is queued runs, then the state is dropped.
    fn drop(&mut self) {
        let mut state = self.state.get_mut().take();
        while let Some((work, _)) = self.queue.pop_until(Ticket::MAX) {
            self.queued.fetch_sub(1, Ordering::AcqRel);
            self.perform(&mut state, work);
        }
        self.end(&mut state, ExitReason::Normal);
    }
}
