//! A second protocol: what a store has been asked so far.
//!
//! Whoever watches stores needs nothing of [`Store`](crate::protocol::Store), and whoever uses them nothing of this. So
//! they are two protocols, which all three stores speak: `protocols(Store, Audit)`.

use std::cell::Cell;

use callcast::prelude::*;

/// Says what has been asked for.
#[protocol(derive(Debug, Clone, PartialEq))]
pub trait Audit {
    /// Returns how much has been asked for since the start.
    #[call]
    fn counts(&self) -> Counts;
}

/// How much a store has been asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that change nothing.
    pub reads: u64,
    /// Calls and casts that may have changed something.
    pub writes: u64,
}

/// Counts what a store is asked for.
///
/// Reads are counted by handlers that take `&self`. That is what the cells are for, and no lock is needed: one handler runs at a time.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    reads: Cell<u64>,
    writes: Cell<u64>,
}

impl Tally {
    pub(crate) fn read(&self) {
        self.reads.update(|reads| reads + 1);
    }

    pub(crate) fn write(&self) {
        self.writes.update(|writes| writes + 1);
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts { reads: self.reads.get(), writes: self.writes.get() }
    }
}
