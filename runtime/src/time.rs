//! Deadlines: tokio's clock where there is a runtime, a helper thread's where there is none.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::background::{self, Alarm};

/// A moment on the monotonic clock, which a paused runtime can hold.
pub(crate) type Instant = tokio::time::Instant;

/// The moment after this long, or none where the clock does not reach so far.
pub(crate) fn after(duration: Duration) -> Option<Instant> {
    Instant::now().checked_add(duration)
}

/// Whichever comes first, where there is one.
pub(crate) fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Ends at a moment.
pub(crate) enum Sleep {
    Tokio(Pin<Box<tokio::time::Sleep>>),
    Thread(Arc<Alarm>),
}

impl Sleep {
    pub(crate) fn until(deadline: Instant) -> Self {
        if tokio::runtime::Handle::try_current().is_ok() {
            // A runtime that was built without its timer panics here; the helper thread keeps the time then.
            let sleep = catch_unwind(AssertUnwindSafe(|| tokio::time::sleep_until(deadline)));
            if let Ok(sleep) = sleep {
                return Self::Tokio(Box::pin(sleep));
            }
        }
        Self::Thread(background::alarm(deadline.saturating_duration_since(Instant::now())))
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Tokio(sleep) => {
                // A runtime that has been shut down panics here; the helper thread keeps the time from then on.
                if let Ok(polled) = catch_unwind(AssertUnwindSafe(|| sleep.as_mut().poll(cx))) {
                    return polled;
                }
                let alarm = background::alarm(sleep.deadline().saturating_duration_since(Instant::now()));
                let polled = alarm.poll(cx);
                *self = Self::Thread(alarm);
                polled
            }
            Self::Thread(alarm) => alarm.poll(cx),
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Self::Thread(alarm) = self {
            background::cancel(alarm);
        }
    }
}
