//! `ReplyStream` and `Replies`: many replies to one call.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::contain::wake;
use crate::life::{Ended, Life};
use crate::sync::Lock;

/// How many replies a stream holds before its sender has to wait.
pub const REPLY_STREAM_CAPACITY: usize = 64;

struct State<T> {
    items: VecDeque<T>,
    /// Whether the sending end has gone: no more will come.
    finished: bool,
    /// Whether the receiving end has gone: nobody wants more.
    unwanted: bool,
    receiver: Option<Waker>,
    sender: Option<Waker>,
}

pub(crate) fn channel<T>(life: Arc<Life>) -> (ReplyStream<T>, Replies<T>) {
    let shared = Arc::new(Lock::new(State {
        items: VecDeque::new(),
        finished: false,
        unwanted: false,
        receiver: None,
        sender: None,
    }));
    (
        ReplyStream { shared: Arc::clone(&shared), life: Arc::clone(&life) },
        Replies { shared, server: Ended::new(life) },
    )
}

/// The server's end of a stream of replies; a `#[call]` handler takes one to reply many times.
///
/// The client gets the other end, [`Replies`]. It holds 64 replies; dropping this end, which the server's own end does
/// at the latest, ends the stream.
pub struct ReplyStream<T> {
    shared: Arc<Lock<State<T>>>,
    life: Arc<Life>,
}

impl<T> ReplyStream<T> {
    /// Sends a reply, and waits for room where the client is slow.
    ///
    /// # Errors
    ///
    /// The reply, where the client has dropped its end, or the server has ended.
    ///
    /// # Cancel safety
    ///
    /// A future dropped before it is done has sent nothing, and the reply is lost with it.
    pub async fn send(&mut self, reply: T) -> Result<(), T> {
        let mut reply = Some(reply);
        std::future::poll_fn(move |cx| {
            let Some(value) = reply.take() else { return Poll::Ready(Ok(())) };
            match self.push(value, Some(cx)) {
                Ok(()) => Poll::Ready(Ok(())),
                Err(value) if self.is_closed() => Poll::Ready(Err(value)),
                Err(value) => {
                    reply = Some(value);
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Sends a reply if there is room for it.
    ///
    /// # Errors
    ///
    /// The reply, where the stream is full or the client has dropped its end ([`is_closed`](Self::is_closed)).
    pub fn try_send(&mut self, reply: T) -> Result<(), T> {
        self.push(reply, None)
    }

    /// Says whether the client has dropped its end.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.lock().unwanted || self.life.has_ended()
    }

    fn push(&self, reply: T, cx: Option<&Context<'_>>) -> Result<(), T> {
        if self.is_closed() {
            return Err(reply);
        }
        let mut state = self.shared.lock();
        if state.items.len() >= REPLY_STREAM_CAPACITY {
            state.sender = cx.map(|cx| cx.waker().clone());
            return Err(reply);
        }
        state.items.push_back(reply);
        let receiver = state.receiver.take();
        drop(state);
        wake(receiver);
        Ok(())
    }
}

impl<T> Drop for ReplyStream<T> {
    fn drop(&mut self) {
        let receiver = {
            let mut state = self.shared.lock();
            state.finished = true;
            state.receiver.take()
        };
        wake(receiver);
    }
}

impl<T> fmt::Debug for ReplyStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyStream").field("server", &self.life.id()).finish_non_exhaustive()
    }
}

/// The client's end of a stream of replies: a [`Stream`] that ends with the server.
///
/// It holds 64 replies, and the server waits or does without while it is full. Dropping it tells the server that
/// nobody listens.
#[must_use = "replies are dropped where nobody takes them"]
pub struct Replies<T> {
    shared: Arc<Lock<State<T>>>,
    /// The end of the server is the end of its replies, wherever the other end has got to.
    server: Ended,
}

impl<T> Replies<T> {
    /// Returns the next reply, or `None` when there will be no more.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<T> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &Context<'_>) -> Poll<Option<T>> {
        let mut state = self.shared.lock();
        let Some(reply) = state.items.pop_front() else {
            if state.finished {
                return Poll::Ready(None);
            }
            state.receiver = Some(cx.waker().clone());
            drop(state);
            return self.server.poll(cx).map(|_| None);
        };
        let sender = state.sender.take();
        drop(state);
        wake(sender);
        Poll::Ready(Some(reply))
    }
}

impl<T> Stream for Replies<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.poll(cx)
    }
}

impl<T> Drop for Replies<T> {
    fn drop(&mut self) {
        let (items, sender) = {
            let mut state = self.shared.lock();
            state.unwanted = true;
            (std::mem::take(&mut state.items), state.sender.take())
        };
        drop(items);
        wake(sender);
    }
}

impl<T> fmt::Debug for Replies<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replies").finish_non_exhaustive()
    }
}
