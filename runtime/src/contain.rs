//! Futures of a user's, with their panics held back.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Poll, Waker};

use crate::current::{self, Activity};
use crate::deadlock;
use crate::exit::{drop_contained, run_contained};

/// Wakes whoever waits. A waker is a stranger's code: its panic is not ours to die of.
pub(crate) fn wake(waker: impl Into<Option<Waker>>) {
    if let Some(waker) = waker.into() {
        run_contained(|| waker.wake());
    }
}

#[doc(hidden)]
pub type Payload = Box<dyn Any + Send>;

/// The future's output, or what it panicked with. A future that has panicked is dropped here, and so is never polled
/// again.
#[doc(hidden)]
pub async fn contained<F: Future>(future: F) -> Result<F::Output, Payload> {
    let mut future = pin!(Some(future));
    std::future::poll_fn(move |cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| match future.as_mut().as_pin_mut() {
            Some(future) => future.poll(cx),
            None => Poll::Pending,
        }));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            // Both a future that is done and one that has panicked may panic in its drop.
            Ok(Poll::Ready(output)) => {
                let dropped = catch_unwind(AssertUnwindSafe(|| future.set(None)));
                Poll::Ready(dropped.map(|()| output))
            }
            Err(payload) => {
                if let Err(again) = catch_unwind(AssertUnwindSafe(|| future.set(None))) {
                    drop_contained(again);
                }
                Poll::Ready(Err(payload))
            }
        }
    })
    .await
}

/// As [`contained`], and whatever the future calls is called by this activity.
pub(crate) async fn attributed<F: Future>(mut activity: Activity, future: F) -> Result<F::Output, Payload> {
    let mut future = pin!(contained(future));
    let output = std::future::poll_fn(|cx| {
        let polled = current::during(&mut activity, || future.as_mut().poll(cx));
        if polled.is_pending() {
            // From here on its caller's time runs out: what it calls later has less of it.
            activity.until.settle();
        }
        polled
    })
    .await;
    deadlock::forget(&activity);
    output
}
