//! The entries of one part of a registry, found by their keys.

use std::borrow::Borrow;
use std::sync::{Arc, Weak};

use hashbrown::HashTable;

use crate::client::Client;
use crate::kind::{EngineOf, Protocol, Shared};
use crate::life::Life;
use crate::mutants::mutant;
use crate::registry::record::{Row, Rows};

pub(super) struct Table<K, S: Protocol, V> {
    slots: HashTable<Slot<K, S, V>>,
    /// How many entries there are, those of one key counted each.
    entries: usize,
}

/// All entries of one key; there is one at least.
struct Slot<K, S: Protocol, V> {
    /// So that a table that grows asks nothing of the user's.
    hash: u64,
    /// As the entries have it: what a look-up needs stands together, where the cache finds it.
    key: K,
    /// What the first of the entries leads to, here as well: a look-up has it before it has read the entry.
    lead: Option<Lead<S>>,
    rows: Rows<K, S, V>,
}

/// An entry that was taken out, with the table's key where it was the last: both are the user's, and are dropped
/// outside our locks.
pub(super) struct Removed<K, S: Protocol, V> {
    pub(super) row: Row<K, S, V>,
    _key: Option<K>,
}

/// Where a look-up goes.
struct Lead<S: Protocol> {
    client: Weak<Client<EngineOf<S>>>,
    life: Arc<Life>,
}

impl<S: Protocol> Lead<S> {
    /// The server, unless its end is decided. What is given back may be the last that keeps an agent: it is not to be
    /// dropped under a lock of ours.
    #[inline]
    fn upgrade(&self) -> Option<Shared<S>> {
        mutant!("registry_leads_to_the_dead" => return self.client.upgrade());
        if self.life.is_alive() { self.client.upgrade() } else { None }
    }
}

impl<K, S: Protocol, V> Default for Table<K, S, V> {
    fn default() -> Self {
        Self { slots: HashTable::new(), entries: 0 }
    }
}

impl<K, S: Protocol, V> Table<K, S, V> {
    pub(super) const fn entries(&self) -> usize {
        self.entries
    }

    /// The entries of each key.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Rows<K, S, V>> {
        self.slots.iter().map(|slot| &slot.rows)
    }

    #[inline]
    pub(super) fn find<Q>(&self, hash: u64, key: &Q) -> Option<&Rows<K, S, V>>
    where
        K: Borrow<Q>,
        Q: Eq + ?Sized,
    {
        // A key whose `Eq` panics does so here, where nothing has changed.
        self.slots.find(hash, |slot| slot.is_of(hash, key)).map(|slot| &slot.rows)
    }

    /// The server that a key leads to: that of the first of its entries.
    #[inline]
    pub(super) fn lead<Q>(&self, hash: u64, key: &Q) -> Option<Shared<S>>
    where
        K: Borrow<Q>,
        Q: Eq + ?Sized,
    {
        self.slots.find(hash, |slot| slot.is_of(hash, key))?.lead.as_ref()?.upgrade()
    }

    /// An entry can be called from now on.
    pub(super) fn opened(&mut self, row: &Row<K, S, V>) {
        if let Some(slot) = self.slots.find_mut(row.hash, |slot| slot.has(row)) {
            slot.look();
        }
    }

    /// Puts an entry in, for a key of which it is known whether there are entries; runs nothing of the user's.
    /// The key comes back where there are such.
    pub(super) fn insert(&mut self, row: Row<K, S, V>, key: K, sibling: Option<&Row<K, S, V>>) -> Option<K> {
        let hash = row.hash;
        self.entries += 1;
        if let Some(slot) = sibling.and_then(|sibling| self.slot_with(sibling)) {
            slot.rows.insert(row);
            slot.look();
            return Some(key);
        }
        let mut slot = Slot { hash, key, lead: None, rows: Rows::default() };
        slot.rows.insert(row);
        slot.look();
        self.slots.insert_unique(hash, slot, |slot| slot.hash);
        None
    }

    /// Puts an entry in the place of this very one; `false` where that has gone.
    pub(super) fn replace(&mut self, old: &Row<K, S, V>, new: Row<K, S, V>) -> bool {
        let Some(slot) = self.slot_with(old) else { return false };
        // It may have been opened since it was copied.
        if let (None, Some(client)) = (new.weak(), old.weak()) {
            new.open(client.clone());
        }
        slot.rows.insert(new);
        slot.look();
        true
    }

    /// The entries among which this very one is.
    fn slot_with(&mut self, row: &Row<K, S, V>) -> Option<&mut Slot<K, S, V>> {
        self.slots.find_mut(row.hash, |slot| slot.has(row))
    }

    /// Takes this very entry out, whatever else has the key by now; runs nothing of the user's.
    pub(super) fn remove(&mut self, row: &Row<K, S, V>) -> Option<Removed<K, S, V>> {
        let mut found = self.slots.find_entry(row.hash, |slot| slot.has(row)).ok()?;
        let row = found.get_mut().rows.remove(row)?;
        self.entries -= 1;
        if found.get().rows.len() != 0 {
            found.get_mut().look();
            return Some(Removed { row, _key: None });
        }
        let (slot, _) = found.remove();
        self.shrink();
        Some(Removed { row, _key: Some(slot.key) })
    }

    /// Gives memory back when there is eight times too much of it; so each removal pays but a share of that.
    fn shrink(&mut self) {
        let (len, capacity) = (self.slots.len(), self.slots.capacity());
        if len == 0 {
            self.slots = HashTable::new();
        } else if capacity > 64 && len < capacity / 8 {
            self.slots.shrink_to(2 * len, |slot| slot.hash);
        }
    }
}

impl<K, S: Protocol, V> Slot<K, S, V> {
    #[inline]
    fn is_of<Q>(&self, hash: u64, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Eq + ?Sized,
    {
        self.hash == hash && self.key.borrow() == key
    }

    fn has(&self, row: &Row<K, S, V>) -> bool {
        self.hash == row.hash && self.rows.has(row)
    }

    /// Looks where the first of the entries leads, after there may be another. What is dropped here keeps nobody: the
    /// entries have a life and a weak client of their own.
    fn look(&mut self) {
        self.lead = self.rows.first().and_then(|row| {
            let client = row.weak()?.clone();
            Some(Lead { client, life: Arc::clone(&row.life) })
        });
    }
}
