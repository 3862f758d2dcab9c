//! `Context`: what a handler of a server may do besides changing its state.

mod ties;

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Context as TaskContext;
use std::time::Duration;

use futures_core::Stream;

use crate::client::{Client, ClientOf as _};
use crate::contain::contained;
use crate::current::Activity;
use crate::deadlock::Node;
use crate::engine::Core as _;
use crate::exit::{ExitReason, Panic, drop_contained};
use crate::id::ServerId;
use crate::kind::{BackgroundTask, Protocol};
use crate::mailbox::{Batch, Push, Pushed};
use crate::monitors::Monitors;
use crate::place::Place;
use crate::reply::{Later, ReplyTo, SharedCaller};
use crate::server::{Item, ServerEngine};
use crate::sync::Exclusive;
use crate::time::Until;
use crate::timers::{TimerId, Timers};

/// How the log and the reasons name a panic that was a job's.
const JOB: &str = "a job";

/// What a handler of a server may do besides changing its state: timers, jobs, streams, its own end.
///
/// A handler takes it as `ctx: &mut Context<Self>`. Timers, jobs and streams belong to the incarnation: when it ends,
/// they end, and none of them reaches the next.
///
/// # Examples
///
/// ```
/// use callcast::prelude::*;
///
/// struct Sums { waiting: Vec<ReplyTo<u64>> }
///
/// #[server]
/// impl Sums {
///     #[init]
///     fn new(numbers: Vec<u64>, ctx: &mut Context<Self>) -> Self {
///         // A long computation, beside the server; its result comes back as a message.
///         ctx.blocking(move || numbers.iter().sum(), SumsInfo::computed);
///         Self { waiting: Vec::new() }
///     }
///
///     #[call]
///     fn sum(&mut self, reply: ReplyTo<u64>) { self.waiting.push(reply) }
///
///     #[info]
///     fn computed(&mut self, sum: u64, ctx: &mut Context<Self>) {
///         if self.waiting.is_empty() {
///             // Nobody has asked yet: once more, a little later.
///             ctx.send_after(std::time::Duration::from_millis(1), SumsInfo::computed(sum));
///         }
///         for reply in self.waiting.drain(..) {
///             reply.send(sum);
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sums = Sums::start(vec![1, 2, 3]).await?;
/// assert_eq!(sums.sum().await?, 6);
/// # Ok(())
/// # }
/// ```
pub struct Context<S: BackgroundTask> {
    pub(crate) client: Arc<Client<ServerEngine<S>>>,
    /// What has been taken out of the mailbox and not been begun.
    pub(crate) batch: Exclusive<Batch<Item<S>>>,
    /// Made when there is something to be put in.
    own: Exclusive<Option<Box<Own<S::Info>>>>,
    /// A call whose `ReplyTo` the running handler has been given.
    pub(crate) handed_on: Option<SharedCaller>,
    /// Set when a handler has asked for the end.
    pub(crate) stopping: Option<ExitReason>,
    /// The error that ends the server, while `terminate` runs.
    pub(crate) failure: Option<Box<dyn Error + Send + Sync>>,
}

/// What a server does by itself, and what it leaves for its end.
pub(crate) struct Own<I> {
    /// What `next` has put ahead of the mailbox.
    next: VecDeque<I>,
    timers: Timers<I>,
    pub(crate) monitors: Monitors,
    /// The reply of the handler that has asked for the end: it goes out after `terminate`.
    last_reply: Option<Later>,
}

impl<I> Default for Own<I> {
    fn default() -> Self {
        Self {
            next: VecDeque::new(),
            timers: Timers::default(),
            monitors: Monitors::default(),
            last_reply: None,
        }
    }
}

impl<S: BackgroundTask> Context<S> {
    pub(crate) fn new(client: Arc<Client<ServerEngine<S>>>) -> Self {
        Self {
            client,
            batch: Exclusive::default(),
            own: Exclusive::default(),
            handed_on: None,
            stopping: None,
            failure: None,
        }
    }

    pub(crate) fn own(&mut self) -> &mut Own<S::Info> {
        self.own.get_mut().get_or_insert_default()
    }

    /// What `next` has put ahead of the mailbox.
    pub(crate) fn take_next(&mut self) -> Option<S::Info> {
        self.own.get_mut().as_mut()?.next.pop_front()
    }

    /// Queues the ticks whose time has come, and is woken for the next.
    pub(crate) fn poll_timers(&mut self, cx: &mut TaskContext<'_>) {
        let core = &self.client.core;
        if let Some(own) = self.own.get_mut() {
            own.timers.poll(cx, |timer| core.push_free(Item::Tick(timer)));
        }
    }

    /// The message of a timer that has rung.
    pub(crate) fn take_tick(&mut self, timer: TimerId) -> Option<S::Info> {
        self.own.get_mut().as_mut()?.timers.take(timer)
    }

    /// The reply that goes out after `terminate`.
    pub(crate) fn take_last_reply(&mut self) -> Option<Later> {
        self.own.get_mut().as_mut()?.last_reply.take()
    }

    /// Returns the id of this incarnation.
    #[must_use]
    pub fn id(&self) -> ServerId {
        self.client.core.life().id()
    }

    /// Returns a client of this server, to be given to others; a call through it from a handler of this server is
    /// refused.
    #[must_use]
    pub fn client(&self) -> <S as Protocol>::Client {
        S::Client::from_place(Place::new(Arc::clone(&self.client)))
    }

    /// Sends an info to this server after a while; it needs no room in the mailbox.
    pub fn send_after(&mut self, delay: Duration, info: S::Info) -> TimerId {
        let mut info = Some(info);
        self.own().timers.add_once(delay, Box::new(move || info.take()))
    }

    /// Sends an info to this server again and again, the first after one period.
    ///
    /// Ticks that come while the last one is still queued, or that the server was too busy for, are skipped.
    pub fn every(&mut self, period: Duration, mut info: impl FnMut() -> S::Info + Send + 'static) -> TimerId {
        self.own().timers.add(period, Some(period), Box::new(move || Some(info())))
    }

    /// Sends an info again and again as [`every`](Self::every) does, the first at once.
    pub fn every_now(
        &mut self,
        period: Duration,
        mut info: impl FnMut() -> S::Info + Send + 'static,
    ) -> TimerId {
        self.own().timers.add(Duration::ZERO, Some(period), Box::new(move || Some(info())))
    }

    /// Takes a timer back: none of its messages is handled any more, not even one that is queued already.
    ///
    /// Returns `false` where it had nothing left to do.
    pub fn cancel(&mut self, timer: TimerId) -> bool {
        self.own().timers.cancel(timer)
    }

    /// Handles an info before anything that is queued: OTP's `continue`.
    pub fn next(&mut self, info: S::Info) {
        self.own().next.push_back(info);
    }

    /// Runs a future beside this server, on a task of its own, and hands its output to an info.
    ///
    /// The server goes on meanwhile. It owns the job: when it ends, the job is cancelled. A panic in the job ends the
    /// server with `Panicked`; a job that can fail returns a `Result`, which the info's handler takes.
    pub fn spawn<F, I>(&mut self, future: F, info: I)
    where
        F: Future + Send + 'static,
        I: FnOnce(F::Output) -> S::Info + Send + 'static,
    {
        let client = Arc::clone(&self.client);
        let job = async move {
            let result = contained(async move { info(future.await) }).await;
            client.core.deliver(result.map_err(|payload| Panic::new(payload, S::NAME, JOB)));
        };
        self.client.core.jobs.spawn(job);
    }

    /// Runs a closure that may block, on a thread that is there for it, and hands its output to an info.
    ///
    /// As with [`spawn`](Self::spawn) a panic ends the server. When the server ends, a closure that has begun runs on,
    /// and its output is dropped.
    pub fn blocking<T, F, I>(&mut self, job: F, info: I)
    where
        F: FnOnce() -> T + Send + 'static,
        I: FnOnce(T) -> S::Info + Send + 'static,
    {
        let client = Arc::clone(&self.client);
        // The payload of a panic is dropped here, where nobody else waits.
        let job = move || {
            let brought = catch_unwind(AssertUnwindSafe(|| info(job())));
            brought.map_err(|payload| Panic::new(payload, S::NAME, JOB))
        };
        self.client.core.jobs.spawn_blocking(job, move |brought| client.core.try_deliver(brought));
    }

    /// Hands each item of a stream to an info, and then, where there is one, the info that says that it has ended.
    ///
    /// Items wait for room in the mailbox, so a fast stream does not flood the server; with another overflow policy
    /// than `wait`, those that find none are dropped and counted. What is read ahead fills the mailbox: choose a small one
    /// (`mailbox = 16`) where items are large.
    pub fn attach<T, I>(&mut self, stream: T, info: I, end: impl Into<Option<S::Info>>)
    where
        T: Stream<Item: Send> + Send + 'static,
        I: FnMut(T::Item) -> S::Info + Send + 'static,
    {
        let client = Arc::clone(&self.client);
        let end = end.into();
        let job = async move {
            if let Err(payload) = contained(pump(&client, stream, info, end)).await {
                client.core.deliver(Err(Panic::new(payload, S::NAME, JOB)));
            }
        };
        self.client.core.jobs.spawn(job);
    }

    /// Answers a call with the output of a future, while the server goes on.
    ///
    /// The future is a job, as with [`spawn`](Self::spawn). What it calls has no more time than the caller whom it
    /// answers, and such calls count when a circle of waiting servers is looked for.
    pub fn reply_with<R, F>(&mut self, reply: ReplyTo<R>, future: F)
    where
        R: Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        let client = Arc::clone(&self.client);
        let activity = Activity {
            server: self.id(),
            name: S::NAME,
            node: Node::future(),
            until: Until::at(reply.deadline()),
            waited: false,
            occupies_server: false,
        };
        reply.hand_over(activity.node);
        let job = async move {
            let answer = crate::contain::attributed(activity, async move { reply.send(future.await) });
            if let Err(payload) = answer.await {
                client.core.deliver(Err(Panic::new(payload, S::NAME, JOB)));
            }
        };
        self.client.core.jobs.spawn(job);
    }

    /// Ends this server when the running handler has ended; `terminate` runs.
    ///
    /// The handler's reply goes out after `terminate`. What is queued is not handled: calls get `Exit`, casts are left
    /// to `terminate`. The first reason that is given stays.
    pub fn stop(&mut self, reason: ExitReason) {
        self.stopping.get_or_insert(reason);
        self.client.core.life().announce_exit();
    }

    /// Returns the error that a handler has returned and that ends the server: there in `terminate` only.
    #[must_use]
    pub fn failure(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.failure.as_deref()
    }

    /// Notes that the handler is given the `ReplyTo` itself: nobody knows when it will be answered.
    #[doc(hidden)]
    pub fn hand_on<R>(&mut self, reply: ReplyTo<R>) -> ReplyTo<R> {
        self.handed_on = reply.shared_caller();
        reply
    }

    /// The running handler has ended: whoever has its `ReplyTo` now, it is no longer this server that the caller waits for.
    pub(crate) fn settle_handed_on(&mut self) {
        let Some(caller) = self.handed_on.take() else { return };
        caller.release(Node::server(self.id()));
        if !caller.is_answered() {
            self.client.core.life().remember(&caller);
        }
    }

    /// Sends the reply of a handler that has returned it.
    #[doc(hidden)]
    pub fn answer<R>(&mut self, reply: ReplyTo<R>, value: R) {
        if self.stopping.is_some() {
            self.own().last_reply = Some(reply.later(value));
        } else {
            reply.send(value);
        }
    }
}

impl<S: BackgroundTask> Drop for Context<S> {
    /// One by one: of two infos that panic in their drop, the queue's own drop would abort the process.
    fn drop(&mut self) {
        let core = &self.client.core;
        for cast in core.refuse(std::mem::take(self.batch.get_mut())) {
            core.life().count_undelivered(1);
            drop_contained(cast);
        }
        if let Some(own) = self.own.get_mut() {
            own.next.drain(..).for_each(drop_contained);
            own.timers.clear();
        }
    }
}

async fn pump<S, T, I>(client: &Arc<Client<ServerEngine<S>>>, stream: T, mut info: I, end: Option<S::Info>)
where
    S: BackgroundTask,
    T: Stream,
    I: FnMut(T::Item) -> S::Info,
{
    let mut stream = pin!(stream);
    while let Some(item) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        let mailbox = &client.core.mailbox;
        match client.core.push(info(item), Item::Info, Push::Policy, true) {
            Pushed::Accepted(_) | Pushed::Dropped(_) => {}
            Pushed::Waiting(ticket) => {
                // Closed means that this job is about to be cancelled.
                let _ = std::future::poll_fn(|cx| mailbox.poll_accepted(ticket, cx)).await;
            }
            Pushed::Full(_) => client.core.life().count_undelivered(1),
            Pushed::Closed(_) => return,
        }
    }
    if let Some(end) = end {
        client.core.deliver(Ok(end));
    }
}

impl<S: BackgroundTask> fmt::Debug for Context<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("server", &S::NAME).field("id", &self.id()).finish_non_exhaustive()
    }
}
