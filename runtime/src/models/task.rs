//! A server that is no more than its run flag and a mailbox, with a task and callers that treat the flag as `driver.rs`
//! and `inline.rs` do.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::{promise, reply};
use crate::contain::wake;
use crate::life::Life;
use crate::mailbox::{Mailbox, Push, Pushed};
use crate::options::Options;
use crate::reply::{Answer, ReplyTo, Slot};
use crate::stage::{Stage, Standing, Visit};
use crate::sync::model::block_on;
use crate::sync::model::thread::{self, JoinHandle, ThreadId};

/// All that the model's server is: what it has been told, in order.
struct Frame {
    log: Vec<u32>,
    dropped: Arc<Dropped>,
}

impl Frame {
    fn note(&mut self, n: u32) -> Vec<u32> {
        self.log.push(n);
        self.log.clone()
    }
}

/// By whom each frame was dropped.
#[derive(Default)]
struct Dropped(Mutex<Vec<ThreadId>>);

impl Drop for Frame {
    fn drop(&mut self) {
        self.dropped.0.lock().unwrap().push(thread::current().id());
    }
}

pub(super) enum Message {
    Note(u32, ReplyTo<Vec<u32>>),
    Stop,
}

type Work = Pin<Box<dyn Future<Output = Option<Frame>> + Send>>;

pub(super) struct Server {
    stage: Stage<Frame, Work>,
    mailbox: Mailbox<Message>,
    life: Arc<Life>,
}

/// Handles messages until there are none, and gives the frame back; or none at the end.
async fn serve(server: Arc<Server>, mut frame: Frame) -> Option<Frame> {
    loop {
        match std::future::poll_fn(|cx| Poll::Ready(server.mailbox.poll_pop(cx))).await {
            Poll::Ready(Message::Note(n, reply_to)) => reply_to.send(frame.note(n)),
            Poll::Ready(Message::Stop) => return None,
            Poll::Pending => return Some(frame),
        }
    }
}

/// A server's task.
struct Task {
    server: Arc<Server>,
    work: Option<Work>,
    frame: Option<Frame>,
    /// Said when it is idle for the first time.
    started: Option<ReplyTo<()>>,
    is_over: bool,
}

impl Task {
    fn take_up(&mut self) -> Option<Work> {
        if let Some(work) = self.work.take() {
            return Some(work);
        }
        let server = Arc::clone(&self.server);
        if let Some(frame) = self.frame.take() {
            return Some(Box::pin(serve(server, frame)));
        }
        match self.server.stage.take_up()? {
            Standing::Idle(frame) => Some(Box::pin(serve(server, frame))),
            Standing::Running(work) => Some(work),
            Standing::Away => None,
        }
    }
}

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let server = Arc::clone(&self.server);
        let started = self.started.take();
        if started.is_some() {
            server.stage.register_driver(cx.waker());
        }
        let Some(mut work) = self.take_up() else { return Poll::Pending };
        if server.life.is_killed() {
            self.is_over = true;
            return Poll::Ready(());
        }
        match work.as_mut().poll(cx) {
            Poll::Pending => self.work = Some(work),
            Poll::Ready(Some(frame)) => self.frame = server.stage.park(frame),
            Poll::Ready(None) => {
                self.is_over = true;
                return Poll::Ready(());
            }
        }
        if let Some(started) = started {
            started.send(());
        }
        Poll::Pending
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !self.is_over {
            self.work = None;
            self.frame = None;
            drop(self.server.stage.abandon());
        }
        self.server.stage.forget_driver();
    }
}

/// A server that is idle.
pub(super) struct Started {
    pub(super) server: Arc<Server>,
    dropped: Arc<Dropped>,
    task: JoinHandle<()>,
}

/// Starts a server. Its task runs to its end, or is dropped as soon as it is idle, as a runtime does that shuts down.
pub(super) fn start(is_abandoned: bool) -> Started {
    let server = Arc::new(Server {
        stage: Stage::new(),
        mailbox: Mailbox::new(&Options::new()),
        life: Life::new("model"),
    });
    let dropped = Arc::<Dropped>::default();
    let frame = Frame { log: Vec::new(), dropped: Arc::clone(&dropped) };
    let (started, is_started) = promise();
    let mut task = Task {
        work: Some(Box::pin(serve(Arc::clone(&server), frame))),
        server: Arc::clone(&server),
        frame: None,
        started: Some(started),
        is_over: false,
    };
    let task = thread::spawn(move || {
        block_on(std::future::poll_fn(|cx| match Pin::new(&mut task).poll(cx) {
            Poll::Pending if is_abandoned => Poll::Ready(()),
            polled => polled,
        }));
    });
    assert!(matches!(block_on(reply(is_started)), Answer::Value(())));
    Started { server, dropped, task }
}

impl Started {
    /// Waits for the task. The frame was dropped by then, once: says whether the task did it.
    pub(super) fn join(self) -> bool {
        let task = self.task.thread().id();
        self.task.join().unwrap();
        let dropped = self.dropped.0.lock().unwrap();
        assert_eq!(dropped.len(), 1, "the frame was not dropped once");
        dropped[0] == task
    }
}

impl Server {
    pub(super) fn push(&self, message: Message) {
        let (pushed, _) = self.mailbox.push(message, std::convert::identity, Push::Free, false);
        assert!(matches!(pushed, Pushed::Accepted(_)));
    }

    pub(super) fn kill(&self) {
        self.life.kill();
        wake(self.stage.driver());
    }

    fn visit(&self) -> Option<Visit<'_, Frame, Work>> {
        if !self.mailbox.is_empty() {
            return None;
        }
        self.stage.visit().filter(|_| !self.life.is_killed())
    }

    /// A handler that cannot wait, on this thread, where that can be.
    pub(super) fn note_here(&self, n: u32) -> Option<Vec<u32>> {
        self.visit()?.frame().map(|frame| frame.note(n))
    }

    /// The same, wherever that can be.
    pub(super) fn note(&self, n: u32) -> Vec<u32> {
        if let Some(log) = self.note_here(n) {
            return log;
        }
        let (reply_to, slot) = promise();
        self.push(Message::Note(n, reply_to));
        let Answer::Value(log) = block_on(reply(slot)) else { panic!("there was no answer") };
        log
    }

    /// A handler that waits for something, begun on this thread; whether that could be.
    pub(super) fn begin_here(
        self: &Arc<Self>,
        go: Arc<Slot<()>>,
        n: u32,
        reply_to: ReplyTo<Vec<u32>>,
    ) -> bool {
        let Some(mut visit) = self.visit() else { return false };
        let Some(mut frame) = visit.take() else { return false };
        let server = Arc::clone(self);
        let mut work: Work = Box::pin(async move {
            reply(go).await;
            reply_to.send(frame.note(n));
            serve(server, frame).await
        });
        let waker = self.stage.driver().unwrap_or_else(|| Waker::noop().clone());
        match work.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => visit.put(Standing::Running(work)),
            Poll::Ready(frame) => visit.put(Standing::Idle(frame.unwrap())),
        }
        true
    }
}
