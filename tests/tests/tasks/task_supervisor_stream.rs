//! TS-E: `task/supervisor_test.exs`, `async_stream` and `async_stream_nolink`: streams of supervised tasks.

use std::convert::identity;

use callcast::prelude::*;
use callcast::{StartChildError, SupervisorClient, TaskSupervisor};
use futures_util::stream::{self, StreamExt as _};
use tokio::time::Instant;

use crate::support::{
    Live, Why, boom, counts, ids, is_boom, ms, parent, run, slow, start, stream_of, supervised, tasks, until,
    until_empty, within,
};

/// What a stream of supervised tasks gives of four inputs, so many at a time.
async fn values_of(
    supervisor: &SupervisorClient,
    inputs: [u64; 4],
    at_a_time: usize,
) -> Vec<Result<u64, Why>> {
    within(stream_of(supervisor, stream::iter(inputs), at_a_time, slow).collect()).await
}

#[tokio::test(start_paused = true)]
async fn ts_e_21_the_values_are_in_the_order_of_the_inputs() {
    let supervisor = tasks().await;
    for (at_a_time, takes) in [(1, 10), (2, 6), (4, 4), (9, 4)] {
        let before = Instant::now();
        assert_eq!(values_of(&supervisor, [1, 2, 3, 4], at_a_time).await, [1, 2, 3, 4].map(Ok));
        assert_eq!(before.elapsed(), ms(takes), "{at_a_time}");
    }
}

#[tokio::test(start_paused = true)]
async fn ts_e_22_ts_e_33_nothing_is_left_of_a_stream() {
    let (supervisor, live) = (tasks().await, Live::default());
    let guarded = |millis| live.guard().held_by(slow(millis));
    let all: Vec<_> = within(stream_of(&supervisor, stream::iter(1..=9), 3, guarded).collect()).await;
    assert_eq!(all.len(), 9);
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    until_empty(&supervisor).await;
    assert_eq!(live.count(), 0);
    let some: Vec<_> = within(stream_of(&supervisor, stream::iter(1..), 3, guarded).take(4).collect()).await;
    assert_eq!(some, [1, 2, 3, 4].map(Ok));
    until_empty(&supervisor).await;
    assert_eq!(live.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn ts_e_23_ts_e_34_the_slowest_may_be_the_first() {
    let supervisor = tasks().await;
    let before = Instant::now();
    assert_eq!(values_of(&supervisor, [40, 30, 20, 10], 4).await, [40, 30, 20, 10].map(Ok));
    assert_eq!(before.elapsed(), ms(40));
}

#[tokio::test(start_paused = true)]
async fn ts_e_24_ts_e_35_one_that_fails_is_an_item() {
    let supervisor = tasks().await;
    let odd = async |n: u64| {
        slow(10 - n).await;
        assert!(n.is_multiple_of(2), "boom");
        n
    };
    let found: Vec<_> = within(stream_of(&supervisor, stream::iter(1..=4), 2, odd).collect()).await;
    let [Err(Why::Ended(first)), Ok(2), Err(Why::Ended(third)), Ok(4)] = &found[..] else {
        panic!("{found:?}")
    };
    assert!(is_boom(first) && is_boom(third));
    assert!(supervisor.is_alive());
    until_empty(&supervisor).await;
}

/// The first ends at once, and the others never do.
fn one_of(live: &Live) -> impl Fn(u32) -> std::pin::Pin<Box<dyn Future<Output = u32> + Send>> {
    let guard = live.guard();
    move |n| {
        let work = async move { if n == 0 { 7 } else { std::future::pending().await } };
        Box::pin(guard.clone().held_by(work))
    }
}

#[tokio::test(start_paused = true)]
async fn ts_e_25_ts_e_36_where_one_is_taken_the_others_are_cancelled() {
    let (supervisor, live) = (tasks().await, Live::default());
    let stream = stream_of(&supervisor, stream::iter(0..), 4, one_of(&live));
    assert_eq!(within(stream.take(1).collect::<Vec<_>>()).await, [Ok(7)]);
    until_empty(&supervisor).await;
    until(|| live.count() == 0).await;
    // And where they run already when the stream is dropped.
    let mut stream = Box::pin(stream_of(&supervisor, stream::iter(0..), 4, one_of(&live)));
    assert_eq!(within(stream.next()).await, Some(Ok(7)));
    let next = tokio::time::timeout(ms(10), stream.next()).await;
    next.expect_err("the others never end");
    assert_eq!(counts(&supervisor).await, [4, 4, 0, 4]);
    drop(stream);
    until_empty(&supervisor).await;
    until(|| live.count() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn ts_e_27_the_tasks_of_a_stream_are_the_supervisors() {
    let supervisor = tasks().await;
    let chains = stream_of(&supervisor, stream::iter(0..3), 2, |_| async {
        let inner = run(std::future::pending::<()>());
        parent(inner.id()).and_then(parent)
    });
    let chains: Vec<_> = within(chains.collect()).await;
    assert_eq!(chains, [0, 1, 2].map(|_| Ok(supervisor.id())));
}

#[tokio::test(start_paused = true)]
async fn ts_e_28_another_task_may_read_the_stream() {
    let supervisor = tasks().await;
    let mut stream = Box::pin(stream_of(&supervisor, stream::iter(1..=4), 2, slow));
    assert_eq!(within(stream.next()).await, Some(Ok(1)));
    let rest = tokio::spawn(stream.collect::<Vec<_>>());
    assert_eq!(within(rest).await.expect("it ends"), [2, 3, 4].map(Ok));
    until_empty(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn ts_e_29_ts_e_30_an_error_may_carry_its_input() {
    let supervisor = tasks().await;
    let with_input = |n: u64| {
        let supervisor = supervisor.clone();
        async move {
            let work = async move {
                slow(n).await;
                boom().await
            };
            let limited = tokio::time::timeout(ms(20), supervised(supervisor, work)).await;
            limited.map_err(|_| Why::Timeout).and_then(identity).map_err(|why| (n, why))
        }
    };
    let found: Vec<_> = within(stream::iter([50, 10]).map(with_input).buffered(2).collect()).await;
    let [Err((50, Why::Timeout)), Err((10, Why::Ended(reason)))] = &found[..] else { panic!("{found:?}") };
    assert!(is_boom(reason));
    until_empty(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn ts_e_37_where_there_is_no_room_it_is_said_and_all_ends_well() {
    let supervisor = start(TaskSupervisor::new().max_children(2)).await;
    let live = Live::default();
    let never = |_| live.sleeper();
    let mut stream = Box::pin(stream_of(&supervisor, stream::iter(0..4), 3, never));
    // In the order of the inputs, so that it is the third of them: those before it are still waited for.
    tokio::time::timeout(ms(10), stream.next()).await.expect_err("the first never ends");
    drop(stream);
    until_empty(&supervisor).await;
    assert_eq!(live.count(), 0);
    let inputs = stream::iter(0..4);
    let mut unordered =
        Box::pin(inputs.map(|n| supervised(supervisor.clone(), never(n))).buffer_unordered(3));
    assert_eq!(within(unordered.next()).await, Some(Err(Why::NotStarted(StartChildError::MaxChildren))));
    assert_eq!(ids(&supervisor).await.len(), 2);
    drop(unordered);
    until_empty(&supervisor).await;
    assert_eq!(live.count(), 0);
    assert_eq!(within(supervisor.stop()).await, Ok(ExitReason::Normal));
}

#[tokio::test(start_paused = true)]
async fn as_many_at_a_time_as_there_may_be_always_have_room() {
    let supervisor = start(TaskSupervisor::new().max_children(3)).await;
    for millis in [0, 1] {
        let work = |n: u64| async move {
            slow(millis).await;
            n
        };
        let found: Vec<_> = within(stream_of(&supervisor, stream::iter(0..50), 3, work).collect()).await;
        assert_eq!(found, (0..50).map(Ok).collect::<Vec<_>>());
    }
}
