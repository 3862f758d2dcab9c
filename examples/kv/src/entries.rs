//! Keys, their values, and when they expire.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use bytes::Bytes;

use crate::glob::Glob;

/// What a shard holds.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// Holds what has expired, too, until it is removed; nobody outside this file sees that.
    by_key: HashMap<Bytes, Entry>,
    /// When which key expires, soonest first: one for each entry with a deadline.
    deadlines: BTreeSet<(Instant, Bytes)>,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) value: Bytes,
    deadline: Option<Instant>,
}

/// How many keys there are, with those that have expired and are not removed yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) keys: usize,
    pub(crate) with_deadline: usize,
}

impl Entries {
    pub(crate) fn live(&self, key: &Bytes, now: Instant) -> Option<&Entry> {
        self.by_key.get(key).filter(|entry| entry.is_live(now))
    }

    pub(crate) fn live_mut(&mut self, key: &Bytes, now: Instant) -> Option<&mut Entry> {
        self.by_key.get_mut(key).filter(|entry| entry.is_live(now))
    }

    /// Sets value and deadline of a key, whether it is there or not.
    pub(crate) fn insert(&mut self, key: &Bytes, value: Bytes, deadline: Option<Instant>) {
        let entry = Entry { value, deadline };
        let before = if let Some(there) = self.by_key.get_mut(key) {
            std::mem::replace(there, entry).deadline
        } else {
            self.by_key.insert(owned(key), entry);
            None
        };
        self.reschedule(key, before, deadline);
    }

    /// Returns whether there is such a key. One whose time is over at once is removed at once, as Redis does it, so that
    /// it does not count any more.
    pub(crate) fn set_deadline(&mut self, key: &Bytes, deadline: Option<Instant>, now: Instant) -> bool {
        if deadline.is_some_and(|deadline| deadline <= now) {
            return self.remove(key, now);
        }
        let Some(entry) = self.live_mut(key, now) else { return false };
        let before = std::mem::replace(&mut entry.deadline, deadline);
        self.reschedule(key, before, deadline);
        true
    }

    /// Returns whether there was such a key.
    pub(crate) fn remove(&mut self, key: &Bytes, now: Instant) -> bool {
        let Some(entry) = self.by_key.remove(key) else { return false };
        self.reschedule(key, entry.deadline, None);
        entry.is_live(now)
    }

    /// Removes what has expired, but no more than `limit` keys, and returns whether that was all of it.
    pub(crate) fn remove_expired(&mut self, limit: usize, now: Instant) -> bool {
        for _ in 0..limit {
            let Some((_, key)) = self.deadlines.first().filter(|(deadline, _)| *deadline <= now) else {
                return true;
            };
            let key = key.clone();
            self.remove(&key, now);
        }
        false
    }

    pub(crate) fn keys(&self, pattern: &Glob, now: Instant) -> Vec<Bytes> {
        let live = self.by_key.iter().filter(|(_, entry)| entry.is_live(now)).map(|(key, _)| key);
        live.filter(|key| pattern.matches(key)).cloned().collect()
    }

    pub(crate) fn size(&self) -> Size {
        Size { keys: self.by_key.len(), with_deadline: self.deadlines.len() }
    }

    fn reschedule(&mut self, key: &Bytes, before: Option<Instant>, after: Option<Instant>) {
        if let Some(before) = before {
            self.deadlines.remove(&(before, key.clone()));
        }
        if let Some(after) = after {
            self.deadlines.insert((after, owned(key)));
        }
    }
}

impl Entry {
    pub(crate) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    fn is_live(&self, now: Instant) -> bool {
        self.deadline.is_none_or(|deadline| now < deadline)
    }
}

/// A copy to keep: what comes from a connection is a slice of all that was read with it, and would keep that alive.
pub(crate) fn owned(bytes: &Bytes) -> Bytes {
    Bytes::copy_from_slice(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const TEN: Duration = Duration::from_secs(10);

    #[test]
    fn expired_keys_are_removed_in_portions() {
        let (now, mut entries) = (Instant::now(), Entries::default());
        for key in ["a", "b", "c"] {
            entries.insert(&key.into(), "1".into(), Some(now + TEN));
        }
        entries.insert(&"stays".into(), "1".into(), None);
        assert!(entries.remove_expired(2, now), "nothing has expired yet");
        assert!(!entries.remove_expired(2, now + TEN), "one is left");
        assert!(entries.remove_expired(2, now + TEN));
        assert_eq!(entries.size(), Size { keys: 1, with_deadline: 0 });
    }

    #[test]
    fn each_deadline_replaces_the_one_before() {
        let (now, key, mut entries) = (Instant::now(), Bytes::from("a"), Entries::default());
        entries.insert(&key, "1".into(), Some(now + TEN));
        assert!(entries.set_deadline(&key, Some(now + TEN * 2), now));
        assert!(entries.remove_expired(2, now + TEN));
        assert!(entries.live(&key, now + TEN).is_some());
        entries.insert(&key, "2".into(), None);
        assert_eq!(entries.size(), Size { keys: 1, with_deadline: 0 });
    }

    #[test]
    fn a_deadline_that_is_over_removes_at_once() {
        let (now, key, mut entries) = (Instant::now(), Bytes::from("a"), Entries::default());
        entries.insert(&key, "1".into(), None);
        assert!(entries.set_deadline(&key, Some(now), now));
        assert_eq!(entries.size(), Size::default());
        assert!(!entries.set_deadline(&key, Some(now), now), "it is gone");
    }

    #[test]
    fn what_has_expired_and_is_still_there_is_not_seen() {
        let (now, key, mut entries) = (Instant::now(), Bytes::from("a"), Entries::default());
        entries.insert(&key, "1".into(), Some(now));
        assert_eq!(entries.size(), Size { keys: 1, with_deadline: 1 });
        assert!(entries.live(&key, now).is_none());
        assert!(entries.live_mut(&key, now).is_none());
        assert!(!entries.set_deadline(&key, None, now));
        assert!(entries.keys(&Glob::new("*".into()), now).is_empty());
        assert!(!entries.remove(&key, now));
        assert_eq!(entries.size(), Size::default());
    }

    #[test]
    fn what_is_kept_is_a_copy() {
        let (now, read) = (Instant::now(), Bytes::from(vec![b'x'; 100]));
        let mut entries = Entries::default();
        entries.insert(&read.slice(0..1), owned(&read.slice(1..2)), Some(now));
        assert!(read.is_unique(), "the entry keeps the buffer alive that its request came in");
    }
}
