//! What the modules share: a limit to hanging, and values that go off.

use std::future::Future;
use std::thread;
use std::time::Duration;

use callcast::prelude::*;

/// Longer than anything here takes, unless it hangs.
const LONG: Duration = Duration::from_hours(1);

/// Awaits, and fails where that would never end.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LONG, future).await.expect("this hangs")
}

/// Lets everything that can run on this current-thread runtime do so, without any time passing.
pub(crate) async fn settle() {
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
}

/// What a bomb says.
pub(crate) const BANG: &str = "a bomb went off";

/// Panics when it is dropped, unless a panic is under way.
#[derive(Debug)]
pub(crate) struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(thread::panicking(), "{BANG}");
    }
}

/// The handler that a panic is put down to, and what it said.
pub(crate) fn panic_of(reason: &ExitReason) -> (&'static str, String) {
    match reason {
        ExitReason::Panicked(panic) => (panic.handler(), panic.message().to_owned()),
        reason => panic!("{reason:?}"),
    }
}

/// Harms nobody, and is there to be looked at when others have.
pub(crate) struct Bystander;

#[server]
impl Bystander {
    #[init]
    pub(crate) fn new() -> Self {
        Self
    }

    #[call]
    pub(crate) fn ping(&self) {}
}
