//! A simulation of supervision: random trees, random faults, and a small model of OTP's rules to compare with.
//!
//! `CALLCAST_SIM_SEEDS=20000` runs so many seeds, `CALLCAST_SIM_SEED=17` runs this one and prints its story.

#![allow(clippy::unused_self, reason = "handlers have a receiver")]

mod calls;
mod compare;
mod journal;
mod model;
mod plan;
mod rng;
mod run;
mod servers;
mod steps;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::runtime::Builder;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::run::Tally;

const SEEDS: u64 = 1_000;

/// Takes the log, which would be long, and drops it.
struct Silence;

impl Subscriber for Silence {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Nothing is printed of what is meant to fail.
fn be_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(Silence).expect("no other test is in this program");
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !info.payload_as_str().is_some_and(|text| text.starts_with("simulated")) {
                hook(info);
            }
        }));
    });
}

/// Runs one seed on a clock that only it moves.
fn simulate(seed: u64) -> Result<Tally, String> {
    let mut story = String::new();
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime can be had");
    let run = AssertUnwindSafe(|| runtime.block_on(run::run(seed, &mut story)));
    let outcome = catch_unwind(run).unwrap_or_else(|_| Err("the simulation itself has panicked".to_owned()));
    if outcome.is_ok() && std::env::var_os("CALLCAST_SIM_SEED").is_some() {
        eprintln!("{story}");
    }
    outcome.map_err(|wrong| format!("seed {seed}:\n{story}\n{wrong}"))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_trees_do_what_the_model_says() {
    be_quiet();
    let seeds = match number("CALLCAST_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CALLCAST_SIM_SEEDS").unwrap_or(SEEDS),
    };
    let next = AtomicU64::new(seeds.start);
    let total = Mutex::new(Tally::default());
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            match simulate(seed) {
                Ok(tally) => total.lock().unwrap_or_else(PoisonError::into_inner).add(tally),
                Err(story) => failed.lock().unwrap_or_else(PoisonError::into_inner).push((seed, story)),
            }
        }
    };
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort();
    let total = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    eprintln!("{total:?}");
    if let Some((_, story)) = failed.first() {
        let seeds: Vec<u64> = failed.iter().map(|(seed, _)| *seed).collect();
        panic!("{story}\n\n{} seeds fail: {seeds:?}", failed.len());
    }
    let share = total.undecided * 50;
    assert!(share <= total.steps, "{} seeds were given up: they say nothing", total.undecided);
}
