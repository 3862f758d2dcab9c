//! What models use with shuttle, which tries many interleavings at random: also of what is too large for each of them.
//!
//! It knows no weak memory: each load sees the last store.

pub(crate) use shuttle::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic};
pub(crate) use shuttle::thread::yield_now;

pub(super) use super::modelled as turn;

/// A model's threads take turns on one of std's, so the checker has to say which thread's own a value is.
macro_rules! thread_local {
    ($(#[$meta:meta])* static $name:ident: $type:ty = $value:expr;) => {
        shuttle::thread_local! { static $name: $type = $value; }
    };
}

/// Each thread sees what the last has done, as it is.
#[derive(Debug)]
pub(crate) struct Witness;

impl Witness {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) const fn touch(&self) {}
}

pub(crate) mod model {
    use std::sync::Arc;

    #[cfg(test)]
    pub(crate) use shuttle::future::block_on;
    use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
    pub(crate) use shuttle::thread;

    /// How many interleavings are tried, unless `CALLCAST_SCHEDULES` says.
    const SCHEDULES: usize = 20_000;

    /// The same are tried in each run, unless `SHUTTLE_RANDOM_SEED` says.
    const SEED: u64 = 0;

    /// How many preemptions at the wrong moment a mistake may need to be found for sure, in the end.
    const DEPTH: usize = 3;

    /// Tries interleavings: half of them with any thread next at each step, half with few preemptions.
    pub(crate) fn check(_preemptions: usize, f: impl Fn() + Sync + Send + 'static) {
        let schedules =
            std::env::var("CALLCAST_SCHEDULES").map_or(SCHEDULES, |number| number.parse().unwrap());
        let half = schedules.div_ceil(2);
        let f = Arc::new(f);
        let again = Arc::clone(&f);
        run(RandomScheduler::new_from_seed(SEED, half), move || f());
        run(PctScheduler::new_from_seed(SEED, DEPTH, half), move || again());
    }

    fn run(scheduler: impl Scheduler + 'static, f: impl Fn() + Sync + Send + 'static) {
        let mut config = shuttle::Config::new();
        // A handler on its caller's thread has more on its stack than shuttle expects.
        config.stack_size = 0x4_0000;
        // What is said of weak memory is said above.
        config.silence_warnings = true;
        shuttle::Runner::new(scheduler, config).run(f);
    }
}
