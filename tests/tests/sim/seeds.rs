//! Many seeds, on as many threads as there are.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Whether one seed was asked for, whose story is to be shown.
pub(crate) fn is_one() -> bool {
    number("CALLCAST_SIM_SEED").is_some()
}

/// The seeds that were asked for, or so many.
pub(crate) fn wanted(count: u64) -> Range<u64> {
    match number("CALLCAST_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CALLCAST_SIM_SEEDS").unwrap_or(count),
    }
}

/// Runs them all, and gives what each came to, in their order.
///
/// # Panics
///
/// With the story of the first seed that fails.
pub(crate) fn run<T: Send>(seeds: Range<u64>, simulate: impl Fn(u64) -> Result<T, String> + Sync) -> Vec<T> {
    let next = AtomicU64::new(seeds.start);
    let done = Mutex::new(Vec::new());
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            match simulate(seed) {
                Ok(outcome) => done.lock().unwrap_or_else(PoisonError::into_inner).push((seed, outcome)),
                Err(story) => failed.lock().unwrap_or_else(PoisonError::into_inner).push((seed, story)),
            }
        }
    };
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort();
    if let Some((_, story)) = failed.first() {
        let seeds: Vec<u64> = failed.iter().map(|(seed, _)| *seed).collect();
        panic!("{story}\n\n{} seeds fail: {seeds:?}", failed.len());
    }
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(seed, _)| *seed);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}
