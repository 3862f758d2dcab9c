//! What is noted of a handler while it runs: for its watchdog, for statistics and traces, and for whoever looks.

use std::sync::Arc;
use std::time::Duration;

use crate::feed::Feed;
use crate::kind::GenServer;
use crate::life::Life;
use crate::log::Watchdog;
use crate::sync::Lock;
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
use crate::sync::Turn;
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sys::{Statistics, TraceEvent};
use crate::time::Instant;

/// What is noted of a server once somebody has asked for it.
#[derive(Default)]
pub(crate) struct Probe {
    pub(crate) traces: Feed<TraceEvent>,
    statistics: Lock<Option<Counts>>,
    running: Lock<Option<(&'static str, Instant)>>,
}

/// What has been counted since statistics were switched on.
#[derive(Clone, Copy)]
struct Counts {
    since: Instant,
    handled: u64,
    replies: u64,
    longest: Option<(&'static str, Duration)>,
}

impl Probe {
    /// Begins to count; where it counts already, it goes on.
    pub(crate) fn start_statistics(&self) {
        let counts = Counts { since: Instant::now(), handled: 0, replies: 0, longest: None };
        self.statistics.lock().get_or_insert(counts);
    }

    pub(crate) fn stop_statistics(&self) {
        *self.statistics.lock() = None;
    }

    pub(crate) fn statistics(&self, queued: usize) -> Option<Statistics> {
        let Counts { since, handled, replies, longest } = (*self.statistics.lock())?;
        Some(Statistics { since: since.into_std(), handled, replies, queued, longest })
    }

    /// Says whether there is anybody who wants to know, to one after the other: the last to be told is told the truth.
    pub(crate) fn look(&self, tell: impl FnOnce(bool)) {
        let statistics = self.statistics.lock();
        tell(statistics.is_some() || self.traces.has_listeners());
    }

    /// The handler that runs, and since when.
    pub(crate) fn running(&self) -> Option<(&'static str, Instant)> {
        *self.running.lock()
    }

    pub(crate) fn replied(&self) {
        if let Some(counts) = &mut *self.statistics.lock() {
            counts.replies += 1;
        }
        self.traces.send(&TraceEvent::Replied);
    }

    fn begin(&self, handler: &'static str) -> Instant {
        self.traces.send(&TraceEvent::Handling { handler });
        let now = Instant::now();
        *self.running.lock() = Some((handler, now));
        now
    }

    fn end(&self, handler: &'static str, began: Instant) {
        let took = began.elapsed();
        *self.running.lock() = None;
        if let Some(counts) = &mut *self.statistics.lock() {
            counts.handled += 1;
            if counts.longest.is_none_or(|(_, longest)| took > longest) {
                counts.longest = Some((handler, took));
            }
        }
        self.traces.send(&TraceEvent::Handled { handler, took });
    }
}

/// The handler that waits for something, for whoever looks meanwhile.
#[derive(Default)]
pub(crate) struct Current {
    /// A look at the very moment of a change finds nothing; a model has nobody who looks.
    #[cfg(not(any(callcast_loom, callcast_shuttle)))]
    handler: Turn<&'static str>,
    #[cfg(not(any(callcast_loom, callcast_shuttle)))]
    runs: AtomicBool,
}

#[cfg(not(any(callcast_loom, callcast_shuttle)))]
impl Current {
    pub(crate) fn enter(&self, handler: &'static str) {
        if let Some(mut current) = self.handler.try_take() {
            *current.get_mut() = handler;
        }
        self.runs.store(true, Ordering::Release);
    }

    pub(crate) fn leave(&self) {
        self.runs.store(false, Ordering::Release);
    }

    pub(crate) fn get(&self) -> Option<&'static str> {
        if !self.runs.load(Ordering::Acquire) {
            return None;
        }
        self.handler.try_take().map(|mut current| *current.get_mut())
    }
}

#[cfg(any(callcast_loom, callcast_shuttle))]
impl Current {
    pub(crate) const fn enter(&self, _handler: &'static str) {}

    pub(crate) const fn leave(&self) {}

    pub(crate) const fn get(&self) -> Option<&'static str> {
        None
    }
}

/// A handler that runs, where somebody wants to know; its drop is its end.
pub(crate) struct Handling {
    _watchdog: Option<Watchdog>,
    life: Arc<Life>,
    handler: &'static str,
    began: Instant,
}

impl Handling {
    /// None, and next to no cost, where nobody wants to know.
    #[inline]
    pub(crate) fn begin<S: GenServer>(life: &Arc<Life>, handler: &'static str) -> Option<Box<Self>> {
        let slow = S::options().slow;
        (slow.is_some() || life.is_observed()).then(|| Self::noted(life, handler, slow))
    }

    #[cold]
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "it is rare, and all who have none carry a word for it"
    )]
    fn noted(life: &Arc<Life>, handler: &'static str, slow: Option<Duration>) -> Box<Self> {
        let began = life.probe().begin(handler);
        let watchdog = slow.map(|limit| Watchdog::new(life, handler, limit));
        Box::new(Self { _watchdog: watchdog, life: Arc::clone(life), handler, began })
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        self.life.probe().end(self.handler, self.began);
    }
}
