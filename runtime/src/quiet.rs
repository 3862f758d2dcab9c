//! `#[idle]`: how long no call and no cast has come.

use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use crate::kind::BackgroundTask;
use crate::time::{Instant, Sleep};

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
pub(crate) fn poll<S: BackgroundTask>(
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
