//! Which places' states are being handed over by what runs on this thread.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::ptr;

thread_local! {
    static HERE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Whether that happens within the hand-over of a place like this.
pub(super) fn is_within(is_one: impl Fn(*const ()) -> bool) -> bool {
    HERE.with(|here| here.borrow().iter().any(|place| is_one(ptr::without_provenance(*place))))
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
