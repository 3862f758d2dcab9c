//! What the modules share: who counts futures, a server that has tasks, tasks in streams, and a limit to hanging.

use std::future::{Future, pending, poll_fn};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{
    ServerId, StartChildError, SupervisorClient, SupervisorSpec, Task, TaskError, TaskHandle, TaskSupervisor,
};
use futures_util::stream::{Stream, StreamExt as _};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// Longer than any test takes; on a paused clock what waits for ever is found out at once.
const LIMIT: Duration = Duration::from_hours(24);

pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    timeout(LIMIT, future).await.expect("it hangs")
}

/// Looks until it is so.
pub(crate) async fn until(expected: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if expected() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never comes to that");
}

/// Polls a future so many times, each time behind all others that are ready to run, and then drops it.
pub(crate) async fn give_up_after<F: Future>(times: usize, future: F) {
    let mut future = Box::pin(future);
    for _ in 0..times {
        if poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Counts what has a guard of it.
#[derive(Debug, Default)]
pub(crate) struct Live(Arc<()>);

/// Held by a future that is counted.
#[derive(Clone, Debug)]
pub(crate) struct Guard(#[expect(dead_code, reason = "held, and not looked at")] Arc<()>);

impl Guard {
    /// The same future, which holds the guard until it is done or dropped.
    pub(crate) async fn held_by<F: Future>(self, future: F) -> F::Output {
        let output = future.await;
        drop(self);
        output
    }
}

impl Live {
    pub(crate) fn guard(&self) -> Guard {
        Guard(Arc::clone(&self.0))
    }

    pub(crate) fn count(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }

    /// A future that never ends, and is counted.
    pub(crate) fn sleeper(&self) -> impl Future<Output = u32> + Send + use<> {
        self.guard().held_by(pending())
    }
}

/// What happened, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn push(&self, line: impl Into<String>) {
        self.0.lock().expect("nothing panics while it logs").push(line.into());
    }

    /// What has happened since the last look.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nothing panics while it logs"))
    }
}

/// Says so when it is dropped.
pub(crate) struct Closes(pub(crate) Log, pub(crate) &'static str);

impl Drop for Closes {
    fn drop(&mut self) {
        self.0.push(self.1);
    }
}

/// A task under no supervisor.
pub(crate) fn run<F>(future: F) -> TaskHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    Task::run(future).expect("there is a runtime")
}

/// Ends with a value after so many milliseconds: itself.
pub(crate) async fn slow(millis: u64) -> u64 {
    sleep(ms(millis)).await;
    millis
}

/// Panics, as no value does.
pub(crate) async fn boom() -> u32 {
    panic!("boom")
}

/// Waits until a task that runs has ended, and leaves what it came to where it is.
pub(crate) async fn ended<T>(task: &TaskHandle<T>) -> ExitReason {
    within(task.monitor()).await.reason
}

pub(crate) fn is_boom(reason: &ExitReason) -> bool {
    matches!(reason, ExitReason::Panicked(panic) if panic.message() == "boom")
}

/// Whether a task has brought no value because it panicked.
pub(crate) fn has_boomed<T>(result: &Result<T, TaskError>) -> bool {
    result.as_ref().is_err_and(|error| is_boom(&error.reason))
}

pub(crate) const fn without_value(reason: ExitReason) -> TaskError {
    TaskError { reason }
}

/// Starts a supervisor.
pub(crate) async fn start(spec: SupervisorSpec) -> SupervisorClient {
    within(spec.start()).await.expect("it starts")
}

pub(crate) async fn tasks() -> SupervisorClient {
    start(TaskSupervisor::new()).await
}

/// Specs, active, supervisors, workers.
pub(crate) async fn counts(supervisor: &SupervisorClient) -> [usize; 4] {
    let counts = within(supervisor.count_children()).await.expect("it answers");
    [counts.specs, counts.active, counts.supervisors, counts.workers]
}

/// The ids of the tasks that a supervisor has at the moment.
pub(crate) async fn ids(supervisor: &SupervisorClient) -> Vec<ServerId> {
    let children = within(supervisor.which_children()).await.expect("it answers");
    children.into_iter().filter_map(|child| child.server).collect()
}

/// Waits until a supervisor has none left.
pub(crate) async fn until_empty(supervisor: &SupervisorClient) {
    for _ in 0..1_000 {
        if counts(supervisor).await == [0; 4] {
            return;
        }
    }
    panic!("it keeps {:?}", within(supervisor.which_children()).await)
}

/// A task of a supervisor that has a handle, ended by the supervisor before it had a value.
pub(crate) async fn ended_from_outside(supervisor: &SupervisorClient) -> TaskHandle<u32> {
    let task = within(supervisor.run(pending())).await.expect("it starts");
    assert_eq!(within(supervisor.terminate_child(task.id())).await, Ok(()));
    task
}

/// A task of a supervisor of its own, which was killed, and so was the task.
pub(crate) async fn killed() -> TaskHandle<u32> {
    let supervisor = tasks().await;
    let task = within(supervisor.run(pending())).await.expect("it starts");
    let monitor = task.monitor();
    assert_eq!(within(supervisor.kill()).await, Ok(ExitReason::Killed));
    assert_eq!(within(monitor).await.reason, ExitReason::Killed);
    task
}

/// Who has started a live server.
pub(crate) fn parent(id: ServerId) -> Option<ServerId> {
    callcast::observe().into_iter().find(|server| server.id == id).expect("it is alive").parent
}

/// Why there is no value of one of a stream's tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    Timeout,
    Ended(ExitReason),
    NotStarted(StartChildError),
}

/// A task that is given up, and so cancelled, after a while.
pub(crate) async fn limited<T>(limit: Duration, task: TaskHandle<T>) -> Result<T, Why> {
    match timeout(limit, task).await {
        Ok(result) => result.map_err(|error| Why::Ended(error.reason)),
        Err(_) => Err(Why::Timeout),
    }
}

/// A supervised task as a future of its value; that it is started is the first thing that it does.
pub(crate) async fn supervised<F>(supervisor: SupervisorClient, future: F) -> Result<F::Output, Why>
where
    F: Future<Output: Send> + Send + 'static,
{
    let task = supervisor.run(future).await.map_err(Why::NotStarted)?;
    task.await.map_err(|error| Why::Ended(error.reason))
}

/// A stream of what supervised tasks come to, so many of them at a time, in the order of the inputs.
pub(crate) fn stream_of<S, W, F>(
    supervisor: &SupervisorClient,
    inputs: S,
    at_a_time: usize,
    work: W,
) -> impl Stream<Item = Result<F::Output, Why>> + use<S, W, F>
where
    S: Stream,
    W: Fn(S::Item) -> F,
    F: Future<Output: Send> + Send + 'static,
{
    let supervisor = supervisor.clone();
    inputs.map(move |input| supervised(supervisor.clone(), work(input))).buffered(at_a_time)
}

/// A runtime with a thread of its own, for tasks that do not come to an await point.
pub(crate) struct Elsewhere(Option<Runtime>);

impl Elsewhere {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build();
        Self(Some(runtime.expect("there are threads")))
    }

    /// Runs a task that does not listen until it is let go on, and then ends as `then` does; returns when it has begun.
    pub(crate) async fn deaf<F>(&self, then: F) -> (TaskHandle<F::Output>, mpsc::Sender<()>)
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let (begun, has_begun) = oneshot::channel();
        let (go_on, gate) = mpsc::channel();
        let _entered = self.0.as_ref().map(Runtime::enter);
        let task = run(async move {
            begun.send(()).expect("the test waits");
            gate.recv().expect("the test opens the gate");
            then.await
        });
        // With no limit: its time is not the paused clock's.
        has_begun.await.expect("it begins");
        (task, go_on)
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A server that has tasks.
pub(crate) struct Boss {
    tasks: Vec<TaskHandle<u32>>,
}

#[server]
impl Boss {
    #[init]
    pub(crate) fn new() -> Self {
        Self { tasks: Vec::new() }
    }

    /// Has a task that never ends, and has the guard.
    #[call]
    pub(crate) fn employ(&mut self, guard: Guard) -> ServerId {
        let task = run(guard.held_by(pending()));
        let id = task.id();
        self.tasks.push(task);
        id
    }

    /// Starts one that it lets go, and that ends with the channel.
    #[call]
    pub(crate) fn let_go(&mut self, end: oneshot::Receiver<()>) -> ServerId {
        let task = run(end);
        let id = task.id();
        assert_eq!(task.detach(), None);
        id
    }

    /// Has a task that fails.
    #[call]
    pub(crate) fn employ_a_fool(&mut self) -> ServerId {
        let task = run(boom());
        let id = task.id();
        self.tasks.push(task);
        id
    }

    /// Whose children the tasks of a stream are, and the tasks that these run.
    #[call]
    pub(crate) async fn parents(&mut self, n: usize) -> Vec<(ServerId, ServerId, ServerId)> {
        let outer = |_| {
            run(async {
                let inner = run(pending::<()>());
                let me = parent(inner.id()).expect("a task has run it");
                (parent(me).expect("a server has run it"), me, inner.id())
            })
        };
        let stream = futures_util::stream::iter(0..n).map(outer).buffered(2);
        stream.map(|chain| chain.expect("it ends")).collect().await
    }
}
