//! No actor at all: a lock that is taken where it is needed.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::task::yield_now;

use super::drive::Waiting;
use super::{Contender, Offer, Skip, batch, drive};

/// `parking_lot::Mutex`, called directly.
pub(crate) struct Direct;

type Shared = Arc<Mutex<u64>>;

impl drive::Counter for Shared {
    async fn add(&self, n: u64) -> u64 {
        let mut sum = self.lock();
        *sum += n;
        *sum
    }

    // The lock cannot be held across an await, so it is taken afterwards.
    async fn add_waiting(&self, n: u64) -> u64 {
        yield_now().await;
        self.add(n).await
    }

    async fn get(&self) -> u64 {
        *self.lock()
    }

    async fn post(&self, n: u64) {
        *self.lock() += n;
    }
}

impl drive::Life for Shared {
    type Client = Self;

    async fn start() -> Self {
        Self::default()
    }

    async fn stop(client: Self) {
        drop(client);
    }
}

impl Contender for Direct {
    fn name(&self) -> &'static str {
        "mutex"
    }

    fn agent_cast(&self, n: u64) -> Offer {
        batch(drive::casts(Shared::default(), n))
    }

    fn agent_read95(&self, n: u64) -> Offer {
        batch(drive::readers(Shared::default(), n))
    }

    fn server_call(&self, n: u64) -> Offer {
        batch(drive::calls(Shared::default(), n))
    }

    fn server_call_await(&self, n: u64) -> Offer {
        batch(drive::calls(Waiting(Shared::default()), n))
    }

    fn server_64(&self, n: u64) -> Offer {
        batch(drive::callers(Shared::default(), 64, n))
    }

    fn spawn_server(&self, _n: u64) -> Offer {
        Err(Skip::NotMeant)
    }

    fn spawn_agent(&self, n: u64) -> Offer {
        batch(drive::lives::<Shared>(n))
    }

    fn memory_agent(&self, n: u64) -> Offer {
        batch(drive::idle::<Shared>(n))
    }
}
