//! What the modules share: limits to hanging, and a server that does nothing.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Backoff, ChildInfo, Supervisor, SupervisorClient, SupervisorSpec};

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(crate) const SECOND: Backoff = Backoff::constant(secs(1));

/// On a paused clock what waits for ever is found out at once.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_hours(24), future).await.expect("it hangs")
}

/// Where threads block, the clock is the real one; on a busy machine that runs while nothing else does.
pub(crate) async fn promptly<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(secs(30), future).await.expect("it hangs")
}

/// Waits while the workers do far more than those need who could go on; but not as long as an `init` is waited for at most.
pub(crate) async fn many_turns() {
    let began = std::time::Instant::now();
    for _ in 0..2_000 {
        if began.elapsed() > ms(100) {
            break;
        }
        tokio::spawn(tokio::task::yield_now()).await.unwrap();
    }
}

/// Polls once.
pub(crate) async fn is_pending(future: impl Future + Unpin) -> bool {
    let mut future = future;
    poll_fn(|cx| Poll::Ready(Pin::new(&mut future).poll(cx).is_pending())).await
}

/// Lets all others do what they can do at this moment.
pub(crate) async fn settle() {
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
}

/// Many restarts.
pub(crate) fn patient() -> SupervisorSpec {
    Supervisor::one_for_one().max_restarts(1_000, secs(1))
}

pub(crate) async fn only_child(supervisor: &SupervisorClient) -> ChildInfo {
    let mut children = within(supervisor.which_children()).await.expect("it answers");
    assert_eq!(children.len(), 1, "{children:?}");
    children.remove(0)
}

/// It is there, and may be asked to fail.
pub(crate) struct Plain;

#[agent]
impl Plain {
    #[init]
    pub(crate) fn new() -> Self {
        Self
    }

    #[call]
    pub(crate) fn ping(&self) {}

    #[call]
    pub(crate) fn crash(&self) {
        panic!("as asked")
    }
}
