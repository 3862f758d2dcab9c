//! What only agents' clients have: `with`, `watch`, `watch_state`, `wait_until`; and the ready-made `Agent<T>`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use callcast::prelude::*;
use futures_util::FutureExt as _;
use futures_util::StreamExt as _;

use crate::support::{LONG, Log, at_once, block_on, gate, lasting, ms, on_thread, within};

#[derive(Clone, Debug, PartialEq)]
struct Counter {
    value: i64,
}

#[agent]
impl Counter {
    #[init]
    const fn new(value: i64) -> Self {
        Self { value }
    }

    #[call]
    const fn get(&self) -> i64 {
        self.value
    }

    #[call]
    const fn add(&mut self, n: i64) -> i64 {
        self.value += n;
        self.value
    }

    #[cast]
    const fn set(&mut self, value: i64) {
        self.value = value;
    }

    #[call]
    fn boom(&mut self) {
        panic!("boom")
    }
}

#[tokio::test(start_paused = true)]
async fn with_reads_in_place() {
    let counter = Counter::start(5).unwrap();
    assert_eq!(at_once(counter.with(|counter| counter.value)).await, Ok(5));
    assert_eq!(counter.with(|counter| counter.value * 2).wait(), Ok(10));
    let words = vec!["moved".to_owned()];
    assert_eq!(counter.with(move |counter| (words, counter.value)).await.unwrap().0, ["moved"]);
    counter.stop().await.unwrap();
    assert_eq!(at_once(counter.with(|counter| counter.value)).await, Err(CallError::NoProc));
}

#[test]
fn panic_in_a_with_goes_to_its_own_caller_and_the_agent_lives() {
    let counter = Counter::start(5).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| counter.with(|_| panic!("mine")).wait())).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"mine"));
    assert_eq!(counter.get().wait(), Ok(5));
}

#[test]
fn with_waits_for_its_turn_and_runs_in_order() {
    let counter = Agent::new(0);
    let (gate, key) = gate();
    let holder = counter.clone();
    let thread = thread::spawn(move || holder.update(move |_| gate.pass()).wait());
    key.entered();
    counter.cast(|n| *n = 1).send().unwrap();
    let mut read = counter.with(|n| *n);
    assert_eq!((&mut read).now_or_never(), None);
    counter.cast(|n| *n = 2).send().unwrap();
    key.open();
    thread.join().unwrap().unwrap();
    assert_eq!(block_on(read), Ok(1));
    assert_eq!(counter.get(|n| *n).wait(), Ok(2));
}

#[tokio::test(start_paused = true)]
async fn watch_yields_when_a_mutating_handler_has_run() {
    let counter = Counter::start(0).unwrap();
    let mut changes = counter.watch();
    assert_eq!(changes.next().now_or_never(), None, "nothing has changed yet");
    counter.get().await.unwrap();
    counter.with(|_| ()).await.unwrap();
    assert_eq!(changes.next().now_or_never(), None, "reading changes nothing");
    for _ in 0..3 {
        counter.add(1).await.unwrap();
    }
    counter.set(9).await.unwrap();
    assert_eq!(at_once(changes.next()).await, Some(()));
    assert_eq!(changes.next().now_or_never(), None, "several come as one");
    let waiting = tokio::spawn(async move { (changes.next().await, changes) });
    crate::support::settle().await;
    counter.add(1).await.unwrap();
    let (change, mut changes) = at_once(waiting).await.unwrap();
    assert_eq!(change, Some(()));
    counter.stop().await.unwrap();
    assert_eq!(at_once(changes.next()).await, None);
    assert_eq!(at_once(changes.changed()).await, None);
}

/// On the real clock: another test that looks around keeps an agent for as long as its look takes.
#[tokio::test]
async fn watch_keeps_nothing_alive_and_ends_with_the_incarnation() {
    let counter = Counter::start(0).unwrap();
    let mut changes = counter.watch();
    let waiting = tokio::spawn(async move { changes.next().await });
    crate::support::settle().await;
    drop(counter);
    assert_eq!(within(waiting).await.unwrap(), None);

    let counter = Counter::start(0).unwrap();
    let mut changes = counter.watch();
    counter.boom().await.unwrap_err();
    assert_eq!(within(changes.next()).await, None);
    assert_eq!(within(counter.watch().next()).await, None, "also where it had ended before");
}

#[tokio::test(start_paused = true)]
async fn watch_state_yields_snapshots_the_first_at_once() {
    let counter = Counter::start(1).unwrap();
    let mut states = counter.watch_state();
    assert_eq!(at_once(states.next()).await, Some(Counter { value: 1 }));
    assert_eq!(states.next().now_or_never(), None);
    counter.set(2).await.unwrap();
    counter.set(3).await.unwrap();
    assert_eq!(at_once(states.next()).await, Some(Counter { value: 3 }));
    counter.stop().await.unwrap();
    assert_eq!(at_once(states.next()).await, None);
}

#[tokio::test(start_paused = true)]
async fn wait_until_ends_when_the_state_is_as_asked() {
    let counter = Counter::start(1).unwrap();
    assert_eq!(at_once(counter.wait_until(|counter| counter.value == 1)).await, Ok(()));
    let mut looks = 0;
    let waiting = tokio::spawn(counter.wait_until(move |counter| {
        looks += 1;
        assert!(looks <= 4, "it looks after changes only");
        counter.value >= 3
    }));
    crate::support::settle().await;
    for _ in 0..2 {
        tokio::time::sleep(LONG).await;
        assert!(!waiting.is_finished(), "there is no limit of time");
        counter.add(1).await.unwrap();
        crate::support::settle().await;
    }
    assert_eq!(at_once(waiting).await.unwrap(), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn wait_until_gives_up_at_its_timeout_or_with_the_agent() {
    let counter = Counter::start(1).unwrap();
    let timeout = Err(CallError::Timeout { started: false });
    assert_eq!(lasting(ms(40), counter.wait_until(|_| false).timeout(ms(40))).await, timeout);
    let other = counter.clone();
    assert_eq!(on_thread(move || other.wait_until(|_| false).timeout(ms(5)).wait()), timeout);
    let waiting = tokio::spawn(counter.wait_until(|_| false));
    crate::support::settle().await;
    counter.stop().await.unwrap();
    assert_eq!(
        at_once(waiting).await.unwrap(),
        Err(CallError::Exit { reason: ExitReason::Normal, started: false })
    );
    assert_eq!(at_once(counter.wait_until(|_| true)).await, Err(CallError::NoProc));
}

#[test]
fn wait_until_waits_on_a_plain_thread_without_any_runtime() {
    let counter = Counter::start(0).unwrap();
    let (begun, has_begun) = mpsc::channel::<()>();
    let (done, is_done) = mpsc::channel();
    let waiter = counter.clone();
    thread::spawn(move || {
        let mut begun = Some(begun);
        let call = waiter.wait_until(move |counter| {
            drop(begun.take());
            counter.value == 2
        });
        done.send(call.wait())
    });
    assert!(has_begun.recv_timeout(LONG).is_err());
    counter.set(1).wait().unwrap();
    counter.set(2).wait().unwrap();
    assert_eq!(is_done.recv_timeout(LONG), Ok(Ok(())));
}

#[test]
fn an_agent_of_a_value_gets_updates_and_casts() {
    let hits = Agent::new(0);
    hits.update(|n| *n += 1).wait().unwrap();
    assert_eq!(hits.get(|n| *n).wait(), Ok(1));
    assert_eq!(hits.get_and_update(|n| std::mem::replace(n, 7)).wait(), Ok(1));
    hits.cast(|n| *n *= 2).wait().unwrap();
    hits.cast(|n| *n += 1).send().unwrap();
    assert_eq!(hits.get(|n| *n).wait(), Ok(15));
    assert_eq!(hits.with(|n| *n).wait(), Ok(15));
    assert_eq!(hits.update(|n| *n = 1).send().unwrap().wait(), Ok(()));
    assert_eq!(hits.wait_until(|n| *n == 1).wait(), Ok(()));
    assert!(hits.get(|_| panic!("boom")).wait().is_err());
    assert_eq!(hits.get(|n| *n).wait(), Err(CallError::NoProc));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delivery_to_an_agent_from_tasks_and_threads_loses_nothing() {
    let hits = Agent::new(0_u32);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let hits = hits.clone();
            tokio::spawn(async move {
                for _ in 0..2_000 {
                    hits.update(|n| *n += 1).await.unwrap();
                }
            })
        })
        .collect();
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let hits = hits.clone();
            thread::spawn(move || {
                for _ in 0..2_000 {
                    hits.update(|n| *n += 1).wait().unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        within(task).await.unwrap();
    }
    for thread in threads {
        tokio::task::spawn_blocking(move || thread.join().unwrap()).await.unwrap();
    }
    assert_eq!(hits.get(|n| *n).await, Ok(12_000));
}

/// An update that is dropped midway either happens once or not at all, whoever runs it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p11_an_update_dropped_midway_happens_once_or_not_at_all() {
    let log = Agent::new(Vec::new());
    let seen = Log::default();
    let tasks: Vec<_> = (0..4_u32)
        .map(|task| {
            let (log, seen) = (log.clone(), seen.clone());
            tokio::spawn(async move {
                for n in 0..500 {
                    let id = task * 500 + n;
                    let mut update = log.update(move |log| log.push(id));
                    let polled = (&mut update).now_or_never();
                    if polled.is_some() {
                        seen.push(id);
                    } else if n % 2 == 0 {
                        update.await.unwrap();
                        seen.push(id);
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        within(task).await.unwrap();
    }
    let mut done = within(log.get(Clone::clone)).await.unwrap();
    done.sort_unstable();
    let all = done.len();
    done.dedup();
    assert_eq!(done.len(), all, "done twice");
    for id in seen.take() {
        assert!(done.binary_search(&id).is_ok(), "{id} was answered and not done");
    }
}
