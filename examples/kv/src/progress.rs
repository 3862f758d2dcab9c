//! The line that says how fast it goes: a server with a timer of its own.

use std::error::Error;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use callcast::prelude::*;

use crate::stats::StatsClient;

/// Prints how many commands there were in the last second, if there were any.
#[derive(Debug)]
pub(crate) struct Progress {
    stats: StatsClient,
    /// How many commands there had been when it last looked.
    commands: u64,
    /// When that was: under load, a tick can be late.
    looked: Instant,
    /// Whether one line is written over and over, for a person to look at, and not one after the other, into a file.
    in_place: bool,
    /// Whether that line is there, and waits for its end.
    open: bool,
}

#[server]
impl Progress {
    #[init]
    pub(crate) fn new(stats: StatsClient) -> Self {
        Self { stats, commands: 0, looked: Instant::now(), in_place: io::stderr().is_terminal(), open: false }
    }

    /// An error ends this server and nothing else: `kv` serves without a progress line.
    #[every("1s")]
    async fn report(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let totals = self.stats.totals().await?;
        let now = Instant::now();
        let (new, elapsed) = (totals.commands.saturating_sub(self.commands), now - self.looked);
        (self.commands, self.looked) = (totals.commands, now);
        if new > 0 {
            let rate = per_second(new, elapsed);
            self.show(&format!(
                "{rate} commands/s, {} in all, clients: {}",
                totals.commands, totals.clients
            ))?;
        }
        Ok(())
    }

    #[terminate]
    fn close(&mut self) -> io::Result<()> {
        if self.open { writeln!(io::stderr()) } else { Ok(()) }
    }

    fn show(&mut self, line: &str) -> io::Result<()> {
        if !self.in_place {
            return writeln!(io::stderr(), "{line}");
        }
        self.open = true;
        // Back to the start of the line, whose rest is erased.
        write!(io::stderr(), "\r\x1b[K{line}")
    }
}

fn per_second(count: u64, elapsed: Duration) -> u128 {
    let milliseconds = elapsed.as_millis().max(1);
    (u128::from(count) * 1_000 + milliseconds / 2) / milliseconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_tick_does_not_raise_the_rate() {
        assert_eq!(per_second(500, Duration::from_secs(1)), 500);
        assert_eq!(per_second(500, Duration::from_millis(2_500)), 200);
        assert_eq!(per_second(1, Duration::from_millis(1_001)), 1);
        assert_eq!(per_second(0, Duration::ZERO), 0);
    }
}
