//! What has happened, as a number that two runs of one seed have in common, and as the last lines for people.

use std::collections::VecDeque;
use std::fmt;

/// How many events are kept to be shown.
const KEPT: usize = 50;

#[derive(Clone, Copy, Debug)]
struct Event {
    /// Milliseconds since the beginning.
    at: u64,
    what: &'static str,
    /// Which server's, where it is one's.
    slot: usize,
    /// Whatever tells it from others.
    number: u64,
}

/// No server's.
pub(crate) const NOBODY: usize = usize::MAX;

#[derive(Debug, Default)]
pub(crate) struct Trace {
    hash: u64,
    count: u64,
    last: VecDeque<Event>,
}

impl Trace {
    pub(crate) fn note(&mut self, at: u64, what: &'static str, slot: usize, number: u64) {
        self.mix(at);
        what.bytes().for_each(|byte| self.mix(u64::from(byte)));
        self.mix(slot as u64);
        self.mix(number);
        self.count += 1;
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(Event { at, what, slot, number });
    }

    /// FNV's step, a word at a time.
    const fn mix(&mut self, word: u64) {
        self.hash = (self.hash ^ word).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(23);
    }

    pub(crate) const fn hash(&self) -> u64 {
        self.hash ^ self.count
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} events, of which the last:", self.count)?;
        for Event { at, what, slot, number } in &self.last {
            match *slot {
                NOBODY => writeln!(f, "{at:>10} {what} {number}")?,
                slot => writeln!(f, "{at:>10} {what} {number} at s{slot}")?,
            }
        }
        Ok(())
    }
}
