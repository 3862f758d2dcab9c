//! A soak: calls and casts from 64 tasks to servers of a tree, while a killer ends these at random.
//!
//! Every call brings an answer or a true reason, nothing is handled twice or out of order, nothing hangs, and at the end
//! tasks, names, monitors, timers and memory are where they began.
//!
//! `CALLCAST_SOAK=2000000` sends so many messages, `CALLCAST_SOAK_SEED=17` with this seed, and `--nocapture` shows the
//! figures. A binary of its own: the allocator counts for all threads.

#![allow(missing_docs, reason = "the macro's items in a test")]

mod bits;
mod children;
mod faults;
mod killer;
mod ledger;
mod memory;
mod plain;
mod producer;
mod rng;
#[path = "../said/mod.rs"]
mod said;
mod servers;
mod tree;
mod watchdog;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::killer::Killer;
use crate::ledger::Ledger;
use crate::producer::Producer;
use crate::rng::Rng;
use crate::said::say;
use crate::tree::World;
use crate::watchdog::Watchdog;

const MESSAGES: u64 = 200_000;
const PRODUCERS: usize = 64;
/// The killer has its turn each time that so many messages have been sent.
const A_TURN: u64 = 100;
/// What the memory may have grown by from one round to the next: tables of the process's own, which do not shrink.
const GROWTH: isize = 64 * 1024;

/// One test at a time: the memory is everybody's.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("there are threads")
}

/// Waits for the last steps of tasks that have told their end already.
async fn settled(tasks: usize) {
    let metrics = Handle::current().metrics();
    let began = Instant::now();
    while metrics.num_alive_tasks() != tasks {
        let left = metrics.num_alive_tasks();
        assert!(began.elapsed() < Duration::from_mins(1), "{left} tasks are left, where there were {tasks}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

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
    tracing::subscriber::set_global_default(Silence).expect("nobody else does that in this program");
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !info.payload_as_str().is_some_and(|text| text.starts_with(ledger::MARK)) {
            hook(info);
        }
    }));
}

/// Lets all of them send their part, while the killer is at work, and ends the tree.
async fn run(ledger: Arc<Ledger>, each: u64, seed: u64) {
    let tasks = Handle::current().metrics().num_alive_tasks();
    let world = Arc::new(World::start(&ledger).await);
    // With little room: the killer is never far behind.
    let (turns, turn) = mpsc::channel(2);
    let killer = tokio::spawn(Killer::new(Arc::clone(&world), Rng::new(seed)).run(turn));
    let producers: Vec<_> = (0..PRODUCERS)
        .map(|producer| {
            let rng = Rng::new(seed ^ (producer as u64 + 1) << 32);
            tokio::spawn(Producer::new(Arc::clone(&world), producer, rng).run(each, turns.clone()))
        })
        .collect();
    drop(turns);
    for producer in producers {
        producer.await.expect("a producer does not panic");
    }
    ledger.goes_on("waiting for the killer");
    killer.await.expect("the killer does not panic");
    ledger.goes_on("a last look at all servers");
    world.all_answer().await;
    ledger.goes_on("stopping the tree");
    Arc::into_inner(world).expect("all others are done").stop().await;
    ledger.goes_on("waiting for the last tasks");
    settled(tasks).await;
}

/// Returns how much memory is in use after it.
fn round(messages: u64, seed: u64) -> isize {
    let began = Instant::now();
    let each = messages / PRODUCERS as u64;
    let ledger = Ledger::new(each);
    let watchdog = Watchdog::start(&ledger);
    let runtime = threads();
    runtime.block_on(run(Arc::clone(&ledger), each, seed));
    drop(runtime);
    drop(watchdog);
    let (figures, seconds) = (ledger.figures(), began.elapsed().as_secs_f64());
    say(format_args!("seed {seed}: {figures} in {seconds:.1} s"));
    ledger.assert_right();
    drop(ledger);
    memory::live()
}

#[test]
fn nothing_is_lost_or_done_twice_or_left() {
    let _alone = alone();
    be_quiet();
    let messages = number("CALLCAST_SOAK").unwrap_or(MESSAGES);
    let seed = number("CALLCAST_SOAK_SEED").unwrap_or(1);
    let (first, second) = (round(messages / 2, seed), round(messages - messages / 2, seed + 1));
    let growth = second - first;
    eprintln!("memory: {first} bytes after the first round, {growth} more after the second");
    assert!(growth < GROWTH, "{growth} bytes more after the second round than after the first");
}
