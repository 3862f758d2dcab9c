//! How many restarts are too many.

use std::collections::VecDeque;
use std::time::Duration;

/// A sliding window over the restarts of a supervisor: more than so many within so long are too many.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Intensity {
    /// How many restarts a window may hold.
    most: u32,
    /// How long a restart counts.
    window: Duration,
    /// When the restarts that still count were, the oldest first: at most one more than `most`.
    moments: VecDeque<Duration>,
}

impl Intensity {
    pub(crate) fn new(most: u32, window: Duration) -> Self {
        Self { most, window, moments: VecDeque::new() }
    }

    pub(crate) const fn window(&self) -> Duration {
        self.window
    }

    /// Notes a restart, so long after the supervisor's start, and says whether it is within the limit.
    pub(crate) fn note(&mut self, at: Duration) -> bool {
        // As in OTP's `add_restart`, which counts whole seconds, one that is exactly as old as the window still counts.
        let counts = |moment: Duration| at.saturating_sub(moment) <= self.window;
        while self.moments.front().is_some_and(|&oldest| !counts(oldest)) {
            self.moments.pop_front();
        }
        self.moments.push_back(at);
        let within = self.moments.len() <= self.most as usize;
        if self.moments.len() - 1 > self.most as usize {
            // Too many is too many: the oldest would not change that.
            self.moments.pop_front();
        }
        within
    }
}

#[cfg(all(test, not(any(callcast_loom, callcast_shuttle))))]
mod tests {
    use super::*;

    fn intensity(most: u32) -> Intensity {
        Intensity::new(most, Duration::from_secs(5))
    }

    /// What is said of restarts so many milliseconds after the start.
    fn notes<const N: usize>(intensity: &mut Intensity, at: [u64; N]) -> [bool; N] {
        at.map(|millis| intensity.note(Duration::from_millis(millis)))
    }

    #[test]
    fn px_29_the_third_in_the_window_is_one_too_many_of_two() {
        assert_eq!(notes(&mut intensity(2), [0, 10, 20]), [true, true, false]);
    }

    #[test]
    fn sv_o_37_the_window_slides() {
        let mut slow = Intensity::new(1, Duration::from_secs(1));
        assert_eq!(notes(&mut slow, [0, 2100, 4200, 6300]), [true; 4]);
        assert_eq!(notes(&mut intensity(2), [0, 3000, 6000, 9000, 10_000]), [true, true, true, true, false]);
    }

    #[test]
    fn a_restart_as_old_as_the_window_counts() {
        assert_eq!(notes(&mut intensity(1), [1000, 6000]), [true, false]);
        assert_eq!(notes(&mut intensity(1), [1000, 6001]), [true, true]);
    }

    #[test]
    fn with_none_allowed_the_first_is_too_many() {
        assert_eq!(notes(&mut intensity(0), [0, 60_000]), [false, false]);
    }

    #[test]
    fn a_window_of_no_length_holds_what_comes_at_once() {
        let mut none = Intensity::new(1, Duration::ZERO);
        assert_eq!(notes(&mut none, [0, 1, 1, 2]), [true, true, false, true]);
    }

    #[test]
    fn no_more_than_one_over_the_limit_is_remembered() {
        let mut restless = intensity(3);
        for millis in 0..1000 {
            restless.note(Duration::from_millis(millis));
            assert!(restless.moments.len() <= 4);
        }
        assert_eq!(restless.moments, [996, 997, 998, 999].map(Duration::from_millis));
    }

    #[test]
    fn the_largest_limit_is_no_limit() {
        let mut free = intensity(u32::MAX);
        assert!((0..1000).all(|_| free.note(Duration::MAX)));
    }
}
