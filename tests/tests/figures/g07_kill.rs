//! A server is killed while very much is queued.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::task::{Context as TaskContext, Wake, Waker};
use std::time::{Duration, Instant};

use callcast::prelude::*;
use tokio::sync::oneshot;

use crate::{one_thread, threads};

/// Counts those that are gone.
struct Message(Arc<AtomicU64>);

impl Drop for Message {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

struct Queue;

#[server(mailbox = usize::MAX)]
impl Queue {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    async fn block(&mut self, entered: oneshot::Sender<()>) {
        entered.send(()).expect("somebody waits for it");
        std::future::pending::<()>().await;
    }

    #[cast]
    fn note(&mut self, _message: Message) {}

    #[call]
    fn ask(&self) {}
}

/// Notes how many messages were gone when the notice came.
struct Notice {
    gone: Arc<AtomicU64>,
    gone_by_then: AtomicU64,
}

impl Wake for Notice {
    fn wake(self: Arc<Self>) {
        self.gone_by_then.store(self.gone.load(SeqCst), SeqCst);
    }
}

/// How long the notice took, and how many of the messages were gone by then.
async fn kill(messages: u64) -> (Duration, u64) {
    let gone = Arc::new(AtomicU64::new(0));
    let queue = Queue::start().await.expect("there is a runtime");
    let (enter, entered) = oneshot::channel();
    queue.block(enter).await.expect("there is room");
    entered.await.expect("it blocks");
    for _ in 0..messages {
        queue.note(Message(Arc::clone(&gone))).send().expect("there is room");
    }
    let call = queue.ask().send().expect("there is room");
    let mut monitor = queue.monitor();
    let mut first = queue.monitor();
    let notice = Arc::new(Notice { gone: Arc::clone(&gone), gone_by_then: AtomicU64::new(0) });
    let waker = Waker::from(Arc::clone(&notice));
    assert!(Pin::new(&mut first).poll(&mut TaskContext::from_waker(&waker)).is_pending());
    let began = Instant::now();
    queue.kill().send().expect("it lives");
    let down = (&mut monitor).await;
    let lasted = began.elapsed();
    assert_eq!(down.reason, ExitReason::Killed);
    assert_eq!(call.await, Err(CallError::Exit { reason: ExitReason::Killed, started: false }));
    while gone.load(SeqCst) < messages {
        tokio::task::yield_now().await;
    }
    (lasted, notice.gone_by_then.load(SeqCst))
}

#[test]
fn g07_a_kill_is_told_before_what_was_queued_is_dropped() {
    let (_, gone) = one_thread().block_on(kill(10_000));
    assert_eq!(gone, 0);
    // There is nothing to be gained where only a few are queued.
    let (_, gone) = one_thread().block_on(kill(100));
    assert_eq!(gone, 100);
}

#[test]
#[ignore = "it is about time"]
fn g07_a_kill_is_told_at_once_though_a_million_messages_are_queued() {
    let runtime = threads();
    let mut figures: Vec<_> = (0..5).map(|_| runtime.block_on(kill(1_000_000)).0).collect();
    figures.sort_unstable();
    eprintln!("kill to Down with 1,000,000 queued casts, five times: {figures:?}");
    assert!(figures[2] <= Duration::from_millis(5), "{figures:?}");
}
