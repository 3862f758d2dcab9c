//! Look-ups in a registry, beside a `DashMap` that holds the clients.

use std::hint::black_box;
use std::sync::Arc;

use callcast::Registry;
use callcast::prelude::*;
use dashmap::DashMap;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::meter::{Meter, float};

const KEYS: u64 = 10_000;
const TASKS: u64 = 8;
/// Look-ups of a task in a turn.
const TURN: u64 = 200_000;
const ROUNDS: usize = 11;

/// What is looked up.
struct Room {
    key: u64,
}

#[agent]
impl Room {
    #[init]
    const fn new(key: u64) -> Self {
        Self { key }
    }

    #[call]
    const fn key(&self) -> u64 {
        self.key
    }
}

/// One way to find a client.
trait Find: Send + Sync {
    fn name(&self) -> &'static str;
    fn find(&self, key: u64) -> bool;
}

struct Ours(Registry<u64, Room>);

impl Find for Ours {
    fn name(&self) -> &'static str {
        "callcast: lookup"
    }

    fn find(&self, key: u64) -> bool {
        black_box(self.0.lookup(&key)).is_some()
    }
}

struct Cloned(Arc<DashMap<u64, RoomClient>>);

impl Find for Cloned {
    fn name(&self) -> &'static str {
        "DashMap: get, and a clone of the client"
    }

    fn find(&self, key: u64) -> bool {
        black_box(self.0.get(&key).map(|client| client.clone())).is_some()
    }
}

struct Guarded(Arc<DashMap<u64, RoomClient>>);

impl Find for Guarded {
    fn name(&self) -> &'static str {
        "DashMap: get, and a look under its lock"
    }

    fn find(&self, key: u64) -> bool {
        black_box(self.0.get(&key)).is_some()
    }
}

/// Measures and prints: all ways take turns, and the median of each counts.
pub(crate) fn measure() {
    let (registry, map) = (Registry::unique(), DashMap::new());
    let rooms: Vec<_> = (0..KEYS).filter_map(|key| started(&registry, key)).collect();
    for (key, room) in (0..).zip(&rooms) {
        map.insert(key, room.clone());
    }
    let map = Arc::new(map);
    let ways: [Arc<dyn Find>; 3] =
        [Arc::new(Ours(registry)), Arc::new(Cloned(Arc::clone(&map))), Arc::new(Guarded(map))];
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    let Ok(runtime) = runtime else { return println!("skipped: there are no threads") };
    println!("look-ups: {TASKS} tasks on two workers, {KEYS} keys, CPU ns each");
    let mut samples = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for (way, samples) in ways.iter().zip(&mut samples) {
            samples.push(turn(&runtime, way));
        }
    }
    let medians = samples.map(median);
    for (way, each) in ways.iter().zip(medians) {
        println!("  {:<42} {each:>7.1} ns {:>7.2} x", way.name(), each / medians[0]);
    }
}

fn started(registry: &Registry<u64, Room>, key: u64) -> Option<RoomClient> {
    Room::spec(key).register(registry, key).start().ok()
}

fn turn(runtime: &Runtime, way: &Arc<dyn Find>) -> f64 {
    let meter = Meter::start();
    let found: u64 = runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS).map(|task| spawn(way, task)).collect();
        let mut found = 0;
        for task in tasks {
            found += task.await.unwrap_or(0);
        }
        found
    });
    assert_eq!(found, TASKS * TURN, "a key was not found");
    meter.stop(TASKS * TURN).each()
}

fn spawn(way: &Arc<dyn Find>, task: u64) -> JoinHandle<u64> {
    let way = Arc::clone(way);
    tokio::spawn(async move { look(&*way, task) })
}

/// Keys in an order that no cache guesses.
fn look(way: &dyn Find, task: u64) -> u64 {
    let mut found = 0;
    let mut key = task;
    for _ in 0..TURN {
        key = key.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        found += u64::from(way.find((key >> 33) % KEYS));
    }
    found
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(float(0))
}
