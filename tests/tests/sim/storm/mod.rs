//! A storm: a random tree, those who call and cast, and everything that can go wrong, all at once, on one thread and a clock
//! that moves by itself. After each second of it, and at the end, all that is promised must hold; then nothing goes wrong any more,
//! and everything must come back; then the tree stops, and nothing may be left.
//!
//! Nothing in it is random but by its seed, and the same seed gives the same events in the same order: there is one thread, the
//! helper thread has nothing to do (see `clients`), and no jitter is asked for.

mod build;
mod calm;
mod check;
mod clients;
mod conductor;
mod desk;
mod faults;
mod ledger;
mod lives;
mod options;
mod servers;
mod trace;
mod watchdog;
mod watchers;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use self::clients::Sender;
use self::conductor::Conductor;
use self::desk::ms;
use self::faults::Tally;
use self::options::Options;
use self::watchdog::Watchdog;
use self::world::{LONE_NAMES, NAMES, World};
use crate::quiet::be_quiet;
use crate::rng::Rng;
use crate::said::say;
use crate::{paused, seeds};

const SEEDS: u64 = 60;

/// How many of them are run twice.
const TWICE: u64 = 20;

/// What a seed came to.
struct Outcome {
    faults: Tally,
    hash: u64,
}

/// Runs one seed. The error is its story, and how it went wrong.
fn simulate(seed: u64) -> Result<Outcome, String> {
    let runtime = paused();
    let run = AssertUnwindSafe(|| runtime.block_on(run(seed)));
    let outcome = catch_unwind(run).unwrap_or_else(|_| Err("the simulation itself has panicked".to_owned()));
    outcome.map_err(|story| format!("seed {seed}: {story}"))
}

async fn run(seed: u64) -> Result<Outcome, String> {
    let mut rng = Rng::new(seed ^ 0x57_04_13);
    let options = Options::random(&mut rng);
    let world = World::new(options);
    let mut conductor = Conductor::new(&world, fork(&mut rng));
    let _watchdog = Watchdog::start(seed, &world);
    let went = weather(&world, &mut conductor, &mut rng).await;
    let (faults, hash, story) = {
        let state = world.state();
        (state.faults.clone(), state.trace.hash(), state.story())
    };
    let with_story = |wrong| format!("{story}\n\n{wrong}");
    went.map_err(with_story)?;
    if seeds::is_one() {
        eprintln!("{story}");
    }
    let root = conductor.root().await.map_err(with_story)?;
    drop(conductor);
    calm::end(world, root).await.map_err(with_story)?;
    Ok(Outcome { faults, hash })
}

/// The storm, and what comes after it, up to where the tree is to end.
async fn weather(world: &Arc<World>, conductor: &mut Conductor, rng: &mut Rng) -> Result<(), String> {
    conductor.root().await?;
    let clients = world.state().options.clients;
    for number in 1..=clients {
        drop(tokio::spawn(Sender::new(world, number, fork(rng)).run()));
    }
    for name in NAMES - LONE_NAMES..NAMES {
        for _ in 0..2 {
            drop(tokio::spawn(watchers::lone(Arc::clone(world), fork(rng), name)));
        }
    }
    conductor.storm().await?;
    world.calm_down();
    // Who was told to end does so first.
    tokio::time::sleep(ms(5_000)).await;
    let root = conductor.root().await?;
    calm::recover(world, &root).await
}

fn fork(rng: &mut Rng) -> Rng {
    Rng::new(rng.below(u64::MAX))
}

#[test]
fn storms_break_no_promise() {
    be_quiet();
    let wanted = seeds::wanted(SEEDS);
    let twice = wanted.start..wanted.end.min(wanted.start + TWICE);
    let outcomes = seeds::run(wanted, simulate);
    let mut total = Tally::default();
    for outcome in &outcomes {
        total.add(&outcome.faults);
    }
    say(&total);
    let again = seeds::run(twice.clone(), simulate);
    for (seed, (first, second)) in twice.zip(outcomes.iter().zip(&again)) {
        assert_eq!(first.hash, second.hash, "seed {seed} was not the same the second time");
    }
}
