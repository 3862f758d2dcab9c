//! What there is to count: an agent.

use callcast::prelude::*;
use serde::Serialize;

/// What has been counted since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Totals {
    /// All requests.
    pub(crate) requests: u64,
    /// Those that the cache has answered.
    pub(crate) from_cache: u64,
    /// Those that ended with 503.
    pub(crate) unavailable: u64,
    /// Those that ended with 504.
    pub(crate) too_slow: u64,
    /// How many values the refresher has brought.
    pub(crate) refreshed: u64,
}

/// Counts.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    totals: Totals,
}

#[agent]
impl Counters {
    #[init]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A request that ended with this status.
    #[cast]
    pub(crate) fn answered(&mut self, status: u16) {
        self.totals.requests += 1;
        match status {
            503 => self.totals.unavailable += 1,
            504 => self.totals.too_slow += 1,
            _ => {}
        }
    }

    /// A request that the cache has answered.
    #[cast]
    pub(crate) fn hit(&mut self) {
        self.totals.from_cache += 1;
    }

    #[cast]
    pub(crate) fn refreshed(&mut self, values: usize) {
        self.totals.refreshed += values as u64;
    }

    #[call]
    pub(crate) fn totals(&self) -> Totals {
        self.totals
    }
}
