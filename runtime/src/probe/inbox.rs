//! What has come to a probe, and who waits for more.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::contain::wake;
use crate::exit::drop_contained;
use crate::kind::Message as _;
use crate::probe::Received;
use crate::protocol::Spoken;
use crate::sync::Lock;

/// Shared by the probe, which takes messages out, and its agent, which puts them in.
pub(super) struct Inbox<P: Spoken>(Lock<State<P>>);

struct State<P: Spoken> {
    /// Not taken out yet.
    queue: VecDeque<Arrived<P>>,
    /// The handlers that all messages were for, in their order.
    names: Vec<&'static str>,
    /// Whether the agent has ended.
    closed: bool,
    /// Those who wait for the next message.
    waiting: Vec<Waker>,
}

/// A message, and which in the order of all it is.
pub(super) struct Arrived<P: Spoken> {
    pub(super) message: Received<P>,
    pub(super) index: usize,
}

/// Nothing more will come.
pub(super) struct Closed;

impl<P: Spoken> Inbox<P> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Lock::new(State {
            queue: VecDeque::new(),
            names: Vec::new(),
            closed: false,
            waiting: Vec::new(),
        })))
    }

    /// Takes the next message out.
    pub(super) fn take(&self) -> Option<Arrived<P>> {
        self.0.lock().queue.pop_front()
    }

    /// Takes the next message out, when there is one.
    pub(super) fn poll(&self, cx: &Context<'_>) -> Poll<Result<Arrived<P>, Closed>> {
        let mut state = self.0.lock();
        if let Some(arrived) = state.queue.pop_front() {
            return Poll::Ready(Ok(arrived));
        }
        if state.closed {
            return Poll::Ready(Err(Closed));
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
            state.waiting.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// All that has come so far.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.0.lock().names.clone()
    }

    /// What has not been taken out.
    pub(super) fn queued(&self) -> Vec<&'static str> {
        self.0.lock().queue.iter().map(|arrived| arrived.message.name()).collect()
    }

    /// What came before one, and what behind it that is still there.
    pub(super) fn around(&self, index: usize) -> (Vec<&'static str>, Vec<&'static str>) {
        let before = self.0.lock().names[..index].to_vec();
        (before, self.queued())
    }

    /// Changes the state, and then wakes those who wait.
    fn change(&self, change: impl FnOnce(&mut State<P>)) {
        let mut state = self.0.lock();
        change(&mut state);
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(wake);
    }
}

impl<P: Spoken> Drop for Inbox<P> {
    /// What nobody has taken out is the test's own, and a test that fails must not panic twice.
    fn drop(&mut self) {
        let left = std::mem::take(&mut self.0.get_mut().queue);
        left.into_iter().for_each(drop_contained);
    }
}

/// Where messages go in; the agent has it, and it closes with the agent.
pub(super) struct Inlet<P: Spoken>(pub(super) Arc<Inbox<P>>);

impl<P: Spoken> Inlet<P> {
    pub(super) fn push(&self, message: Received<P>) {
        self.0.change(|state| {
            let index = state.names.len();
            state.names.push(message.name());
            state.queue.push_back(Arrived { message, index });
        });
    }

    /// Notes a message that somebody else takes.
    pub(super) fn note(&self, name: &'static str) {
        self.0.0.lock().names.push(name);
    }
}

impl<P: Spoken> Drop for Inlet<P> {
    fn drop(&mut self) {
        self.0.change(|state| state.closed = true);
    }
}
