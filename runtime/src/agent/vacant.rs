//! An agent whose `init` is still to run: it takes messages, and has no state to handle them with.

use crate::agent::AgentEngine;
use crate::current;
use crate::engine::Core as _;
use crate::exit::drop_contained;
use crate::kind::StateHolder;
use crate::log;
use crate::mutants::mutant;
use crate::sync;
use crate::sync::atomic::Ordering;

impl<S: StateHolder> AgentEngine<S> {
    /// Brings the state of one that has been vacant; `false` where it has ended meanwhile.
    pub(crate) fn fill(&self, state: S) -> bool {
        let mut hold = loop {
            // Whoever has it has nothing to run, and lets go at once.
            match self.try_hold() {
                Some(hold) => break hold,
                None => sync::yield_now(),
            }
        };
        let life = self.life();
        mutant!("agent_starts_although_it_has_ended" => {
            *hold.state.get_mut() = Some(state);
            life.begin_life();
            return true;
        });
        if !life.is_alive() {
            drop(hold);
            current::inside_agent(self.id, || drop_contained(state));
            return false;
        }
        *hold.state.get_mut() = Some(state);
        log::started(S::NAME, self.id, || life);
        mutant!("agent_lets_go_before_it_says_that_it_lives" => {
            drop(hold);
            life.begin_life();
            self.queued.fetch_sub(1, Ordering::AcqRel);
            return true;
        });
        life.begin_life();
        // The gate; whoever has queued meanwhile is counted, and woken when the lock is let go of.
        self.queued.fetch_sub(1, Ordering::AcqRel);
        true
    }
}
