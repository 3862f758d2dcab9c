//! What is noted of a handler while it runs: for its watchdog, for statistics and traces, and for whoever looks.

use std::sync::Arc;
use std::time::Duration;

use crate::feed::Feed;
use crate::kind::GenServer;
use crate::life::Life;
use crate::log::Watchdog;
use crate::sync::Lock;
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
use crate::sync::atomic::{AtomicBool, Ordering};
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
use crate::sync::{Taken, Turn, yield_now};
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
    /// Taken for a copy alone. A model has nobody who looks.
    #[cfg(not(any(callcast_loom, callcast_shuttle)))]
    handler: Turn<&'static str>,
    #[cfg(not(any(callcast_loom, callcast_shuttle)))]
    runs: AtomicBool,
}

#[cfg(not(any(callcast_loom, callcast_shuttle)))]
impl Current {
    pub(crate) fn enter(&self, handler: &'static str) {
        *self.taken().get_mut() = handler;
        self.runs.store(true, Ordering::Release);
    }

    pub(crate) fn leave(&self) {
        self.runs.store(false, Ordering::Release);
    }

    pub(crate) fn get(&self) -> Option<&'static str> {
        self.runs.load(Ordering::Acquire).then(|| *self.taken().get_mut())
    }

    /// Whoever finds it taken has it soon: a mutex, which can wait for longer, would cost each handler its unlock.
    fn taken(&self) -> Taken<'_, &'static str> {
        loop {
            match self.handler.try_take() {
                Some(taken) => return taken,
                None => yield_now(),
            }
        }
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

#[cfg(all(test, not(any(callcast_loom, callcast_shuttle))))]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::Current;

    #[test]
    fn what_runs_is_seen_however_many_look() {
        let current = Current::default();
        current.enter("first");
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        assert!(current.get().is_some());
                    }
                });
            }
            let is_right = (0..100_000).all(|n| {
                let name = if n % 2 == 0 { "this" } else { "that" };
                current.enter(name);
                current.get() == Some(name)
            });
            is_over.store(true, Ordering::Relaxed);
            assert!(is_right);
        });
        current.leave();
        assert_eq!(current.get(), None);
    }
}
