//! `Task`: a future with a life of its own, under a supervisor or alone.

mod handle;

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::{oneshot, watch};

use crate::claim::Claims;
use crate::client::{Client, ClientOf as _};
use crate::context::Context;
use crate::engine::Core as _;
use crate::error::StartError;
use crate::exit::{ExitReason, Fault, Outcome};
use crate::id::ServerId;
use crate::kind::EngineOf;
use crate::spec::{Init, ServerInit, Spec};
use crate::start::start_now;
use crate::supervise::again::{Beginning, Beginnings, Factory, Once, Restartable};
use crate::supervise::child::AnyServer;
use crate::supervise::error::StartChildError;
use crate::supervise::plan::SupervisorSpec;
use crate::supervise::policy::Restart;
use crate::supervise::spec::spec_with;
use crate::supervise::supervisor::SupervisorClient;
pub use crate::supervise::task::handle::{TaskError, TaskHandle};

/// What a task does. It has a name of its own, since rustc does not find a future `Send` that holds something with a
/// `dyn … + 'static` in its type while it starts a task.
#[doc(hidden)]
#[expect(missing_debug_implementations, unnameable_types, reason = "part of a spec, whose own says all")]
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
    /// has the time that its [`Shutdown`](crate::Shutdown) gives it. Stop a listener, and let the requests that are under way be answered.
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
        Ok(TaskHandle::new(client, value))
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
        Ok(task.place().found().map_or(ServerId::NOBODY, |task| task.core.id()))
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
        let Spec { init, terms } = Task::once(work);
        let server = self.start_child(Spec { init: Awaited(init), terms }).await?.take();
        let server = server.ok_or(StartChildError::Start(StartError::Exit(ExitReason::NoProc)))?;
        Ok(TaskHandle::new(server, value))
    }
}

/// The start of a task that somebody waits for: where he has gone before he was given it, it is cancelled.
struct Awaited(Once<TaskInit>);

impl Init for Awaited {
    type Server = Task;

    fn claims(&mut self) -> &mut Claims<Task> {
        self.0.claims()
    }
}

impl Restartable for Awaited {
    type Error = Infallible;
    type Started = Handed;

    fn attempt(&mut self, client: Arc<Client<EngineOf<Task>>>, start: Beginnings) -> Beginning<Infallible> {
        self.0.attempt(client, start)
    }

    fn again(&self) -> Option<Self> {
        None
    }

    fn started(client: TaskClient) -> Handed {
        Handed(client.place().found().map(|task| -> AnyServer { task }))
    }

    fn ignored() -> Option<Handed> {
        None
    }
}

/// A task on its way to whoever has asked for it.
struct Handed(Option<AnyServer>);

impl Handed {
    fn take(mut self) -> Option<AnyServer> {
        self.0.take()
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.core.request_end(ExitReason::Shutdown);
        }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}
