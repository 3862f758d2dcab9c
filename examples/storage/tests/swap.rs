//! A store is swapped for another, and another, while callers go on calling.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use callcast::{Swap, SwapError};
use storage::audit::{AuditClient, Counts};
use storage::memory::MemoryStore;
use storage::protocol::{StoreClient, StoreProtocol};
use storage::which::{Ends, Opened, Which};
use storage::{Scratch, hand_over};
use tokio::sync::watch;
use tokio::task::JoinSet;

const CALLERS: usize = 8;
/// At least so many, of all callers together.
const CALLS: u32 = 100_000;
const SWAPS: u32 = 20;
/// The calls of one round of a caller.
const ROUND: u32 = 5;
/// The keys of each caller.
const KEYS: u32 = 10;

/// What is on the way, as the callers tell it.
#[derive(Clone, Debug, Default)]
struct Flights {
    /// Calls that have begun and not ended, by caller.
    open: [u32; CALLERS],
    ended: u32,
}

impl Flights {
    /// How many callers wait for an answer.
    fn waiting(&self) -> usize {
        self.open.iter().filter(|open| **open != 0).count()
    }
}

/// One who calls, and knows what the answers have to be.
struct Caller {
    number: usize,
    store: StoreClient,
    flights: Arc<watch::Sender<Flights>>,
    /// Whether all swaps and calls are done: all callers go on until then, however late a swap begins.
    done: Arc<AtomicBool>,
}

impl Caller {
    /// Calls until all is done, and returns how many rounds those were.
    async fn call(self) -> u32 {
        let mut round = 0;
        while !self.done.load(Ordering::Relaxed) {
            self.round(round).await;
            round += 1;
        }
        round
    }

    /// Three calls at once, whose order shows; then two that are awaited each.
    async fn round(&self, round: u32) {
        let (key, last) = (self.key(round), self.value(round, "last"));
        self.begin(3);
        let first = self.store.put(&*key, self.value(round, "first")).send().unwrap();
        let second = self.store.put(&*key, &*last).send().unwrap();
        let got = self.store.get(&*key).send().unwrap();
        first.await.unwrap();
        self.end();
        second.await.unwrap();
        self.end();
        assert_eq!(got.await.unwrap().as_deref(), Some(last.as_bytes()), "the order is not kept");
        self.end();

        // What was put a round ago is still there.
        let (before, expected) = (self.key(round.wrapping_sub(1)), self.value(round.wrapping_sub(1), "sure"));
        self.begin(1);
        let got = self.store.get(before).await.unwrap();
        self.end();
        assert_eq!(got.as_deref(), (round > 0).then_some(expected.as_bytes()), "a value is lost");
        self.begin(1);
        self.store.put(key, self.value(round, "sure")).await.unwrap();
        self.end();
    }

    fn key(&self, round: u32) -> String {
        format!("{}/{}", self.number, round % KEYS)
    }

    fn value(&self, round: u32, which: &str) -> String {
        format!("{which} of {} in round {round}", self.number)
    }

    fn begin(&self, calls: u32) {
        self.flights.send_modify(|flights| flights.open[self.number] += calls);
    }

    fn end(&self) {
        self.flights.send_modify(|flights| {
            flights.open[self.number] -= 1;
            flights.ended += 1;
        });
    }
}

/// Memory, a file, and caches before either, in turn. Files are slow, so every other store is in memory.
struct Stores {
    /// Of all that there have been.
    audits: Vec<AuditClient>,
    ends: Vec<Ends>,
    scratch: Scratch,
}

impl Stores {
    async fn next(&mut self) -> StoreClient {
        let number = self.audits.len();
        let file = Which::File(self.scratch.path().join(number.to_string()));
        let which = match number % 6 {
            1 => file,
            3 => Which::Cached(Box::new(file)),
            5 => Which::Cached(Box::new(Which::Memory)),
            _ => Which::Memory,
        };
        let Opened { store, audit, ends } = which.open().await.unwrap();
        self.audits.push(audit);
        self.ends.push(ends);
        store
    }

    /// What all of them were asked for.
    async fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        for audit in &self.audits {
            let Counts { reads, writes } = audit.counts().await.unwrap();
            (sum.reads, sum.writes) = (sum.reads + reads, sum.writes + writes);
        }
        sum
    }

    /// Each ends when nobody has a client of it any more.
    async fn close(self) {
        drop(self.audits);
        for end in self.ends {
            end.wait().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_while_stores_are_swapped() {
    let mut stores = Stores { audits: Vec::new(), ends: Vec::new(), scratch: Scratch::new().unwrap() };
    let place = Swap::<StoreProtocol>::new(stores.next().await);
    let flights = Arc::new(watch::Sender::new(Flights::default()));
    let done = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for number in 0..CALLERS {
        let (store, flights, done) = (place.client(), Arc::clone(&flights), Arc::clone(&done));
        callers.spawn(async move { (number, Caller { number, store, flights, done }.call().await) });
    }

    let (mut seen, mut handed_over) = (flights.subscribe(), 0);
    for swap in 1..=SWAPS {
        // The swaps are spread over the calls, and calls are in flight when one begins …
        let is_due = |flights: &Flights| flights.ended >= CALLS / (SWAPS + 5) * swap && flights.waiting() > 0;
        until(&mut seen, &mut callers, is_due).await;
        let swapped = place.swap_with(async |old| {
            // … and in its middle those of all callers, and none of them is handled.
            let before = stores.counts().await;
            let new = stores.next().await;
            let count = hand_over(&old, &new).await.unwrap() as u64;
            // Those who still have answers from before it take them, and call again.
            until(&mut seen, &mut callers, |flights| flights.waiting() == CALLERS).await;
            let own = Counts { reads: before.reads + 1, writes: before.writes + count };
            assert_eq!(stores.counts().await, own, "a call got past the swap");
            handed_over += count;
            Ok::<_, String>(new)
        });
        swapped.await.unwrap();
    }

    until(&mut seen, &mut callers, |flights| flights.ended >= CALLS).await;
    done.store(true, Ordering::Relaxed);
    let callers = callers.join_all().await;
    let rounds: u32 = callers.iter().map(|(_, rounds)| rounds).sum();
    assert_eq!(rounds * ROUND, flights.borrow().ended);
    // Each was handled once, by one of them: three puts and two gets a round, and what it took to hand all over.
    let expected = Counts {
        reads: u64::from(rounds) * 2 + u64::from(SWAPS),
        writes: u64::from(rounds) * 3 + handed_over,
    };
    assert_eq!(stores.counts().await, expected);
    assert_eq!(stores.audits.len(), 1 + SWAPS as usize);
    check_values(&place.client(), &callers).await;
    drop(place);
    stores.close().await;
}

/// Waits until it is so with the calls; fails where a caller does.
async fn until(
    seen: &mut watch::Receiver<Flights>,
    callers: &mut JoinSet<(usize, u32)>,
    condition: impl FnMut(&Flights) -> bool,
) {
    tokio::select! {
        seen = seen.wait_for(condition) => drop(seen.unwrap()),
        Some(ended) = callers.join_next() => panic!("caller {} has stopped", ended.unwrap().0),
    }
}

/// Every key of every caller has the value that he put last.
async fn check_values(store: &StoreClient, callers: &[(usize, u32)]) {
    let mut expected = Vec::new();
    for (caller, rounds) in callers {
        for round in rounds.saturating_sub(KEYS)..*rounds {
            let value = format!("sure of {caller} in round {round}");
            expected.push((format!("{caller}/{}", round % KEYS), value.into_bytes()));
        }
    }
    expected.sort_unstable();
    assert_eq!(store.entries().await.unwrap(), expected);
}

#[tokio::test]
async fn a_swap_that_fails_leaves_all_as_it_was() {
    let place = Swap::<StoreProtocol>::new(MemoryStore::start().unwrap());
    let store = place.client();
    store.put("a", "1").await.unwrap();
    let mut waiting = None;
    let swapped = place.swap_with(async |_| {
        waiting = Some(store.put("a", "2").send().unwrap());
        Err::<StoreClient, _>("no")
    });
    assert_eq!(swapped.await.unwrap_err(), SwapError::Handover("no"));
    waiting.unwrap().await.unwrap();
    assert_eq!(store.get("a").await.unwrap(), Some("2".into()));
}

#[tokio::test]
async fn what_an_old_store_has_is_still_there_for_whoever_has_it() {
    let place = Swap::<StoreProtocol>::new(MemoryStore::start().unwrap());
    place.client().put("a", "1").await.unwrap();
    let old = place.swap(MemoryStore::start().unwrap()).await.unwrap();
    assert_eq!(place.client().size().await.unwrap(), 0);
    assert_eq!(old.get("a").await.unwrap(), Some("1".into()));
    let end = old.monitor();
    drop(old);
    end.await;
}
