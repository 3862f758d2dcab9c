//! A part of the keyspace: an agent.
//!
//! A shard only holds state, so it is an agent and not a server: a command runs where it is called, on the thread of
//! the connection that sent it, and no task is switched to.
//!
//! What time it is comes with every message. So a shard does the same whenever the same is sent to it, and its tests
//! wait for nothing.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use callcast::prelude::*;

use crate::command::{Presence, SetOptions};
use crate::entries::{Entries, Entry, Size, owned};
use crate::glob::Glob;
use crate::number::integer;
use crate::protocol::MAX_STRING;

/// The most keys that one `remove_expired` removes, so that nobody waits long behind it.
const MAX_REMOVED: usize = 1_000;

/// A part of the keyspace.
#[derive(Debug, Default)]
pub(crate) struct Shard {
    entries: Entries,
}

#[agent]
#[allow(clippy::needless_pass_by_value, clippy::unused_self, reason = "a message owns its arguments")]
impl Shard {
    #[init]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    #[call]
    pub(crate) fn get(&self, key: Bytes, now: Instant) -> Option<Bytes> {
        self.entries.live(&key, now).map(|entry| entry.value.clone())
    }

    #[call]
    pub(crate) fn exists(&self, key: Bytes, now: Instant) -> bool {
        self.entries.live(&key, now).is_some()
    }

    /// Returns whether the key was set: it is not where `options` want it absent and it is present, or the reverse.
    #[call]
    pub(crate) fn set(&mut self, key: Bytes, value: Bytes, options: SetOptions, now: Instant) -> bool {
        let wanted = options.only_if.map(|presence| presence == Presence::Present);
        if wanted.is_some_and(|wanted| wanted != self.entries.live(&key, now).is_some()) {
            return false;
        }
        self.entries.insert(&key, owned(&value), options.ttl.and_then(|ttl| now.checked_add(ttl)));
        true
    }

    /// Returns whether there was such a key.
    #[call]
    pub(crate) fn delete(&mut self, key: Bytes, now: Instant) -> bool {
        self.entries.remove(&key, now)
    }

    /// Adds to the integer that the value is, or to 0, and returns the sum.
    #[call]
    pub(crate) fn increment(&mut self, key: Bytes, by: i64, now: Instant) -> Result<i64, ValueError> {
        let Some(entry) = self.entries.live_mut(&key, now) else {
            self.entries.insert(&key, by.to_string().into(), None);
            return Ok(by);
        };
        let before = integer(&entry.value).ok_or(ValueError::NotAnInteger)?;
        let sum = before.checked_add(by).ok_or(ValueError::Overflow)?;
        entry.value = sum.to_string().into();
        Ok(sum)
    }

    /// Appends to the value, or to nothing, and returns the new length.
    #[call]
    pub(crate) fn append(&mut self, key: Bytes, tail: Bytes, now: Instant) -> Result<usize, ValueError> {
        let Some(entry) = self.entries.live_mut(&key, now) else {
            self.entries.insert(&key, owned(&tail), None);
            return Ok(tail.len());
        };
        if entry.value.len() + tail.len() > MAX_STRING {
            return Err(ValueError::TooLong);
        }
        // In place where no reader still has the value, so that many small pieces make a long one cheaply.
        let mut value =
            std::mem::take(&mut entry.value).try_into_mut().unwrap_or_else(|shared| shared[..].into());
        value.extend_from_slice(&tail);
        entry.value = value.freeze();
        Ok(entry.value.len())
    }

    /// Has the key expire when `ttl` is over, and returns whether there is such a key.
    #[call]
    pub(crate) fn expire(&mut self, key: Bytes, ttl: Duration, now: Instant) -> bool {
        self.entries.set_deadline(&key, now.checked_add(ttl), now)
    }

    #[call]
    pub(crate) fn ttl(&self, key: Bytes, now: Instant) -> Ttl {
        match self.entries.live(&key, now).map(Entry::deadline) {
            None => Ttl::NoKey,
            Some(None) => Ttl::Endless,
            Some(Some(deadline)) => Ttl::Left(deadline - now),
        }
    }

    #[call]
    pub(crate) fn keys(&self, pattern: Glob, now: Instant) -> Vec<Bytes> {
        self.entries.keys(&pattern, now)
    }

    /// Fails, as a mistake in one of the others would.
    #[call]
    pub(crate) fn panic(&mut self) {
        panic!("DEBUG PANIC");
    }

    #[call]
    pub(crate) fn size(&self) -> Size {
        self.entries.size()
    }

    #[call]
    pub(crate) fn clear(&mut self) {
        self.entries = Entries::default();
    }

    /// Removes some of what has expired, the oldest first, and returns whether that was all of it.
    #[call]
    pub(crate) fn remove_expired(&mut self, now: Instant) -> bool {
        self.entries.remove_expired(MAX_REMOVED, now)
    }
}

/// How long a key has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ttl {
    NoKey,
    Endless,
    Left(Duration),
}

/// Why a value cannot be changed as asked; in the words that Redis has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueError {
    NotAnInteger,
    Overflow,
    TooLong,
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnInteger => "value is not an integer or out of range",
            Self::Overflow => "increment or decrement would overflow",
            Self::TooLong => "string exceeds maximum allowed size",
        })
    }
}

impl std::error::Error for ValueError {}

#[cfg(test)]
mod tests {
    //! Plain unit tests: the methods are called on the struct, with neither a client nor a runtime.

    use super::*;

    const A: Bytes = Bytes::from_static(b"a");
    const PLAIN: SetOptions = SetOptions { ttl: None, only_if: None };
    const TEN: Duration = Duration::from_secs(10);

    fn shard(value: &'static str, ttl: Option<Duration>, now: Instant) -> Shard {
        let mut shard = Shard::new();
        assert!(shard.set(A, value.into(), SetOptions { ttl, only_if: None }, now));
        shard
    }

    #[test]
    fn a_key_is_gone_when_its_time_is_over() {
        let now = Instant::now();
        let mut shard = shard("1", Some(TEN), now);
        assert_eq!(shard.ttl(A, now), Ttl::Left(TEN));
        assert!(shard.exists(A, now + TEN / 2));
        assert_eq!(shard.get(A, now + TEN), None);
        assert_eq!(shard.ttl(A, now + TEN), Ttl::NoKey);
        assert!(!shard.delete(A, now + TEN));
    }

    #[test]
    fn what_has_expired_is_as_good_as_absent() {
        let now = Instant::now();
        let late = now + TEN;
        assert_eq!(shard("41", Some(TEN), now).increment(A, 1, late), Ok(1));
        assert_eq!(shard("ab", Some(TEN), now).append(A, "c".into(), late), Ok(1));
        assert!(!shard("1", Some(TEN), now).expire(A, TEN, late));
        let absent = SetOptions { ttl: None, only_if: Some(Presence::Absent) };
        assert!(shard("1", Some(TEN), now).set(A, "2".into(), absent, late));
    }

    #[test]
    fn counting_keeps_a_deadline_and_setting_removes_it() {
        let now = Instant::now();
        let mut shard = shard("1", Some(TEN), now);
        assert_eq!(shard.increment(A, 1, now), Ok(2));
        assert_eq!(shard.ttl(A, now), Ttl::Left(TEN));
        assert!(shard.set(A, "3".into(), PLAIN, now));
        assert_eq!(shard.ttl(A, now), Ttl::Endless);
        assert!(shard.expire(A, Duration::ZERO, now));
        assert!(!shard.exists(A, now));
    }

    #[test]
    fn a_deadline_that_the_clock_cannot_reach_is_none() {
        let now = Instant::now();
        assert_eq!(shard("1", Some(Duration::MAX), now).ttl(A, now), Ttl::Endless);
    }

    #[test]
    fn set_looks_at_presence_first() {
        let now = Instant::now();
        let mut shard = Shard::new();
        let only_if = |presence| SetOptions { ttl: None, only_if: Some(presence) };
        assert!(!shard.set(A, "1".into(), only_if(Presence::Present), now));
        assert!(shard.set(A, "2".into(), only_if(Presence::Absent), now));
        assert!(!shard.set(A, "3".into(), only_if(Presence::Absent), now));
        assert!(shard.set(A, "4".into(), only_if(Presence::Present), now));
        assert_eq!(shard.get(A, now), Some("4".into()));
    }

    #[test]
    fn only_integers_are_counted_with() {
        let now = Instant::now();
        assert_eq!(shard("x", None, now).increment(A, 1, now), Err(ValueError::NotAnInteger));
        assert_eq!(shard("9223372036854775807", None, now).increment(A, 1, now), Err(ValueError::Overflow));
        assert_eq!(shard("-9223372036854775808", None, now).increment(A, -1, now), Err(ValueError::Overflow));
    }

    #[test]
    fn values_do_not_grow_without_end_and_readers_keep_theirs() {
        let now = Instant::now();
        let mut shard = shard("ab", None, now);
        let before = shard.get(A, now);
        assert_eq!(shard.append(A, "cd".into(), now), Ok(4));
        assert_eq!((before, shard.get(A, now)), (Some("ab".into()), Some("abcd".into())));
        assert_eq!(shard.append(A, vec![0; MAX_STRING].into(), now), Err(ValueError::TooLong));
        assert_eq!(shard.get(A, now), Some("abcd".into()));
    }
}
