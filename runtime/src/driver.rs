//! A server's task: polls what is left to be done of it, ends it for a kill, and clears up behind it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::client::{Client, Core as _};
use crate::exit::{ExitReason, Panic, drop_contained};
use crate::frame::Frame;
use crate::kind::BackgroundTask;
use crate::log;
use crate::serve::{Served, Work, serve};
use crate::server::ServerEngine;
use crate::stage::Standing;

/// What is said when everything of a server is gone: to the starter of one that did not start.
pub(crate) type LastWord = Box<dyn FnOnce() + Send>;

/// The task of a server.
///
/// What it polls is boxed: handlers' futures of servers that call each other would nest in each other's types otherwise.
pub(crate) struct Driver<S: BackgroundTask> {
    client: Arc<Client<ServerEngine<S>>>,
    /// What is being done; none while there is nothing to do.
    work: Option<Work<S>>,
    /// The server, while there is nothing to do and nobody else may run it.
    frame: Option<Box<Frame<S>>>,
    last_word: Option<LastWord>,
    step: Step,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Not polled yet.
    New,
    Living,
    /// Nothing is left but jobs that are being cancelled.
    Ending,
    /// Everything of the server is gone.
    Finished,
}

impl<S: BackgroundTask> Driver<S> {
    pub(crate) fn new(client: Arc<Client<ServerEngine<S>>>, work: Work<S>) -> Self {
        Self { client, work: Some(work), frame: None, last_word: None, step: Step::New }
    }

    /// Polls the server until nothing of it is left to poll.
    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let client = Arc::clone(&self.client);
        let core = &client.core;
        if self.step == Step::New {
            self.step = Step::Living;
            // The waker first, then the look: a kill between them wakes this task.
            core.stage.register_driver(cx.waker());
        }
        let Some(mut work) = self.take_up() else { return Poll::Pending };
        if core.life().is_killed() {
            core.life().begin_exit(ExitReason::Killed);
            drop_contained(work);
            return Poll::Ready(());
        }
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(Poll::Pending) => {
                self.work = Some(work);
                return Poll::Pending;
            }
            Ok(Poll::Ready(Served::Idle(frame))) => {
                self.park(frame);
                return Poll::Pending;
            }
            Ok(Poll::Ready(Served::Ended(last_word))) => {
                self.last_word = last_word;
                core.life().begin_exit(ExitReason::Normal);
            }
            // Handlers are contained one by one: this was the drop of something between them.
            Err(payload) => {
                core.life().begin_exit(ExitReason::Panicked(Panic::new(payload, S::NAME, "drop")));
                drop_contained(work);
            }
        }
        Poll::Ready(())
    }

    /// What is to be done now; none where a caller runs the server, who wakes this task when he leaves.
    fn take_up(&mut self) -> Option<Work<S>> {
        if let Some(work) = self.work.take() {
            return Some(work);
        }
        if let Some(frame) = self.frame.take() {
            return Some(Box::pin(serve(frame)));
        }
        match self.client.core.stage.take_up()? {
            Standing::Idle(frame) => Some(Box::pin(serve(frame))),
            Standing::Running(work) => Some(work),
            Standing::Away => None,
        }
    }

    /// Leaves the server for whoever comes first: this task or, where that may be, a caller.
    fn park(&mut self, frame: Box<Frame<S>>) {
        self.frame = if S::options().inline { self.client.core.stage.park(frame) } else { Some(frame) };
    }

    /// The end that all can see: everything is gone by now, or is dropped here.
    fn finish(&mut self) {
        self.step = Step::Finished;
        let core = &self.client.core;
        // One by one: of two that panic in their drop, a vector's own drop would abort the process.
        core.close().into_iter().for_each(drop_contained);
        core.stage.forget_driver();
        core.life().finish();
        log::ended(core.life());
        if let Some(last_word) = self.last_word.take() {
            last_word();
        }
    }
}

impl<S: BackgroundTask> Future for Driver<S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.step != Step::Ending && self.poll_work(cx).is_pending() {
            return Poll::Pending;
        }
        self.step = Step::Ending;
        let jobs = &self.client.core.jobs;
        jobs.abort();
        if jobs.poll_ended(cx).is_pending() {
            return Poll::Pending;
        }
        self.finish();
        Poll::Ready(())
    }
}

impl<S: BackgroundTask> Drop for Driver<S> {
    /// A runtime that is shut down drops its tasks: the clients must hear of it.
    fn drop(&mut self) {
        if self.step == Step::Finished {
            return;
        }
        let client = Arc::clone(&self.client);
        // The reason is known before the state and the running handler are dropped: each reply in them tells it.
        client.core.life().begin_exit(ExitReason::RuntimeGone);
        drop_contained(self.work.take());
        drop_contained(self.frame.take());
        drop_contained(client.core.stage.abandon());
        client.core.jobs.abort();
        self.finish();
    }
}
