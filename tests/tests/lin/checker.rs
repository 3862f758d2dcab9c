//! Whether a history could be that of one register.

use std::collections::HashSet;

use crate::programs::Step;

/// What the register can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// Gives the value.
    Get,
    /// Adds, and gives the sum.
    Add(u64),
    /// Puts another value in its place, and gives the old one.
    Swap(u64),
}

/// The register as it should be: the value afterwards, and the reply.
pub(crate) const fn step(value: u64, op: Op) -> (u64, u64) {
    match op {
        Op::Get => (value, value),
        Op::Add(n) => (value + n, value + n),
        Op::Swap(n) => (n, value),
    }
}

/// Why nobody knows what became of it, or why it is never done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Its future was dropped.
    Cancelled,
    TimedOut,
    /// There was no room, or it would have blocked a thread that must not be blocked.
    Unsent,
}

/// What became of something that was asked of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Replied(u64),
    /// It is done, and nobody hears what it gave.
    Accepted,
    /// It was given up: it is done once or never.
    Unknown(Cause),
    /// It is known that it is never done.
    Refused(Cause),
    /// An error that has no place here.
    Wrong(String),
}

impl Fate {
    const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// The fault that was injected, if it had an effect.
    pub(crate) const fn cause(&self) -> Option<Cause> {
        match self {
            Self::Unknown(cause) | Self::Refused(cause) => Some(*cause),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) op: Op,
    /// The moment before it was sent.
    pub(crate) call: u64,
    /// A moment at which it had been sent: what was sent after that is handled later.
    pub(crate) sent: u64,
    pub(crate) fate: Fate,
    /// Who asked, and how: for those who read a failure.
    pub(crate) step: Step,
}

/// Whether one register that handles messages in the order of sending could have given these answers.
pub(crate) fn is_linearizable(history: &[Event]) -> bool {
    assert!(history.len() <= 64, "a set of events is a number");
    // A read that nobody heard the answer of says nothing.
    let counts = |event: &Event| match event.fate {
        Fate::Refused(_) => false,
        Fate::Unknown(_) => event.op != Op::Get,
        _ => true,
    };
    let left = (0..history.len()).filter(|i| counts(&history[*i])).fold(0, |left, i| left | 1 << i);
    goes_on(history, left, 0, &mut HashSet::new())
}

/// Whether what is left can follow upon this value.
fn goes_on(history: &[Event], left: u64, value: u64, seen: &mut HashSet<(u64, u64)>) -> bool {
    let is_left = |i: &usize| left >> i & 1 == 1;
    if (0..history.len()).filter(is_left).all(|i| history[i].fate.is_unknown()) {
        return true;
    }
    if !seen.insert((left, value)) {
        return false;
    }
    (0..history.len()).filter(is_left).any(|i| {
        let event = &history[i];
        // What was sent before this comes before it or never.
        let mut after = left & !(1 << i);
        for earlier in (0..history.len()).filter(is_left).filter(|j| history[*j].sent < event.call) {
            if !history[earlier].fate.is_unknown() {
                return false;
            }
            after &= !(1 << earlier);
        }
        let (next, reply) = step(value, event.op);
        !matches!(event.fate, Fate::Replied(seen) if seen != reply) && goes_on(history, after, next, seen)
    })
}

#[cfg(test)]
mod tests {
    use super::{Cause, Event, Fate, Op, is_linearizable};
    use crate::programs::{How, Route, Step};

    const GIVEN_UP: Fate = Fate::Unknown(Cause::Cancelled);

    fn event(op: Op, call: u64, sent: u64, fate: Fate) -> Event {
        let step = Step { op, route: Route::Change, how: How::Await, timeout: None, work: 0 };
        Event { op, call, sent, fate, step }
    }

    fn replied(op: Op, call: u64, sent: u64, reply: u64) -> Event {
        event(op, call, sent, Fate::Replied(reply))
    }

    #[test]
    fn accepts_what_overlaps_in_either_order() {
        for read in [0, 1] {
            assert!(is_linearizable(&[replied(Op::Add(1), 0, 3, 1), replied(Op::Get, 1, 2, read)]));
        }
        assert!(is_linearizable(&[replied(Op::Swap(7), 0, 9, 0), replied(Op::Add(1), 1, 2, 8)]));
    }

    #[test]
    fn accepts_what_was_given_up_either_way_but_not_later() {
        for read in [0, 1] {
            assert!(is_linearizable(&[event(Op::Add(1), 0, 1, GIVEN_UP), replied(Op::Get, 2, 3, read)]));
        }
        let late = [event(Op::Add(1), 0, 1, GIVEN_UP), replied(Op::Get, 2, 3, 0), replied(Op::Get, 4, 5, 1)];
        assert!(!is_linearizable(&late), "what was sent after it has been handled before it");
        let unsent = late.map(|event| Event { sent: event.sent.max(9 * event.call), ..event });
        assert!(!is_linearizable(&unsent));
        let [mut given_up, first, second] = unsent;
        given_up.sent = u64::MAX;
        assert!(is_linearizable(&[given_up, first, second]), "where nobody knows when it was sent");
    }

    #[test]
    fn rejects_a_lost_update() {
        assert!(!is_linearizable(&[replied(Op::Add(1), 0, 3, 1), replied(Op::Add(1), 1, 2, 1)]));
        let read = replied(Op::Get, 4, 5, 0);
        assert!(!is_linearizable(&[event(Op::Add(1), 0, 1, Fate::Accepted), read]));
    }

    #[test]
    fn rejects_a_stale_read() {
        assert!(!is_linearizable(&[replied(Op::Add(1), 0, 1, 1), replied(Op::Get, 2, 3, 0)]));
    }

    #[test]
    fn rejects_a_duplicate() {
        assert!(!is_linearizable(&[replied(Op::Add(1), 0, 1, 1), replied(Op::Get, 2, 3, 2)]));
        assert!(!is_linearizable(&[event(Op::Add(1), 0, 1, GIVEN_UP), replied(Op::Get, 2, 3, 2)]));
    }

    #[test]
    fn rejects_what_ran_although_it_certainly_had_not() {
        for fate in [Fate::Refused(Cause::TimedOut), GIVEN_UP] {
            let ran = is_linearizable(&[event(Op::Add(1), 0, 1, fate.clone()), replied(Op::Get, 2, 3, 1)]);
            assert_eq!(ran, fate == GIVEN_UP);
        }
    }

    #[test]
    fn rejects_another_order_than_that_of_sending() {
        let sent = |first, second| {
            [
                event(Op::Swap(1), 0, 1, Fate::Accepted),
                event(Op::Swap(2), 2, 3, Fate::Accepted),
                replied(Op::Swap(3), 4, 5, first),
                replied(Op::Get, 6, 7, second),
            ]
        };
        assert!(is_linearizable(&sent(2, 3)));
        assert!(!is_linearizable(&sent(1, 3)));
    }
}
