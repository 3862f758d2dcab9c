//! Work that a server owns: futures and closures that are cancelled with it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::task::{AbortHandle, JoinSet};

use crate::exit::drop_contained;
use crate::sync::Lock;

/// The jobs of one incarnation; most have none, and hold nothing for them.
#[derive(Default)]
pub(crate) struct Jobs(Lock<Option<Box<Started>>>);

#[derive(Default)]
struct Started {
    /// Futures, each on a task of its own.
    tasks: JoinSet<()>,
    /// Closures on threads that may block: one that has begun cannot be stopped, and nobody waits for it.
    blocking: Vec<AbortHandle>,
    /// How many of those there may be before it is looked which have ended: twice as many as there were then.
    blocking_limit: usize,
    /// Whether what these bring is for nobody any more.
    forgotten: Arc<Lock<bool>>,
    /// What is waited for when all of these have ended, and is not cancelled.
    last: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Jobs {
    pub(crate) fn spawn(&self, job: impl Future<Output = ()> + Send + 'static) {
        let mut jobs = self.0.lock();
        let tasks = &mut jobs.get_or_insert_default().tasks;
        // What has ended is taken out here, so that the set does not grow.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(job);
    }

    /// Runs a closure that may block, and then delivers what it has brought, unless the server has been told to end, or to
    /// try its `init` again. What is not taken is dropped when no lock is held.
    pub(crate) fn spawn_blocking<T, U>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
        deliver: impl FnOnce(T) -> Option<U> + Send + 'static,
    ) {
        let forgotten = Arc::clone(&self.0.lock().get_or_insert_default().forgotten);
        // Without the lock: a runtime that ends drops the job here and now.
        let handle = tokio::task::spawn_blocking(move || {
            let brought = job();
            let forgotten = forgotten.lock();
            // With the lock: whoever forgets it afterwards finds it delivered, and takes it out.
            let left = if *forgotten { Err(brought) } else { Ok(deliver(brought)) };
            drop(forgotten);
            drop_contained(left);
        })
        .abort_handle();
        let mut jobs = self.0.lock();
        let jobs = jobs.get_or_insert_default();
        if jobs.blocking.len() >= jobs.blocking_limit {
            jobs.blocking.retain(|handle| !handle.is_finished());
            jobs.blocking_limit = (2 * jobs.blocking.len()).max(16);
        }
        jobs.blocking.push(handle);
    }

    /// Has the server's end wait for this.
    pub(crate) fn outlast(&self, last: impl Future<Output = ()> + Send + 'static) {
        self.0.lock().get_or_insert_default().last = Some(Box::pin(last));
    }

    pub(crate) fn abort(&self) {
        if let Some(jobs) = &mut *self.0.lock() {
            jobs.tasks.abort_all();
            for handle in std::mem::take(&mut jobs.blocking) {
                handle.abort();
            }
            *std::mem::take(&mut jobs.forgotten).lock() = true;
        }
    }

    /// Ready when no task is left, and what is to be waited for has come.
    pub(crate) fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut jobs = self.0.lock();
        let Some(jobs) = &mut *jobs else { return Poll::Ready(()) };
        while let Poll::Ready(ended) = jobs.tasks.poll_join_next(cx) {
            if ended.is_none() {
                let Some(last) = &mut jobs.last else { return Poll::Ready(()) };
                ready!(last.as_mut().poll(cx));
                jobs.last = None;
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }
}
