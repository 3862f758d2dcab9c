//! What the modules share: a server with a bit of everything, a log to see what it did, and a limit to hanging.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Client, StopError};
use tokio::sync::oneshot;
use tracing::subscriber::DefaultGuard;

use crate::collector::Collector;

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Longer than any test takes; on a paused clock what waits for ever is found out at once.
const LIMIT: Duration = Duration::from_mins(1);

pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LIMIT, future).await.expect("it hangs")
}

/// Stops an agent from a plain thread.
pub(crate) fn stop(agent: &Client) -> Result<ExitReason, StopError> {
    agent.stop().timeout(LIMIT).wait()
}

pub(crate) fn shutdown_with(why: &str) -> ExitReason {
    ExitReason::ShutdownWith(why.into())
}

/// The error of a call whose handler had begun when the server ended.
pub(crate) fn ended<E>(reason: ExitReason) -> CallError<E> {
    CallError::Exit { reason, started: true }
}

/// The error of a call that was still queued when the server ended.
pub(crate) fn unhandled<E>(reason: ExitReason) -> CallError<E> {
    CallError::Exit { reason, started: false }
}

/// What happened, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn push(&self, line: impl Into<String>) {
        self.0.lock().expect("nothing panics while it logs").push(line.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().expect("nothing panics while it logs").clone()
    }
}

/// The error of a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Oops;

impl fmt::Display for Oops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("oops")
    }
}

impl std::error::Error for Oops {}

/// Told when what holds the other end is dropped.
pub(crate) async fn dropped(guard: oneshot::Receiver<()>) {
    within(guard).await.expect_err("nothing is sent");
}

/// Works, waits, replies late or never, panics and stops, as it is told.
pub(crate) struct Worker {
    log: Log,
    held: Vec<ReplyTo<u32>>,
}

#[server]
impl Worker {
    #[init]
    pub(crate) fn new(log: Log) -> Self {
        Self { log, held: Vec::new() }
    }

    #[call]
    pub(crate) fn echo(&mut self, n: u32) -> u32 {
        n
    }

    /// Replies after a while, and does nothing else meanwhile.
    #[call]
    pub(crate) async fn slow(&mut self, time: Duration, n: u32) -> u32 {
        tokio::time::sleep(time).await;
        self.log.push(format!("slow {n}"));
        n
    }

    /// Replies after a while, and goes on meanwhile.
    #[call]
    pub(crate) fn later(&mut self, time: Duration, n: u32, reply: ReplyTo<u32>, ctx: &mut Context<Self>) {
        ctx.reply_with(reply, async move {
            tokio::time::sleep(time).await;
            n
        });
    }

    /// Replies when it is told to.
    #[call]
    pub(crate) fn hold(&mut self, reply: ReplyTo<u32>) {
        self.held.push(reply);
    }

    /// Replies to all who are held.
    #[cast]
    pub(crate) fn release(&mut self, n: u32) {
        for reply in self.held.drain(..) {
            reply.send(n);
        }
    }

    /// How many of those held still wait.
    #[call]
    pub(crate) fn wanted(&self) -> usize {
        self.held.iter().filter(|reply| !reply.is_abandoned()).count()
    }

    /// Says that it has begun, and ends when it is let.
    #[call]
    pub(crate) async fn gated(&mut self, begun: oneshot::Sender<()>, gate: oneshot::Receiver<()>) {
        begun.send(()).expect("the test waits");
        gate.await.expect("the test opens the gate");
        self.log.push("gated");
    }

    #[call]
    pub(crate) fn boom(&mut self) -> u32 {
        panic!("boom")
    }

    /// Stops, and replies.
    #[call]
    pub(crate) fn halt(&mut self, reason: ExitReason, ctx: &mut Context<Self>) -> u32 {
        ctx.stop(reason);
        1
    }

    /// Stops, and does not reply.
    #[call]
    pub(crate) fn halt_unanswered(
        &mut self,
        reason: ExitReason,
        _reply: ReplyTo<u32>,
        ctx: &mut Context<Self>,
    ) {
        ctx.stop(reason);
    }

    /// Owns a job that never ends, and that has the guard.
    #[call]
    pub(crate) fn employ(&mut self, guard: oneshot::Sender<()>, ctx: &mut Context<Self>) {
        let job = async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        };
        ctx.spawn(job, |()| WorkerInfo::done());
    }

    #[info]
    fn done(&mut self) {
        self.log.push("done");
    }

    #[cast]
    pub(crate) fn note(&mut self, line: &'static str) {
        self.log.push(line);
    }

    #[cast]
    pub(crate) async fn work(&mut self, time: Duration, line: &'static str) {
        tokio::time::sleep(time).await;
        self.log.push(line);
    }

    #[cast]
    pub(crate) fn end(&mut self, reason: ExitReason, ctx: &mut Context<Self>) {
        ctx.stop(reason);
    }

    #[cast]
    pub(crate) fn fail(&mut self) -> Result<(), Oops> {
        Err(Oops)
    }

    /// Takes a moment, so that who does not wait for it is found out.
    #[terminate]
    async fn close(&mut self, reason: &ExitReason) {
        tokio::task::yield_now().await;
        self.log.push(format!("terminate: {reason}"));
    }
}

/// A worker, and its log.
pub(crate) async fn worker() -> (WorkerClient, Log) {
    let log = Log::default();
    let worker = within(Worker::start(log.clone())).await.expect("it cannot fail");
    (worker, log)
}

/// Says when nobody has called or cast for a second.
pub(crate) struct Idler {
    log: Log,
}

#[server]
impl Idler {
    #[init]
    pub(crate) fn new(log: Log) -> Self {
        Self { log }
    }

    #[call]
    pub(crate) fn call(&mut self) {}

    #[cast]
    pub(crate) fn cast(&mut self) {}

    /// Has an info come after a while.
    #[call]
    pub(crate) fn tick_after(&mut self, time: Duration, ctx: &mut Context<Self>) {
        ctx.send_after(time, IdlerInfo::tick());
    }

    #[info]
    fn tick(&mut self) {
        self.log.push("tick");
    }

    #[idle("1s")]
    fn quiet(&mut self) {
        self.log.push("idle");
    }
}

pub(crate) async fn idler() -> (IdlerClient, Log) {
    let log = Log::default();
    let idler = within(Idler::start(log.clone())).await.expect("it cannot fail");
    (idler, log)
}

/// Calls and stops itself.
pub(crate) struct Narcissus {
    mirror: Option<NarcissusClient>,
}

#[server]
impl Narcissus {
    #[init]
    pub(crate) fn new() -> Self {
        Self { mirror: None }
    }

    #[call]
    pub(crate) fn keep(&mut self, mirror: NarcissusClient) {
        self.mirror = Some(mirror);
    }

    #[call]
    pub(crate) fn ping(&mut self) -> u32 {
        1
    }

    #[call]
    pub(crate) async fn call_itself(&mut self, ctx: &mut Context<Self>) -> Result<u32, CallError> {
        ctx.client().ping().await
    }

    #[call]
    pub(crate) async fn call_itself_for_ever(&mut self, ctx: &mut Context<Self>) -> Result<u32, CallError> {
        ctx.client().ping().no_timeout().await
    }

    #[call]
    pub(crate) async fn call_a_clone(&mut self) -> Result<u32, CallError> {
        let mirror = self.mirror.clone().expect("it was given one");
        mirror.ping().await
    }

    #[call]
    pub(crate) async fn send_to_itself(&mut self, ctx: &mut Context<Self>) -> Result<u32, CallError> {
        let sent = ctx.client().ping().send().expect("there is room");
        sent.await
    }

    #[call]
    pub(crate) async fn stop_itself(&mut self, ctx: &mut Context<Self>) -> Result<ExitReason, StopError> {
        ctx.client().stop().await
    }
}

/// Collects what is logged on this thread while the guard lives.
pub(crate) fn listen() -> (Collector, DefaultGuard) {
    let collector = Collector::default();
    let listening = tracing::subscriber::set_default(collector.clone());
    (collector, listening)
}
