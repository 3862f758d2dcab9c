//! All keys: which shard has which, and the commands on more than one of them.
//!
//! A command on several keys asks one shard after the other. Another client may come between, which Redis, with its one
//! thread, rules out.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use callcast::{CallError, StartError};

use crate::command::SetOptions;
use crate::entries::Size;
use crate::glob::Glob;
use crate::shard::{Shard, ShardClient};

/// The shards. A clone is another way to the same ones.
#[derive(Clone, Debug)]
pub(crate) struct Keyspace {
    shards: Arc<[ShardClient]>,
    hasher: RandomState,
}

impl Keyspace {
    pub(crate) fn new(shards: usize) -> Result<Self, StartError> {
        let shards = (0..shards).map(|_| Shard::start()).collect::<Result<_, _>>()?;
        Ok(Self { shards, hasher: RandomState::new() })
    }

    /// The shard that has `key`, if any has.
    pub(crate) fn shard(&self, key: &Bytes) -> &ShardClient {
        let hash = self.hasher.hash_one(key);
        // The remainder is less than the number of shards, and so is what is left when it is cut to a `usize`.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        &self.shards[(hash % self.shards.len() as u64) as usize]
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
        for shard in &*self.shards {
            keys.extend(shard.keys(pattern.clone(), now).await?);
        }
        Ok(keys)
    }

    pub(crate) async fn size(&self) -> Result<Size, CallError> {
        let mut sum = Size::default();
        for shard in &*self.shards {
            let Size { keys, with_deadline } = shard.size().await?;
            sum.keys += keys;
            sum.with_deadline += with_deadline;
        }
        Ok(sum)
    }

    pub(crate) async fn clear(&self) -> Result<(), CallError> {
        for shard in &*self.shards {
            shard.clear().await?;
        }
        Ok(())
    }

    pub(crate) async fn remove_expired(&self, now: Instant) -> Result<(), CallError> {
        for shard in &*self.shards {
            while !shard.remove_expired(now).await? {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_spread_and_found_again() {
        let keyspace = Keyspace::new(4).unwrap();
        let now = Instant::now();
        let keys: Vec<Bytes> = (0..100).map(|number| format!("key:{number}").into()).collect();
        for key in &keys {
            let set = keyspace.shard(key).set(key.clone(), key.clone(), SetOptions::default(), now);
            assert_eq!(set.wait(), Ok(true));
        }
        for key in keys {
            assert_eq!(keyspace.shard(&key).get(key.clone(), now).wait(), Ok(Some(key)));
        }
        for shard in &*keyspace.shards {
            assert_ne!(shard.size().wait().unwrap().keys, 0, "a shard has no keys at all");
        }
    }
}
