//! How many faults were injected, for all tests of a run to be added up.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// A call that was given up before its answer came.
    Cancel,
    TimeOut,
    Kill,
    Panic,
    Error,
    Stop,
    /// A server that was terminated and started again by hand.
    Restart,
}

const NAMES: [&str; 7] = ["cancels", "time-outs", "kills", "panics", "errors", "stops", "restarts by hand"];

#[derive(Default)]
pub(crate) struct Faults([AtomicU64; NAMES.len()]);

impl Faults {
    pub(crate) fn inject(&self, fault: Fault) {
        self.0[fault as usize].fetch_add(1, SeqCst);
    }

    pub(crate) fn count(&self, fault: Fault) -> u64 {
        self.0[fault as usize].load(SeqCst)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<_> = self.0.iter().map(|count| count.load(SeqCst)).zip(NAMES).collect();
        let sum: u64 = kinds.iter().map(|(count, _)| count).sum();
        let kinds: Vec<_> = kinds.iter().map(|(count, name)| format!("{name} {count}")).collect();
        write!(f, "faults injected: {sum} ({})", kinds.join(", "))
    }
}
