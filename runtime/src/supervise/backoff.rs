//! How long a supervisor waits before it starts a child again.

use std::time::Duration;

/// How long a supervisor waits before it starts a child again that died, or that could not be started.
///
/// OTP has no such thing: it tries again at once, and gives up when the restart intensity is reached. A delay makes
/// sense where a child fails because of something else that takes time to recover, such as a database; the intensity
/// should then allow for as many restarts as fit into its window.
///
/// What counts are failures in a row. A child that ran for longer than the window of the restart intensity begins anew.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use callcast::Backoff;
///
/// // 100 ms, 200 ms, 400 ms and so on to 30 s, each up to a fifth shorter or longer.
/// let patient = Backoff::exponential(Duration::from_millis(100), Duration::from_secs(30)).with_jitter(20);
/// // Always a second.
/// let steady = Backoff::constant(Duration::from_secs(1));
/// assert_ne!(patient, steady);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The delay after the first failure; each further one doubles it.
    first: Duration,
    /// What it does not grow beyond.
    most: Duration,
    /// By how many percent of itself it may be shorter or longer.
    jitter: u8,
}

impl Backoff {
    /// Waits equally long each time.
    #[must_use]
    pub const fn constant(delay: Duration) -> Self {
        Self { first: delay, most: delay, jitter: 0 }
    }

    /// Waits twice as long after each failure, beginning with `first`, and never longer than `most`.
    #[must_use]
    pub const fn exponential(first: Duration, most: Duration) -> Self {
        Self { first, most, jitter: 0 }
    }

    /// Makes each delay shorter or longer by a random share of up to `percent`, 100 at most, so that children that failed
    /// together do not come back together.
    ///
    /// The longest delay is spread as well, and may so be longer than the limit that was given.
    #[must_use]
    pub const fn with_jitter(mut self, percent: u8) -> Self {
        self.jitter = if percent > 100 { 100 } else { percent };
        self
    }

    /// The delay after so many failures in a row, counted from 1; `random` is any number, and decides the jitter.
    pub(crate) fn delay(&self, failures: u32, random: u64) -> Duration {
        let doublings = failures.saturating_sub(1);
        let most = self.most.as_nanos();
        // What does not fit into the number is beyond any limit.
        let delay = 1_u128
            .checked_shl(doublings)
            .and_then(|factor| self.first.as_nanos().checked_mul(factor))
            .map_or(most, |delay| delay.min(most));
        let delay = if self.first.is_zero() { 0 } else { delay };
        duration(self.spread(delay, random))
    }

    /// The delay, shorter or longer by the share that `random` says.
    fn spread(&self, delay: u128, random: u64) -> u128 {
        let span = delay * u128::from(self.jitter) / 100;
        // The upper half of the bits is random enough, and the product fits: a duration has 94 bits.
        let share = 2 * span * u128::from(random >> 32) / u128::from(u32::MAX);
        delay - span + share
    }
}

/// So many nanoseconds, or the longest duration.
fn duration(nanos: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    let rest = u32::try_from(nanos % SECOND).unwrap_or_default();
    u64::try_from(nanos / SECOND).map_or(Duration::MAX, |seconds| Duration::new(seconds, rest))
}

#[cfg(all(test, not(any(callcast_loom, callcast_shuttle))))]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    #[test]
    fn a_constant_delay_is_always_the_same() {
        let steady = Backoff::constant(3 * MILLI);
        for failures in [0, 1, 2, 1000, u32::MAX] {
            assert_eq!(steady.delay(failures, u64::MAX), 3 * MILLI);
        }
    }

    #[test]
    fn an_exponential_delay_doubles_up_to_its_limit() {
        let growing = Backoff::exponential(MILLI, 10 * MILLI);
        let delays =
            [0, 1, 2, 3, 4, 5, 6, 65, 129, u32::MAX].map(|failures| growing.delay(failures, 7).as_millis());
        assert_eq!(delays, [1, 1, 2, 4, 8, 10, 10, 10, 10, 10]);
    }

    #[test]
    fn a_first_delay_over_the_limit_is_the_limit() {
        assert_eq!(Backoff::exponential(9 * MILLI, MILLI).delay(1, 0), MILLI);
    }

    #[test]
    fn jitter_goes_from_the_shortest_to_the_longest() {
        let spread = Backoff::constant(100 * MILLI).with_jitter(20);
        assert_eq!(spread.delay(1, 0), 80 * MILLI);
        assert_eq!(spread.delay(1, u64::MAX), 120 * MILLI);
        let middle = spread.delay(1, u64::MAX / 2);
        assert!(99 * MILLI < middle && middle < 101 * MILLI, "{middle:?}");
    }

    #[test]
    fn jitter_is_the_whole_delay_at_most() {
        let wild = Backoff::constant(100 * MILLI).with_jitter(255);
        assert_eq!(wild.delay(1, 0), Duration::ZERO);
        assert_eq!(wild.delay(1, u64::MAX), 200 * MILLI);
    }

    #[test]
    fn no_input_overflows() {
        let lengths = [Duration::ZERO, Duration::from_nanos(1), MILLI, Duration::MAX];
        for (first, most) in lengths.iter().flat_map(|&first| lengths.map(|most| (first, most))) {
            for failures in (0..200).chain([u32::MAX]) {
                for (jitter, random) in [(0, 0), (0, u64::MAX), (100, 0), (100, u64::MAX), (33, 1 << 40)] {
                    let delay = Backoff::exponential(first, most).with_jitter(jitter).delay(failures, random);
                    assert!(!first.is_zero() || delay.is_zero(), "doubling nothing is nothing");
                    assert!(jitter > 0 || delay <= most);
                }
            }
        }
        let longest = Backoff::constant(Duration::MAX).with_jitter(100);
        assert_eq!(longest.delay(1, u64::MAX), Duration::MAX);
    }
}
