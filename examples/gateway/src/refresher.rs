//! What keeps the cache fresh: a server, since nobody asks it to.

use std::error::Error;
use std::time::Instant;

use callcast::prelude::*;

use crate::cache::CacheClient;
use crate::connection::ConnectionClient;
use crate::counters::CountersClient;

/// Asks the database again for what is in the cache, so that a change by others shows, and what nobody reads goes.
#[derive(Debug)]
pub(crate) struct Refresher {
    cache: CacheClient,
    connections: ConnectionClient,
    counters: CountersClient,
}

#[server]
impl Refresher {
    #[init]
    pub(crate) fn new(cache: CacheClient, connections: ConnectionClient, counters: CountersClient) -> Self {
        Self { cache, connections, counters }
    }

    /// An `Err` would end it, and count as a restart. That the database is away is no failure of the refresher: what it does
    /// not refresh grows old in the cache, and is not used.
    #[every("400ms")]
    async fn refresh(&mut self) {
        drop(self.ask_again().await);
    }

    async fn ask_again(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let (keys, leases): (Vec<_>, Vec<_>) = self.cache.wanted().await?.into_iter().unzip();
        if keys.is_empty() {
            return Ok(());
        }
        let asked = Instant::now();
        let values = self.connections.get_all(keys.clone()).await?;
        let count = values.len();
        for ((key, lease), value) in keys.into_iter().zip(leases).zip(values) {
            // None is also said of what is there and no string: `GET` knows which, and is to be asked.
            match value {
                Some(_) => self.cache.learn(key, lease, value, asked).await?,
                None => self.cache.forget(key).await?,
            }
        }
        Ok(self.counters.refreshed(count).await?)
    }
}
