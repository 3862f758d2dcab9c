//! Those who are on their way to a server through a place that is about to lead elsewhere.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::contain::wake;
use crate::mutants::mutant;
use crate::sync::Lock;

/// Counts who has been shown the way and has not delivered his message yet.
pub(crate) struct Gate {
    state: Lock<State>,
}

struct State {
    inside: usize,
    /// Whoever waits until nobody is.
    waiting: Option<Waker>,
}

impl Gate {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { state: Lock::new(State { inside: 0, waiting: None }) })
    }

    /// Whoever has this is on his way until it is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> Entered {
        self.state.lock().inside += 1;
        Entered { gate: Arc::clone(self), behind: None }
    }

    /// Whether nobody is on his way any more; nobody enters meanwhile.
    pub(crate) fn poll_empty(&self, cx: &Context<'_>) -> Poll<()> {
        mutant!("gate_waits_for_nobody" => return Poll::Ready(()));
        let mut state = self.state.lock();
        if state.inside == 0 {
            return Poll::Ready(());
        }
        let last = state.waiting.replace(cx.waker().clone());
        drop(state);
        drop(last);
        Poll::Pending
    }
}

/// Somebody who is on his way: held until his message is delivered, or has run where it was made.
pub(crate) struct Entered {
    gate: Arc<Gate>,
    /// Where the place leads to another of its kind.
    behind: Option<Box<Self>>,
}

impl Entered {
    pub(crate) fn and(mut self, behind: Option<Self>) -> Self {
        self.behind = behind.map(Box::new);
        self
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock();
        state.inside -= 1;
        let waiting = if state.inside == 0 { state.waiting.take() } else { None };
        drop(state);
        wake(waiting);
    }
}
