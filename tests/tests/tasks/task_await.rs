//! TK-E: `task_test.exs`, `await` and `await_many`: a handle is a future, and `try_join_all` waits for many.

use std::future::pending;

use callcast::prelude::*;
use callcast::{TaskError, TaskHandle};
use futures_util::future::try_join_all;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::support::{
    Live, boom, ended, ended_from_outside, is_boom, ms, run, slow, tasks, until, within, without_value,
};

#[tokio::test(start_paused = true)]
async fn tk_e_16_what_nobody_waits_for_any_more_reaches_nobody() {
    let live = Live::default();
    let guard = live.guard();
    let (open, gate) = oneshot::channel::<u32>();
    let task = run(guard.held_by(gate));
    let monitor = task.monitor();
    timeout(ms(0), task).await.expect_err("it takes its time");
    assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    assert_eq!(live.count(), 0);
    open.send(7).expect_err("the task has gone");
}

#[tokio::test(start_paused = true)]
async fn tk_e_17_a_limit_to_waiting_is_a_timeout() {
    let mut task = run(slow(10));
    timeout(ms(9), &mut task).await.expect_err("it takes 10 ms");
    // Through `&mut` it is not dropped, and goes on.
    assert_eq!(timeout(ms(2), task).await.expect("it is done by now"), Ok(10));
}

#[tokio::test(start_paused = true)]
async fn tk_e_20_a_panic_is_why_there_is_no_value() {
    let task = run(boom());
    let error = within(task).await.expect_err("it panics");
    let ExitReason::Panicked(panic) = &error.reason else { panic!("{error}") };
    assert_eq!((panic.message(), panic.server()), ("boom", "Task"));
    assert!(error.to_string().contains("boom"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn tk_e_22_a_task_that_fails_returns_its_error() {
    let task: TaskHandle<Result<u32, &str>> = run(async { Err("unknown") });
    let monitor = task.monitor();
    assert_eq!(within(task).await, Ok(Err("unknown")));
    // That is its value, and no failure of the task's.
    assert_eq!(within(monitor).await.reason, ExitReason::Normal);
}

#[tokio::test(start_paused = true)]
async fn tk_e_24_tk_e_42_tk_e_49_tk_e_62_whoever_owns_a_handle_may_wait_for_its_task() {
    let (awaited, mut yielded, shut_down) = (run(slow(1)), run(slow(2)), run(pending::<u32>()));
    let elsewhere = tokio::spawn(async move {
        let first = awaited.await;
        let second = (yielded.wait_for(ms(0)).await, yielded.wait_for(ms(10)).await);
        (first, second, shut_down.shutdown(callcast::Shutdown::Kill).await)
    });
    let found = within(elsewhere).await.expect("it ends");
    assert_eq!(found, (Ok(1), (None, Some(Ok(2))), None));
}

#[tokio::test(start_paused = true)]
async fn tk_e_25_tk_e_26_the_values_of_many_come_in_the_order_of_the_tasks() {
    let tasks = [30, 10, 20].map(|millis| run(slow(millis)));
    assert_eq!(within(try_join_all(tasks)).await, Ok(vec![30, 10, 20]));
    // More than are polled one by one.
    let tasks = (0..100).rev().map(|millis| run(slow(millis)));
    assert_eq!(within(try_join_all(tasks)).await, Ok((0..100).rev().collect()));
    assert_eq!(within(try_join_all(Vec::<TaskHandle<u32>>::new())).await, Ok(vec![]));
}

#[tokio::test(start_paused = true)]
async fn tk_e_30_a_limit_to_waiting_for_many_cancels_all() {
    let live = Live::default();
    let tasks = [run(live.sleeper()), run(live.sleeper())];
    timeout(ms(10), try_join_all(tasks)).await.expect_err("they never end");
    until(|| live.count() == 0).await;
}

/// Waits for two that never end and one that ends so; the two are cancelled.
async fn the_first_error(live: &Live, third: TaskHandle<u32>) -> TaskError {
    let many = [run(live.sleeper()), third, run(live.sleeper())];
    let error = within(try_join_all(many)).await.expect_err("one has no value");
    until(|| live.count() == 0).await;
    error
}

#[tokio::test(start_paused = true)]
async fn tk_e_31_tk_e_32_one_that_ends_without_a_value_fails_all_at_once() {
    let (live, supervisor) = (Live::default(), tasks().await);
    let ended = ended_from_outside(&supervisor).await;
    assert_eq!(the_first_error(&live, ended).await, without_value(ExitReason::Shutdown));
    // And one that ends while it is waited for.
    let ending = within(supervisor.run(pending())).await.expect("it starts");
    let id = ending.id();
    let (error, terminated) =
        tokio::join!(the_first_error(&live, ending), within(supervisor.terminate_child(id)));
    assert_eq!((error, terminated), (without_value(ExitReason::Shutdown), Ok(())));
}

#[tokio::test(start_paused = true)]
async fn tk_e_33_tk_e_35_one_that_panics_fails_all_at_once() {
    let live = Live::default();
    let before = tokio::time::Instant::now();
    let error = the_first_error(&live, run(boom())).await;
    assert!(is_boom(&error.reason), "{error}");
    let failed = run(boom());
    ended(&failed).await;
    assert!(is_boom(&the_first_error(&live, failed).await.reason));
    assert_eq!(before.elapsed(), ms(0));
}

#[tokio::test(start_paused = true)]
async fn tk_e_95_the_examples_of_the_docs() {
    use futures_util::stream::{self, StreamExt as _};
    let lengths = stream::iter(["a", "bc", "def"]).map(|text| run(async move { text.len() })).buffered(4);
    assert_eq!(within(lengths.fold(0, async |sum, length| sum + length.expect("it counts"))).await, 6);
    let task = run(async { 1 + 1 });
    assert_eq!(within(task).await, Ok(2));
    assert_eq!(within(try_join_all([run(async { 2 }), run(async { 4 })])).await, Ok(vec![2, 4]));
}
