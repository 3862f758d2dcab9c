//! One entry of a registry, and the entries that stand together.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, Weak};

use crate::client::{Client, ClientOf as _};
use crate::engine::Core as _;
use crate::id::ServerId;
use crate::kind::{EngineOf, Protocol, Shared};
use crate::life::Life;
use crate::mutants::mutant;
use crate::place::Place;

/// An entry. It is shared, so that what is the user's in it is cloned, compared and dropped outside our locks.
pub(super) struct Record<K, S: Protocol, V> {
    pub(super) key: K,
    /// The key's hash: a table that grows, and a removal, ask nothing of the user's.
    pub(super) hash: u64,
    pub(super) life: Arc<Life>,
    /// Its number among all entries of the registry; a record that takes another's place, with another value, has the same.
    pub(super) number: u64,
    /// Set when there is something to be called: an entry that was claimed for an agent has nothing before its `init` is
    /// done.
    client: OnceLock<Weak<Client<EngineOf<S>>>>,
    pub(super) value: V,
}

pub(super) type Row<K, S, V> = Arc<Record<K, S, V>>;

/// Which of a server's entries it is.
type Rank = (ServerId, u64);

impl<K, S: Protocol, V> Record<K, S, V> {
    pub(super) fn new(key: K, hash: u64, life: Arc<Life>, number: u64, value: V) -> Self {
        Self { key, hash, life, number, client: OnceLock::new(), value }
    }

    /// The same entry with another value.
    pub(super) fn with(&self, key: K, value: V) -> Self {
        let (hash, life, number) = (self.hash, Arc::clone(&self.life), self.number);
        Self { key, hash, life, number, client: self.client.clone(), value }
    }

    pub(super) fn id(&self) -> ServerId {
        self.life.id()
    }

    fn rank(&self) -> Rank {
        (self.id(), self.number)
    }

    /// The server can be called from now on.
    pub(super) fn open(&self, client: Weak<Client<EngineOf<S>>>) {
        // A spec that is started again opens the new server's entries alone: each is opened once.
        drop(self.client.set(client));
    }

    /// What leads to its server, once it has been opened.
    pub(super) fn weak(&self) -> Option<&Weak<Client<EngineOf<S>>>> {
        self.client.get()
    }

    /// Whether nobody can reach its server any more: an agent's last client has gone, though its end is not told yet.
    pub(super) fn is_vacant(&self) -> bool {
        self.client.get().is_some_and(|client| client.strong_count() == 0)
    }

    /// What leads to its server. What is given back may be the last that keeps an agent: it is not to be dropped under a
    /// lock of ours.
    #[inline]
    pub(super) fn upgrade(&self) -> Option<Shared<S>> {
        self.client.get()?.upgrade()
    }

    /// A client, unless the server's end is decided.
    pub(super) fn client(&self) -> Option<S::Client> {
        live::<S>(self.upgrade()?)
    }
}

/// A client of a server that was found, unless its end is decided.
#[inline]
pub(super) fn live<S: Protocol>(found: Shared<S>) -> Option<S::Client> {
    mutant!("registry_leads_to_the_dead" => return Some(S::Client::from_place(Place::new(found))));
    found.core.is_alive().then(|| S::Client::from_place(Place::new(found)))
}

/// Entries of one key, or of one server, in the order in which their servers were started, and each server's in that of
/// its registrations. One alone, as nearly all are, is kept without a tree.
pub(super) enum Rows<K, S: Protocol, V> {
    One(Row<K, S, V>),
    Many(BTreeMap<Rank, Row<K, S, V>>),
}

impl<K, S: Protocol, V> Default for Rows<K, S, V> {
    fn default() -> Self {
        Self::Many(BTreeMap::new())
    }
}

impl<K, S: Protocol, V> Rows<K, S, V> {
    #[inline]
    pub(super) fn first(&self) -> Option<&Row<K, S, V>> {
        match self {
            Self::One(row) => Some(row),
            Self::Many(rows) => rows.values().next(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Row<K, S, V>> {
        let (one, many) = match self {
            Self::One(row) => (Some(row), None),
            Self::Many(rows) => (None, Some(rows.values())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// Those of one server.
    pub(super) fn of(&self, id: ServerId) -> impl DoubleEndedIterator<Item = &Row<K, S, V>> {
        let (one, many) = match self {
            Self::One(row) => (Some(row).filter(|row| row.id() == id), None),
            Self::Many(rows) => (None, Some(rows.range((id, 0)..=(id, u64::MAX)))),
        };
        one.into_iter().chain(many.into_iter().flatten().map(|(_, row)| row))
    }

    /// Whether this very entry is here.
    pub(super) fn has(&self, row: &Row<K, S, V>) -> bool {
        match self {
            Self::One(one) => Arc::ptr_eq(one, row),
            Self::Many(rows) => rows.get(&row.rank()).is_some_and(|here| Arc::ptr_eq(here, row)),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(rows) => rows.len(),
        }
    }

    /// Puts an entry in, in the place of the one of the same rank, which comes out.
    pub(super) fn insert(&mut self, row: Row<K, S, V>) -> Option<Row<K, S, V>> {
        match self {
            Self::One(one) if one.rank() == row.rank() => return Some(std::mem::replace(one, row)),
            Self::One(one) => {
                let one = Arc::clone(one);
                *self = Self::Many(BTreeMap::from([(one.rank(), one), (row.rank(), row)]));
            }
            Self::Many(rows) if rows.is_empty() => *self = Self::One(row),
            Self::Many(rows) => return rows.insert(row.rank(), row),
        }
        None
    }

    /// Takes this very entry out, and none that has come in its place.
    pub(super) fn remove(&mut self, row: &Row<K, S, V>) -> Option<Row<K, S, V>> {
        if !self.has(row) {
            return None;
        }
        match self {
            Self::Many(rows) => rows.remove(&row.rank()),
            Self::One(_) => match std::mem::take(self) {
                Self::One(one) => Some(one),
                Self::Many(_) => None,
            },
        }
    }
}
