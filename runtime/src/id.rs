//! `ServerId`: one life of one server.

use std::fmt;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

/// One life of one server or agent, from its `init` to its exit: unique in the process, never used again.
///
/// A client is a place and has no equality; what it stands for at a moment has an id.
/// Ids grow in the order in which the servers were started.
///
/// With the feature `serde` it is `Serialize`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(NonZeroU64);

impl ServerId {
    /// The id of none: so many there will never be.
    pub(crate) const NOBODY: Self = Self(NonZeroU64::MAX);

    /// Which of so many shards it belongs to.
    pub(crate) const fn shard(self, shards: usize) -> usize {
        // What is cut off matters to nobody.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        let number = self.0.get() as usize;
        number % shards
    }

    /// The next id that nobody has had.
    pub(crate) fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        // Only uniqueness matters: nothing is published through this counter.
        Self(NonZeroU64::MIN.saturating_add(LAST.fetch_add(1, Ordering::Relaxed)))
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NOBODY { f.write_str("#nobody") } else { write!(f, "#{}", self.0) }
    }
}

impl fmt::Debug for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// As text, as it is shown. It needs the feature `serde`.
#[cfg(feature = "serde")]
impl serde::Serialize for ServerId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
