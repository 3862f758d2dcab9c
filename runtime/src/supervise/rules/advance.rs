//! The next step towards what the children are to do, and what follows when one is no longer there.

use super::child::{Child, Delay, Place, Status};
use super::{Action, After, No, Rules};
use crate::supervise::policy::{Restart, Strategy};

impl Rules {
    /// Takes the next step after an event about a child.
    pub(super) fn advance(&mut self, no: No, actions: &mut Vec<Action>) {
        let next = match self.strategy {
            // Nobody else is concerned.
            Strategy::OneForOne => Some(no),
            Strategy::OneForAll | Strategy::RestForOne => self.next(),
        };
        if let Some(no) = next {
            self.step(no, actions);
        }
    }

    /// Whose turn it is in a group. While one starts or stops nobody's: another event comes when it has.
    fn next(&self) -> Option<No> {
        if let Some(youngest) = self.in_place(Place::ToStop).next_back() {
            let stopping = self.in_place(Place::Stopping).next().is_some();
            return (!stopping).then_some(youngest);
        }
        let busy = [Place::Stopping, Place::Starting].map(|place| self.in_place(place).next().is_some());
        if busy.contains(&true) { None } else { self.in_place(Place::ToStart).next() }
    }

    fn in_place(&self, place: Place) -> impl DoubleEndedIterator<Item = No> + '_ {
        self.places.range((place, No::MIN)..=(place, No::MAX)).map(|&(_, no)| no)
    }

    /// Tells one child what it is to do, if anything, now that it may.
    fn step(&mut self, no: No, actions: &mut Vec<Action>) {
        let Some(child) = self.children.get(&no) else { return };
        match (child.place(), child.delay) {
            (Some(Place::ToStop), _) => {
                actions.push(Action::Stop { no, comes_back: child.after == Some(After::Again) });
                self.change(no, |child| child.status = Status::Stopping);
            }
            (Some(Place::ToStart), Delay::Wanted) => {
                actions.push(Action::Delay { no, failures: child.failures });
                self.change(no, |child| child.delay = Delay::Running);
            }
            (Some(Place::ToStart), Delay::None) => {
                actions.push(Action::Start { no });
                self.change(no, |child| child.status = Status::Starting);
            }
            // It waits for its delay, or there is nothing to be done.
            _ => {}
        }
    }

    /// It has been stopped. Whether it also ended by itself just then makes no difference.
    pub(super) fn stopped(&mut self, no: No, after: After, actions: &mut Vec<Action>) {
        match after {
            After::Again => self.change(no, |child| child.wait(child.cause, Delay::None)),
            After::Gone => self.leave(no, actions),
        }
    }

    /// It is not there, and does not come back by itself.
    pub(super) fn leave(&mut self, no: No, actions: &mut Vec<Action>) {
        let Some(child) = self.children.get(&no) else { return };
        if self.dynamic || child.restart == Restart::Temporary {
            return self.forget(no, actions);
        }
        self.change(no, Child::rest);
        actions.push(Action::Vacate { no });
    }

    pub(super) fn forget(&mut self, no: No, actions: &mut Vec<Action>) {
        self.change(no, Child::rest);
        self.children.remove(&no);
        actions.push(Action::Forget { no });
    }

    /// Changes a child, and what is noted of it elsewhere. All changes go through here.
    pub(super) fn change(&mut self, no: No, change: impl FnOnce(&mut Child)) {
        let Some(child) = self.children.get_mut(&no) else { return };
        let (place, holds) = (child.place(), child.holds());
        change(child);
        let (new_place, now_holds) = (child.place(), child.holds());
        if place != new_place {
            place.map(|place| self.places.remove(&(place, no)));
            new_place.map(|place| self.places.insert((place, no)));
        }
        self.significant += usize::from(now_holds);
        self.significant -= usize::from(holds);
    }
}
