//! How long calls took.

use std::fmt;
use std::time::Duration;

/// The usual time, and what one call in a hundred takes longer than.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    median: Duration,
    percentile_99: Duration,
    longest: Duration,
}

impl Times {
    pub(super) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |hundredths| {
            times.get(times.len().saturating_sub(1) * hundredths / 100).copied().unwrap_or_default()
        };
        Self { median: at(50), percentile_99: at(99), longest: at(100) }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, percentile_99, longest } = self;
        write!(f, "median {median:.1?}, 99th percentile {percentile_99:.1?}, longest {longest:.1?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_end_are_found() {
        let micros = Duration::from_micros;
        let times = Times::of((0..=100).rev().map(micros).collect());
        let expected = Times { median: micros(50), percentile_99: micros(99), longest: micros(100) };
        assert_eq!(times, expected);
        assert_eq!(times.to_string(), "median 50.0µs, 99th percentile 99.0µs, longest 100.0µs");
        assert_eq!(Times::of(Vec::new()).longest, Duration::ZERO);
    }
}
