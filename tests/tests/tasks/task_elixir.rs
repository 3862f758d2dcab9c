//! TK-E: `task_test.exs`, how tasks begin, who has them, and what is said of them.

use std::future::{pending, ready};

use callcast::prelude::*;
use callcast::{Restart, Supervisor, Task};
use tokio::sync::{mpsc, oneshot};
use tracing::Level;

use crate::collector::Collector;
use crate::support::{
    Boss, Live, boom, counts, ended, has_boomed, is_boom, ms, parent, run, slow, start, tasks, until,
    until_empty, within,
};

#[tokio::test(start_paused = true)]
async fn tk_e_01_a_task_is_a_child() {
    let (begun, mut has_begun) = mpsc::unbounded_channel();
    let work = Task::spec("work", move || {
        let begun = begun.clone();
        async move {
            begun.send("begun").expect("the test waits");
            pending::<()>().await;
        }
    });
    let supervisor = start(Supervisor::one_for_one().child(work)).await;
    assert_eq!(within(has_begun.recv()).await, Some("begun"));
    let children = within(supervisor.which_children()).await.expect("it answers");
    assert_eq!((&*children[0].id, children[0].type_name), ("work", "Task"));
    assert_eq!(counts(&supervisor).await, [1, 1, 0, 1]);
}

/// A task that counts its starts, and ends as it is told.
fn counting(
    starts: &mpsc::UnboundedSender<()>,
    result: Result<(), &'static str>,
) -> impl Fn() -> std::future::Ready<Result<(), &'static str>> + Send + Sync + 'static {
    let starts = starts.clone();
    move || {
        starts.send(()).expect("the test counts");
        ready(result)
    }
}

#[tokio::test(start_paused = true)]
async fn tk_e_02_a_task_is_temporary_where_nothing_else_is_said() {
    let (starts, mut started) = mpsc::unbounded_channel();
    let failing = || Task::spec("failing", counting(&starts, Err("as asked")));
    let supervisor = start(Supervisor::one_for_one().child(failing())).await;
    within(started.recv()).await;
    until_empty(&supervisor).await;
    started.try_recv().expect_err("it is not started again");
    // What is said besides is kept: this one is started again, until there have been too many.
    let spec = failing().restart(Restart::Transient).id("again");
    let supervisor = start(Supervisor::one_for_one().child(spec).max_restarts(2, ms(1_000))).await;
    until(|| !supervisor.is_alive()).await;
    assert_eq!(started.len(), 3);
    // One that does what it should is not.
    let spec = Task::spec("well", counting(&starts, Ok(()))).restart(Restart::Transient);
    let supervisor = start(Supervisor::one_for_one().child(spec)).await;
    until_down(&supervisor).await;
    assert_eq!(started.len(), 4);
}

async fn until_down(supervisor: &callcast::SupervisorClient) {
    for _ in 0..1_000 {
        if counts(supervisor).await == [1, 0, 0, 1] {
            return;
        }
    }
    panic!("it does not end: {:?}", counts(supervisor).await);
}

#[tokio::test(start_paused = true)]
async fn tk_e_03_tk_e_04_a_handle_is_a_future_of_the_value_and_knows_its_task() {
    let (open, gate) = oneshot::channel();
    let task = run(gate);
    let (id, monitor) = (task.id(), task.monitor());
    assert!(callcast::observe().iter().any(|server| server.id == id && server.type_name == "Task"));
    assert_eq!(parent(id), None);
    open.send(7).expect("the task waits");
    assert_eq!(within(task).await, Ok(Ok(7)));
    let down = within(monitor).await;
    assert_eq!((down.id, down.reason), (id, ExitReason::Normal));
    // A function is one way to write a future; a method, the other.
    assert_eq!(within(run(slow(5))).await, Ok(5));
}

#[tokio::test(start_paused = true)]
async fn tk_e_06_nt_14_the_tasks_that_a_server_has_end_with_it_and_those_it_let_go_do_not() {
    let boss = Boss::start().await.expect("it starts");
    let live = Live::default();
    let kept = within(boss.employ(live.guard())).await.expect("it answers");
    assert_eq!((parent(kept), live.count()), (boss.id(), 1));
    let (end, is_ended) = oneshot::channel();
    let id = within(boss.let_go(is_ended)).await.expect("it answers");
    within(boss.kill()).await.expect("it was alive");
    until(|| live.count() == 0).await;
    until(|| callcast::observe().iter().all(|server| server.id != kept)).await;
    let is_there = || callcast::observe().iter().any(|server| server.id == id);
    assert!(is_there());
    // It runs: what it waits for ends it.
    end.send(()).expect("the task waits");
    until(|| !is_there()).await;
}

#[tokio::test(start_paused = true)]
async fn tk_e_08_one_that_is_kept_runs_and_is_its_owners() {
    let live = Live::default();
    let (begun, has_begun) = oneshot::channel();
    let sleeper = live.sleeper();
    let task = run(async move {
        begun.send(()).expect("the test waits");
        sleeper.await
    });
    within(has_begun).await.expect("it begins");
    let monitor = task.monitor();
    assert_eq!(live.count(), 1);
    drop(task);
    assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    assert_eq!(live.count(), 0);
    // Its panic is not its owner's: that is told, and goes on.
    assert!(has_boomed(&within(run(boom())).await));
}

#[tokio::test(start_paused = true)]
async fn tk_e_09_a_task_within_a_task_is_its_child() {
    let outer = run(async {
        let inner = run(pending::<()>());
        let me = parent(inner.id()).expect("somebody has started it");
        (me, parent(me))
    });
    let id = outer.id();
    assert_eq!(within(outer).await, Ok((id, None)));
}

#[tokio::test(start_paused = true)]
async fn tk_e_10_tk_e_15_letting_go_of_one_that_is_done_gives_its_value() {
    let task = run(slow(7));
    assert_eq!(ended(&task).await, ExitReason::Normal);
    assert_eq!(task.detach(), Some(Ok(7)));
}

#[tokio::test(start_paused = true)]
async fn tk_e_12_letting_go_of_one_that_has_failed_gives_the_reason() {
    let task = run(boom());
    assert!(is_boom(&ended(&task).await));
    assert!(has_boomed(&task.detach().expect("it is done")));
}

#[tokio::test(start_paused = true)]
async fn tk_e_13_one_that_fails_after_it_was_let_go_tells_nobody() {
    let (open, gate) = oneshot::channel::<()>();
    let task = run(async {
        gate.await.expect("the test opens the gate");
        boom().await
    });
    let monitor = task.monitor();
    assert_eq!(task.detach(), None);
    open.send(()).expect("it was not cancelled");
    assert!(is_boom(&within(monitor).await.reason));
}

#[tokio::test(start_paused = true)]
async fn tk_e_93_a_failure_is_logged_with_who_has_started_the_task() {
    let collector = Collector::default();
    let _listening = tracing::subscriber::set_default(collector.clone());
    let boss = Boss::start().await.expect("it starts");
    let id = within(boss.employ_a_fool()).await.expect("it answers");
    until(|| !collector.complaints(id).is_empty()).await;
    let complaints = collector.complaints(id);
    let [event] = &complaints[..] else { panic!("{complaints:?}") };
    assert_eq!((event.level, event.get("server")), (Level::ERROR, Some("Task")));
    assert_eq!(event.get("parent"), boss.id().map(|id| id.to_string()).as_deref());
    assert!(event.get("reason").is_some_and(|reason| reason.ends_with("boom")), "{event:?}");
}

#[tokio::test(start_paused = true)]
async fn tk_e_94_the_label_of_a_task_is_in_the_log() {
    let collector = Collector::default();
    let _listening = tracing::subscriber::set_default(collector.clone());
    let supervisor = tasks().await;
    let failing = Task::spec("failing", || async { Err::<(), _>("as asked") }).label("the tenth import");
    let task = within(supervisor.start_child(failing)).await.expect("it starts");
    let monitor = task.monitor();
    within(monitor).await;
    let events = collector.events();
    let event = events.iter().find(|event| event.message() == "a server failed").expect("it is said");
    assert_eq!(event.get("label"), Some("the tenth import"));
    assert_eq!(event.get("parent"), supervisor.id().map(|id| id.to_string()).as_deref());
}
