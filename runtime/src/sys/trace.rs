//! What a server is seen to do: its statistics, and its steps one by one.

use std::fmt;
use std::pin::Pin;
use std::sync::Weak;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;

use crate::client::Client;
use crate::engine::Core;
use crate::feed::Listener;

/// What has been counted of a server while its statistics were on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Statistics {
    /// When they were switched on.
    pub since: Instant,
    /// The messages that were handled: calls, casts, infos and ticks.
    pub handled: u64,
    /// The calls that were answered.
    pub replies: u64,
    /// The messages that wait at this moment.
    pub queued: usize,
    /// The handler that took longest, and how long.
    pub longest: Option<(&'static str, Duration)>,
}

/// A step of a server's, as [`Sys::trace`](crate::Sys::trace) tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceEvent {
    /// A message is taken in hand.
    Handling {
        /// Its handler.
        handler: &'static str,
    },
    /// The handler has ended.
    Handled {
        /// Which.
        handler: &'static str,
        /// How long it took, with what it waited for.
        took: Duration,
    },
    /// A call has been answered.
    Replied,
}

/// What a server does, step by step: [`Sys::trace`](crate::Sys::trace) gives it. It ends with the server.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Trace {
    listener: Option<Listener<TraceEvent>>,
    /// What goes back to its usual speed when nobody listens any more.
    source: Option<Weak<Client<dyn Core>>>,
}

impl Trace {
    /// What is told of a server, where there is one.
    pub(super) const fn new(
        listener: Option<Listener<TraceEvent>>,
        source: Option<Weak<Client<dyn Core>>>,
    ) -> Self {
        Self { listener, source }
    }

    /// The next step; `None` when the server has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<TraceEvent> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await
    }

    fn poll_event(&self, cx: &Context<'_>) -> Poll<Option<TraceEvent>> {
        self.listener.as_ref().map_or(Poll::Ready(None), |listener| listener.poll(cx))
    }
}

impl Stream for Trace {
    type Item = TraceEvent;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<TraceEvent>> {
        self.poll_event(cx)
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        drop(self.listener.take());
        if let Some(client) = self.source.take().and_then(|source| source.upgrade()) {
            client.core.life().probe().traces.forget_the_gone();
            client.core.look_observed();
        }
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trace").finish_non_exhaustive()
    }
}
