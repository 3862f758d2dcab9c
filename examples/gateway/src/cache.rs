//! What the database said a moment ago: an agent, since it only holds state.
//!
//! Whoever finds nothing gets a lease, asks the database, and brings the lease back with the answer. A write ends the
//! leases of its key: an answer that was under way meanwhile may be the old one, and is not kept.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use callcast::prelude::*;

/// No answer is older than this. The refresher asks twice in that time; where the database is away, nothing is known soon.
const FRESH: Duration = Duration::from_secs(1);
/// The most keys; those that come too late are not kept, until the refresher has dropped what nobody asks for.
const MOST: usize = 256;

/// What the database said a moment ago.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    entries: HashMap<Bytes, Entry>,
    /// How many leases there have been.
    leases: u64,
}

#[derive(Debug)]
struct Entry {
    lease: Lease,
    /// Whether somebody has asked since the last refresh.
    is_wanted: bool,
    known: Option<Known>,
}

#[derive(Debug)]
struct Known {
    /// None where the database has no such key.
    value: Option<Bytes>,
    /// When the database was asked.
    asked: Instant,
}

/// The permission to say what the value of a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lease(u64);

/// What the cache says to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Known(Option<Bytes>),
    Ask(Lease),
}

#[agent]
#[expect(clippy::needless_pass_by_value, reason = "a message owns its arguments")]
impl Cache {
    #[init]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    #[call]
    pub(crate) fn look(&mut self, key: Bytes, now: Instant) -> Look {
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.is_wanted = true;
            return match &entry.known {
                Some(known) if now.saturating_duration_since(known.asked) < FRESH => {
                    Look::Known(known.value.clone())
                }
                _ => Look::Ask(entry.lease),
            };
        }
        self.leases += 1;
        let lease = Lease(self.leases);
        if self.entries.len() < MOST {
            // A copy, since the key may be a slice of all that was read with it.
            let key = Bytes::copy_from_slice(&key);
            self.entries.insert(key, Entry { lease, is_wanted: true, known: None });
        }
        Look::Ask(lease)
    }

    /// Keeps what the database said, if the lease still holds; `asked` is when it was asked, at the latest.
    #[cast]
    pub(crate) fn learn(&mut self, key: Bytes, lease: Lease, value: Option<Bytes>, asked: Instant) {
        if let Some(entry) = self.entries.get_mut(&key).filter(|entry| entry.lease == lease) {
            let value = value.map(|value| Bytes::copy_from_slice(&value));
            entry.known = Some(Known { value, asked });
        }
    }

    /// Somebody has written, or tried to.
    #[cast]
    pub(crate) fn forget(&mut self, key: Bytes) {
        self.entries.remove(&key);
    }

    /// The keys that somebody has asked for since this was last called; the others are dropped.
    #[call]
    pub(crate) fn wanted(&mut self) -> Vec<(Bytes, Lease)> {
        self.entries.retain(|_, entry| std::mem::take(&mut entry.is_wanted));
        self.entries.iter().map(|(key, entry)| (key.clone(), entry.lease)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    /// The lease that whoever asks for `a` now is given.
    fn lease(cache: &mut Cache, now: Instant) -> Lease {
        match cache.look(text("a"), now) {
            Look::Ask(lease) => lease,
            known @ Look::Known(_) => panic!("{known:?}"),
        }
    }

    #[test]
    fn an_answer_is_known_for_a_second_and_no_longer() {
        let (mut cache, now) = (Cache::new(), Instant::now());
        for value in [Some(text("1")), None] {
            let lease = lease(&mut cache, now);
            cache.learn(text("a"), lease, value.clone(), now);
            assert_eq!(cache.look(text("a"), now + FRESH / 2), Look::Known(value));
            assert_eq!(cache.look(text("a"), now + FRESH), Look::Ask(lease));
            cache.forget(text("a"));
        }
    }

    #[test]
    fn what_was_asked_before_a_write_is_not_kept() {
        let (mut cache, now) = (Cache::new(), Instant::now());
        let before = lease(&mut cache, now);
        cache.forget(text("a"));
        cache.learn(text("a"), before, Some(text("old")), now);
        let after = lease(&mut cache, now);
        assert_ne!(before, after);
        cache.learn(text("a"), before, Some(text("old")), now);
        assert_eq!(cache.look(text("a"), now), Look::Ask(after));
    }

    #[test]
    fn what_nobody_asks_for_is_dropped_at_the_second_refresh() {
        let (mut cache, now) = (Cache::new(), Instant::now());
        let lease = lease(&mut cache, now);
        assert_eq!(cache.wanted(), [(text("a"), lease)]);
        assert_eq!(cache.wanted(), []);
        assert!(cache.entries.is_empty());
    }

    #[test]
    fn it_does_not_grow_beyond_its_limit() {
        let (mut cache, now) = (Cache::new(), Instant::now());
        for number in 0..=MOST {
            let key = Bytes::from(number.to_string());
            let Look::Ask(lease) = cache.look(key.clone(), now) else { panic!("{number}") };
            cache.learn(key, lease, None, now);
        }
        assert_eq!(cache.entries.len(), MOST);
    }
}
