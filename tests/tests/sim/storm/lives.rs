//! Incarnations that come and go, as they themselves write it down.

use std::collections::BTreeMap;

use callcast::ServerId;

use super::servers::WorkClient;
use super::world::{Life, State};

impl State {
    /// An incarnation begins, and is the only one at its place, in its name and under its key.
    pub(crate) fn begin(&mut self, slot: usize, server: Option<(ServerId, WorkClient)>) -> usize {
        let life = self.lives.len();
        let (id, handle) = server.unzip();
        self.note("begin", slot, life as u64);
        self.lives.push(Life {
            slot,
            id,
            handle,
            ended: None,
            is_busy: false,
            is_open: false,
            last: BTreeMap::new(),
        });
        if let Some(id) = id {
            self.ids.insert(id, life);
        }
        let now = self.now();
        let (name, key) = {
            let slot = &mut self.slots[slot];
            slot.begun.push(now);
            (slot.name, slot.key)
        };
        if let Some(other) = self.slots[slot].here.replace(life) {
            self.broken(|| format!("life {life} of s{slot} begins while life {other} is there"));
        }
        if let Some(other) = name.and_then(|name| self.named.insert(name, life)) {
            self.broken(|| format!("life {life} of s{slot} has the name that life {other} has"));
        }
        if let Some(other) = key.and_then(|key| self.keyed.insert(key, life)) {
            self.broken(|| format!("life {life} of s{slot} has the key that life {other} has"));
        }
        life
    }

    /// Its state is dropped. Says whether that is to panic.
    pub(crate) fn end(&mut self, slot: usize, life: usize) -> bool {
        let now = self.now();
        self.note("end", slot, life as u64);
        self.lives[life].ended = Some(now);
        let (name, key) = {
            let slot = &mut self.slots[slot];
            slot.here = slot.here.filter(|here| *here != life);
            (slot.name, slot.key)
        };
        if name.is_some_and(|name| self.named.get(&name) == Some(&life)) {
            name.and_then(|name| self.named.remove(&name));
        }
        if key.is_some_and(|key| self.keyed.get(&key) == Some(&life)) {
            key.and_then(|key| self.keyed.remove(&key));
        }
        std::mem::take(&mut self.slots[slot].armed)
    }

    /// A server is told of another's end.
    pub(crate) fn told(&mut self, slot: usize, life: usize, subject: ServerId) -> Option<usize> {
        let watched = self.watched.entry((life, subject)).or_default();
        watched.told += 1;
        if watched.told > watched.made {
            self.broken(|| format!("s{slot} is told of the end of {subject} once more than it asked for"));
        }
        let (of, ended) = self.life(subject).map(|life| (life.slot, life.ended))?;
        self.note("down", slot, of as u64);
        if ended.is_none() {
            self.broken(|| format!("s{slot} is told of the end of s{of}, whose state is there"));
        }
        Some(of)
    }

    /// A supervisor has ended: nobody below it is there any more, of those that had begun before so many others.
    pub(crate) fn ended_below(&mut self, sup: usize, before: usize) {
        let path = format!("{}.", self.sups[sup].path);
        let first = self.tree.0;
        let left = self.lives[..before].iter().enumerate().find(|(_, life)| {
            let slot = &self.slots[life.slot];
            life.ended.is_none() && life.slot >= first && slot.sup.is_some() && slot.path.starts_with(&path)
        });
        if let Some((number, slot)) = left.map(|(number, life)| (number, life.slot)) {
            self.broken(|| {
                format!(
                    "the supervisor {path} has ended, and life {number} of s{slot} is there, before {before}"
                )
            });
        }
    }
}
