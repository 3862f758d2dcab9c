//! `Task`: a future with a life of its own, under a supervisor or alone.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use crate::context::Context;
use crate::engine::Core as _;
use crate::error::StartError;
use crate::exit::{ExitReason, Fault, Outcome};
use crate::id::ServerId;
use crate::life::Ended;
use crate::monitor::Monitor;
use crate::spec::{ServerInit, Spec};
use crate::start::start_now;
use crate::supervise::again::{Factory, Once};
use crate::supervise::child::AnyServer;
use crate::supervise::error::StartChildError;
use crate::supervise::plan::SupervisorSpec;
use crate::supervise::policy::{Restart, Shutdown};
use crate::supervise::spec::spec_with;
use crate::supervise::stop::Stopping;
use crate::supervise::supervisor::SupervisorClient;

/// What a task does. A type of its own: where a future holds one whose lifetime can be seen, rustc does not find that future `Send`.
#[doc(hidden)]
pub struct Work(Pin<Box<dyn Future<Output = Result<(), Fault>> + Send>>);

impl Work {
    fn new(future: impl Future<Output = Result<(), Fault>> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }
}

/// A future with a life of its own: an id, an end that others can wait for, a place in a tree.
///
/// [`Task::spec`] makes a child of it, for what a program does beside its servers: a warm-up, a listener's loop. [`Task::run`]
/// runs one that somebody waits for, and [`SupervisorClient::run`] the same under a supervisor. A task takes no messages. It ends when its future does, and is cancelled
/// at its next await point when it is stopped; a panic ends nothing but the task.
///
/// # Examples
///
/// ```
/// use callcast::{Supervisor, Task};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (done, mut is_done) = tokio::sync::mpsc::channel(1);
/// let warm_up = Task::spec("warm-up", move || {
///     let done = done.clone();
///     async move { done.send("warm").await }
/// });
/// let tree = Supervisor::one_for_one().child(warm_up).start().await?;
/// assert_eq!(is_done.recv().await, Some("warm"));
///
/// let sum = Task::run(async { 1 + 1 })?;
/// assert_eq!(sum.await?, 2);
/// # Ok(())
/// # }
/// ```
pub struct Task {
    work: Option<Work>,
    /// Tells the future that it is to end; one that does not listen is cancelled.
    ending: Option<watch::Sender<bool>>,
}

/// How a task begins.
type TaskInit = ServerInit<Task, (Work, Option<watch::Sender<bool>>), Task>;

#[callcast::server(start = begin, spec = of)]
impl Task {
    #[init]
    pub(crate) fn init(work: Work, ending: Option<watch::Sender<bool>>) -> Self {
        Self { work: Some(work), ending }
    }

    #[after_init]
    async fn work(&mut self, ctx: &mut Context<Self>) -> Result<(), Fault> {
        let Some(mut work) = self.work.take() else { return Ok(()) };
        let (core, ending) = (&ctx.client.core, &self.ending);
        // Whoever asks for its end wakes it.
        let done = poll_fn(|cx| {
            if core.is_asked_to_end() {
                match ending {
                    Some(ending) => drop(ending.send_replace(true)),
                    None => return Poll::Ready(None),
                }
            }
            work.0.as_mut().poll(cx).map(Some)
        });
        let done = done.await;
        drop(work);
        match done {
            Some(result) => {
                ctx.stop(ExitReason::Normal);
                result
            }
            None => Ok(()),
        }
    }
}

impl Task {
    /// A child that runs a future, which `make` makes at each of its starts. It is
    /// [`Temporary`](Restart::Temporary) unless it is said otherwise; an error that the future returns is a failure.
    pub fn spec<F, M>(
        id: impl Into<Arc<str>>,
        make: M,
    ) -> Spec<Factory<impl Fn() -> Spec<TaskInit> + Send + Sync + 'static, TaskInit>>
    where
        F: Future<Output: Outcome> + Send + 'static,
        M: Fn() -> F + Send + Sync + 'static,
    {
        Self::child(id, move || (Work::new(settled(make())), None))
    }

    /// As [`spec`](Self::spec), for a future that finishes something when it is told to end: it is not cancelled then, but
    /// has the time that its [`Shutdown`] gives it. Stop a listener, and let the requests that are under way be answered.
    pub fn spec_until<F, M>(
        id: impl Into<Arc<str>>,
        make: M,
    ) -> Spec<Factory<impl Fn() -> Spec<TaskInit> + Send + Sync + 'static, TaskInit>>
    where
        F: Future<Output: Outcome> + Send + 'static,
        M: Fn(Ending) -> F + Send + Sync + 'static,
    {
        Self::child(id, move || {
            let (ending, is_ending) = watch::channel(false);
            (Work::new(settled(make(Ending(is_ending)))), Some(ending))
        })
    }

    fn child<M>(
        id: impl Into<Arc<str>>,
        make: M,
    ) -> Spec<Factory<impl Fn() -> Spec<TaskInit> + Send + Sync + 'static, TaskInit>>
    where
        M: Fn() -> (Work, Option<watch::Sender<bool>>) + Send + Sync + 'static,
    {
        let make = move || {
            let (work, ending) = make();
            Self::of(work, ending)
        };
        spec_with(make).id(id).restart(Restart::Temporary)
    }

    /// Runs a future that somebody waits for, under no supervisor. Dropping the handle cancels it.
    ///
    /// # Errors
    ///
    /// [`StartError::NoRuntime`], where there is none.
    pub fn run<F>(future: F) -> Result<TaskHandle<F::Output>, StartError>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let (work, value) = valued(future);
        let client = start_now(Self::of(work, None).init)?;
        let life = Arc::clone(client.core.life());
        Ok(TaskHandle { ended: Ended::new(life), server: client, value, is_over: false })
    }

    fn once(work: Work) -> Spec<Once<TaskInit>> {
        Self::of(work, None).temporary()
    }
}

/// A future whose error is why its task ends.
async fn settled<F: Future<Output: Outcome>>(future: F) -> Result<(), Fault> {
    future.await.into_result("task")
}

/// Tells the future of a task that it is to end: see [`Task::spec_until`].
#[derive(Clone, Debug)]
pub struct Ending(watch::Receiver<bool>);

impl Ending {
    /// Waits until the task is told to end.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost: one who asks later hears of it at once.
    pub async fn requested(&mut self) {
        // Where nobody can tell any more, the task is ending.
        drop(self.0.wait_for(|is_ending| *is_ending).await);
    }

    /// Says whether the task has been told to end.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }
}

/// A future whose value goes to whoever waits for it.
fn valued<F>(future: F) -> (Work, oneshot::Receiver<F::Output>)
where
    F: Future<Output: Send> + Send + 'static,
{
    let (done, value) = oneshot::channel();
    let work = Work::new(async move {
        // Whoever has gone does not want the value.
        drop(done.send(future.await));
        Ok(())
    });
    (work, value)
}

/// A supervisor of tasks: a [`DynamicSupervisor`](crate::DynamicSupervisor), under another name.
///
/// # Examples
///
/// ```
/// use callcast::TaskSupervisor;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tasks = TaskSupervisor::new().max_children(100).start().await?;
/// let square = tasks.run(async { 7 * 7 }).await?;
/// assert_eq!(square.await?, 49);
/// tasks.spawn(async { println!("nobody waits for this") }).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TaskSupervisor(());

impl TaskSupervisor {
    /// Returns the spec of one without tasks.
    #[expect(clippy::new_ret_no_self, reason = "what it makes is a supervisor")]
    pub fn new() -> SupervisorSpec {
        SupervisorSpec::dynamic()
    }
}

impl SupervisorClient {
    /// Runs a future under a [`TaskSupervisor`]; nobody waits for its value. Returns its id.
    ///
    /// # Errors
    ///
    /// [`StartChildError`], as for [`start_child`](Self::start_child).
    pub async fn spawn<F>(&self, future: F) -> Result<ServerId, StartChildError>
    where
        F: Future<Output: Outcome> + Send + 'static,
    {
        let task = self.start_child(Task::once(Work::new(settled(future)))).await?;
        // One that has ended already has had an id all the same.
        Ok(crate::client::ClientOf::place(&task).found().map_or(ServerId::NOBODY, |task| task.core.id()))
    }

    /// Runs a future under a [`TaskSupervisor`], for somebody who waits for its value. Dropping the handle cancels it.
    ///
    /// # Errors
    ///
    /// [`StartChildError`], as for [`start_child`](Self::start_child).
    pub async fn run<F>(&self, future: F) -> Result<TaskHandle<F::Output>, StartChildError>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let (work, value) = valued(future);
        let task = self.start_child(Task::once(work)).await?;
        let Some(server) = crate::client::ClientOf::place(&task).found() else {
            return Err(StartChildError::Start(StartError::Exit(ExitReason::NoProc)));
        };
        let life = Arc::clone(server.core.life());
        Ok(TaskHandle { ended: Ended::new(life), server, value, is_over: false })
    }
}

/// Why a task has brought no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskError {
    /// Why it ended.
    pub reason: ExitReason,
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the task ended before it had a value: {}", self.reason)
    }
}

impl Error for TaskError {}

/// A task that somebody waits for: a future of its value.
///
/// Its value comes even where the task was stopped a moment later. Any task may wait for it, and several handles are waited for
/// by what `futures` has for that: `try_join_all`, `FuturesUnordered`, `buffered` and `buffer_unordered` over a stream.
///
/// # Cancel safety
///
/// Awaiting it through `&mut` and stopping to do so loses nothing. Dropping it cancels the task;
/// [`detach`](Self::detach) does not.
///
/// # Panics
///
/// Where it is polled again after it was done.
#[must_use = "dropping a task's handle cancels the task; `.detach()` does not"]
pub struct TaskHandle<T> {
    server: AnyServer,
    value: oneshot::Receiver<T>,
    ended: Ended,
    is_over: bool,
}

impl<T> TaskHandle<T> {
    /// Returns the id of the task.
    #[must_use]
    pub fn id(&self) -> ServerId {
        self.server.core.id()
    }

    /// Waits for the end of the task, whatever becomes of its value.
    pub fn monitor(&self) -> Monitor {
        Monitor::new(Some(Arc::clone(self.server.core.life())))
    }

    /// Waits no longer than this: nothing where the task is not done by then. It goes on, and can be waited for again: OTP's
    /// `yield`.
    pub async fn wait_for(&mut self, limit: Duration) -> Option<Result<T, TaskError>> {
        tokio::time::timeout(limit, self).await.ok()
    }

    /// Lets the task go on, although nobody waits for it any more. Gives its value where it is done already: OTP's `ignore`.
    #[expect(clippy::must_use_candidate, reason = "whoever detaches a task need not care for its value")]
    pub fn detach(mut self) -> Option<Result<T, TaskError>> {
        let done = self.done();
        self.is_over = true;
        done
    }

    /// Ends the task, at its next await point, and waits for that: at once with [`Shutdown::Kill`], with the
    /// reason `Shutdown` otherwise, and a kill where that takes longer. Gives its value where it was faster; nothing
    /// where the task has ended because of this.
    pub async fn shutdown(mut self, shutdown: Shutdown) -> Option<Result<T, TaskError>> {
        let was_alive = self.server.core.is_alive();
        Stopping::begin(&self.server, shutdown).wait().await;
        self.is_over = true;
        match self.done()? {
            Err(TaskError { reason }) if was_alive && is_of(&reason, shutdown) => None,
            done => Some(done),
        }
    }

    /// What the task has come to, where that is known: the value first.
    fn done(&mut self) -> Option<Result<T, TaskError>> {
        if let Ok(value) = self.value.try_recv() {
            return Some(Ok(value));
        }
        let life = self.server.core.life();
        let reason = life.has_ended().then(|| life.reason().unwrap_or(ExitReason::Normal))?;
        // It may have come between the two looks.
        Some(self.value.try_recv().map_err(|_| TaskError { reason }))
    }
}

/// Whether a task that was ended in that way ends for this reason.
const fn is_of(reason: &ExitReason, shutdown: Shutdown) -> bool {
    match shutdown {
        Shutdown::Kill => matches!(reason, ExitReason::Killed),
        _ => matches!(reason, ExitReason::Shutdown),
    }
}

impl<T> Future for TaskHandle<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        assert!(!self.is_over, "a task was waited for after it was done");
        let value = Pin::new(&mut self.value).poll(cx);
        let done = match value {
            Poll::Ready(Ok(value)) => Ok(value),
            // It is known that there is none when the task has ended.
            Poll::Ready(Err(_)) | Poll::Pending => match self.ended.poll(cx) {
                Poll::Ready(reason) => self.value.try_recv().map_err(|_| TaskError { reason }),
                Poll::Pending => return Poll::Pending,
            },
        };
        self.is_over = true;
        Poll::Ready(done)
    }
}

impl<T> Unpin for TaskHandle<T> {}

impl<T> Drop for TaskHandle<T> {
    fn drop(&mut self) {
        if !self.is_over {
            self.server.core.request_end(ExitReason::Shutdown);
        }
    }
}

impl<T> fmt::Debug for TaskHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}
