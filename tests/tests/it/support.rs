//! What many tests share: doors, logs, bombs, and a server to try things on.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use callcast::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Longer than anything here takes, unless it hangs.
pub(crate) const LONG: Duration = Duration::from_mins(1);

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Awaits, and fails where that would never end.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LONG, future).await.expect("this hangs")
}

/// Awaits on a paused clock, and fails where that takes any time.
pub(crate) async fn at_once<F: Future>(future: F) -> F::Output {
    lasting(Duration::ZERO, future).await
}

/// Awaits on a paused clock, and fails where that takes another time than this (timers round up to a millisecond).
pub(crate) async fn lasting<F: Future>(time: Duration, future: F) -> F::Output {
    let begin = Instant::now();
    let output = tokio::time::timeout(LONG * 1_000, future).await.expect("this hangs");
    let lasted = begin.elapsed();
    assert!(lasted >= time && lasted <= time + ms(1), "{lasted:?} instead of {time:?}");
    output
}

pub(crate) fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub(crate) fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Lets everything that can run on this current-thread runtime do so, without any time passing.
pub(crate) async fn settle() {
    for _ in 0..32 {
        tokio::task::yield_now().await;
    }
}

/// Runs a closure on a plain thread, and gives its result or fails where it hangs.
pub(crate) fn on_thread<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    let thread = thread::spawn(move || done.send(f()));
    match result.recv_timeout(LONG) {
        Ok(value) => {
            drop(thread.join());
            value
        }
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("this hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("the thread panicked"),
    }
}

/// Awaits on a runtime that lasts as long.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_time().build().unwrap().block_on(within(future))
}

/// Where an async handler stops until the key is turned.
pub(crate) struct Door {
    entered: oneshot::Sender<()>,
    opened: oneshot::Receiver<()>,
}

/// Says that a handler stands at the door, and opens it; dropping it opens it as well.
pub(crate) struct Key {
    entered: oneshot::Receiver<()>,
    open: oneshot::Sender<()>,
}

pub(crate) fn door() -> (Door, Key) {
    let (enter, entered) = oneshot::channel();
    let (open, opened) = oneshot::channel();
    (Door { entered: enter, opened }, Key { entered, open })
}

impl Door {
    pub(crate) async fn pass(self) {
        let _ = self.entered.send(());
        let _ = self.opened.await;
    }
}

impl Key {
    pub(crate) async fn entered(&mut self) {
        within(&mut self.entered).await.expect("nobody came to the door");
    }

    pub(crate) fn open(self) {
        let _ = self.open.send(());
    }
}

/// As [`Door`], for a handler that blocks its thread.
pub(crate) struct Gate {
    entered: mpsc::Sender<()>,
    opened: mpsc::Receiver<()>,
}

pub(crate) struct GateKey {
    entered: mpsc::Receiver<()>,
    open: mpsc::Sender<()>,
}

pub(crate) fn gate() -> (Gate, GateKey) {
    let (enter, entered) = mpsc::channel();
    let (open, opened) = mpsc::channel();
    (Gate { entered: enter, opened }, GateKey { entered, open })
}

impl Gate {
    pub(crate) fn pass(&self) {
        let _ = self.entered.send(());
        let _ = self.opened.recv_timeout(LONG);
    }
}

impl GateKey {
    pub(crate) fn entered(&self) {
        self.entered.recv_timeout(LONG).expect("nobody came to the gate");
    }

    pub(crate) fn open(self) {
        let _ = self.open.send(());
    }
}

/// What happened, in its order.
#[derive(Debug)]
pub(crate) struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T> Log<T> {
    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, entry: T) {
        self.lock().push(entry);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    pub(crate) fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.lock())
    }
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// Panics when it is dropped, unless it was defused or a panic is under way.
#[derive(Debug)]
pub(crate) struct Bomb {
    armed: bool,
}

impl Bomb {
    pub(crate) const fn armed() -> Self {
        Self { armed: true }
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!self.armed || thread::panicking(), "a bomb went off");
    }
}

/// Whether an error says that the server ended with a panic of this text, in this handler.
pub(crate) fn is_panic<E>(error: &CallError<E>, handler: &str, message: &str) -> bool {
    match error {
        CallError::Exit { reason: ExitReason::Panicked(panic), started: true } => {
            panic.handler() == handler && panic.message() == message
        }
        _ => false,
    }
}

/// A server that does what a test asks of it.
pub(crate) struct Worker {
    log: Log<u32>,
    held: Vec<ReplyTo<u32>>,
}

#[server]
impl Worker {
    #[init]
    pub(crate) fn new(log: Log<u32>) -> Self {
        Self { log, held: Vec::new() }
    }

    /// Logs a number, and gives it back.
    #[call]
    pub(crate) fn add(&mut self, n: u32) -> u32 {
        self.log.push(n);
        n
    }

    #[call(always)]
    pub(crate) fn add_always(&mut self, n: u32) -> u32 {
        self.add(n)
    }

    #[cast]
    pub(crate) fn note(&mut self, n: u32) {
        self.log.push(n);
    }

    /// Stands at a door; logs a number when it has passed.
    #[call]
    pub(crate) async fn pass(&mut self, door: Door, n: u32) -> u32 {
        door.pass().await;
        self.log.push(n);
        n
    }

    #[cast]
    pub(crate) async fn block(&mut self, door: Door) {
        door.pass().await;
    }

    #[call]
    pub(crate) fn boom(&mut self) -> u32 {
        panic!("boom")
    }

    #[cast]
    pub(crate) fn fail(&mut self) -> Result<(), String> {
        Err("out of paper".to_owned())
    }

    /// Answers when `release` comes.
    #[call]
    pub(crate) fn hold(&mut self, reply: ReplyTo<u32>) {
        self.held.push(reply);
    }

    #[cast]
    pub(crate) fn release(&mut self, n: u32) {
        for reply in self.held.drain(..) {
            reply.send(n);
        }
    }

    /// Answers nobody.
    #[call]
    pub(crate) fn forget(&mut self, reply: ReplyTo<u32>) {
        drop(reply);
    }

    /// How many held replies nobody waits for any more.
    #[call]
    pub(crate) fn abandoned(&self) -> usize {
        self.held.iter().filter(|reply| reply.is_abandoned()).count()
    }

    #[call]
    pub(crate) fn last_words(&mut self, ctx: &mut Context<Self>) -> u32 {
        ctx.stop(ExitReason::Normal);
        9
    }
}

/// A worker, and the log that it writes.
pub(crate) async fn worker() -> (WorkerClient, Log<u32>) {
    let log = Log::default();
    (Worker::start(log.clone()).await.expect("the worker starts"), log)
}

/// A worker that stands at a door, which the key opens.
pub(crate) async fn busy_worker() -> (WorkerClient, Log<u32>, Key) {
    let (client, log) = worker().await;
    let (door, mut key) = door();
    client.block(door).await.expect("the worker lives");
    key.entered().await;
    (client, log, key)
}
