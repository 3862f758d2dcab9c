//! What a server is told of the end of another.

use crate::exit::ExitReason;
use crate::id::ServerId;

/// A monitored server has ended: what a `#[down]` handler takes.
///
/// Nothing sends it yet: there are no monitors in this version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Down {
    /// The server that ended.
    pub id: ServerId,
    /// Why it ended.
    pub reason: ExitReason,
}

/// A linked server has ended: what an `#[exit]` handler takes.
///
/// Nothing sends it yet: there are no links in this version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exit {
    /// The server that ended.
    pub id: ServerId,
    /// Why it ended.
    pub reason: ExitReason,
}
