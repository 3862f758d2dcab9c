//! What threads and tasks are to do, made of a seed.

use std::time::Duration;

use crate::checker::Op;

/// Which handler is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Get,
    /// A closure that reads in place, at an agent.
    Read,
    Change,
    /// A handler that awaits between reading and writing, at a server.
    ChangeSlowly,
    Cast,
}

/// How it is asked, and how the answer is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Await,
    Wait,
    /// Polled this often, then dropped.
    Polls(u32),
    Send(Then),
}

/// What becomes of a call that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Await,
    Wait,
    /// Awaited when everything else has been done.
    AwaitLater,
    Polls(u32),
    Drop,
    Detach,
}

/// One line of a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) op: Op,
    pub(crate) route: Route,
    pub(crate) how: How,
    pub(crate) timeout: Option<Duration>,
    /// How long the handler takes: long enough, at times, for others to come meanwhile.
    pub(crate) work: u32,
}

/// Xorshift, so that a seed says it all.
struct Random(u64);

impl Random {
    const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    const fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn step(&mut self, unique: u64) -> Step {
        let (op, route) = match self.below(8) {
            0 => (Op::Get, Route::Get),
            1 => (Op::Get, Route::Read),
            2 | 3 => (self.change(unique), Route::Cast),
            4 => (self.change(unique), Route::ChangeSlowly),
            _ => (self.change(unique), Route::Change),
        };
        let timeout = match self.below(16) {
            0 | 1 => Some(Duration::ZERO),
            2 => Some(Duration::from_micros(self.below(200))),
            _ => None,
        };
        let work = if self.below(2) == 0 { 0 } else { u32::try_from(self.below(300)).unwrap() };
        Step { op, route, how: self.how(), timeout, work }
    }

    /// Each changes the value in a way of its own, so that what is lost, doubled or stale shows.
    const fn change(&mut self, unique: u64) -> Op {
        if self.below(3) == 0 { Op::Swap(unique << 32) } else { Op::Add(1 + unique) }
    }

    fn how(&mut self) -> How {
        let polls = u32::try_from(self.below(4)).unwrap();
        match self.below(11) {
            0 | 1 => How::Await,
            2 => How::Wait,
            3 | 4 => How::Polls(polls),
            5 => How::Send(Then::Await),
            6 => How::Send(if polls == 0 { Then::Detach } else { Then::AwaitLater }),
            7 => How::Send(Then::Polls(polls)),
            8 | 9 => How::Send(Then::Drop),
            _ => How::Send(Then::Wait),
        }
    }
}

const ACTORS: u64 = 5;
const STEPS: u64 = 6;

pub(crate) fn programs(seed: u64) -> Vec<Vec<Step>> {
    let mut random = Random::new(seed);
    (0..ACTORS).map(|actor| (0..STEPS).map(|n| random.step(1 + actor * STEPS + n)).collect()).collect()
}
