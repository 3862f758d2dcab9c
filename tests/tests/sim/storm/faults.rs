//! What has been injected, by kind.

use std::collections::BTreeMap;
use std::fmt;

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Cancel,
    ClockJump,
    DeleteChild,
    Full,
    HandlerError,
    HandlerHang,
    HandlerPanic,
    HandlerStop,
    InitError,
    InitHang,
    InitIgnore,
    InitPanic,
    InitSlow,
    Kill,
    KillSupervisor,
    LoadedPayload,
    MessageBomb,
    NobodyThere,
    ReplyBomb,
    RestartChild,
    StartChild,
    StateBomb,
    Stop,
    StopSupervisor,
    Suspend,
    TerminateChild,
    TerminateError,
    TerminateHang,
    TerminatePanic,
    Timeout,
}

/// How often each was really done.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(BTreeMap<Fault, u64>);

impl Tally {
    pub(crate) fn count(&mut self, fault: Fault) {
        *self.0.entry(fault).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (fault, count) in &other.0 {
            *self.0.entry(*fault).or_default() += count;
        }
    }

    /// What we have done ourselves; that somebody finds nobody is a consequence.
    pub(crate) fn sum(&self) -> u64 {
        self.0.iter().filter(|(fault, _)| **fault != Fault::NobodyThere).map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "faults injected: {}", self.sum())?;
        for (fault, count) in &self.0 {
            write!(f, ", {fault:?} {count}")?;
        }
        Ok(())
    }
}
