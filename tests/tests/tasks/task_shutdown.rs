//! TK-E: `task_test.exs`, `shutdown`: the end of a task that somebody has, and what it has come to.

use std::future::pending;

use callcast::prelude::*;
use callcast::{Shutdown, TaskHandle};
use tokio::time::{Instant, sleep};

use crate::support::{
    Elsewhere, Live, boom, ended, ended_from_outside, has_boomed, is_boom, killed, ms, run, secs, slow,
    tasks, within, without_value,
};

/// The ways that are no kill.
const SOFT: [Shutdown; 3] = [Shutdown::After(secs(5)), Shutdown::Drain(secs(5)), Shutdown::Infinity];

const ALL: [Shutdown; 4] = [SOFT[0], SOFT[1], SOFT[2], Shutdown::Kill];

/// One that has a value, and has ended.
async fn done() -> TaskHandle<u64> {
    let task = run(slow(7));
    assert_eq!(ended(&task).await, ExitReason::Normal);
    task
}

#[tokio::test(start_paused = true)]
async fn tk_e_55_a_value_that_was_there_before_is_given() {
    for shutdown in SOFT {
        assert_eq!(within(done().await.shutdown(shutdown)).await, Some(Ok(7)), "{shutdown:?}");
    }
    // And one that comes while it is told to end, as it does not listen.
    let elsewhere = Elsewhere::new();
    for shutdown in SOFT {
        let (task, go_on) = elsewhere.deaf(async { 7 }).await;
        let shut_down = task.shutdown(shutdown);
        let (value, ()) = tokio::join!(shut_down, async { go_on.send(()).expect("it waits") });
        assert_eq!(value, Some(Ok(7)), "{shutdown:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_56_px_35_one_that_runs_is_ended_and_has_no_value() {
    let live = Live::default();
    for shutdown in SOFT {
        let task = run(live.sleeper());
        let monitor = task.monitor();
        let before = Instant::now();
        assert_eq!(within(task.shutdown(shutdown)).await, None, "{shutdown:?}");
        // When this returns it has gone, and it was not waited for.
        assert_eq!((live.count(), before.elapsed()), (0, ms(0)));
        assert_eq!(within(monitor).await.reason, ExitReason::Shutdown, "{shutdown:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_58_one_that_was_shut_down_before_has_no_value() {
    let supervisor = tasks().await;
    for shutdown in SOFT {
        let task = ended_from_outside(&supervisor).await;
        assert_eq!(within(task.shutdown(shutdown)).await, None, "{shutdown:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_59_a_kill_by_others_is_told() {
    for shutdown in SOFT {
        let found = within(killed().await.shutdown(shutdown)).await;
        assert_eq!(found, Some(Err(without_value(ExitReason::Killed))), "{shutdown:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_61_one_that_has_ended_gives_what_it_has_come_to() {
    assert_eq!(within(done().await.shutdown(SOFT[0])).await, Some(Ok(7)));
    let failed = run(boom());
    assert!(is_boom(&ended(&failed).await));
    assert!(has_boomed(&within(failed.shutdown(SOFT[0])).await.expect("it has failed")));
}

#[tokio::test(start_paused = true)]
async fn tk_e_63_a_kill_ends_one_that_runs() {
    let live = Live::default();
    let task = run(live.sleeper());
    let monitor = task.monitor();
    assert_eq!(within(task.shutdown(Shutdown::Kill)).await, None);
    assert_eq!(live.count(), 0);
    assert_eq!(within(monitor).await.reason, ExitReason::Killed);
    // Also before it has been polled at all, and in the way that is not waited for.
    drop(run(live.sleeper()).shutdown(Shutdown::Kill));
    let unpolled = run(live.sleeper());
    assert_eq!(within(unpolled.shutdown(Shutdown::Kill)).await, None);
    crate::support::until(|| live.count() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn tk_e_65_a_value_goes_before_a_kill() {
    assert_eq!(within(done().await.shutdown(Shutdown::Kill)).await, Some(Ok(7)));
    let elsewhere = Elsewhere::new();
    let (task, go_on) = elsewhere.deaf(async { 7 }).await;
    let monitor = task.monitor();
    let killed = task.shutdown(Shutdown::Kill);
    let (value, ()) = tokio::join!(killed, async { go_on.send(()).expect("it waits") });
    assert_eq!((value, monitor.await.reason), (Some(Ok(7)), ExitReason::Killed));
}

#[tokio::test(start_paused = true)]
async fn tk_e_66_one_that_was_killed_before_has_no_value() {
    assert_eq!(within(killed().await.shutdown(Shutdown::Kill)).await, None);
}

#[tokio::test(start_paused = true)]
async fn tk_e_67_what_ended_it_before_the_kill_is_told() {
    let failed = run(boom());
    assert!(is_boom(&ended(&failed).await));
    assert!(has_boomed(&within(failed.shutdown(Shutdown::Kill)).await.expect("it has failed")));
    let shut_down = ended_from_outside(&tasks().await).await;
    let found = within(shut_down.shutdown(Shutdown::Kill)).await;
    assert_eq!(found, Some(Err(without_value(ExitReason::Shutdown))));
}

#[tokio::test(start_paused = true)]
async fn tk_e_69_one_that_does_not_listen_is_killed_when_its_time_is_over() {
    let elsewhere = Elsewhere::new();
    for shutdown in [Shutdown::After(ms(1)), Shutdown::Drain(ms(1))] {
        let (task, go_on) = elsewhere.deaf(pending::<u32>()).await;
        let before = Instant::now();
        let let_go = async {
            sleep(ms(2)).await;
            go_on.send(()).expect("it waits");
        };
        let (found, ()) = tokio::join!(task.shutdown(shutdown), let_go);
        assert_eq!(found, Some(Err(without_value(ExitReason::Killed))), "{shutdown:?}");
        assert_eq!(before.elapsed(), ms(2));
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_70_there_is_nothing_to_end_where_the_value_was_taken() {
    for shutdown in ALL {
        let mut task = run(async { 7 });
        assert_eq!(within(&mut task).await, Ok(7));
        let found = within(task.shutdown(shutdown)).await;
        assert_eq!(found, Some(Err(without_value(ExitReason::NoProc))), "{shutdown:?}");
    }
    let mut task = run(async { 7 });
    assert_eq!(within(&mut task).await, Ok(7));
    assert_eq!(task.detach(), Some(Err(without_value(ExitReason::NoProc))));
}
