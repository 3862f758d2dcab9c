//! TS-E: `task/supervisor_test.exs`: tasks as the children of a supervisor.

use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake};

use callcast::prelude::{CallError, ExitReason};
use callcast::{
    ChildError, Restart, Shutdown, StartChildError, StartError, Supervisor, SupervisorError, Task,
    TaskSupervisor,
};
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::support::{
    Live, boom, counts, give_up_after, has_boomed, ids, ms, parent, slow, start, tasks, until, until_empty,
    within, without_value,
};

#[tokio::test(start_paused = true)]
async fn ts_e_03_several_under_one_parent_have_ids_of_their_own() {
    let root = start(Supervisor::one_for_one().child(TaskSupervisor::new())).await;
    within(root.start_child(TaskSupervisor::new().id("imports"))).await.expect("it starts");
    within(root.start_child(TaskSupervisor::new().id("exports"))).await.expect("it starts");
    assert_eq!(counts(&root).await, [3, 3, 3, 0]);
    let there = root.client::<Supervisor>("Supervisor").expect("it has no id of its own").id();
    let second = within(root.start_child(TaskSupervisor::new())).await;
    let Err(StartChildError::AlreadyStarted(id)) = second else { panic!("{second:?}") };
    assert_eq!(Some(id), there);
    let twice = Supervisor::one_for_one().child(TaskSupervisor::new()).child(TaskSupervisor::new());
    let refused = within(twice.start()).await;
    assert!(matches!(refused, Err(StartError::Init(SupervisorError::Duplicate(_)))), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn ts_e_04_a_new_one_has_no_tasks() {
    let supervisor = tasks().await;
    assert_eq!(within(supervisor.which_children()).await, Ok(vec![]));
    assert_eq!(counts(&supervisor).await, [0; 4]);
    assert_eq!(supervisor.tree().children, []);
}

#[tokio::test(start_paused = true)]
async fn ts_e_05_ts_e_09_one_that_somebody_has_is_the_supervisors_and_its_owners() {
    let (supervisor, live) = (tasks().await, Live::default());
    let task = within(supervisor.run(live.sleeper())).await.expect("it starts");
    assert_eq!(ids(&supervisor).await, [task.id()]);
    assert_eq!(counts(&supervisor).await, [1, 1, 0, 1]);
    let monitor = task.monitor();
    drop(task);
    assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    assert_eq!(live.count(), 0);
    until_empty(&supervisor).await;
    // The value, then the end.
    let task = within(supervisor.run(slow(5))).await.expect("it starts");
    let monitor = task.monitor();
    assert_eq!(within(task).await, Ok(5));
    assert_eq!(within(monitor).await.reason, ExitReason::Normal);
    until_empty(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn ts_e_06_ts_e_11_the_end_of_the_supervisor_is_that_of_its_tasks() {
    let (supervisor, live) = (tasks().await, Live::default());
    let task = within(supervisor.run(live.sleeper())).await.expect("it starts");
    let let_go = within(supervisor.run(live.sleeper())).await.expect("it starts");
    let monitor = let_go.monitor();
    assert_eq!(let_go.detach(), None);
    assert_eq!(within(supervisor.stop()).await, Ok(ExitReason::Normal));
    assert_eq!(live.count(), 0);
    assert_eq!(within(task).await, Err(without_value(ExitReason::Shutdown)));
    assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn ts_e_07_ts_e_12_there_are_no_more_than_there_may_be() {
    let supervisor = start(TaskSupervisor::new().max_children(1)).await;
    let first = within(supervisor.run(pending::<()>())).await.expect("there is room");
    let second = within(supervisor.run(pending::<()>())).await;
    assert_eq!(
        second.expect_err("there is none").to_string(),
        StartChildError::<std::convert::Infallible>::MaxChildren.to_string()
    );
    let spawned = within(supervisor.spawn(pending::<()>())).await;
    assert_eq!(spawned, Err(StartChildError::MaxChildren));
    drop(first);
    until_empty(&supervisor).await;
    within(supervisor.spawn(pending::<()>())).await.expect("there is room");
}

#[tokio::test(start_paused = true)]
async fn one_that_has_brought_its_value_takes_no_room_any_more() {
    let supervisor = start(TaskSupervisor::new().max_children(1)).await;
    for n in 0..100 {
        let task = within(supervisor.run(async move { n })).await.expect("there is room");
        assert_eq!(within(task).await, Ok(n));
    }
}

#[tokio::test(start_paused = true)]
async fn ts_e_10_ts_e_13_one_that_was_let_go_is_the_supervisors() {
    let supervisor = tasks().await;
    let (open, gate) = oneshot::channel::<()>();
    let task = within(supervisor.run(gate)).await.expect("it starts");
    let (id, monitor) = (task.id(), task.monitor());
    assert_eq!(task.detach(), None);
    assert_eq!(ids(&supervisor).await, [id]);
    open.send(()).expect("it was not cancelled");
    assert_eq!(within(monitor).await.reason, ExitReason::Normal);
    until_empty(&supervisor).await;
    // One that nobody ever had: its failure is nobody's.
    let id = within(supervisor.spawn(async { Err("as asked") })).await.expect("it starts");
    until_empty(&supervisor).await;
    assert_eq!(within(supervisor.terminate_child(id)).await, Err(CallError::Handler(ChildError::NotFound)));
    assert!(supervisor.is_alive());
    let failed = within(supervisor.run(boom())).await.expect("it starts");
    assert!(has_boomed(&within(failed).await));
}

#[tokio::test(start_paused = true)]
async fn ts_e_15_one_that_is_to_be_killed_is() {
    let (supervisor, live) = (tasks().await, Live::default());
    let guard = live.guard();
    let work = Task::spec("work", move || guard.clone().held_by(pending::<()>()));
    let task = within(supervisor.start_child(work.shutdown(Shutdown::Kill))).await.expect("it starts");
    let monitor = task.monitor();
    assert_eq!(within(supervisor.stop()).await, Ok(ExitReason::Normal));
    assert_eq!(within(monitor).await.reason, ExitReason::Killed);
    until(|| live.count() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn ts_e_16_one_that_is_permanent_runs_again_when_it_was_told_to_end() {
    let supervisor = tasks().await;
    let (starts, mut started) = unbounded_channel();
    let work = Task::spec("work", move || {
        starts.send(()).expect("the test counts");
        pending::<()>()
    });
    let task = within(supervisor.start_child(work.restart(Restart::Permanent))).await.expect("it starts");
    within(started.recv()).await;
    let first = task.id();
    for end in [task.stop(), task.stop_with(ExitReason::Shutdown), task.kill()] {
        end.send().expect("it is alive");
        within(started.recv()).await.expect("it runs again");
    }
    assert_ne!(ids(&supervisor).await.first().copied(), first);
}

#[tokio::test(start_paused = true)]
async fn ts_e_17_a_task_is_its_supervisors_child_and_what_it_runs_is_its_own() {
    let supervisor = tasks().await;
    let nested = supervisor.clone();
    let task = within(supervisor.run(async move {
        let alone = crate::support::run(pending::<()>());
        let me = parent(alone.id());
        let sibling = nested.run(pending::<()>()).await.expect("there is room");
        (me, me.and_then(parent), parent(sibling.id()))
    }));
    let task = task.await.expect("it starts");
    let id = task.id();
    assert_eq!(within(task).await, Ok((Some(id), supervisor.id(), supervisor.id())));
    until_empty(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn ts_e_18_the_supervisor_ends_one_that_is_asked_for() {
    let (supervisor, live) = (tasks().await, Live::default());
    let id = within(supervisor.spawn({
        let sleeper = live.sleeper();
        async move {
            sleeper.await;
        }
    }));
    let id = id.await.expect("it starts");
    assert_eq!((ids(&supervisor).await, live.count()), (vec![id], 1));
    assert_eq!(within(supervisor.terminate_child(id)).await, Ok(()));
    assert_eq!((counts(&supervisor).await, live.count()), ([0; 4], 0));
    assert_eq!(within(supervisor.terminate_child(id)).await, Err(CallError::Handler(ChildError::NotFound)));
}

#[tokio::test(start_paused = true)]
async fn ts_e_19_what_nobody_waits_for_any_more_reaches_nobody() {
    let (supervisor, live) = (tasks().await, Live::default());
    let task = within(supervisor.run(live.sleeper())).await.expect("it starts");
    timeout(ms(0), task).await.expect_err("it never ends");
    until_empty(&supervisor).await;
    assert_eq!(live.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn one_whose_start_is_given_up_does_not_stay() {
    for times in 1..12 {
        let (supervisor, live) = (tasks().await, Live::default());
        give_up_after(times, supervisor.run(live.sleeper())).await;
        until(|| live.count() == 0).await;
        until_empty(&supervisor).await;
    }
}

/// Says that it is woken, and holds up whoever does so for a moment.
struct HoldsUp(Mutex<mpsc::Sender<()>>);

impl Wake for HoldsUp {
    fn wake(self: Arc<Self>) {
        self.0.lock().expect("it is woken once").send(()).expect("the test waits");
        std::thread::sleep(ms(100));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_has_brought_its_value_takes_no_room_on_other_threads_either() {
    let supervisor = start(TaskSupervisor::new().max_children(1)).await;
    let (open, gate) = oneshot::channel::<()>();
    let mut task = within(supervisor.run(gate)).await.expect("there is room");
    let (woken, is_woken) = mpsc::channel();
    let waker = Arc::new(HoldsUp(Mutex::new(woken))).into();
    let mut cx = Context::from_waker(&waker);
    assert_eq!(Pin::new(&mut task).poll(&mut cx), Poll::Pending);
    open.send(()).expect("the task waits");
    is_woken.recv().expect("it is woken");
    assert_eq!(within(task).await, Ok(Ok(())));
    within(supervisor.run(pending::<()>())).await.map(drop).expect("there is room");
}

#[tokio::test(start_paused = true)]
async fn who_is_a_task_or_a_spawned_future_may_start_others() {
    let supervisor = tasks().await;
    let outer = supervisor.clone();
    let spawned = tokio::spawn(async move {
        outer.spawn(async {}).await.expect("there is room");
        outer.start_child(Task::spec("work", || async {})).await.expect("there is room");
        let inner = outer.clone();
        let task = outer.run(async move { inner.run(async { 7 }).await.expect("there is room").await }).await;
        task.expect("there is room").await
    });
    assert_eq!(within(spawned).await.expect("it ends"), Ok(Ok(7)));
    until_empty(&supervisor).await;
}
