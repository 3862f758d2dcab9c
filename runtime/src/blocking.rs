//! Waiting on a plain thread.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::coop;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls on this thread until there is a value, or for as long as the limit allows.
///
/// It keeps the limit by itself: a timer of a runtime might need this very thread.
pub(crate) fn block_on<T>(
    limit: Option<Duration>,
    mut poll: impl FnMut(&Context<'_>) -> Poll<T>,
) -> Option<T> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let cx = Context::from_waker(&waker);
    let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
    loop {
        if let Poll::Ready(value) = poll(&cx) {
            return Some(value);
        }
        let Some(deadline) = deadline else {
            thread::park();
            continue;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        thread::park_timeout(left);
    }
}

/// How many units tokio lets a task use before it has to yield, and more.
const MORE_THAN_A_BUDGET: usize = 256;

/// Whether this thread polls a task of a tokio runtime, so that blocking it would keep others from running.
///
/// tokio has no public question for that. But only within a task's poll is a budget used up; a thread that is merely
/// inside a runtime's context, and one of `spawn_blocking`, have none. What is used here is given back.
pub(crate) fn is_runtime_thread() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut cx = Context::from_waker(Waker::noop());
    let mut taken = Vec::new();
    let mut is_limited = false;
    while taken.len() < MORE_THAN_A_BUDGET && !is_limited {
        match coop::poll_proceed(&mut cx) {
            Poll::Ready(unit) => taken.push(unit),
            Poll::Pending => is_limited = true,
        }
    }
    // Each unit restores the budget as it was before it was taken: the first must be the last to do so.
    while taken.pop().is_some() {}
    is_limited
}

/// Has a task polled again when all that is ready by now has had its turn.
pub(crate) fn look_again(cx: &mut Context<'_>) {
    let is_alone =
        Handle::try_current().is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::CurrentThread);
    if is_alone {
        // Behind those too that have yielded: the handler may be one of them. Its first poll is all that is wanted.
        let _ = pin!(tokio::task::yield_now()).poll(cx);
    } else {
        // In the queue, from which another thread can take it if this one is kept busy.
        cx.waker().wake_by_ref();
    }
}
