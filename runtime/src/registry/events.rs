//! Those who listen to what is registered and unregistered.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::contain::wake;
use crate::exit::drop_contained;
use crate::id::ServerId;
use crate::kind::Protocol;
use crate::registry::record::{Record, Row};
use crate::sync::Lock;
use crate::sync::atomic::{AtomicUsize, Ordering};

/// What has happened in a [`Registry`](crate::Registry), as its [`Events`] tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryEvent<K> {
    /// A server has come under a key.
    Registered {
        /// The key.
        key: K,
        /// The server.
        id: ServerId,
    },
    /// A server has gone from a key: it was taken out, or has ended.
    Unregistered {
        /// The key.
        key: K,
        /// The server.
        id: ServerId,
    },
}

/// The two kinds of events.
#[derive(Clone, Copy)]
pub(super) enum Change {
    Registered,
    Unregistered,
}

/// What an event needs of an entry, whatever else that has.
trait Keyed<K>: Send + Sync {
    fn key(&self) -> &K;
    fn id(&self) -> ServerId;
}

impl<K: Send + Sync, S: Protocol, V: Send + Sync> Keyed<K> for Record<K, S, V> {
    fn key(&self) -> &K {
        &self.key
    }

    fn id(&self) -> ServerId {
        self.life.id()
    }
}

/// An event that has not been read: its key is cloned when it is.
struct Notice<K> {
    change: Change,
    entry: Arc<dyn Keyed<K>>,
}

impl<K: Clone> Notice<K> {
    fn event(&self) -> RegistryEvent<K> {
        let (key, id) = (self.entry.key().clone(), self.entry.id());
        match self.change {
            Change::Registered => RegistryEvent::Registered { key, id },
            Change::Unregistered => RegistryEvent::Unregistered { key, id },
        }
    }
}

/// What one listener has not read yet.
struct Queue<K> {
    /// The only key that it wants to hear of, with its hash.
    only: Option<(u64, K)>,
    buffer: Lock<Buffer<K>>,
}

struct Buffer<K> {
    notices: VecDeque<Notice<K>>,
    waker: Option<Waker>,
    /// Whether the registry is gone, or the listener.
    closed: bool,
}

/// All who listen.
pub(super) struct Listeners<K> {
    /// How many there are: a registry to which nobody listens pays one load a change.
    count: AtomicUsize,
    queues: Lock<Queues<K>>,
}

struct Queues<K> {
    of_all: Vec<Arc<Queue<K>>>,
    /// Those of one key, by its hash.
    of_one: HashMap<u64, Vec<Arc<Queue<K>>>>,
}

impl<K> Default for Listeners<K> {
    fn default() -> Self {
        let queues = Queues { of_all: Vec::new(), of_one: HashMap::new() };
        Self { count: AtomicUsize::new(0), queues: Lock::new(queues) }
    }
}

impl<K> Listeners<K> {
    /// Begins to listen to all keys, under the locks of all.
    pub(super) fn listen(listeners: &Arc<Self>) -> Events<K> {
        let queue = Queue::new(None);
        listeners.queues.lock().of_all.push(Arc::clone(&queue));
        Self::added(listeners, queue)
    }

    /// Begins to listen to one key, under its lock.
    pub(super) fn listen_to(listeners: &Arc<Self>, hash: u64, key: K) -> Events<K> {
        let queue = Queue::new(Some((hash, key)));
        listeners.queues.lock().of_one.entry(hash).or_default().push(Arc::clone(&queue));
        Self::added(listeners, queue)
    }

    fn added(listeners: &Arc<Self>, queue: Arc<Queue<K>>) -> Events<K> {
        // Ordered by the lock of the keys that are listened to: whoever changes something there has it next.
        listeners.count.fetch_add(1, Ordering::Relaxed);
        Events { queue, listeners: Arc::clone(listeners) }
    }

    /// Those who want to hear of a key.
    pub(super) fn of(&self, hash: u64, key: &K) -> Told<K>
    where
        K: Eq,
    {
        if self.count.load(Ordering::Relaxed) == 0 {
            return Told::default();
        }
        let queues = self.queues.lock();
        let of_one = queues.of_one.get(&hash).into_iter().flatten().filter(|queue| queue.is_of(key));
        Told(queues.of_all.iter().chain(of_one).cloned().collect())
    }

    fn remove(&self, queue: &Arc<Queue<K>>) {
        let mut queues = self.queues.lock();
        let removed = match &queue.only {
            None => take(&mut queues.of_all, queue),
            Some((hash, _)) => {
                let removed = queues.of_one.get_mut(hash).and_then(|of_one| take(of_one, queue));
                if queues.of_one.get(hash).is_some_and(Vec::is_empty) {
                    queues.of_one.remove(hash);
                }
                removed
            }
        };
        drop(queues);
        drop(removed);
        self.count.fetch_sub(1, Ordering::Relaxed);
    }

    /// The registry is gone: what has been told can still be read.
    pub(super) fn close(&self) {
        let queues = self.queues.lock();
        let all: Vec<_> = queues.of_all.iter().chain(queues.of_one.values().flatten()).cloned().collect();
        drop(queues);
        for queue in all {
            let mut buffer = queue.buffer.lock();
            buffer.closed = true;
            let waker = buffer.waker.take();
            drop(buffer);
            wake(waker);
            drop_contained(queue);
        }
    }
}

/// Takes this very queue out.
fn take<K>(queues: &mut Vec<Arc<Queue<K>>>, queue: &Arc<Queue<K>>) -> Option<Arc<Queue<K>>> {
    let index = queues.iter().position(|other| Arc::ptr_eq(other, queue))?;
    Some(queues.swap_remove(index))
}

/// Those who are told of a change: known before anything is changed, since that asks the `Eq` of their keys.
pub(super) struct Told<K>(Vec<Arc<Queue<K>>>);

impl<K> Default for Told<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K> Told<K> {
    /// Lets go of them, under no lock: where one has stopped to listen meanwhile, what it has not read goes with that.
    pub(super) fn let_go(self) {
        self.0.into_iter().for_each(drop_contained);
    }
}

impl<K: Send + Sync + 'static> Told<K> {
    /// Tells them, under the lock of the key, so that all hear of its changes in their order.
    pub(super) fn tell<S, V>(&self, change: Change, row: &Row<K, S, V>, wakers: &mut Vec<Waker>)
    where
        S: Protocol,
        V: Send + Sync + 'static,
    {
        for queue in &self.0 {
            let mut buffer = queue.buffer.lock();
            if buffer.closed {
                continue;
            }
            buffer.notices.push_back(Notice { change, entry: Arc::<Record<K, S, V>>::clone(row) });
            wakers.extend(buffer.waker.take());
        }
    }
}

impl<K> Queue<K> {
    fn new(only: Option<(u64, K)>) -> Arc<Self> {
        let buffer = Buffer { notices: VecDeque::new(), waker: None, closed: false };
        Arc::new(Self { only, buffer: Lock::new(buffer) })
    }

    fn is_of(&self, key: &K) -> bool
    where
        K: Eq,
    {
        self.only.as_ref().is_some_and(|(_, only)| only == key)
    }
}

/// The changes of a [`Registry`](crate::Registry): a [`Stream`] of [`RegistryEvent`]s.
///
/// [`Registry::watch`](crate::Registry::watch) and [`watch_key`](crate::Registry::watch_key) give it, together with what
/// is registered at that moment. From then on each change is told once, and those of one key in their order. It ends when
/// the registry is dropped and all has been read; dropping it ends the listening.
///
/// What has not been read is kept, however much it is: whoever does not read on should drop it.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Events<K> {
    queue: Arc<Queue<K>>,
    listeners: Arc<Listeners<K>>,
}

impl<K: Clone> Events<K> {
    /// Waits for the next change, or returns `None` when the registry is gone.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses no change.
    pub async fn next(&mut self) -> Option<RegistryEvent<K>> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    fn poll_event(&self, cx: &Context<'_>) -> Poll<Option<RegistryEvent<K>>> {
        let mut buffer = self.queue.buffer.lock();
        let notice = buffer.notices.pop_front();
        if buffer.notices.is_empty() {
            // What a burst has needed is not kept for ever.
            buffer.notices.shrink_to(16);
        }
        let closed = buffer.closed;
        let earlier = match &notice {
            None if !closed => buffer.waker.replace(cx.waker().clone()),
            _ => None,
        };
        drop(buffer);
        drop(earlier);
        match notice {
            Some(notice) => Poll::Ready(Some(notice.event())),
            None if closed => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

impl<K: Clone> Stream for Events<K> {
    type Item = RegistryEvent<K>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<RegistryEvent<K>>> {
        self.poll_event(cx)
    }
}

impl<K> Drop for Events<K> {
    fn drop(&mut self) {
        self.listeners.remove(&self.queue);
        // Whoever has meant to tell it something is not to be the one who drops what has not been read.
        let mut buffer = self.queue.buffer.lock();
        buffer.closed = true;
        let unread = std::mem::take(&mut buffer.notices);
        drop(buffer);
        drop(unread);
    }
}

impl<K> fmt::Debug for Events<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unread = self.queue.buffer.lock().notices.len();
        f.debug_struct("Events").field("unread", &unread).finish_non_exhaustive()
    }
}
