//! Whose turn it is to have a server started under a key: the others wait until that has claimed the key, and find it then.
//!
//! It spares starts that would come too late, and no more than that: who has the key, its claim decides.

use std::future::{Future as _, poll_fn};
use std::hash::{BuildHasher as _, Hash};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hashbrown::{DefaultHashBuilder, HashTable};
use tokio::sync::watch;

use crate::exit::drop_contained;
use crate::sync::Lock;
use crate::time::{Sleep, after};

/// How long others wait for one who has begun and is not polled again.
const LONGEST: Duration = Duration::from_secs(1);

/// The turns of a registry.
pub(super) struct Turns<K> {
    hasher: DefaultHashBuilder,
    begun: Lock<HashTable<Begun<K>>>,
}

struct Begun<K> {
    hash: u64,
    key: K,
    over: watch::Receiver<()>,
}

/// A turn: it is over when this is dropped.
pub(super) struct Turn<K> {
    turns: Arc<Turns<K>>,
    hash: u64,
    over: watch::Receiver<()>,
    /// All who wait are woken when it goes, and none of them has the next turn before he is polled.
    _owner: watch::Sender<()>,
}

/// Somebody else's turn.
pub(super) struct Theirs(watch::Receiver<()>);

impl<K> Turns<K> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { hasher: DefaultHashBuilder::default(), begun: Lock::default() })
    }

    /// Begins a turn, unless somebody has it other than the one who was waited for too long.
    pub(super) fn begin(self: &Arc<Self>, key: K, late: Option<&Theirs>) -> Result<Turn<K>, Theirs>
    where
        K: Hash + Eq,
    {
        let hash = self.hasher.hash_one(&key);
        let (owner, over) = watch::channel(());
        let mut begun = self.begun.lock();
        if let Some(there) = begun.find_mut(hash, |there| there.hash == hash && there.key == key) {
            if late.is_none_or(|late| !late.0.same_channel(&there.over)) {
                return Err(Theirs(there.over.clone()));
            }
            there.over = over.clone();
        } else {
            begun.insert_unique(hash, Begun { hash, key, over: over.clone() }, |begun| begun.hash);
        }
        drop(begun);
        Ok(Turn { turns: Arc::clone(self), hash, over, _owner: owner })
    }
}

impl<K> Drop for Turn<K> {
    fn drop(&mut self) {
        let mut begun = self.turns.begun.lock();
        let mine = begun.find_entry(self.hash, |there| there.over.same_channel(&self.over));
        let mine = mine.ok().map(|mine| mine.remove().0);
        if begun.is_empty() {
            *begun = HashTable::new();
        }
        drop(begun);
        drop_contained(mine);
    }
}

impl Theirs {
    /// Waits until it is over; `false` where that takes too long.
    pub(super) async fn is_over(&self) -> bool {
        let mut over = self.0.clone();
        let mut over = pin!(over.changed());
        let mut limit = after(LONGEST).map(Sleep::until);
        poll_fn(|cx| {
            if over.as_mut().poll(cx).is_ready() {
                return Poll::Ready(true);
            }
            limit.as_mut().map_or(Poll::Pending, |limit| limit.poll(cx).map(|()| false))
        })
        .await
    }
}
