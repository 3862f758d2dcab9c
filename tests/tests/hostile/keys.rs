//! Keys of a registry whose `Hash`, `Eq` or `Clone` panics: whoever handed the key over is told, and nobody else notices.

use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use callcast::DuplicateRegistry;
use callcast::prelude::*;

use crate::child::{again, case};

/// What of a key panics next.
const NOTHING: u8 = 0;
const HASH: u8 = 1;
const EQ: u8 = 2;
const CLONE: u8 = 3;

#[derive(Debug)]
struct Odd(u32, Arc<AtomicU8>);

impl Odd {
    /// Panics where it has been told to: once.
    fn pass(&self, here: u8) {
        let told = self.1.compare_exchange(here, NOTHING, Ordering::Relaxed, Ordering::Relaxed);
        assert!(told.is_err(), "odd");
    }
}

impl Hash for Odd {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.pass(HASH);
        // All in one bucket, so that `Eq` is asked.
        0.hash(state);
    }
}

impl PartialEq for Odd {
    fn eq(&self, other: &Self) -> bool {
        self.pass(EQ);
        self.0 == other.0
    }
}

impl Eq for Odd {}

impl Clone for Odd {
    fn clone(&self) -> Self {
        self.pass(CLONE);
        Self(self.0, Arc::clone(&self.1))
    }
}

struct Cell;

#[agent]
impl Cell {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn ping(&self) {}
}

/// Uses a registry in each way, and says how many of these have panicked.
fn use_it(what: u8, armed: &Arc<AtomicU8>) -> u32 {
    let unique: Registry<Odd, Cell> = Registry::unique();
    let topics: DuplicateRegistry<Odd, Cell> = Registry::duplicate();
    let key = |n| Odd(n, Arc::clone(armed));
    let (one, other) = (Cell::start().unwrap(), Cell::start().unwrap());
    unique.register(&one, key(1)).unwrap();
    topics.register(&one, key(1)).unwrap();
    let mut panics = 0;
    let mut attempt = |f: &dyn Fn()| {
        armed.store(what, Ordering::Relaxed);
        panics += u32::from(catch_unwind(AssertUnwindSafe(f)).is_err());
        armed.store(NOTHING, Ordering::Relaxed);
        // Whatever has come of it, the entry is there, no lock is held, and nobody has ended.
        assert_eq!(unique.lookup(&key(1)).and_then(|found| found.id()), one.id());
        assert_eq!(topics.count_of(&key(1)), 1);
        one.ping().wait().unwrap();
        other.ping().wait().unwrap();
    };
    attempt(&|| drop(unique.lookup(&key(1))));
    attempt(&|| assert!(unique.register(&other, key(1)).is_err()));
    attempt(&|| drop(unique.watch_key(&key(1))));
    attempt(&|| assert_eq!(unique.iter().count(), 1));
    attempt(&|| drop(unique.keys(&one)));
    attempt(&|| drop(topics.entries(&key(1))));
    attempt(&|| assert_eq!(topics.unregister(&other, &key(1)), 0));
    attempt(&|| drop(Cell::spec().register(&unique, key(1)).start()));
    armed.store(what, Ordering::Relaxed);
    one.stop().wait().unwrap();
    armed.store(NOTHING, Ordering::Relaxed);
    assert!(unique.is_empty() && topics.is_empty(), "its end takes everything out");
    unique.register(&other, key(1)).unwrap();
    assert!(unique.lookup(&key(1)).is_some());
    panics
}

#[test]
fn q03_a_key_that_panics_leaves_every_registry_as_it_was() {
    let armed = Arc::new(AtomicU8::new(NOTHING));
    assert_eq!(use_it(NOTHING, &armed), 0);
    for what in [HASH, EQ, CLONE] {
        assert!(use_it(what, &armed) > 0, "{what} was never asked for");
    }
}

/// A key that tells what a hasher makes of it.
#[derive(Clone, Debug)]
struct Spy(u64, Arc<Mutex<Option<u64>>>);

impl Hash for Spy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
        *self.1.lock().unwrap() = Some(state.finish());
    }
}

impl PartialEq for Spy {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Spy {}

/// Who sends keys that all meet in one bucket must know the seed.
#[test]
fn q10_the_hashes_of_keys_are_other_ones_in_each_process() {
    const KEYS: u8 = 4;
    if case().is_some() {
        let registry: Registry<Spy, Cell> = Registry::unique();
        for n in 0..KEYS {
            let spy = Spy(n.into(), Arc::default());
            drop(registry.lookup(&spy));
            println!("hash {:?}", spy.1.lock().unwrap());
        }
        return;
    }
    let hashes = |case: &str| -> Vec<String> {
        let ended = again("keys::q10_the_hashes_of_keys_are_other_ones_in_each_process", case);
        ended.well().out.lines().filter_map(|line| Some(line.split_once("hash Some")?.1.to_owned())).collect()
    };
    let (one, other) = (hashes("one"), hashes("other"));
    assert_eq!((one.len(), other.len()), (KEYS.into(), KEYS.into()));
    assert!(one.iter().all(|hash| !other.contains(hash)), "{one:?} {other:?}");
}
