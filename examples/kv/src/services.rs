//! What each command does: which agents and servers it calls, and what it makes of their answers.

use std::time::{Duration, Instant};

use bytes::Bytes;
use callcast::CallError;

use crate::command::{Query, SetOptions};
use crate::glob::Glob;
use crate::keyspace::Keyspace;
use crate::reply::Reply;
use crate::shard::Ttl;
use crate::stats::StatsClient;
use crate::topics::TopicsClient;

/// All that a connection may call. A clone is another way to the same agents and servers.
#[derive(Clone, Debug)]
pub(crate) struct Services {
    pub(crate) keyspace: Keyspace,
    pub(crate) topics: TopicsClient,
    pub(crate) stats: StatsClient,
    pub(crate) started: Instant,
}

impl Services {
    /// Executes what does not depend on the connection. All that fails becomes a reply, and the connection goes on.
    pub(crate) async fn execute(&self, query: Query, now: Instant) -> Reply {
        let shard = |key: &Bytes| self.keyspace.shard(key);
        match query {
            Query::Append { key, tail } => shard(&key).append(key, tail, now).await.into(),
            Query::Command => Reply::Array(Vec::new()),
            Query::ConfigGet(patterns) => config(&patterns),
            Query::DbSize => self.keyspace.size().await.map(|size| size.keys).into(),
            Query::DebugPanic(key) => shard(&key).panic().await.map(|()| Reply::OK).into(),
            Query::Del(keys) => self.keyspace.delete(keys, now).await.into(),
            Query::Echo(text) => Reply::Bulk(text),
            Query::Exists(keys) => self.keyspace.exist(keys, now).await.into(),
            Query::Expire { key, ttl } => shard(&key).expire(key, ttl, now).await.into(),
            Query::FlushAll => self.keyspace.clear().await.into(),
            Query::Get(key) => shard(&key).get(key, now).await.into(),
            Query::IncrBy { key, by } => shard(&key).increment(key, by, now).await.into(),
            Query::Info => self.info().await.into(),
            Query::Keys(pattern) => self.keyspace.keys(pattern, now).await.into(),
            Query::MGet(keys) => self.keyspace.get_all(keys, now).await.into(),
            Query::MSet(pairs) => self.keyspace.set_all(pairs, now).await.into(),
            Query::Publish { channel, payload } => self.topics.publish(channel, payload).await.into(),
            Query::Select => Reply::OK,
            Query::Set { key, value, options } => self.set(key, value, options, now).await.into(),
            Query::Ttl(key) => shard(&key).ttl(key, now).await.into(),
        }
    }

    async fn set(
        &self,
        key: Bytes,
        value: Bytes,
        options: SetOptions,
        now: Instant,
    ) -> Result<Reply, CallError> {
        let set = self.keyspace.shard(&key).set(key, value, options, now).await?;
        Ok(if set { Reply::OK } else { Reply::Nil })
    }

    async fn info(&self) -> Result<Bytes, CallError> {
        let (totals, size) = (self.stats.totals().await?, self.keyspace.size().await?);
        Ok(format!(
            "# Server\r\nserver:callcast kv\r\nkv_version:{}\r\nuptime_in_seconds:{}\r\n\r\n\
             # Clients\r\nconnected_clients:{}\r\n\r\n\
             # Stats\r\ntotal_commands_processed:{}\r\n\r\n\
             # Keyspace\r\ndb0:keys={},expires={}\r\n",
            env!("CARGO_PKG_VERSION"),
            self.started.elapsed().as_secs(),
            totals.clients,
            totals.commands,
            size.keys,
            size.with_deadline,
        )
        .into())
    }
}

/// What clients of Redis like to know before they begin: nothing is ever written to a disk.
const SETTINGS: [(&str, &str); 2] = [("save", ""), ("appendonly", "no")];

/// Names and values of the settings that match, one after the other.
fn config(patterns: &[Glob]) -> Reply {
    let matching = |name: &str| patterns.iter().any(|pattern| pattern.matches(name.as_bytes()));
    let settings = SETTINGS.into_iter().filter(|(name, _)| matching(name));
    Reply::Array(settings.flat_map(|(name, value)| [Reply::text(name), Reply::text(value)]).collect())
}

impl From<Ttl> for Reply {
    fn from(ttl: Ttl) -> Self {
        match ttl {
            Ttl::NoKey => Self::Integer(-2),
            Ttl::Endless => Self::Integer(-1),
            // To the nearest second, as in Redis: right after `EXPIRE key 10` it is 10.
            Ttl::Left(left) => {
                i64::try_from((left + Duration::from_millis(500)).as_secs()).unwrap_or(i64::MAX).into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_live_are_rounded() {
        assert_eq!(Reply::from(Ttl::NoKey), Reply::Integer(-2));
        assert_eq!(Reply::from(Ttl::Endless), Reply::Integer(-1));
        assert_eq!(Reply::from(Ttl::Left(Duration::from_millis(9_500))), Reply::Integer(10));
        assert_eq!(Reply::from(Ttl::Left(Duration::from_millis(400))), Reply::Integer(0));
    }

    #[test]
    fn settings_are_found_by_pattern() {
        assert_eq!(
            config(&[Glob::new("s*".into())]),
            Reply::Array(vec![Reply::text("save"), Reply::text("")])
        );
        assert_eq!(config(&[Glob::new("x".into())]), Reply::Array(Vec::new()));
    }
}
