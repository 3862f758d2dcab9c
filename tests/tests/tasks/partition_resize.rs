//! PS-E: `partition_supervisor_test.exs`: using more or fewer partitions.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{ChildError, PartitionSupervisor, Partitions, Supervisor};

use crate::partition_elixir::{Part, parts};
use crate::support::{counts, give_up_after, start, within};

/// The servers that the first eight numbers, and many keys, lead to.
async fn reached(parts: &Partitions<Part>) -> HashSet<usize> {
    let mut reached = HashSet::new();
    for number in 0..8 {
        reached.insert(within(parts.at(number).number()).await.expect("it is there"));
    }
    for key in 0..200 {
        let number = within(parts.get(&key).number()).await.expect("it is there");
        assert!(number < parts.len());
    }
    reached
}

#[tokio::test(start_paused = true)]
async fn ps_e_15_any_number_of_them_may_be_used() {
    let parts = parts(8).await;
    let mut before = 8;
    for size in [8, 7, 3, 8, 1, 2, 2, 5, 6, 4, 0, 8, 0, 1, 8] {
        assert_eq!(within(parts.resize(size)).await, Ok(before), "{size}");
        before = size;
        assert_eq!((parts.len(), counts(parts.supervisor()).await), (size, [8, size, 0, 8]));
        if size > 0 {
            assert_eq!(reached(&parts).await, (0..size).collect());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ps_e_16_where_none_is_used_no_key_has_one() {
    let parts = parts(3).await;
    let held = parts.at(2);
    assert_eq!(within(parts.resize(0)).await, Ok(3));
    assert!(parts.is_empty());
    assert_eq!(within(parts.get("a").number()).await, Err(CallError::NoProc));
    assert_eq!(within(parts.at(1).number()).await, Err(CallError::NoProc));
    assert_eq!(within(held.number()).await, Err(CallError::NoProc));
    assert_eq!(within(parts.resize(3)).await, Ok(0));
    // A client that somebody has kept leads to the one that is there now.
    assert_eq!(within(held.number()).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn ps_e_17_there_are_no_more_than_at_the_start() {
    let parts = parts(3).await;
    assert_eq!(within(parts.resize(4)).await, Err(CallError::Handler(ChildError::NotFound)));
    assert_eq!((parts.len(), counts(parts.supervisor()).await), (3, [3, 3, 0, 3]));
}

#[tokio::test(start_paused = true)]
async fn as_many_run_as_are_used_after_the_supervisor_was_started_again() {
    let supervisor = PartitionSupervisor::new(4, |number| Part::spec(number).label(format!("part {number}")));
    let parts = supervisor.partitions();
    let _root = start(Supervisor::one_for_one().child(supervisor)).await;
    assert_eq!(within(parts.resize(2)).await, Ok(4));
    for _ in 0..2 {
        within(parts.supervisor().kill()).await.expect("it was alive");
        assert_eq!((parts.len(), counts(parts.supervisor()).await), (2, [4, 2, 0, 4]));
        assert_eq!(reached(&parts).await, HashSet::from([0, 1]));
    }
    assert_eq!(within(parts.resize(4)).await, Ok(2));
    assert_eq!(reached(&parts).await, HashSet::from([0, 1, 2, 3]));
    // What was not started then has all that its spec says.
    let last = callcast::observe().into_iter().find(|server| Some(server.id) == parts.at(3).id());
    assert_eq!(last.expect("it is alive").label.as_deref(), Some("part 3"));
}

#[tokio::test(start_paused = true)]
async fn where_one_does_not_start_as_many_are_used_as_before() {
    let refuses = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&refuses);
    let supervisor = PartitionSupervisor::new(4, move |number| {
        let refuses = Arc::clone(&asked);
        Moody::spec(number, refuses)
    });
    let parts = within(supervisor.start()).await.expect("it starts");
    assert_eq!(within(parts.resize(1)).await, Ok(4));
    refuses.store(true, Ordering::Relaxed);
    assert_eq!(within(parts.resize(4)).await, Err(CallError::Handler(ChildError::NotStarted)));
    assert_eq!((parts.len(), counts(parts.supervisor()).await), (1, [4, 1, 0, 4]));
    refuses.store(false, Ordering::Relaxed);
    assert_eq!(within(parts.resize(4)).await, Ok(1));
    assert_eq!((parts.len(), counts(parts.supervisor()).await), (4, [4, 4, 0, 4]));
}

/// The third of them may refuse to start.
struct Moody;

#[agent]
impl Moody {
    #[init]
    fn new(number: usize, refuses: Arc<AtomicBool>) -> Result<Self, String> {
        if number == 2 && refuses.load(Ordering::Relaxed) { Err("not now".to_owned()) } else { Ok(Self) }
    }

    #[call]
    fn ping(&self) {}
}

#[tokio::test(start_paused = true)]
async fn what_a_resize_that_was_given_up_has_left_the_next_one_sees_to() {
    let parts = parts(8).await;
    for times in 1..30 {
        for size in [2, 8] {
            give_up_after(times, parts.resize(1)).await;
            within(parts.resize(size)).await.expect("it is alive");
            assert_eq!((parts.len(), counts(parts.supervisor()).await), (size, [8, size, 0, 8]), "{times}");
            give_up_after(times, parts.resize(7)).await;
            within(parts.resize(size)).await.expect("it is alive");
            assert_eq!((parts.len(), counts(parts.supervisor()).await), (size, [8, size, 0, 8]), "{times}");
            assert_eq!(reached(&parts).await, (0..size).collect());
        }
    }
}

/// The third of them takes long to end.
struct Slow {
    number: usize,
}

#[server]
impl Slow {
    #[init]
    fn new(number: usize) -> Self {
        Self { number }
    }

    #[call]
    fn number(&self) -> usize {
        self.number
    }

    #[terminate]
    async fn end(&mut self) {
        if self.number == 2 {
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
    }
}

/// Has what its callers give it of time.
struct Operator;

#[server]
impl Operator {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    async fn resize(&mut self, parts: Partitions<Slow>, size: usize) -> Option<usize> {
        parts.resize(size).await.ok()
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_been_told_to_end_is_not_used_although_it_ends_late() {
    let parts = within(PartitionSupervisor::new(4, Slow::spec).start()).await.expect("it starts");
    let operator = within(Operator::start()).await.expect("it starts");
    let resized = within(operator.resize(parts.clone(), 1).timeout(Duration::from_secs(2))).await;
    assert!(matches!(resized, Err(CallError::Timeout { .. })), "{resized:?}");
    assert_eq!(parts.len(), 1);
    for number in 0..8 {
        assert_eq!(within(parts.at(number).number()).await, Ok(0));
    }
    assert_eq!(within(parts.resize(1)).await, Ok(1));
    assert_eq!(counts(parts.supervisor()).await, [4, 1, 0, 4]);
    assert_eq!(within(parts.resize(4)).await, Ok(1));
    assert_eq!(within(parts.at(3).number()).await, Ok(3));
}
