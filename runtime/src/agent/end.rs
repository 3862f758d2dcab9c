//! An agent's end: by a panic, an error, a stop, a kill, or because its last client has gone.

use crate::agent::queue::Work;
use crate::agent::{AgentEngine, Hold};
use crate::contain::Payload;
use crate::current;
use crate::engine::Core as _;
use crate::exit::{ExitReason, Fault, Panic, drop_contained};
use crate::kind::StateHolder;
use crate::live;
use crate::log;
use crate::mailbox::Ticket;
use crate::mutants::mutant;
use crate::sync::atomic::Ordering;
use crate::sys::show;

impl<S: StateHolder> Hold<'_, S> {
    /// The handler has panicked: its agent ends, before its caller or anybody else hears of it.
    #[cold]
    pub(super) fn panicked(&mut self, payload: Payload, handler: &'static str) {
        self.end(ExitReason::Panicked(Panic::new(payload, S::NAME, handler)));
    }

    #[cold]
    pub(super) fn failed(&mut self, fault: Fault) {
        drop_contained(fault.error);
        self.end(ExitReason::Failed(fault.failure));
    }

    pub(super) fn end(&mut self, reason: ExitReason) {
        let engine = self.engine();
        engine.end(self.state.get_mut(), reason);
    }
}

impl<S: StateHolder> AgentEngine<S> {
    /// Tells the sender of a message that it will not be handled.
    pub(super) fn refuse(&self, work: Work<S>) {
        let life = self.life();
        match work {
            Work::Request { request, caller, .. } => {
                caller.end(&life.reason().unwrap_or(ExitReason::Normal));
                drop_contained(request);
            }
            Work::Cast { cast, .. } => {
                life.count_undelivered(1);
                drop_contained(cast);
            }
            Work::Access(access) => drop_contained(access),
            Work::Fence(done) => drop(done),
            Work::Change(access) => drop_contained(access),
            Work::Stop(_) => {}
        }
    }

    /// Ends the agent, while its lock is held: the reason is known before anything is dropped or anybody told.
    fn end(&self, state: &mut Option<S>, reason: ExitReason) {
        let contended = self.contended();
        // One without a state has ended, or is vacant and can.
        if state.is_none() && (contended.life.has_started() || !contended.life.is_alive()) {
            return;
        }
        if reason.is_failure()
            && let Some(state) = state
        {
            current::inside_agent(self.id, || show(state, &contended.life));
        }
        mutant!("agent_refuses_before_it_says_why" => for (work, _) in contended.queue.close() {
            self.queued.fetch_sub(1, Ordering::AcqRel);
            self.refuse(work);
        });
        contended.life.begin_exit(reason);
        // Closed before anything is dropped: what a `Drop` sends here is refused, not queued for ever.
        let left = contended.queue.close();
        self.queued.fetch_sub(left.len(), Ordering::AcqRel);
        current::inside_agent(self.id, || {
            drop_contained(state.take());
            for (work, accepted) in left {
                if !accepted && matches!(work, Work::Cast { .. }) {
                    drop_contained(work);
                } else {
                    self.refuse(work);
                }
            }
        });
        live::remove(self.id);
        let report = log::report(&contended.life);
        contended.life.finish();
        log::ended(report);
        contended.watch.changed();
    }
}

impl<S: StateHolder> Drop for AgentEngine<S> {
    /// The last client has gone: what is queued runs, then the state is dropped.
    fn drop(&mut self) {
        let Some(contended) = self.contended.get() else {
            // Nobody has ever waited, so nobody has to be told.
            current::inside_agent(self.id, || drop_contained(self.state.get_mut().take()));
            log::ended_unseen(S::NAME, self.id);
            return;
        };
        let Some(mut hold) = self.try_hold() else { return };
        while let Some((work, _)) = contended.queue.pop_until(Ticket::MAX) {
            self.queued.fetch_sub(1, Ordering::AcqRel);
            hold.perform(work);
        }
        hold.end(ExitReason::Normal);
    }
}
