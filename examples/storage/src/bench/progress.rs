//! How far the callers have come.

use std::sync::Arc;

use tokio::sync::watch;

/// How many calls have ended. A clone counts the same ones.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    ended: Arc<watch::Sender<u32>>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { ended: Arc::new(watch::Sender::new(0)) }
    }

    /// One more has.
    pub(super) fn count(&self) {
        self.ended.send_modify(|ended| *ended += 1);
    }

    pub(super) fn ended(&self) -> u32 {
        *self.ended.borrow()
    }

    /// Waits until so many have.
    pub(super) async fn until(&self, calls: u32) {
        // It cannot fail: the sender is here.
        drop(self.ended.subscribe().wait_for(|ended| *ended >= calls).await);
    }
}
