//! What is noted of a server for people: statistics, traces, its span in the log.

use std::sync::{Arc, OnceLock};

use crate::handling::Probe;
use crate::life::{Life, OBSERVED};
use crate::log::Span;
use crate::supervise::Directory;
use crate::sync::Lock;
use crate::sync::atomic::Ordering;
use crate::time::Instant;

/// What is made when somebody looks into a server, or listens to its log.
#[derive(Default)]
pub(super) struct Rare {
    pub(super) probe: Probe,
    span: OnceLock<Span>,
    /// Where its children are, of a supervisor.
    directory: Lock<Option<Arc<Directory>>>,
}

impl Life {
    /// Says whether that has changed anything.
    pub(crate) fn set_observed(&self, on: bool) -> bool {
        self.set_flag(OBSERVED, on)
    }

    /// Whether what it does is to be noted: who asks learns it soon enough.
    #[inline]
    pub(crate) fn is_observed(&self) -> bool {
        self.flags.load(Ordering::Relaxed) & OBSERVED != 0
    }

    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }

    pub(crate) fn probe(&self) -> &Probe {
        &self.rare().probe
    }

    /// Runs what belongs to the server in its own span.
    #[inline]
    pub(crate) fn in_span<T>(&self, run: impl FnOnce() -> T) -> T {
        match self.rare.get().and_then(|rare| rare.span.get()) {
            Some(span) => span.in_scope(run),
            None => run(),
        }
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn set_span(&self, span: Span) {
        // There is one at most: it is made at the start.
        drop(self.rare().span.set(span));
    }

    pub(crate) fn set_directory(&self, directory: Arc<Directory>) {
        // Another `init` of the same incarnation may have set one, and failed.
        let left = self.rare().directory.lock().replace(directory);
        drop(left);
    }

    pub(crate) fn directory(&self) -> Option<Arc<Directory>> {
        self.rare.get()?.directory.lock().clone()
    }

    pub(crate) fn span(&self) -> Option<Span> {
        self.rare.get().and_then(|rare| rare.span.get()).cloned()
    }

    /// One more message is handled. Nobody else counts at the same time, so no read-modify-write is needed.
    #[inline]
    pub(crate) fn count_handled(&self) {
        let handled = self.handled.load(Ordering::Relaxed);
        self.handled.store(handled.wrapping_add(1), Ordering::Relaxed);
    }

    pub(crate) fn handled(&self) -> u64 {
        self.handled.load(Ordering::Relaxed)
    }

    /// The handler that runs, where that is known, and since when.
    pub(crate) fn running(&self) -> Option<(&'static str, Option<Instant>)> {
        let noted = self.rare.get().and_then(|rare| rare.probe.running());
        match noted {
            Some((handler, since)) => Some((handler, Some(since))),
            None => self.waiting.get().map(|handler| (handler, None)),
        }
    }

    pub(crate) fn count_undelivered(&self, messages: u64) {
        // A statistic: nothing is read because of it.
        self.undelivered.fetch_add(messages, Ordering::Relaxed);
    }

    pub(crate) fn undelivered(&self) -> u64 {
        self.undelivered.load(Ordering::Relaxed)
    }
}
