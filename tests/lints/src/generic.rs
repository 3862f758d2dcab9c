//! A server with parameters of its own.

use core::hash::Hash;
use std::collections::HashMap;

use callcast::prelude::*;

/// Keeps.
#[derive(Debug)]
pub struct Cache<K, V, const N: usize = 16> {
    /// What there is.
    entries: HashMap<K, V>,
}

#[server(inline = true)]
impl<K, V, const N: usize> Cache<K, V, N>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
{
    /// Makes one.
    #[init]
    #[inline]
    #[must_use]
    pub fn create() -> Self {
        Self { entries: HashMap::with_capacity(N) }
    }

    /// Looks up.
    #[call]
    #[inline]
    #[must_use]
    pub fn take(&mut self, key: K) -> Option<V> {
        self.entries.remove_entry(&key).map(|(old, value)| {
            drop((old, key));
            value
        })
    }

    /// Keeps.
    #[cast]
    #[inline]
    pub fn put(&mut self, key: K, value: V) {
        drop(self.entries.insert(key, value));
    }

    /// Forgets.
    #[info]
    #[inline]
    pub fn forget(&mut self, key: K) {
        drop(self.entries.remove(&key));
        drop(key);
    }
}
