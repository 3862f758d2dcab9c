//! A store that has everything in memory, and loses it at its end.
//!
//! It only holds state, so it is an agent: a call runs where it is made. An agent's handlers never wait, so they are the
//! methods of the traits themselves, and `MemoryStore` is a [`Store`] like any other implementor of a trait:
//!
//! ```
//! use storage::memory::MemoryStore;
//! use storage::protocol::Store as _;
//!
//! let mut store = MemoryStore::new();
//! store.put("a".into(), b"1".into()).unwrap();
//! assert_eq!(store.size().unwrap(), 1);
//! ```

use std::collections::BTreeMap;

use callcast::prelude::*;

use crate::audit::{Audit, Counts, Tally};
use crate::protocol::{Entries, Store, StoreError};

/// Keeps entries in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    entries: BTreeMap<String, Vec<u8>>,
    tally: Tally,
}

#[agent(protocols(Store, Audit))]
impl MemoryStore {
    /// Returns one that is empty.
    #[init]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[agent]
impl Store for MemoryStore {
    fn get(&self, key: String) -> Result<Option<Vec<u8>>, StoreError> {
        self.tally.read();
        Ok(self.entries.get(&key).cloned())
    }

    fn put(&mut self, key: String, value: Vec<u8>) -> Result<(), StoreError> {
        self.tally.write();
        self.entries.insert(key, value);
        Ok(())
    }

    fn remove(&mut self, key: String) -> Result<bool, StoreError> {
        self.tally.write();
        Ok(self.entries.remove(&key).is_some())
    }

    fn forget(&mut self, key: String) {
        self.tally.write();
        self.entries.remove(&key);
    }

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.tally.read();
        Ok(self.entries.keys().cloned().collect())
    }

    fn entries(&self) -> Result<Entries, StoreError> {
        self.tally.read();
        Ok(self.entries.clone().into_iter().collect())
    }
}

#[agent]
impl Audit for MemoryStore {
    fn counts(&self) -> Counts {
        self.tally.counts()
    }
}
