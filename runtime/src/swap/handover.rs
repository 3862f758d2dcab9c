//! Which places' states are being handed over by what runs on this thread.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;

thread_local! {
    static HERE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Whether that happens within the hand-over of this place: another swap of it would wait for itself.
pub(super) fn is_within(place: usize) -> bool {
    HERE.with(|here| here.borrow().contains(&place))
}

/// Polls what hands over the state of this place.
pub(super) async fn within<F: Future>(place: usize, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let _here = Here::enter(place);
        future.as_mut().poll(cx)
    })
    .await
}

/// Taken back also where the future panics.
struct Here;

impl Here {
    fn enter(place: usize) -> Self {
        HERE.with(|here| here.borrow_mut().push(place));
        Self
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        HERE.with(|here| here.borrow_mut().pop());
    }
}
