//! A name and a key that servers come and go in, while others look who is there.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;

use callcast::prelude::*;
use callcast::{Name, ServerId};

use crate::one_thread;

const LOOKERS: usize = 4;

/// Knows which incarnation it is.
struct Numbered(u64);

#[server]
impl Numbered {
    #[init]
    fn new(number: u64) -> Self {
        Self(number)
    }

    #[call]
    fn number(&self) -> u64 {
        self.0
    }
}

/// What is known for certain.
#[derive(Default)]
struct Truth {
    /// Odd while a server is there for certain.
    now: AtomicU64,
    /// Of the incarnations up to this one, the end has been told.
    ended: AtomicU64,
    /// Of each incarnation, in their order.
    ids: Mutex<Vec<ServerId>>,
    is_over: AtomicBool,
}

/// What lookers have seen.
#[derive(Debug, Default)]
struct Seen {
    looks: u64,
    found: u64,
    /// Found though its end had been told.
    dead: u64,
    /// Not found though it was there.
    lost: u64,
}

static NAME: Name<Numbered> = Name::new("numbered");

impl Truth {
    /// Looks until all is over.
    fn watch(&self, look: impl Fn() -> Option<ServerId>) -> Seen {
        let mut seen = Seen::default();
        while !self.is_over.load(SeqCst) {
            let (ended, before) = (self.ended.load(SeqCst), self.now.load(SeqCst));
            let found = look();
            let is_steady = self.now.load(SeqCst) == before && before % 2 == 1;
            seen.looks += 1;
            match found {
                Some(id) => {
                    seen.found += 1;
                    let ids = self.ids.lock().expect("nobody panics under it");
                    let number =
                        ids.iter().rposition(|other| *other == id).map_or(u64::MAX, |at| at as u64 + 1);
                    seen.dead += u64::from(number <= ended);
                }
                None => seen.lost += u64::from(is_steady),
            }
        }
        seen
    }

    /// Has one after the other come and go.
    async fn come_and_go(&self, rounds: u64, registry: &Registry<u32, Numbered>) {
        for number in 1..=rounds {
            let server = Numbered::spec(number).name(&NAME).register(registry, 7).start().await;
            let server = server.expect("name and key are free");
            self.ids.lock().expect("nobody panics under it").push(server.id().expect("it lives"));
            self.now.fetch_add(1, SeqCst);
            if number.is_multiple_of(16) {
                assert_eq!(NAME.client().number().await, Ok(number));
                thread::yield_now();
            }
            let monitor = server.monitor();
            self.now.fetch_add(1, SeqCst);
            if number.is_multiple_of(2) {
                server.stop().send().expect("it lives");
            } else {
                server.kill().send().expect("it lives");
            }
            monitor.await;
            self.ended.store(number, SeqCst);
        }
        self.is_over.store(true, SeqCst);
    }
}

fn names(rounds: u64) {
    let truth = Truth::default();
    let registry: Registry<u32, Numbered> = Registry::unique();
    let seen: Vec<_> = thread::scope(|scope| {
        let lookers: Vec<_> = (0..LOOKERS)
            .map(|looker| {
                let (truth, registry) = (&truth, registry.clone());
                scope.spawn(move || match looker {
                    0 => truth.watch(|| NAME.whereis().and_then(|found| found.id())),
                    1 => truth.watch(|| NAME.client().id()),
                    2 => truth.watch(|| registry.lookup(&7).and_then(|found| found.id())),
                    _ => truth.watch(|| registry.entry(&7).map(|found| found.id)),
                })
            })
            .collect();
        one_thread().block_on(truth.come_and_go(rounds, &registry));
        lookers.into_iter().map(|looker| looker.join().expect("it does not panic")).collect()
    });
    eprintln!("{rounds} rounds: {seen:?}");
    for seen in &seen {
        assert_eq!((seen.dead, seen.lost), (0, 0), "{seen:?}");
    }
    assert!(seen.iter().any(|seen| seen.found > 0), "nobody was ever found: {seen:?}");
}

#[test]
fn g22_a_look_up_finds_neither_the_dead_nor_misses_the_new() {
    names(500);
}

#[test]
#[ignore = "it takes a while"]
fn g22_a_look_up_finds_neither_the_dead_nor_misses_the_new_often() {
    names(100_000);
}
