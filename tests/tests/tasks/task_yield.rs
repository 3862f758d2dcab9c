//! TK-E: `task_test.exs`, `yield` and `yield_many`: `wait_for`, which leaves the task as it is where that is not done.

use std::future::pending;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Shutdown, TaskError, TaskHandle};
use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use crate::support::{
    Live, ended, ended_from_outside, ms, run, secs, slow, tasks, until, within, without_value,
};

/// What each has come to after a while, in the order of the tasks.
async fn wait_for_many<T>(tasks: &mut [TaskHandle<T>], limit: Duration) -> Vec<Option<Result<T, TaskError>>> {
    within(join_all(tasks.iter_mut().map(|task| task.wait_for(limit)))).await
}

#[tokio::test(start_paused = true)]
async fn tk_e_38_a_value_goes_before_the_end() {
    let mut task = run(slow(7));
    assert_eq!(ended(&task).await, ExitReason::Normal);
    assert_eq!(task.wait_for(ms(0)).await, Some(Ok(7)));
}

#[tokio::test(start_paused = true)]
async fn tk_e_39_px_34_one_that_is_not_done_can_be_waited_for_again() {
    let mut task = run(slow(20));
    let before = Instant::now();
    assert_eq!(task.wait_for(ms(5)).await, None);
    assert_eq!(before.elapsed(), ms(5));
    assert_eq!(within(task.wait_for(secs(1))).await, Some(Ok(20)));
    assert_eq!(before.elapsed(), ms(20));
}

#[tokio::test(start_paused = true)]
async fn tk_e_40_the_end_of_one_without_a_value_is_known() {
    let mut task = ended_from_outside(&tasks().await).await;
    assert_eq!(task.wait_for(ms(0)).await, Some(Err(without_value(ExitReason::Shutdown))));
}

#[tokio::test(start_paused = true)]
async fn tk_e_43_the_values_of_many_go_before_their_ends() {
    let mut many = [run(slow(1)), run(slow(2))];
    for task in &many {
        assert_eq!(ended(task).await, ExitReason::Normal);
    }
    assert_eq!(wait_for_many(&mut many, ms(0)).await, [Some(Ok(1)), Some(Ok(2))]);
}

#[tokio::test(start_paused = true)]
async fn tk_e_45_one_that_is_not_done_in_time_can_be_killed() {
    let live = Live::default();
    let mut task = run(live.sleeper());
    let monitor = task.monitor();
    assert_eq!(task.wait_for(ms(5)).await, None);
    assert_eq!(live.count(), 1);
    assert_eq!(within(task.shutdown(Shutdown::Kill)).await, None);
    assert_eq!(live.count(), 0);
    assert_eq!(within(monitor).await.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn tk_e_46_one_that_is_not_done_in_time_can_be_let_go() {
    let (done, is_done) = oneshot::channel();
    let mut task = run(async {
        slow(10).await;
        done.send("done").expect("the test waits");
        7
    });
    assert_eq!(task.wait_for(ms(5)).await, None);
    assert_eq!(task.detach(), None);
    assert_eq!(within(is_done).await, Ok("done"));
}

#[tokio::test(start_paused = true)]
async fn tk_e_47_the_ends_of_many_without_a_value_are_known() {
    let supervisor = tasks().await;
    let mut many = [ended_from_outside(&supervisor).await, ended_from_outside(&supervisor).await];
    let shut_down = || Some(Err(without_value(ExitReason::Shutdown)));
    assert_eq!(wait_for_many(&mut many, ms(0)).await, [shut_down(), shut_down()]);
}

#[tokio::test(start_paused = true)]
async fn tk_e_50_what_many_have_come_to_is_in_their_order() {
    let ended = ended_from_outside(&tasks().await).await;
    let mut many = [run(async { 1 }), run(pending::<u32>()), ended];
    let found = wait_for_many(&mut many, ms(10)).await;
    assert_eq!(found, [Some(Ok(1)), None, Some(Err(without_value(ExitReason::Shutdown)))]);
}

/// The first values of some tasks that are waited for by reference, whatever the others do.
async fn first<T>(many: &mut [TaskHandle<T>], most: usize) -> Vec<T> {
    let values = many.iter_mut().collect::<FuturesUnordered<_>>().take(most);
    values.map(|value| value.expect("it ends")).collect().await
}

#[tokio::test(start_paused = true)]
async fn tk_e_52_tk_e_53_as_many_as_are_wanted_are_waited_for_and_no_other_is_killed() {
    let mut many = [30, 10, 20].map(|millis| run(slow(millis)));
    let before = Instant::now();
    assert_eq!(within(first(&mut many, 2)).await, [10, 20]);
    assert_eq!(before.elapsed(), ms(20));
    let [slowest, ..] = many;
    assert_eq!(within(slowest).await, Ok(30));
    // More than there are.
    assert_eq!(within(first(&mut [run(slow(5)), run(slow(1))], 9)).await, [1, 5]);
    // Only a limit to the time, and a handle that is dropped with it, ends those that are not done.
    let live = Live::default();
    let sleeper = run(live.sleeper());
    timeout(ms(5), async move { first(&mut [sleeper], 1).await }).await.expect_err("it never ends");
    until(|| live.count() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn tk_e_54_there_need_be_no_limit() {
    let mut many = [run(slow(1)), run(slow(86_000_000))];
    assert_eq!(wait_for_many(&mut many, Duration::MAX).await, [Some(Ok(1)), Some(Ok(86_000_000))]);
}
