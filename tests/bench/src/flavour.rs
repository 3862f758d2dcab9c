//! The two runtimes on which everything is measured.

use std::fmt;

use tokio::runtime::{Builder, Runtime};

/// A runtime of tokio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Flavour {
    /// `multi_thread`, with two workers.
    Mt,
    /// `current_thread`.
    Ct,
}

impl Flavour {
    pub(crate) const ALL: [Self; 2] = [Self::Mt, Self::Ct];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mt => "mt",
            Self::Ct => "ct",
        }
    }

    /// A fresh runtime: whatever a batch leaves behind goes with it, and nobody else pays for it.
    pub(crate) fn runtime(self) -> Runtime {
        let mut builder = match self {
            Self::Mt => Builder::new_multi_thread(),
            Self::Ct => Builder::new_current_thread(),
        };
        builder.worker_threads(2).enable_all().build().expect("the runtime starts")
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
