//! A lock for each key, there while somebody wants it.

use std::fmt;
use std::hash::{BuildHasher as _, Hash};
use std::sync::Arc;

use hashbrown::HashTable;
use tokio::sync::{Mutex, OwnedMutexGuard};

use hashbrown::DefaultHashBuilder;

use crate::registry::shards::Shards;
use crate::sync::Lock;

/// The locks of a registry.
pub(super) struct Locks<K> {
    hasher: DefaultHashBuilder,
    wanted: Shards<Lock<Wanted<K>>>,
}

/// The locks that somebody has, or waits for.
struct Wanted<K>(HashTable<KeyLock<K>>);

impl<K> Default for Wanted<K> {
    fn default() -> Self {
        Self(HashTable::new())
    }
}

struct KeyLock<K> {
    hash: u64,
    key: K,
    mutex: Arc<Mutex<()>>,
    /// How many have it or wait for it: with the last it goes.
    users: usize,
}

impl<K> Locks<K> {
    pub(super) fn new(shards: usize) -> Arc<Self> {
        Arc::new(Self { hasher: DefaultHashBuilder::default(), wanted: Shards::new(shards) })
    }

    pub(super) async fn lock(self: &Arc<Self>, key: K) -> KeyGuard<K>
    where
        K: Hash + Eq,
    {
        let user = self.user(key);
        // Its waiters stand in line, and one that goes leaves the line.
        let guard = Arc::clone(&user.mutex).lock_owned().await;
        KeyGuard { _guard: guard, _user: user }
    }

    fn user(self: &Arc<Self>, key: K) -> User<K>
    where
        K: Hash + Eq,
    {
        let hash = self.hasher.hash_one(&key);
        let mutex = {
            let mut wanted = self.wanted.of(hash).lock();
            if let Some(lock) = wanted.0.find_mut(hash, |lock| lock.hash == hash && lock.key == key) {
                lock.users += 1;
                Arc::clone(&lock.mutex)
            } else {
                let mutex = Arc::new(Mutex::new(()));
                let lock = KeyLock { hash, key, mutex: Arc::clone(&mutex), users: 1 };
                wanted.0.insert_unique(hash, lock, |lock| lock.hash);
                mutex
            }
        };
        User { locks: Arc::clone(self), hash, mutex }
    }

    /// A user goes; the lock goes with the last.
    fn leave(&self, hash: u64, mutex: &Arc<Mutex<()>>) {
        let mut wanted = self.wanted.of(hash).lock();
        let is_this = |lock: &KeyLock<K>| Arc::ptr_eq(&lock.mutex, mutex);
        let Ok(mut found) = wanted.0.find_entry(hash, is_this) else { return };
        found.get_mut().users -= 1;
        let unused = (found.get().users == 0).then(|| found.remove().0);
        if wanted.0.is_empty() {
            wanted.0 = HashTable::new();
        }
        drop(wanted);
        drop(unused);
    }

    pub(super) fn len(&self) -> usize {
        self.wanted.iter().map(|wanted| wanted.lock().0.len()).sum()
    }
}

/// Somebody who has a lock, or waits for it.
struct User<K> {
    locks: Arc<Locks<K>>,
    hash: u64,
    mutex: Arc<Mutex<()>>,
}

impl<K> Drop for User<K> {
    fn drop(&mut self) {
        self.locks.leave(self.hash, &self.mutex);
    }
}

/// The lock of a key, as [`Registry::lock`](crate::Registry::lock) gives it: freed when this is dropped.
#[must_use = "the lock is freed when this is dropped"]
pub struct KeyGuard<K> {
    // The lock first: fields are dropped in the order in which they stand.
    _guard: OwnedMutexGuard<()>,
    _user: User<K>,
}

impl<K> fmt::Debug for KeyGuard<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyGuard").finish_non_exhaustive()
    }
}
