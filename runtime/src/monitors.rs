//! The monitors that a server has on others.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::life::Watch;

/// A monitor of a server's own, to be taken back with [`Context::demonitor`](crate::Context::demonitor).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MonitorId(u64);

impl fmt::Debug for MonitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MonitorId({})", self.0)
    }
}

/// The monitors of one incarnation: they end with it.
#[derive(Default)]
pub(crate) struct Monitors {
    /// None where the notice is on its way already.
    by_id: HashMap<MonitorId, Option<Watch>>,
}

impl MonitorId {
    /// One that nobody has had: a notice that an `init` has left behind is not taken for that of the next one's monitor.
    pub(crate) fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        // Only uniqueness matters: nothing is published through this counter.
        Self(LAST.fetch_add(1, Ordering::Relaxed))
    }
}

impl Monitors {
    pub(crate) fn add(&mut self, id: MonitorId, watch: Option<Watch>) {
        self.by_id.insert(id, watch);
    }

    /// Takes a monitor out, since it has been taken back or its notice is handled; `false` where it is gone.
    pub(crate) fn take(&mut self, id: MonitorId) -> bool {
        self.by_id.remove(&id).is_some()
    }
}
