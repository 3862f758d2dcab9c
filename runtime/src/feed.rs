//! A feed: what happens is told to whoever listens, in order, and costs a load while nobody does.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};

use crate::contain::wake;
use crate::sync::Lock;
use crate::sync::atomic::{AtomicUsize, Ordering};

/// Where events go in.
pub(crate) struct Feed<T> {
    count: AtomicUsize,
    listeners: Lock<Vec<Weak<Queue<T>>>>,
}

/// Where one listener's events come out.
pub(crate) struct Listener<T>(Arc<Queue<T>>);

struct Queue<T>(Lock<Buffer<T>>);

struct Buffer<T> {
    events: VecDeque<T>,
    waker: Option<Waker>,
    is_over: bool,
}

impl<T> Default for Feed<T> {
    fn default() -> Self {
        Self { count: AtomicUsize::new(0), listeners: Lock::new(Vec::new()) }
    }
}

impl<T: Clone> Feed<T> {
    pub(crate) fn listen(&self) -> Listener<T> {
        let buffer = Buffer { events: VecDeque::new(), waker: None, is_over: false };
        let queue = Arc::new(Queue(Lock::new(buffer)));
        let mut listeners = self.listeners.lock();
        listeners.push(Arc::downgrade(&queue));
        self.count.store(listeners.len(), Ordering::Release);
        Listener(queue)
    }

    pub(crate) fn has_listeners(&self) -> bool {
        self.count.load(Ordering::Acquire) != 0
    }

    /// Tells all who listen; those who have gone are forgotten.
    pub(crate) fn send(&self, event: &T) {
        self.each(|buffer| buffer.events.push_back(event.clone()));
    }

    /// Nothing more will come.
    pub(crate) fn close(&self) {
        self.each(|buffer| buffer.is_over = true);
    }

    /// Notices that a listener has gone, before the next event does.
    pub(crate) fn forget_the_gone(&self) {
        self.each(|_| ());
    }

    fn each(&self, change: impl Fn(&mut Buffer<T>)) {
        if !self.has_listeners() {
            return;
        }
        let mut wakers = Vec::new();
        let mut listeners = self.listeners.lock();
        listeners.retain(|listener| match listener.upgrade() {
            Some(queue) => {
                let mut buffer = queue.0.lock();
                change(&mut buffer);
                if buffer.is_over || !buffer.events.is_empty() {
                    wakers.extend(buffer.waker.take());
                }
                true
            }
            None => false,
        });
        self.count.store(listeners.len(), Ordering::Release);
        drop(listeners);
        wakers.into_iter().for_each(wake);
    }
}

impl<T> Listener<T> {
    /// The next event; none when nothing more will come.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Option<T>> {
        let mut buffer = self.0.0.lock();
        match buffer.events.pop_front() {
            Some(event) => Poll::Ready(Some(event)),
            None if buffer.is_over => Poll::Ready(None),
            None => {
                let earlier = buffer.waker.replace(cx.waker().clone());
                drop(buffer);
                drop(earlier);
                Poll::Pending
            }
        }
    }
}
