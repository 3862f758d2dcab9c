//! Deadlines: tokio's clock where there is a runtime, a helper thread's where there is none.

mod timerless;

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

/// When somebody gives up, for whom the clock need not have been looked at yet: a look costs as much as an agent's call.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Until {
    at: Option<Instant>,
    /// From the moment at which somebody asks.
    within: Option<Duration>,
}

impl Until {
    #[inline]
    pub(crate) const fn at(at: Option<Instant>) -> Self {
        Self { at, within: None }
    }

    /// Not later than this long from now, or a little longer.
    #[inline]
    pub(crate) const fn or_within(mut self, within: Option<Duration>) -> Self {
        self.within = within;
        self
    }

    /// Whether a moment that is known has passed.
    pub(crate) fn is_over(self) -> bool {
        self.at.is_some_and(|at| at <= Instant::now())
    }

    pub(crate) const fn is_settled(self) -> bool {
        self.within.is_none()
    }

    /// The moment itself.
    pub(crate) fn moment(self) -> Option<Instant> {
        earlier(self.at, self.within.and_then(after))
    }

    /// Looks at the clock, if nobody has.
    pub(crate) fn settle(&mut self) -> Option<Instant> {
        *self = Self::at(self.moment());
        self.at
    }
}

/// Ends at a moment.
pub(crate) enum Sleep {
    Tokio(Pin<Box<tokio::time::Sleep>>),
    Thread(Arc<Alarm>),
}

impl Sleep {
    pub(crate) fn until(deadline: Instant) -> Self {
        let runtime = tokio::runtime::Handle::try_current().map(|runtime| runtime.id());
        if let Ok(runtime) = runtime
            && !timerless::is(runtime)
        {
            // A runtime that was built without its timer panics here; the helper thread keeps the time then.
            match catch_unwind(AssertUnwindSafe(|| tokio::time::sleep_until(deadline))) {
                Ok(sleep) => return Self::Tokio(Box::pin(sleep)),
                Err(_) => timerless::note(runtime),
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
