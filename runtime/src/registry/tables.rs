//! What a registry is: who is entered where, by key and by server.
//!
//! Locks are taken in this order: a server's part of `owners`, a key's part of `keys`, the listeners, a `Life`. Nothing
//! of the user's runs under any of them but the `Eq` of keys, and that before anything is changed, so that its panic
//! leaves all as it was. Whatever is taken out or to be woken goes into an [`After`], which outlives the locks.
//!
//! **An entry never outlives its server**: whoever enters a server that has no entries yet has its life hold them
//! (`Life::hold`), under the lock of `owners`. Where the end is decided by then, nothing is held and nothing entered.
//! Where it is decided later, the life gives back what it holds, and waits for that lock to do so: whatever was entered
//! under it is there to be taken out.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::task::Waker;

use hashbrown::DefaultHashBuilder;

use crate::contain::wake;
use crate::engine::Core as _;
use crate::exit::drop_contained;
use crate::id::ServerId;
use crate::kind::{Protocol, Shared};
use crate::life::{Hold, Life};
use crate::mutants::mutant;
use crate::registry::events::{Change, Events, Listeners, Told};
use crate::registry::locks::Locks;
use crate::registry::meta::Meta;
use crate::registry::record::{Record, Row, Rows};
use crate::registry::shards::Shards;
use crate::registry::table::{Removed, Table};
use crate::registry::turns::Turns;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Lock, SharedLock};

pub(super) struct Tables<K, S: Protocol, V> {
    /// Whether a key has one entry at most.
    is_unique: bool,
    /// With a key of its own: others may choose the keys, and are not to choose where they collide.
    hasher: DefaultHashBuilder,
    keys: Shards<SharedLock<Table<K, S, V>>>,
    owners: Shards<Lock<Owners<K, S, V>>>,
    listeners: Arc<Listeners<K>>,
    /// The number of the last entry.
    last: AtomicU64,
    pub(super) locks: Arc<Locks<K>>,
    pub(super) turns: Arc<Turns<K>>,
    pub(super) meta: Meta,
}

type Owners<K, S, V> = HashMap<ServerId, Owner<K, S, V>>;

/// A server that has entries.
struct Owner<K, S: Protocol, V> {
    /// Has them taken out when the server has ended.
    hold: Hold,
    rows: Rows<K, S, V>,
}

/// Why a server was not entered.
pub(super) enum Refusal {
    /// Another has the key.
    Taken(Arc<Life>),
    /// Its end is decided.
    Gone,
}

/// What is to be done when no lock of ours is held.
struct After<K, S: Protocol, V> {
    wakers: Vec<Waker>,
    rows: Vec<Row<K, S, V>>,
    removed: Vec<Removed<K, S, V>>,
    key: Option<K>,
    hold: Option<Hold>,
    /// A listener that goes meanwhile leaves here what it has not read.
    told: Told<K>,
}

impl<K, S: Protocol, V> Default for After<K, S, V> {
    fn default() -> Self {
        let (wakers, rows, removed, told) = (Vec::new(), Vec::new(), Vec::new(), Told::default());
        Self { wakers, rows, removed, key: None, hold: None, told }
    }
}

impl<K, S: Protocol, V> After<K, S, V> {
    fn run(self) {
        let Self { wakers, rows, removed, key, hold, told } = self;
        wakers.into_iter().for_each(wake);
        drop(hold);
        rows.into_iter().for_each(drop_contained);
        removed.into_iter().for_each(drop_contained);
        drop_contained(key);
        told.let_go();
    }
}

impl<K, S: Protocol, V> Tables<K, S, V> {
    pub(super) fn new(is_unique: bool, shards: usize) -> Arc<Self> {
        Arc::new(Self {
            is_unique,
            hasher: DefaultHashBuilder::default(),
            keys: Shards::new(shards),
            owners: Shards::new(shards),
            listeners: Arc::default(),
            last: AtomicU64::new(0),
            locks: Locks::new(shards),
            turns: Turns::new(),
            meta: Meta::default(),
        })
    }

    #[inline]
    pub(super) fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        self.hasher.hash_one(key)
    }

    fn owners_of(&self, id: ServerId) -> &Lock<Owners<K, S, V>> {
        self.owners.of(self.hasher.hash_one(id))
    }

    /// An entry that has not been made yet.
    pub(super) fn record(&self, life: &Arc<Life>, key: K, value: V) -> Record<K, S, V>
    where
        K: Hash,
    {
        // Only uniqueness matters: nothing is published through this counter.
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        let hash = self.hash(&key);
        Record::new(key, hash, Arc::clone(life), number, value)
    }

    /// The client that a key leads to: of the first of its entries, which in a unique registry is the only one.
    #[inline]
    pub(super) fn upgrade<Q>(&self, key: &Q) -> Option<Shared<S>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let hash = self.hash(key);
        let table = self.keys.of(hash).read();
        let found = table.lead(hash, key);
        drop(table);
        found
    }

    /// What is read of a key's entries under its lock: nothing of the user's.
    pub(super) fn read<Q, T>(&self, key: &Q, read: impl FnOnce(Option<&Rows<K, S, V>>) -> T) -> T
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let hash = self.hash(key);
        let table = self.keys.of(hash).read();
        read(table.find(hash, key))
    }

    /// The first entry of a key.
    pub(super) fn first<Q>(&self, key: &Q) -> Option<Row<K, S, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.read(key, |rows| rows.and_then(Rows::first).cloned())
    }

    /// The entries of a key.
    pub(super) fn all<Q>(&self, key: &Q) -> Vec<Row<K, S, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.read(key, |rows| rows.into_iter().flat_map(Rows::iter).cloned().collect())
    }

    /// The entries of a key that one server has.
    pub(super) fn own<Q>(&self, id: ServerId, key: &Q) -> Vec<Row<K, S, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.read(key, |rows| rows.into_iter().flat_map(|rows| rows.of(id)).cloned().collect())
    }

    /// The last of them.
    pub(super) fn last_own<Q>(&self, id: ServerId, key: &Q) -> Option<Row<K, S, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.read(key, |rows| rows?.of(id).next_back().cloned())
    }

    /// All entries of a server.
    pub(super) fn owned(&self, id: ServerId) -> Vec<Row<K, S, V>> {
        let owners = self.owners_of(id).lock();
        owners.get(&id).into_iter().flat_map(|owner| owner.rows.iter()).cloned().collect()
    }

    /// Whether a server has entries that are not about to be taken out.
    pub(super) fn has_owner(&self, id: ServerId) -> bool {
        self.owners_of(id).lock().contains_key(&id)
    }

    /// All entries, part by part: each part as it is when it is come to.
    pub(super) fn parts<T>(&self, read: fn(&Table<K, S, V>) -> T) -> impl Iterator<Item = T> {
        self.keys.iter().map(move |table| read(&table.read()))
    }

    /// All entries at one moment, and all changes from that moment on.
    pub(super) fn watch(&self) -> (Vec<Row<K, S, V>>, Events<K>) {
        let tables: Vec<_> = self.keys.iter().map(SharedLock::read).collect();
        let rows = tables.iter().flat_map(|table| table.iter()).flat_map(Rows::iter).cloned().collect();
        let events = Listeners::listen(&self.listeners);
        drop(tables);
        (rows, events)
    }

    /// The same for one key.
    pub(super) fn watch_key(&self, key: K) -> (Vec<Row<K, S, V>>, Events<K>)
    where
        K: Hash + Eq,
    {
        let hash = self.hash(&key);
        let table = self.keys.of(hash).read();
        let rows = table.find(hash, &key).into_iter().flat_map(Rows::iter).cloned().collect();
        let events = Listeners::listen_to(&self.listeners, hash, key);
        drop(table);
        (rows, events)
    }

    /// The server can be called from now on: opens what was claimed for it.
    pub(super) fn open(&self, client: &Shared<S>) {
        let id = client.core.id();
        let owners = self.owners_of(id).lock();
        for row in owners.get(&id).into_iter().flat_map(|owner| owner.rows.iter()) {
            row.open(Arc::downgrade(client));
            self.keys.of(row.hash).write().opened(row);
        }
    }
}

impl<K, S, V> Tables<K, S, V>
where
    K: Eq + Clone + Send + Sync + 'static,
    S: Protocol,
    V: Send + Sync + 'static,
{
    /// Enters a server, or leaves everything as it was.
    pub(super) fn enter(self: &Arc<Self>, record: Record<K, S, V>) -> Result<(), Refusal> {
        let mut after = After::default();
        let key = record.key.clone();
        let row = Arc::new(record);
        let result = self.enter_locked(&row, key, &mut after);
        after.run();
        result
    }

    fn enter_locked(
        self: &Arc<Self>,
        row: &Row<K, S, V>,
        key: K,
        after: &mut After<K, S, V>,
    ) -> Result<(), Refusal> {
        let id = row.id();
        if !row.life.is_alive() {
            return Err(Refusal::Gone);
        }
        let mut owners = self.owners_of(id).lock();
        let mut table = self.keys.of(row.hash).write();
        let sibling = table.find(row.hash, &row.key).and_then(Rows::first).cloned();
        let vacant = match &sibling {
            Some(taken) if self.is_unique && !taken.is_vacant() => {
                return Err(Refusal::Taken(Arc::clone(&taken.life)));
            }
            sibling => sibling.as_ref().filter(|_| self.is_unique),
        };
        after.told = self.listeners.of(row.hash, &row.key);
        let owner = self.owner(&mut owners, row).ok_or(Refusal::Gone)?;
        // From here on nothing fails.
        if let Some(vacant) = vacant
            && let Some(vacant) = table.remove(vacant)
        {
            after.told.tell(Change::Unregistered, &vacant.row, &mut after.wakers);
            after.removed.push(vacant);
        }
        after.key = table.insert(Arc::clone(row), key, sibling.as_ref());
        owner.rows.insert(Arc::clone(row));
        after.told.tell(Change::Registered, row, &mut after.wakers);
        mutant!("registry_lets_listeners_go_under_its_locks" => drop(std::mem::take(&mut after.told)));
        after.rows.extend(sibling);
        Ok(())
    }

    /// Where a server's entries are listed; none where its end is decided.
    fn owner<'a>(
        self: &Arc<Self>,
        owners: &'a mut Owners<K, S, V>,
        row: &Row<K, S, V>,
    ) -> Option<&'a mut Owner<K, S, V>> {
        use std::collections::hash_map::Entry;

        match owners.entry(row.id()) {
            Entry::Occupied(owner) => Some(owner.into_mut()),
            Entry::Vacant(vacant) => {
                let (tables, id) = (Arc::downgrade(self), row.id());
                let hold = row.life.hold(Box::new(move || Self::ended(&tables, id)));
                mutant!("registry_enters_the_dead" if hold.is_none() => {
                    let hold = Life::new("model").hold(Box::new(|| {}))?;
                    return Some(vacant.insert(Owner { hold, rows: Rows::default() }));
                });
                Some(vacant.insert(Owner { hold: hold?, rows: Rows::default() }))
            }
        }
    }

    /// A server has ended: takes out what is left of it.
    fn ended(tables: &Weak<Self>, id: ServerId) {
        if let Some(tables) = tables.upgrade() {
            tables.take_out(id);
            // It may be the last that has it.
            drop_contained(tables);
        }
    }

    fn take_out(&self, id: ServerId) {
        let mut owners = self.owners_of(id).lock();
        let owner = owners.remove(&id);
        shrink(&mut owners);
        drop(owners);
        let Some(Owner { hold, rows }) = owner else { return };
        drop(hold);
        for row in rows.iter() {
            let mut after = After::default();
            self.leave(row, &mut after);
            after.run();
        }
        if let Rows::Many(rows) = rows {
            rows.into_values().for_each(drop_contained);
        } else {
            drop_contained(rows);
        }
    }

    /// Takes out this very entry of a server that has ended, whatever else has its key by now.
    fn leave(&self, row: &Row<K, S, V>, after: &mut After<K, S, V>) {
        let mut table = self.keys.of(row.hash).write();
        // A listener's key whose `Eq` panics is not told, and keeps nothing here.
        after.told =
            catch_unwind(AssertUnwindSafe(|| self.listeners.of(row.hash, &row.key))).unwrap_or_default();
        mutant!("registry_removes_by_key" => {
            let other = table.find(row.hash, &row.key).and_then(Rows::first).cloned();
            if let Some(other) = other { table.remove(&other); }
        });
        if let Some(removed) = table.remove(row) {
            after.told.tell(Change::Unregistered, &removed.row, &mut after.wakers);
            after.removed.push(removed);
        }
    }

    /// Takes out these entries of one server and one key, those of them that are still there, and says how many.
    pub(super) fn remove(&self, rows: &[Row<K, S, V>]) -> usize {
        let mut after = After::default();
        let removed = rows.first().map_or(0, |first| self.remove_locked(first, rows, &mut after));
        after.run();
        removed
    }

    fn remove_locked(
        &self,
        first: &Row<K, S, V>,
        rows: &[Row<K, S, V>],
        after: &mut After<K, S, V>,
    ) -> usize {
        let id = first.id();
        let mut owners = self.owners_of(id).lock();
        // Where it has ended meanwhile, its entries are about to go without us.
        let Some(owner) = owners.get_mut(&id) else { return 0 };
        let mut table = self.keys.of(first.hash).write();
        after.told = self.listeners.of(first.hash, &first.key);
        let mut count = 0;
        for row in rows {
            if let Some(removed) = table.remove(row) {
                after.told.tell(Change::Unregistered, &removed.row, &mut after.wakers);
                after.rows.extend(owner.rows.remove(row));
                after.removed.push(removed);
                count += 1;
            }
            mutant!("registry_counts_what_another_took" if count == 0 => count += 1);
        }
        drop(table);
        if owner.rows.len() == 0 {
            after.hold = owners.remove(&id).map(|owner| owner.hold);
            shrink(&mut owners);
        }
        count
    }

    /// Puts an entry with another value in the place of this very one; `false` where that has gone.
    pub(super) fn replace(&self, old: &Row<K, S, V>, new: Record<K, S, V>) -> bool {
        // Dropped after the locks where it is not put in; what comes out is kept by whoever has `old`.
        let new = Arc::new(new);
        let mut owners = self.owners_of(old.id()).lock();
        let mut table = self.keys.of(old.hash).write();
        let Some(owner) = owners.get_mut(&old.id()) else { return false };
        if !table.replace(old, Arc::clone(&new)) {
            return false;
        }
        owner.rows.insert(Arc::clone(&new));
        true
    }
}

/// As for [`Table`].
fn shrink<K, S: Protocol, V>(owners: &mut Owners<K, S, V>) {
    let (len, capacity) = (owners.len(), owners.capacity());
    if len == 0 {
        *owners = HashMap::new();
    } else if capacity > 64 && len < capacity / 8 {
        owners.shrink_to(2 * len);
    }
}

impl<K, S: Protocol, V> Drop for Tables<K, S, V> {
    fn drop(&mut self) {
        self.listeners.close();
    }
}
