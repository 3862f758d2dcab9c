//! What a server is told of the end of another.

use crate::exit::ExitReason;
use crate::id::ServerId;

/// A monitored server has ended: what a [`Monitor`](crate::Monitor) gives, and a `#[down]` handler takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Down {
    /// The server that ended.
    pub id: ServerId,
    /// Why it ended: `NoProc` where it had ended before it was monitored.
    pub reason: ExitReason,
}

impl Down {
    /// Returns a notice as a monitor gives it: for tests of a `#[down]` handler.
    #[must_use]
    pub const fn new(id: ServerId, reason: ExitReason) -> Self {
        Self { id, reason }
    }
}

/// A linked server has ended: what an `#[exit]` handler takes.
///
/// Links are made by [`Context::link`](crate::Context::link) and [`Context::start_link`](crate::Context::start_link).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exit {
    /// The server that ended.
    pub id: ServerId,
    /// Why it ended: `NoProc` where it had ended before it was linked.
    pub reason: ExitReason,
}

impl Exit {
    /// Returns a notice as a link gives it: for tests of an `#[exit]` handler.
    #[must_use]
    pub const fn new(id: ServerId, reason: ExitReason) -> Self {
        Self { id, reason }
    }
}
