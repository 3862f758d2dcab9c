//! `Expected`: waiting for the next message that comes to a probe.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::blocking;
use crate::probe::Probe;
use crate::probe::inbox::{Arrived, Closed};
use crate::probe::wanted::{Wanted, list};
use crate::protocol::Spoken;
use crate::time::{self, Sleep};

/// The next message that comes to a [`Probe`], to be awaited.
///
/// It panics where another message comes than was expected, or none within its time, and says what has come instead.
///
/// # Cancel safety
///
/// Dropping it loses no message.
#[must_use = "nothing is expected until this is awaited, or `.wait()`ed for"]
pub struct Expected<'p, P: Spoken, T> {
    probe: &'p Probe<P>,
    wanted: Box<dyn Wanted<P, T>>,
    /// Where the test says so.
    at: &'static Location<'static>,
    limit: Duration,
    sleep: Option<Sleep>,
}

impl<'p, P: Spoken, T> Expected<'p, P, T> {
    pub(super) fn new(
        probe: &'p Probe<P>,
        wanted: impl Wanted<P, T> + 'static,
        at: &'static Location<'static>,
    ) -> Self {
        Self { probe, wanted: Box::new(wanted), at, limit: probe.limit, sleep: None }
    }

    /// Gives up after this long instead of the probe's own limit.
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Blocks this thread until the message has come.
    ///
    /// # Panics
    ///
    /// As when it is awaited; and on a thread of a runtime, which whoever is to send the message may need, unless the
    /// message is there already.
    #[expect(clippy::must_use_candidate, reason = "of a cast there is nothing to be used")]
    #[track_caller]
    pub fn wait(self) -> T {
        if let Some(arrived) = self.probe.take() {
            return self.judge(arrived);
        }
        assert!(
            !blocking::is_runtime_thread(),
            "a probe cannot wait on a thread of a runtime: `.await` the message"
        );
        match blocking::block_on(Some(self.limit), |cx| self.probe.inbox.poll(cx)) {
            Some(Ok(arrived)) => self.judge(arrived),
            Some(Err(Closed)) => self.ended(),
            None => self.late(),
        }
    }

    /// What a message is, now that it has come.
    #[track_caller]
    fn judge(&self, arrived: Arrived<P>) -> T {
        let Arrived { message, index } = arrived;
        match self.wanted.accept(message) {
            Ok(expected) => expected,
            Err(difference) => {
                let (before, behind) = self.probe.inbox.around(index);
                panic!(
                    "a probe of `{}` got another message than it expected at {}\n\n{difference}\n\
                     came before it: {}\nqueued behind it: {}",
                    P::NAME,
                    self.at,
                    list(&before),
                    list(&behind),
                )
            }
        }
    }

    /// Its time is over: what the agent has and has not handed over yet came in time all the same.
    #[track_caller]
    fn late(&self) -> T {
        match self.probe.take() {
            Some(arrived) => self.judge(arrived),
            None => self.nothing(&format!("within {:?}", self.limit)),
        }
    }

    /// Somebody has stopped it.
    #[track_caller]
    fn ended(&self) -> T {
        self.nothing("before somebody stopped it")
    }

    #[track_caller]
    fn nothing(&self, when: &str) -> T {
        panic!(
            "a probe of `{}` got nothing {when}, and expected it at {}\n\nexpected: {}\n\ncame before: {}",
            P::NAME,
            self.at,
            self.wanted.text(),
            list(&self.probe.names()),
        )
    }
}

impl<P: Spoken, T> Future for Expected<'_, P, T> {
    type Output = T;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match self.probe.inbox.poll(cx) {
            Poll::Ready(Ok(arrived)) => return Poll::Ready(self.judge(arrived)),
            Poll::Ready(Err(Closed)) => return Poll::Ready(self.ended()),
            Poll::Pending => {}
        }
        let limit = self.limit;
        if self.sleep.is_none() {
            self.sleep = time::after(limit).map(Sleep::until);
        }
        match self.sleep.as_mut().map(|sleep| sleep.poll(cx)) {
            Some(Poll::Ready(())) => Poll::Ready(self.late()),
            Some(Poll::Pending) | None => Poll::Pending,
        }
    }
}

impl<P: Spoken, T> fmt::Debug for Expected<'_, P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expected")
            .field("protocol", &P::NAME)
            .field("message", &self.wanted.text())
            .finish_non_exhaustive()
    }
}
