//! A server's task: polls its life, ends it for a kill, and clears up behind it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::client::{Client, Core as _};
use crate::exit::{ExitReason, Panic, drop_contained};
use crate::kind::BackgroundTask;
use crate::log;
use crate::server::ServerEngine;

/// What is said when everything of a server is gone: to the starter of one that did not start.
pub(crate) type LastWord = Box<dyn FnOnce() + Send>;

type Work = Pin<Box<dyn Future<Output = Option<LastWord>> + Send>>;

/// The task of a server.
///
/// It is boxed once: handlers' futures of servers that call each other would nest in each other's types otherwise.
pub(crate) struct Driver<S: BackgroundTask> {
    client: Arc<Client<ServerEngine<S>>>,
    /// `init`, the loop and `terminate`, with the state in them.
    work: Option<Work>,
    last_word: Option<LastWord>,
    /// Whether everything of the server is gone.
    finished: bool,
}

impl<S: BackgroundTask> Driver<S> {
    pub(crate) fn new(client: Arc<Client<ServerEngine<S>>>, work: Work) -> Self {
        Self { client, work: Some(work), last_word: None, finished: false }
    }

    /// Polls the server until there is nothing more of it to poll.
    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let core = &self.client.core;
        // The waker first, then the look: a kill between them wakes this task.
        core.register_driver(cx);
        if core.life().is_killed() {
            self.drop_work(ExitReason::Killed);
            return Poll::Ready(());
        }
        let Some(work) = &mut self.work else { return Poll::Ready(()) };
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(last_word)) => {
                self.last_word = last_word;
                self.drop_work(ExitReason::Normal);
            }
            // Handlers are contained one by one: this was the drop of something between them.
            Err(payload) => self.drop_work(ExitReason::Panicked(Panic::new(payload, S::NAME, "drop"))),
        }
        Poll::Ready(())
    }

    /// The reason is known before the state and the running handler are dropped: each reply in them tells it.
    fn drop_work(&mut self, reason: ExitReason) {
        if let Some(work) = self.work.take() {
            self.client.core.life().begin_exit(reason);
            drop_contained(work);
        }
    }

    /// The end that all can see: everything is gone by now, or is dropped here.
    fn finish(&mut self) {
        self.finished = true;
        let core = &self.client.core;
        // One by one: of two that panic in their drop, a vector's own drop would abort the process.
        core.close().into_iter().for_each(drop_contained);
        core.forget_driver();
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
        if self.work.is_some() && self.poll_work(cx).is_pending() {
            return Poll::Pending;
        }
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
        if !self.finished {
            self.drop_work(ExitReason::RuntimeGone);
            self.client.core.jobs.abort();
            self.finish();
        }
    }
}
