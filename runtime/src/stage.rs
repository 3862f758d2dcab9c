//! The run flag of a server: who has it may run the server, or stand it there for the next.
//!
//! Its task takes it when there is work, a caller when the server is idle. A caller never waits for it; the task does,
//! in that it says so and is woken: it says `WANTED` and *then* tries once more, and a caller lets go and *then* looks
//! for that word, by a read-modify-write. Those of one variable have one order: either the caller sees the word, or the
//! task sees the flag free. Until the task has had its turn, no other caller comes in.

use std::task::Waker;

use crate::contain::wake;
use crate::exit::drop_contained;
use crate::mutants::mutant;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Lock, Taken, Turn};

/// The task waits for the flag.
const WANTED: usize = 1;
/// The task is gone: whoever has the flag drops what stands there.
const GONE: usize = 2;

/// What stands under the flag: an idle server, or the rest of a handler that was begun on its caller's thread.
pub(crate) enum Standing<F, W> {
    /// The task has the server.
    Away,
    Idle(F),
    Running(W),
}

pub(crate) struct Stage<F, W> {
    at: Turn<Standing<F, W>>,
    word: AtomicUsize,
    driver: Lock<Driver>,
}

/// The task, to be woken for a kill or when a caller leaves.
enum Driver {
    /// It has been spawned, or is about to be, and looks for itself when it is first polled.
    Coming,
    Here(Waker),
    /// There is none: whoever wants an end has to see to it.
    Nobody,
}

impl<F, W> Stage<F, W> {
    pub(crate) fn new() -> Self {
        Self { at: Turn::new(Standing::Away), word: AtomicUsize::new(0), driver: Lock::new(Driver::Coming) }
    }

    pub(crate) fn register_driver(&self, waker: &Waker) {
        self.set_driver(Driver::Here(waker.clone()));
    }

    fn set_driver(&self, driver: Driver) {
        let previous = std::mem::replace(&mut *self.driver.lock(), driver);
        drop(previous);
    }

    /// Whoever keeps a client of a dead server keeps nothing of its task.
    pub(crate) fn forget_driver(&self) {
        self.set_driver(Driver::Coming);
    }

    /// There is no task: nobody looks after a kill that is asked for from now on.
    pub(crate) fn leave(&self) {
        self.set_driver(Driver::Nobody);
    }

    /// A task is about to be spawned.
    pub(crate) fn expect_driver(&self) {
        self.set_driver(Driver::Coming);
    }

    pub(crate) fn has_nobody(&self) -> bool {
        matches!(*self.driver.lock(), Driver::Nobody)
    }

    pub(crate) fn driver(&self) -> Option<Waker> {
        match &*self.driver.lock() {
            Driver::Here(waker) => Some(waker.clone()),
            Driver::Coming | Driver::Nobody => None,
        }
    }

    /// The task's turn; none where a caller has the flag, who wakes the task when he leaves.
    fn turn(&self) -> Option<Taken<'_, Standing<F, W>>> {
        let at = self.at.try_take().or_else(|| {
            self.word.fetch_or(WANTED, Ordering::AcqRel);
            mutant!("stage_does_not_try_again" => return None);
            self.at.try_take()
        })?;
        // The word can be a caller's as well, who wants the task to look after something.
        if self.word.load(Ordering::Acquire) & WANTED != 0 {
            self.word.fetch_and(!WANTED, Ordering::AcqRel);
        }
        Some(at)
    }

    /// Stands the idle server there; gives it back where a caller looks in at this very moment.
    pub(crate) fn park(&self, frame: F) -> Option<F> {
        match self.turn() {
            Some(mut at) => {
                *at.get_mut() = Standing::Idle(frame);
                None
            }
            None => Some(frame),
        }
    }

    /// What stands there, for the task.
    pub(crate) fn take_up(&self) -> Option<Standing<F, W>> {
        Some(std::mem::replace(self.turn()?.get_mut(), Standing::Away))
    }

    /// The task ends and may not wait: where a caller has the flag, what stands there is dropped when he leaves.
    pub(crate) fn abandon(&self) -> Option<Standing<F, W>> {
        self.word.fetch_or(GONE, Ordering::AcqRel);
        let mut at = self.at.try_take()?;
        Some(std::mem::replace(at.get_mut(), Standing::Away))
    }

    /// A caller's turn, where the server is idle.
    #[inline]
    pub(crate) fn visit(&self) -> Option<Visit<'_, F, W>> {
        if self.word.load(Ordering::Acquire) != 0 {
            return None;
        }
        let mut visit = Visit { at: self.at.try_take()?, leave: Leave(self) };
        visit.frame().is_some().then_some(visit)
    }
}

/// The flag, while a caller has it.
pub(crate) struct Visit<'a, F, W> {
    /// First the flag, then the look: fields are dropped in the order in which they stand.
    at: Taken<'a, Standing<F, W>>,
    leave: Leave<'a, F, W>,
}

impl<F, W> Visit<'_, F, W> {
    #[inline]
    pub(crate) fn frame(&mut self) -> Option<&mut F> {
        match self.at.get_mut() {
            Standing::Idle(frame) => Some(frame),
            Standing::Away | Standing::Running(_) => None,
        }
    }

    /// Takes the idle server out; something is to be put in its place.
    pub(crate) fn take(&mut self) -> Option<F> {
        match std::mem::replace(self.at.get_mut(), Standing::Away) {
            Standing::Idle(frame) => Some(frame),
            standing @ (Standing::Away | Standing::Running(_)) => {
                self.put(standing);
                None
            }
        }
    }

    /// Has the task woken when this visit is over.
    pub(crate) fn call_driver(&self) {
        self.leave.0.word.fetch_or(WANTED, Ordering::AcqRel);
    }

    pub(crate) fn put(&mut self, standing: Standing<F, W>) {
        *self.at.get_mut() = standing;
    }
}

/// Looks for the task's word when it is dropped.
struct Leave<'a, F, W>(&'a Stage<F, W>);

impl<F, W> Drop for Leave<'_, F, W> {
    #[inline]
    fn drop(&mut self) {
        mutant!("stage_leaves_without_a_look" => return);
        mutant!("stage_looks_by_a_load" if self.0.word.load(Ordering::Acquire) == 0 => return);
        // A compare-exchange, since it must be a read-modify-write: see the head of this file.
        if let Err(word) = self.0.word.compare_exchange(0, 0, Ordering::AcqRel, Ordering::Acquire) {
            self.0.answer(word);
        }
    }
}

impl<F, W> Stage<F, W> {
    #[cold]
    fn answer(&self, word: usize) {
        if word & WANTED != 0 {
            wake(self.driver());
        }
        mutant!("stage_forgets_that_its_task_is_gone" => return);
        // Another caller who has the flag by now sees the same word when he leaves.
        if word & GONE != 0
            && let Some(mut at) = self.at.try_take()
        {
            let left = std::mem::replace(at.get_mut(), Standing::Away);
            drop(at);
            drop_contained(left);
        }
    }
}
