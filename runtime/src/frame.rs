//! All that a server is, while nothing of it runs: handed from whoever ran it last to whoever runs it next.

use std::error::Error;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use crate::context::Context;
use crate::exit::{ExitReason, Fault};
use crate::kind::BackgroundTask;
use crate::time::{Instant, Sleep};

/// A server's state and what belongs to it.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct Frame<S: BackgroundTask> {
    pub(crate) state: S,
    pub(crate) ctx: Context<S>,
    pub(crate) quiet: Option<Box<Quiet>>,
    /// The task's, for whoever runs the server in its stead.
    pub(crate) waker: Option<Waker>,
}

impl<S: BackgroundTask> Frame<S> {
    /// For an async handler that is begun on its caller's thread.
    #[doc(hidden)]
    pub const fn state(&mut self) -> &mut S {
        &mut self.state
    }

    /// A call or a cast has been handled. Says whether the task is to look after the quiet that begins now.
    #[inline]
    pub(crate) fn broken(&mut self) -> bool {
        self.quiet.as_mut().is_some_and(|quiet| quiet.broken())
    }
}

/// Why a server ends, with the handler's own error where there is one.
pub(crate) struct End {
    pub(crate) reason: ExitReason,
    pub(crate) error: Option<Box<dyn Error + Send + Sync>>,
}

impl From<ExitReason> for End {
    fn from(reason: ExitReason) -> Self {
        Self { reason, error: None }
    }
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self { reason: ExitReason::Failed(fault.failure), error: Some(fault.error) }
    }
}

/// How long no call and no cast has come, for `#[idle]`: once per quiet time.
pub(crate) struct Quiet {
    limit: Duration,
    /// Since when it has been quiet; none when that was said already.
    since: Option<Instant>,
    /// Armed for the end of a quiet that may have been broken since: it is looked at when it rings.
    sleep: Option<Sleep>,
}

impl Quiet {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, since: Some(Instant::now()), sleep: None }
    }

    /// Says whether no timer is armed that would look at it.
    pub(crate) fn broken(&mut self) -> bool {
        self.since = Some(Instant::now());
        self.sleep.is_none()
    }

    pub(crate) fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<()> {
        // A moment that the clock does not reach never comes.
        let Some(end) = self.since.and_then(|since| since.checked_add(self.limit)) else {
            return Poll::Pending;
        };
        loop {
            if self.sleep.get_or_insert_with(|| Sleep::until(end)).poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
            if Instant::now() >= end {
                self.since = None;
                return Poll::Ready(());
            }
        }
    }
}

/// A quiet time that nothing has broken, as its info.
pub(crate) fn poll_quiet<S: BackgroundTask>(
    quiet: &mut Option<Box<Quiet>>,
    cx: &mut TaskContext<'_>,
) -> Poll<S::Info> {
    let is_over = quiet.as_mut().is_some_and(|quiet| quiet.poll(cx).is_ready());
    if !is_over {
        return Poll::Pending;
    }
    match S::idle() {
        Some((_, info)) => Poll::Ready(info),
        None => Poll::Pending,
    }
}
