//! Simulations of supervision, on a clock that only they move: random trees, random faults.
//!
//! The first does one thing after the other, and compares the tree with a small model of OTP's rules after each. The second,
//! [`storm`], does everything at once, and looks whether what is promised holds.
//!
//! `CALLCAST_SIM_SEEDS=20000` runs so many seeds, `CALLCAST_SIM_SEED=17` runs this one and prints its story.

#![allow(clippy::unused_self, reason = "handlers have a receiver")]

mod calls;
mod compare;
mod journal;
mod model;
mod plan;
mod quiet;
mod rng;
mod run;
#[path = "../said/mod.rs"]
mod said;
mod seeds;
mod servers;
mod steps;
mod storm;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::runtime::{Builder, Runtime};

use crate::quiet::be_quiet;
use crate::run::Tally;

const SEEDS: u64 = 1_000;

/// One thread, and a clock that only who runs on it moves.
fn paused() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime can be had")
}

/// Runs one seed.
fn simulate(seed: u64) -> Result<Tally, String> {
    let mut story = String::new();
    let runtime = paused();
    let run = AssertUnwindSafe(|| runtime.block_on(run::run(seed, &mut story)));
    let outcome = catch_unwind(run).unwrap_or_else(|_| Err("the simulation itself has panicked".to_owned()));
    if outcome.is_ok() && seeds::is_one() {
        eprintln!("{story}");
    }
    outcome.map_err(|wrong| format!("seed {seed}:\n{story}\n{wrong}"))
}

#[test]
fn random_trees_do_what_the_model_says() {
    be_quiet();
    let mut total = Tally::default();
    for tally in seeds::run(seeds::wanted(SEEDS), simulate) {
        total.add(tally);
    }
    eprintln!("{total:?}");
    let share = total.undecided * 50;
    assert!(share <= total.steps, "{} seeds were given up: they say nothing", total.undecided);
}
