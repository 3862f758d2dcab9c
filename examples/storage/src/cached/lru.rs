//! What is remembered: so many keys, those that were used last.
//!
//! Whoever finds nothing gets a lease, asks the store behind, and brings the lease back with the answer. A write ends the
//! leases of its key: an answer that was under way meanwhile may be the old one, and is not kept.

use std::collections::{BTreeMap, HashMap};

/// The permission to say what the value of a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    key: String,
    number: u64,
}

/// What is found under a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look {
    Known(Option<Vec<u8>>),
    Ask(Lease),
}

/// A map that forgets what was used longest ago.
#[derive(Debug)]
pub(super) struct Lru {
    capacity: usize,
    entries: HashMap<String, Entry>,
    /// The keys by when they were used last.
    by_use: BTreeMap<u64, String>,
    /// Counts uses and leases: no two have the same number.
    numbers: u64,
}

#[derive(Debug)]
struct Entry {
    used: u64,
    lease: u64,
    /// None while it is being asked for.
    known: Option<Known>,
}

#[derive(Debug)]
struct Known {
    /// None where there is no such key: that is worth knowing, too.
    value: Option<Vec<u8>>,
}

impl Lru {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, entries: HashMap::new(), by_use: BTreeMap::new(), numbers: 0 }
    }

    /// What is known of a key, or the permission to learn it.
    pub(super) fn look(&mut self, key: &str) -> Look {
        let used = self.number();
        let Some(entry) = self.entries.get_mut(key) else { return Look::Ask(self.renew(key)) };
        self.by_use.remove(&entry.used);
        self.by_use.insert(used, key.to_owned());
        entry.used = used;
        match &entry.known {
            Some(known) => Look::Known(known.value.clone()),
            None => Look::Ask(Lease { key: key.to_owned(), number: entry.lease }),
        }
    }

    /// Forgets what is known of a key, and gives the only permission to say what it is from now on.
    pub(super) fn renew(&mut self, key: &str) -> Lease {
        self.forget(key);
        let number = self.number();
        self.entries.insert(key.to_owned(), Entry { used: number, lease: number, known: None });
        self.by_use.insert(number, key.to_owned());
        self.make_room();
        Lease { key: key.to_owned(), number }
    }

    /// Keeps a value, if the lease still holds.
    pub(super) fn learn(&mut self, lease: &Lease, value: Option<Vec<u8>>) {
        if let Some(entry) = self.entries.get_mut(&lease.key).filter(|entry| entry.lease == lease.number) {
            entry.known = Some(Known { value });
        }
    }

    /// Forgets a key, and ends its leases.
    pub(super) fn forget(&mut self, key: &str) {
        if let Some(entry) = self.entries.remove(key) {
            self.by_use.remove(&entry.used);
        }
    }

    fn make_room(&mut self) {
        while self.entries.len() > self.capacity
            && let Some((_, key)) = self.by_use.pop_first()
        {
            self.entries.remove(&key);
        }
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(lru: &mut Lru, key: &str) -> Lease {
        match lru.look(key) {
            Look::Ask(lease) => lease,
            known @ Look::Known(_) => panic!("{key} is known: {known:?}"),
        }
    }

    fn value(text: &str) -> Vec<u8> {
        text.into()
    }

    fn learn(lru: &mut Lru, key: &str) {
        let lease = ask(lru, key);
        lru.learn(&lease, Some(value(key)));
    }

    #[test]
    fn what_was_learned_is_known() {
        let mut lru = Lru::new(2);
        for known in [Some(value("1")), None] {
            let lease = ask(&mut lru, "a");
            lru.learn(&lease, known.clone());
            assert_eq!(lru.look("a"), Look::Known(known));
            lru.forget("a");
        }
    }

    #[test]
    fn two_who_ask_at_once_may_both_say_what_it_is() {
        let mut lru = Lru::new(2);
        assert_eq!(ask(&mut lru, "a"), ask(&mut lru, "a"));
    }

    #[test]
    fn what_was_asked_before_a_write_is_not_kept() {
        let mut lru = Lru::new(2);
        let read = ask(&mut lru, "a");
        let (first, second) = (lru.renew("a"), lru.renew("a"));
        for late in [read, first] {
            lru.learn(&late, Some(value("old")));
            assert_eq!(ask(&mut lru, "a"), second);
        }
        lru.learn(&second, Some(value("new")));
        assert_eq!(lru.look("a"), Look::Known(Some(value("new"))));
        lru.forget("a");
        lru.learn(&second, Some(value("new")));
        assert_ne!(ask(&mut lru, "a"), second);
    }

    #[test]
    fn those_used_longest_ago_are_forgotten() {
        let mut lru = Lru::new(2);
        learn(&mut lru, "a");
        learn(&mut lru, "b");
        assert_eq!(lru.look("a"), Look::Known(Some(value("a"))));
        learn(&mut lru, "c");
        assert_eq!(lru.look("a"), Look::Known(Some(value("a"))));
        assert_eq!(lru.look("c"), Look::Known(Some(value("c"))));
        ask(&mut lru, "b");
        ask(&mut lru, "a");
        assert_eq!((lru.entries.len(), lru.by_use.len()), (2, 2));
    }

    #[test]
    fn one_without_room_knows_nothing() {
        let mut lru = Lru::new(0);
        learn(&mut lru, "a");
        ask(&mut lru, "a");
        assert!(lru.entries.is_empty() && lru.by_use.is_empty());
    }
}
