//! Very many monitors of one server.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use callcast::MonitorId;
use callcast::prelude::*;
use futures_util::future::join_all;

use crate::{cpu, threads};

struct Subject;

#[server]
impl Subject {
    #[init]
    fn new() -> Self {
        Self
    }
}

/// Watches, and counts what it is told.
struct Watcher {
    waits_for: HashSet<MonitorId>,
    told: usize,
}

#[server(timeout = "300s")]
impl Watcher {
    #[init]
    fn new() -> Self {
        Self { waits_for: HashSet::new(), told: 0 }
    }

    #[call]
    fn watch(&mut self, subject: SubjectClient, times: usize, ctx: &mut Context<Self>) {
        for _ in 0..times {
            self.waits_for.insert(ctx.monitor(&subject));
        }
    }

    #[call]
    fn told(&self) -> (usize, usize) {
        (self.told, self.waits_for.len())
    }

    #[down]
    fn lost(&mut self, down: Down) {
        assert_eq!(down.reason, ExitReason::Killed);
        self.told += 1;
    }
}

/// Half of the monitors are a server's, half are futures.
async fn each_is_told_once(monitors: usize) {
    let subject = Subject::start().await.expect("there is a runtime");
    let watcher = Watcher::start().await.expect("there is a runtime");
    let half = monitors / 2;
    watcher.watch(subject.clone(), half).await.expect("it lives");
    let futures: Vec<_> = (0..half).map(|_| subject.monitor()).collect();
    subject.kill().await.expect("it lives");
    let downs = join_all(futures).await;
    assert!(downs.iter().all(|down| down.reason == ExitReason::Killed));
    // One after the other is told.
    while watcher.told().await.expect("it lives").0 < half {
        tokio::task::yield_now().await;
    }
    assert_eq!(watcher.told().await, Ok((half, half)), "no more than one each");
}

#[test]
fn g21_each_of_many_monitors_is_told_once() {
    threads().block_on(each_is_told_once(10_000));
}

#[test]
#[ignore = "it is about time"]
fn g21_a_hundred_thousand_monitors_are_told_within_a_second() {
    let (before, began) = (cpu(), Instant::now());
    threads().block_on(each_is_told_once(100_000));
    let cpu = cpu().saturating_sub(before);
    eprintln!("100,000 monitors are set and told: {cpu:?} of CPU time, {:?}", began.elapsed());
    assert!(cpu <= Duration::from_secs(1), "{cpu:?}");
}
