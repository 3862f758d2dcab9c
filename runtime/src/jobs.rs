//! Work that a server owns: futures and closures that are cancelled with it.

use std::future::Future;
use std::task::{Context, Poll};

use tokio::task::{AbortHandle, JoinSet};

use crate::sync::Lock;

/// The jobs of one incarnation.
#[derive(Default)]
pub(crate) struct Jobs {
    /// Futures, each on a task of its own.
    tasks: Lock<JoinSet<()>>,
    /// Closures on threads that may block: one that has begun cannot be stopped, and nobody waits for it.
    blocking: Lock<Vec<AbortHandle>>,
}

impl Jobs {
    pub(crate) fn spawn(&self, job: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock();
        // What has ended is taken out here, so that the set does not grow.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(job);
    }

    pub(crate) fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static) {
        let handle = tokio::task::spawn_blocking(job).abort_handle();
        let mut blocking = self.blocking.lock();
        blocking.retain(|handle| !handle.is_finished());
        blocking.push(handle);
    }

    pub(crate) fn abort(&self) {
        self.tasks.lock().abort_all();
        for handle in std::mem::take(&mut *self.blocking.lock()) {
            handle.abort();
        }
    }

    /// Ready when no task is left.
    pub(crate) fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut tasks = self.tasks.lock();
        while let Poll::Ready(ended) = tasks.poll_join_next(cx) {
            if ended.is_none() {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }
}
