//! What there is to count: an agent that every connection tells.

use callcast::CastError;
use callcast::prelude::*;

/// Counts commands and clients.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    totals: Totals,
}

/// What has been counted so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// All commands since the start.
    pub(crate) commands: u64,
    /// The clients that are connected now.
    pub(crate) clients: usize,
}

#[agent]
impl Stats {
    #[init]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    #[cast]
    pub(crate) fn executed(&mut self, commands: u64) {
        self.totals.commands += commands;
    }

    #[cast]
    pub(crate) fn connected(&mut self) {
        self.totals.clients += 1;
    }

    #[cast]
    pub(crate) fn disconnected(&mut self) {
        // One that was started again has not counted those who came before.
        self.totals.clients = self.totals.clients.saturating_sub(1);
    }

    #[call]
    pub(crate) fn totals(&self) -> Totals {
        self.totals
    }
}

/// Counts a client for as long as this lives. It is part of a connection's state, and so goes with it however it ends,
/// even by a kill, after which no code of the connection runs.
#[derive(Debug)]
pub(crate) struct Connected {
    stats: StatsClient,
}

impl Connected {
    pub(crate) async fn new(stats: StatsClient) -> Result<Self, CastError> {
        stats.connected().await?;
        Ok(Self { stats })
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        // Sent and not awaited, which a `drop` cannot do. If the agent is gone, so is the count.
        let _ = self.stats.disconnected().send();
    }
}
