//! SV-O: many children. What is measured is by how much more of them cost more, never a time.

use std::time::{Duration, Instant};

use callcast::prelude::*;
use callcast::{DynamicSupervisor, Restart, Supervisor};

use crate::support::{Stock, counts, dynamic, start, stop, until, within};

/// Has nothing to do.
struct Idle;

#[server]
impl Idle {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn ping(&self) {}
}

#[tokio::test(start_paused = true)]
async fn sv_o_54_thousands_of_dynamic_children_are_counted() {
    let supervisor = dynamic().await;
    let mut workers = Vec::new();
    for many in [1_000, 2_000] {
        while workers.len() < many {
            let spec = Idle::spec().restart(Restart::Temporary);
            workers.push(within(supervisor.start_child(spec)).await.expect("it starts"));
        }
        assert_eq!(counts(&supervisor).await, [many, many, 0, many]);
    }
    for worker in &workers {
        within(worker.kill()).await.unwrap();
    }
    until(&supervisor, <[_]>::is_empty).await;
    assert_eq!(counts(&supervisor).await, [0; 4]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_55_thousands_of_supervisors_are_counted_as_such() {
    let supervisor = dynamic().await;
    let mut below = Vec::new();
    for many in [1_000, 2_000] {
        while below.len() < many {
            let spec = DynamicSupervisor::new().restart(Restart::Temporary);
            below.push(within(supervisor.start_child(spec)).await.expect("it starts"));
        }
        assert_eq!(counts(&supervisor).await, [many, many, many, 0]);
    }
    for one in &below {
        within(one.kill()).await.unwrap();
    }
    until(&supervisor, <[_]>::is_empty).await;
    assert_eq!(counts(&supervisor).await, [0; 4]);
}

/// The shorter of two tries.
async fn best<F: Future<Output = Duration>>(measure: impl Fn() -> F) -> Duration {
    let first = measure().await;
    first.min(measure().await)
}

/// How long it takes to terminate so many children, one after the other.
async fn terminated(many: usize) -> Duration {
    let supervisor = start(Supervisor::one_for_one()).await;
    for number in 0..many {
        let spec = Stock::spec(1).restart(Restart::Temporary).id(number.to_string());
        within(supervisor.start_child(spec)).await.expect("it starts");
    }
    let begin = Instant::now();
    for number in 0..many {
        assert_eq!(within(supervisor.terminate_child(number.to_string())).await, Ok(()));
    }
    let time = begin.elapsed();
    stop(&supervisor).await;
    time
}

#[tokio::test(start_paused = true)]
async fn sv_o_60_ten_times_the_children_take_hardly_more_than_ten_times_as_long_to_terminate() {
    let few = best(|| terminated(300)).await;
    let many = best(|| terminated(3_000)).await;
    assert!(many < few * 50, "{few:?} and {many:?}");
}

/// How long it takes to start so many children and to stop them.
async fn started_and_stopped(many: usize) -> Duration {
    let begin = Instant::now();
    let mut spec = Supervisor::one_for_one();
    for number in 0..many {
        spec = spec.child(Idle::spec().id(number.to_string()));
    }
    let supervisor = start(spec).await;
    let last = supervisor.client::<Idle>(&(many - 1).to_string()).expect("it is there");
    assert_eq!(within(last.ping()).await, Ok(()));
    stop(&supervisor).await;
    begin.elapsed()
}

#[tokio::test(start_paused = true)]
async fn sv_o_67_the_time_to_start_and_to_stop_grows_as_the_number_of_the_children() {
    let few = best(|| started_and_stopped(200)).await;
    let many = best(|| started_and_stopped(5_000)).await;
    assert!(many < few * 25 * 10, "{few:?} and {many:?}");
}
