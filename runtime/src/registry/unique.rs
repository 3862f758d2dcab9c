//! What only a registry of unique keys can do: look-ups and updates.

use std::borrow::Borrow;
use std::hash::Hash;

use crate::client::ClientOf as _;
use crate::kind::Protocol;
use crate::place::Place;
use crate::registry::error::UpdateError;
use crate::registry::{Entry, Registry, Unique};

impl<K, S, V> Registry<K, S, V, Unique>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
    V: Clone + Send + Sync + 'static,
{
    /// Returns a client of the server under a key; none from the moment at which its end is decided.
    #[must_use]
    #[inline]
    pub fn lookup<Q>(&self, key: &Q) -> Option<S::Client>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        Some(S::Client::from_place(Place::new(self.tables.upgrade(key)?)))
    }

    /// Returns the entry under a key: as [`lookup`](Self::lookup), with the value.
    #[must_use]
    pub fn entry<Q>(&self, key: &Q) -> Option<Entry<S, V>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        Entry::of(&self.tables.first(key)?)
    }

    /// Changes the value of a server's entry, and returns the new and the old one.
    ///
    /// The closure is given a clone, which no lock is held for; where another has updated the entry meanwhile, it runs
    /// again with that value.
    ///
    /// # Errors
    ///
    /// [`UpdateError`] where the server does not have the key. The closure has not run then, or what it did is not kept.
    pub fn update<Q>(
        &self,
        client: &S::Client,
        key: &Q,
        mut change: impl FnMut(&mut V),
    ) -> Result<(V, V), UpdateError>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let id = Self::id(client);
        loop {
            let row = self.tables.first(key).ok_or(UpdateError::NotRegistered)?;
            if Some(row.id()) != id {
                return Err(UpdateError::OwnedBy(row.id()));
            }
            let mut value = row.value.clone();
            change(&mut value);
            if self.tables.replace(&row, row.with(row.key.clone(), value.clone())) {
                return Ok((value, row.value.clone()));
            }
            if !self.tables.has_owner(row.id()) {
                return Err(UpdateError::NotRegistered);
            }
        }
    }
}
