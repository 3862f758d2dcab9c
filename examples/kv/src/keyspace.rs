//! All keys: which shard has which, and the commands on more than one of them.
//!
//! A command on several keys asks one shard after the other. Another client may come between, which Redis, with its one
//! thread, rules out.

use std::time::Instant;

use bytes::Bytes;
use callcast::{CallError, Partitions};

use crate::command::SetOptions;
use crate::entries::Size;
use crate::glob::Glob;
use crate::shard::{Shard, ShardClient};

/// The shards. A clone is another way to the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Keyspace {
    shards: Partitions<Shard>,
}

impl Keyspace {
    pub(crate) const fn new(shards: Partitions<Shard>) -> Self {
        Self { shards }
    }

    /// The shard that has `key`, if any has.
    pub(crate) fn shard(&self, key: &Bytes) -> ShardClient {
        self.shards.get(key)
    }

    /// All shards, one after the other.
    fn all(&self) -> impl Iterator<Item = ShardClient> {
        (0..self.shards.len()).map(|number| self.shards.at(number))
    }

    pub(crate) async fn get_all(
        &self,
        keys: Vec<Bytes>,
        now: Instant,
    ) -> Result<Vec<Option<Bytes>>, CallError> {
        let mut values = Vec::with_capacity(keys.len());
        for key in keys {
            values.push(self.shard(&key).get(key, now).await?);
        }
        Ok(values)
    }

    pub(crate) async fn set_all(&self, pairs: Vec<(Bytes, Bytes)>, now: Instant) -> Result<(), CallError> {
        for (key, value) in pairs {
            self.shard(&key).set(key, value, SetOptions::default(), now).await?;
        }
        Ok(())
    }

    /// Returns how many of the keys there were.
    pub(crate) async fn delete(&self, keys: Vec<Bytes>, now: Instant) -> Result<usize, CallError> {
        let mut deleted = 0;
        for key in keys {
            deleted += usize::from(self.shard(&key).delete(key, now).await?);
        }
        Ok(deleted)
    }

    /// Returns how many of the keys there are, counting one as often as it is named.
    pub(crate) async fn exist(&self, keys: Vec<Bytes>, now: Instant) -> Result<usize, CallError> {
        let mut found = 0;
        for key in keys {
            found += usize::from(self.shard(&key).exists(key, now).await?);
        }
        Ok(found)
    }

    pub(crate) async fn keys(&self, pattern: Glob, now: Instant) -> Result<Vec<Bytes>, CallError> {
        let mut keys = Vec::new();
        for shard in self.all() {
            keys.extend(shard.keys(pattern.clone(), now).await?);
        }
        Ok(keys)
    }

    pub(crate) async fn size(&self) -> Result<Size, CallError> {
        let mut sum = Size::default();
        for shard in self.all() {
            let Size { keys, with_deadline } = shard.size().await?;
            sum.keys += keys;
            sum.with_deadline += with_deadline;
        }
        Ok(sum)
    }

    pub(crate) async fn clear(&self) -> Result<(), CallError> {
        for shard in self.all() {
            shard.clear().await?;
        }
        Ok(())
    }

    /// A shard that fails meanwhile has lost its keys, expired or not, and those of the others are removed all the same.
    pub(crate) async fn remove_expired(&self, now: Instant) {
        for shard in self.all() {
            while shard.remove_expired(now).await == Ok(false) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use callcast::Restart;

    use super::*;

    #[tokio::test]
    async fn keys_are_spread_and_found_again() {
        let shards = callcast::PartitionSupervisor::new(4, |_| Shard::spec()).start().await.unwrap();
        let (keyspace, now) = (Keyspace::new(shards), Instant::now());
        let keys: Vec<Bytes> = (0..100).map(|number| format!("key:{number}").into()).collect();
        for key in &keys {
            let shard = keyspace.shard(key);
            let set = shard.set(key.clone(), key.clone(), SetOptions::default(), now);
            assert_eq!(set.await, Ok(true));
        }
        for key in keys {
            assert_eq!(keyspace.shard(&key).get(key.clone(), now).await, Ok(Some(key)));
        }
        for shard in keyspace.all() {
            assert_ne!(shard.size().await.unwrap().keys, 0, "a shard has no keys at all");
        }
    }

    #[tokio::test]
    async fn expired_keys_are_removed_beside_a_shard_that_failed() {
        let shards = callcast::PartitionSupervisor::new(4, |_| Shard::spec().restart(Restart::Temporary));
        let (keyspace, now) = (Keyspace::new(shards.start().await.unwrap()), Instant::now());
        for number in 0..100 {
            let key = Bytes::from(format!("key:{number}"));
            let options = SetOptions { ttl: Some(Duration::from_secs(1)), only_if: None };
            keyspace.shard(&key).set(key.clone(), key, options, now).await.unwrap();
        }
        keyspace.shards.at(0).panic().await.unwrap_err();
        keyspace.remove_expired(now + Duration::from_secs(2)).await;
        assert!(keyspace.shards.at(0).size().await.is_err(), "the shard that failed is there again");
        for number in 1..4 {
            assert_eq!(keyspace.shards.at(number).size().await, Ok(Size::default()));
        }
    }
}
