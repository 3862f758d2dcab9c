//! What storms have found: `tests/tests/sim/storm`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use callcast::prelude::*;
use callcast::{Shutdown, Supervisor};

use crate::support::{settle, within};

/// It takes for ever to end, and counts the states that are there.
struct Slow(Arc<AtomicU32>);

#[server]
impl Slow {
    #[init]
    fn new(there: Arc<AtomicU32>) -> Self {
        there.fetch_add(1, SeqCst);
        Self(there)
    }

    #[terminate]
    async fn close(&mut self) {
        std::future::pending::<()>().await;
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn p66_a_supervisor_that_is_killed_while_it_stops_ends_after_its_children() {
    let there = Arc::<AtomicU32>::default();
    let below = Supervisor::one_for_one().child(Slow::spec(Arc::clone(&there)).shutdown(Shutdown::Infinity));
    let root = Supervisor::one_for_one().child(below.id("below")).start().await.unwrap();
    assert_eq!(there.load(SeqCst), 1);
    root.stop().send().unwrap();
    settle().await;
    // On a task: its turn comes in order, and not when all others have had theirs.
    let left = tokio::spawn(async move {
        within(root.kill()).await.unwrap();
        there.load(SeqCst)
    });
    assert_eq!(left.await.unwrap(), 0);
}
