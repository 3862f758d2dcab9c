//! What a supervisor does when something happens to its children: from state and event to state and actions, without
//! tasks, clocks or clients.
//!
//! An event only says what each child *is to* do, and [`Rules::advance`] then takes the next step towards that. So a
//! supervisor is never in the middle of a restart that it would have to finish first: whatever happens meanwhile, a
//! command or another death, changes where it is going.
//!
//! With `one_for_one`, children do not wait for each other. In a group one step is taken at a time: first the stops, the
//! youngest child first, then the starts, the oldest first. Stops do not wait for starts: one that is in the way is cancelled.

mod advance;
mod child;
#[cfg(all(test, not(any(callcast_loom, callcast_shuttle))))]
mod explore;
#[cfg(all(test, not(any(callcast_loom, callcast_shuttle))))]
mod rows;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::time::Duration;

use self::child::{After, Cause, Child, Delay, Place};
use super::intensity::Intensity;
use super::policy::{AutoShutdown, Restart, Strategy};

pub(crate) use self::child::Status;

/// A child's number: it grows with each child that is added, and so is the order of start.
pub(crate) type No = u64;

/// Something that happened. What does not fit a child's status changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A child has been added, and is to be started.
    Add { no: No, restart: Restart, significant: bool },
    /// Its `init` has succeeded.
    Started { no: No, at: Duration },
    /// Its `init` said that there is nothing to start.
    Ignored { no: No },
    /// Its `init` failed, or was cancelled.
    StartFailed { no: No, at: Duration },
    /// It has ended; `bad` if it failed.
    Ended { no: No, bad: bool, at: Duration },
    /// The delay before its start is over.
    Due { no: No },
    /// By hand: it is to be stopped, and to stay down.
    Terminate { no: No },
    /// By hand: it is to be started. [`Rules::may_restart`] says whether that fits.
    Restart { no: No },
    /// By hand: its spec is to be dropped. [`Rules::may_delete`] says whether that fits.
    Delete { no: No },
}

impl Event {
    /// Whom it is about.
    pub(crate) const fn no(self) -> No {
        match self {
            Self::Add { no, .. }
            | Self::Started { no, .. }
            | Self::Ignored { no }
            | Self::StartFailed { no, .. }
            | Self::Ended { no, .. }
            | Self::Due { no }
            | Self::Terminate { no }
            | Self::Restart { no }
            | Self::Delete { no } => no,
        }
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// To be started; `Started`, `Ignored` or `StartFailed` comes then.
    Start { no: No },
    /// To be started later, as so many lives or attempts in a row went wrong, at least one; `Due` comes then. It is said
    /// before every restart of a child that died or failed itself, not of those that were stopped for it. `Vacate` and
    /// `Forget` end the delay.
    Delay { no: No, failures: u32 },
    /// To be stopped as its shutdown policy says, or its start cancelled; `Ended` or `StartFailed` comes then.
    Stop { no: No, comes_back: bool },
    /// It is not there, and nobody sees to it that it comes back. Its spec is kept.
    Vacate { no: No },
    /// It is gone for good: its spec is dropped.
    Forget { no: No },
    /// The supervisor ends with `Shutdown`. It is the last action.
    GiveUp { why: GiveUp },
}

impl Action {
    /// Whom it is about.
    pub(crate) const fn no(self) -> Option<No> {
        match self {
            Self::Start { no }
            | Self::Delay { no, .. }
            | Self::Stop { no, .. }
            | Self::Vacate { no }
            | Self::Forget { no } => Some(no),
            Self::GiveUp { .. } => None,
        }
    }
}

/// Why a supervisor ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GiveUp {
    /// There were too many restarts.
    Intensity,
    /// Its significant children have ended.
    AutoShutdown,
}

/// Why a command does not fit, as OTP's errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Running,
    Restarting,
    NotFound,
}

/// The children of a supervisor, and what it does about them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Rules {
    strategy: Strategy,
    /// Whether children that are not there are forgotten, whatever their kind.
    dynamic: bool,
    auto: AutoShutdown,
    intensity: Intensity,
    children: BTreeMap<No, Child>,
    /// Where the children are with which something is to be done or is being done: an event must not cost a look at all.
    places: BTreeSet<(Place, No)>,
    /// How many significant children are there to stay.
    significant: usize,
    restarts: u64,
    /// Whether the supervisor has given up.
    over: bool,
}

impl Rules {
    pub(crate) fn new(strategy: Strategy, intensity: Intensity, auto: AutoShutdown) -> Self {
        Self {
            strategy,
            dynamic: false,
            auto,
            intensity,
            children: BTreeMap::new(),
            places: BTreeSet::new(),
            significant: 0,
            restarts: 0,
            over: false,
        }
    }

    /// The rules of a dynamic supervisor: `one_for_one`, and it keeps no specs of children that are not there.
    pub(crate) fn dynamic(intensity: Intensity) -> Self {
        Self { dynamic: true, ..Self::new(Strategy::OneForOne, intensity, AutoShutdown::Never) }
    }

    pub(crate) fn status(&self, no: No) -> Option<Status> {
        self.children.get(&no).map(|child| child.status)
    }

    /// Says whether a child can be started by hand.
    pub(crate) fn may_restart(&self, no: No) -> Result<(), Refused> {
        let child = self.children.get(&no).ok_or(Refused::NotFound)?;
        match child.status {
            Status::Down => Ok(()),
            Status::Running | Status::Stopping if child.after != Some(After::Again) => Err(Refused::Running),
            _ => Err(Refused::Restarting),
        }
    }

    /// Says whether a child's spec can be dropped: as in OTP, when it could be started by hand.
    pub(crate) fn may_delete(&self, no: No) -> Result<(), Refused> {
        self.may_restart(no)
    }

    /// All children, in the order of start.
    pub(crate) fn numbers(&self) -> impl DoubleEndedIterator<Item = No> + '_ {
        self.children.keys().copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.children.len()
    }

    /// How many restarts there were, failed attempts included; not the one that was too many.
    pub(crate) const fn restarts(&self) -> u64 {
        self.restarts
    }

    /// Takes note of an event, and says what is to be done now.
    pub(crate) fn apply(&mut self, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.over {
            return actions;
        }
        self.take(event, &mut actions);
        if !self.over {
            self.advance(event.no(), &mut actions);
        }
        actions
    }

    fn take(&mut self, event: Event, actions: &mut Vec<Action>) {
        match event {
            Event::Add { no, restart, significant } => self.add(no, Child::new(restart, significant)),
            Event::Started { no, at } => self.started(no, at),
            Event::Ignored { no } => self.ignored(no, actions),
            Event::StartFailed { no, at } => self.start_failed(no, at, actions),
            Event::Ended { no, bad, at } => self.ended(no, bad, at, actions),
            Event::Due { no } => self.due(no),
            Event::Terminate { no } => self.terminate(no, actions),
            Event::Restart { no } => self.restart_by_hand(no),
            Event::Delete { no } => self.delete(no, actions),
        }
    }
}

/// What each event means.
impl Rules {
    fn add(&mut self, no: No, child: Child) {
        if let Entry::Vacant(place) = self.children.entry(no) {
            place.insert(child);
            self.change(no, |child| child.wait(Cause::First, Delay::None));
        }
    }

    fn started(&mut self, no: No, at: Duration) {
        self.change(no, |child| child.begin_life(at));
    }

    fn ignored(&mut self, no: No, actions: &mut Vec<Action>) {
        let Some(child) = self.children.get(&no) else { return };
        match (child.status, child.after) {
            (Status::Starting | Status::Stopping, Some(after)) => self.stopped(no, after, actions),
            (Status::Starting, None) => self.leave(no, actions),
            _ => {}
        }
    }

    fn start_failed(&mut self, no: No, at: Duration, actions: &mut Vec<Action>) {
        let Some(child) = self.children.get(&no) else { return };
        match (child.status, child.after, child.cause) {
            (Status::Starting | Status::Stopping, Some(after), _) => self.stopped(no, after, actions),
            (Status::Starting, None, Cause::First) => self.forget(no, actions),
            (Status::Starting, None, Cause::Hand) => self.leave(no, actions),
            (Status::Starting, None, Cause::Again) => self.start_again(no, at, actions),
            _ => {}
        }
    }

    fn ended(&mut self, no: No, bad: bool, at: Duration, actions: &mut Vec<Action>) {
        let long = self.intensity.window();
        self.change(no, |child| child.end_life(at, long));
        let Some(child) = self.children.get(&no) else { return };
        match (child.status, child.after) {
            (Status::Starting | Status::Running | Status::Stopping, Some(after)) => {
                self.stopped(no, after, actions);
            }
            (Status::Running, None) if child.comes_back(bad) => self.start_again(no, at, actions),
            (Status::Running, None) => self.ended_for_good(no, actions),
            // It ended before it was said to run.
            (Status::Starting, None) => self.start_failed(no, at, actions),
            _ => {}
        }
    }

    fn due(&mut self, no: No) {
        self.change(no, |child| {
            if child.delay == Delay::Running {
                child.delay = Delay::None;
            }
        });
    }

    fn terminate(&mut self, no: No, actions: &mut Vec<Action>) {
        match self.status(no) {
            Some(Status::Waiting) => self.leave(no, actions),
            Some(Status::Starting | Status::Running | Status::Stopping) => {
                self.change(no, |child| child.after = Some(After::Gone));
            }
            Some(Status::Down) | None => {}
        }
    }

    fn restart_by_hand(&mut self, no: No) {
        if self.may_restart(no).is_ok() {
            self.change(no, |child| child.wait(Cause::Hand, Delay::None));
        }
    }

    fn delete(&mut self, no: No, actions: &mut Vec<Action>) {
        if self.may_delete(no).is_ok() {
            self.forget(no, actions);
        }
    }

    /// It died, or could not be started again: it is restarted, and its group with it, unless that is too much.
    fn start_again(&mut self, no: No, at: Duration, actions: &mut Vec<Action>) {
        if !self.intensity.note(at) {
            self.change(no, Child::rest);
            return self.give_up(GiveUp::Intensity, actions);
        }
        self.restarts += 1;
        self.change(no, |child| {
            child.failures = child.failures.saturating_add(1);
            child.wait(Cause::Again, Delay::Wanted);
        });
        for other in self.group(no) {
            self.change(other, Child::restart_with_group);
        }
    }

    /// Those that are started again with it.
    fn group(&self, no: No) -> Vec<No> {
        let from = match self.strategy {
            Strategy::OneForOne => return Vec::new(),
            Strategy::OneForAll => Bound::Unbounded,
            Strategy::RestForOne => Bound::Excluded(no),
        };
        let group = self.children.range((from, Bound::Unbounded));
        group.map(|(&other, _)| other).filter(|&other| other != no).collect()
    }

    /// It ended by itself, and is not started again.
    fn ended_for_good(&mut self, no: No, actions: &mut Vec<Action>) {
        let significant = self.children.get(&no).is_some_and(|child| child.significant);
        self.leave(no, actions);
        let ends = match self.auto {
            AutoShutdown::Never => false,
            AutoShutdown::AnySignificant => significant,
            AutoShutdown::AllSignificant => significant && self.significant == 0,
        };
        if ends {
            self.give_up(GiveUp::AutoShutdown, actions);
        }
    }

    fn give_up(&mut self, why: GiveUp, actions: &mut Vec<Action>) {
        self.over = true;
        actions.push(Action::GiveUp { why });
    }
}
