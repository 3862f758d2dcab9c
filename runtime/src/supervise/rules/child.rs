//! A child as the rules see it: what it is doing, and what is to become of it.

use std::time::Duration;

use crate::supervise::policy::Restart;

/// What a child is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Status {
    /// Nothing, and nobody sees to it that this changes. Its spec is there.
    Down,
    /// It will be started by itself: when its turn comes, or its delay is over.
    Waiting,
    /// Its `init` runs.
    Starting,
    Running,
    /// It has been told to stop, and has not ended yet.
    Stopping,
}

/// Why a child is started, which decides what its failure to start means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Cause {
    /// It has just been added: a failure drops it.
    First,
    /// By hand: a failure leaves it down.
    Hand,
    /// It was there before: a failure is one more restart.
    Again,
}

/// Where a child is with the delay before its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Delay {
    /// It has none, or it is over.
    None,
    /// It begins when its turn to start comes.
    Wanted,
    /// It has begun.
    Running,
}

/// What becomes of a child that is to be stopped, once it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum After {
    /// It is started again, with its group.
    Again,
    /// It stays down, or is forgotten.
    Gone,
}

/// What is to be done about a child, or is being done. Each child is in one place at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Place {
    ToStop,
    Stopping,
    ToStart,
    Starting,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Child {
    pub(super) restart: Restart,
    pub(super) significant: bool,
    pub(super) status: Status,
    /// Why it is started: now, or the next time if nothing else is said.
    pub(super) cause: Cause,
    /// The delay before the start that it waits for.
    pub(super) delay: Delay,
    /// What comes after its stop, if it is to be stopped; it may not have been told yet.
    pub(super) after: Option<After>,
    /// How many of its lives and attempts to start in a row went wrong.
    pub(super) failures: u32,
    /// When its life began.
    pub(super) since: Option<Duration>,
}

impl Child {
    /// A child that has never been started.
    pub(super) const fn new(restart: Restart, significant: bool) -> Self {
        Self {
            restart,
            significant,
            status: Status::Down,
            cause: Cause::First,
            delay: Delay::None,
            after: None,
            failures: 0,
            since: None,
        }
    }

    pub(super) const fn place(&self) -> Option<Place> {
        match self.status {
            Status::Starting | Status::Running if self.after.is_some() => Some(Place::ToStop),
            Status::Stopping => Some(Place::Stopping),
            Status::Waiting => Some(Place::ToStart),
            Status::Starting => Some(Place::Starting),
            Status::Down | Status::Running => None,
        }
    }

    /// Says whether it is significant, and there to stay, so that the supervisor does not end with the last of these.
    pub(super) fn holds(&self) -> bool {
        self.significant && self.status != Status::Down && self.after != Some(After::Gone)
    }

    /// Says whether an end of its own is answered by a restart.
    pub(super) fn comes_back(&self, bad: bool) -> bool {
        self.restart == Restart::Permanent || self.restart == Restart::Transient && bad
    }

    pub(super) const fn wait(&mut self, cause: Cause, delay: Delay) {
        self.status = Status::Waiting;
        self.cause = cause;
        self.delay = delay;
        self.after = None;
    }

    /// Its `init` has succeeded; it may have been told to stop meanwhile, and ends then.
    pub(super) const fn begin_life(&mut self, at: Duration) {
        match self.status {
            Status::Starting => self.status = Status::Running,
            Status::Stopping => {}
            Status::Down | Status::Waiting | Status::Running => return,
        }
        self.cause = Cause::Again;
        self.since = Some(at);
    }

    /// It has ended, or was not started: what went wrong before is forgotten if its life was longer than `long`.
    pub(super) fn end_life(&mut self, at: Duration, long: Duration) {
        if self.since.take().is_some_and(|since| at.saturating_sub(since) > long) {
            self.failures = 0;
        }
    }

    pub(super) const fn rest(&mut self) {
        self.status = Status::Down;
        self.delay = Delay::None;
        self.after = None;
        self.failures = 0;
        self.since = None;
    }

    /// Its group is started again: it is stopped first if it is there, and then all are started, those that were down as
    /// well. A delay that it is in goes on.
    pub(super) fn restart_with_group(&mut self) {
        if self.cause == Cause::Hand {
            self.cause = Cause::Again;
        }
        match self.status {
            Status::Down => self.wait(Cause::Again, Delay::None),
            Status::Starting | Status::Running if self.after.is_none() => {
                let stays = self.restart != Restart::Temporary;
                self.after = Some(if stays { After::Again } else { After::Gone });
            }
            // Whoever is being stopped by hand stays away: it is not down yet, so it is not started with the others.
            Status::Waiting | Status::Starting | Status::Running | Status::Stopping => {}
        }
    }
}
