//! `TaskHandle`: a task that somebody waits for.

use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::life::{Begun, Ended};
use crate::monitor::Monitor;
use crate::supervise::child::AnyServer;
use crate::supervise::policy::Shutdown;
use crate::supervise::stop::Stopping;

/// Why a task has brought no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskError {
    /// Why it ended.
    pub reason: ExitReason,
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the task ended before it had a value: {}", self.reason)
    }
}

impl Error for TaskError {}

/// A task that somebody waits for: a future of its value.
///
/// Its value comes when the task has ended, and even where it was stopped a moment after it had one. Any task may wait for it, and several handles are waited for
/// by what `futures` has for that: `try_join_all`, `FuturesUnordered`, `buffered` and `buffer_unordered` over a stream.
///
/// # Cancel safety
///
/// Awaiting it through `&mut` and stopping to do so loses nothing. Dropping it cancels the task;
/// [`detach`](Self::detach) does not.
///
/// # Panics
///
/// Where it is polled again after it was done.
#[must_use = "dropping a task's handle cancels the task; `.detach()` does not"]
pub struct TaskHandle<T> {
    server: AnyServer,
    value: oneshot::Receiver<T>,
    ended: Ended,
    is_over: bool,
}

impl<T> TaskHandle<T> {
    pub(super) fn new(server: AnyServer, value: oneshot::Receiver<T>) -> Self {
        let ended = Ended::new(Arc::clone(server.core.life()));
        Self { server, value, ended, is_over: false }
    }

    /// Returns the id of the task.
    #[must_use]
    pub fn id(&self) -> ServerId {
        self.server.core.id()
    }

    /// Waits for the end of the task, whatever becomes of its value.
    pub fn monitor(&self) -> Monitor {
        Monitor::new(Some(Arc::clone(self.server.core.life())))
    }

    /// Waits no longer than this: nothing where the task is not done by then. It goes on, and can be waited for again: OTP's
    /// `yield`.
    pub async fn wait_for(&mut self, limit: Duration) -> Option<Result<T, TaskError>> {
        tokio::time::timeout(limit, self).await.ok()
    }

    /// Lets the task go on, although nobody waits for it any more. Gives its value where it is done already: OTP's `ignore`.
    #[expect(clippy::must_use_candidate, reason = "whoever detaches a task need not care for its value")]
    pub fn detach(mut self) -> Option<Result<T, TaskError>> {
        let done = self.done();
        self.is_over = true;
        done
    }

    /// Ends the task, at its next await point, and waits for that: at once with [`Shutdown::Kill`], with the
    /// reason `Shutdown` otherwise, and a kill where that takes longer. Gives its value where it was faster, and nothing
    /// where the task has ended in this way, whoever asked for it. What has been waited for before is over: that is
    /// [`NoProc`](ExitReason::NoProc).
    pub async fn shutdown(mut self, shutdown: Shutdown) -> Option<Result<T, TaskError>> {
        if !matches!(shutdown, Shutdown::Kill) {
            self.begun().await;
        }
        Stopping::begin(&self.server, shutdown).wait().await;
        let done = self.done();
        self.is_over = true;
        done.filter(|done| !done.as_ref().is_err_and(|error| is_of(&error.reason, shutdown)))
    }

    /// Waits until the task has been polled, and has it end at once then: what has not begun would be killed instead.
    async fn begun(&self) {
        let life = self.server.core.life();
        if !life.has_started() {
            self.server.core.request_end(ExitReason::Shutdown);
            let mut begun = Begun::new(Arc::clone(life));
            poll_fn(|cx| begun.poll(cx)).await;
        }
    }

    /// What the task has come to, where that is known: the value first.
    fn done(&mut self) -> Option<Result<T, TaskError>> {
        if self.is_over {
            return Some(Err(TaskError { reason: ExitReason::NoProc }));
        }
        let life = self.server.core.life();
        let reason = life.has_ended().then(|| life.reason().unwrap_or(ExitReason::Normal))?;
        Some(self.value.try_recv().map_err(|_| TaskError { reason }))
    }
}

/// Whether a task that was ended in that way ends for this reason.
const fn is_of(reason: &ExitReason, shutdown: Shutdown) -> bool {
    match shutdown {
        Shutdown::Kill => matches!(reason, ExitReason::Killed),
        _ => matches!(reason, ExitReason::Shutdown),
    }
}

impl<T> Future for TaskHandle<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(!self.is_over, "a task was waited for after it was done");
        // Not before its end, though the value may be there: whoever hears of it finds that its supervisor has, too.
        let Poll::Ready(reason) = self.ended.poll(cx) else { return Poll::Pending };
        let done = self.value.try_recv().map_err(|_| TaskError { reason });
        self.is_over = true;
        Poll::Ready(done)
    }
}

impl<T> Unpin for TaskHandle<T> {}

impl<T> Drop for TaskHandle<T> {
    fn drop(&mut self) {
        if !self.is_over {
            self.server.core.request_end(ExitReason::Shutdown);
        }
    }
}

impl<T> fmt::Debug for TaskHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle").field("id", &self.id()).finish_non_exhaustive()
    }
}
