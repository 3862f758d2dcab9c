//! What must hold at any moment.

use std::collections::{BTreeMap, BTreeSet};

use callcast::{Observed, ServerId, Status};

use super::world::{State, World};

/// A monitor that somebody awaits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Awaited {
    /// Whose end; none when he was told.
    life: Option<usize>,
}

/// How long a start by hand may take until it begins, in milliseconds.
const SLACK: u64 = 10_000;

/// Restarts that nobody counts.
const MANY: usize = 1_000;

impl World {
    pub(crate) fn check(&self) {
        let all = callcast::observe();
        let ids: BTreeSet<ServerId> = all.iter().map(|server| server.id).collect();
        let ours =
            |server: &&Observed| server.label.as_deref().is_some_and(|label| label.starts_with(&self.label));
        let ours: Vec<&Observed> = all.iter().filter(ours).collect();
        let mut state = self.state();
        state.no_orphans(&ours, &ids);
        state.no_twins(&ours);
        state.all_told();
        let running = ours.iter().filter(|server| server.status == Status::Running);
        let running = running.filter_map(|server| Some((server.label.as_deref()?, server.id)));
        let running: BTreeMap<&str, ServerId> = running.collect();
        state.no_more_restarts(&self.label, &running);
    }
}

impl State {
    /// Whoever is there is listed, and whoever started it is there as well.
    fn no_orphans(&mut self, ours: &[&Observed], ids: &BTreeSet<ServerId>) {
        for server in ours {
            if server.parent.is_some_and(|parent| !ids.contains(&parent)) {
                let text = server.to_string();
                self.broken(|| format!("its parent has gone: {text}"));
            }
        }
        let gone = self.lives.iter().enumerate().find_map(|(number, life)| {
            let id = life.id.filter(|_| life.ended.is_none())?;
            (!ids.contains(&id)).then_some((number, life.slot))
        });
        if let Some((life, slot)) = gone {
            self.broken(|| format!("life {life} of s{slot} is there, and is not listed"));
        }
    }

    /// There is one server at a place, in a name, under a key.
    fn no_twins(&mut self, ours: &[&Observed]) {
        let mut seen = BTreeSet::new();
        let twin = ours.iter().find(|server| !seen.insert(server.label.as_deref()));
        if let Some(twin) = twin {
            let text = twin.to_string();
            self.broken(|| format!("there are two of them: {text}"));
        }
    }

    /// Those who wait for an end that has come have been told.
    fn all_told(&mut self) {
        let now = self.now();
        let has_ended = |life: usize| self.lives[life].ended.is_some_and(|ended| ended < now);
        let late = self.monitors.iter().filter_map(|monitor| monitor.life).find(|life| has_ended(*life));
        if let Some(life) = late {
            self.broken(|| format!("life {life} has ended, and who waits for that is not told"));
        }
        let late = self.watched.iter().find_map(|((watcher, subject), watched)| {
            let life = &self.lives[*watcher];
            let ended = self.life(*subject)?.ended? < now;
            let is_free = life.ended.is_none() && !life.is_busy && life.is_open;
            let has_nothing_to_do = || life.handle.as_ref().is_some_and(|handle| handle.load().queued == 0);
            let is_due = ended && is_free && watched.told < watched.made && !self.slots[life.slot].is_held;
            (is_due && has_nothing_to_do()).then_some((*watcher, *subject))
        });
        if let Some((watcher, subject)) = late {
            self.broken(|| {
                format!("life {watcher} has nothing to do, and is not told of the end of {subject}")
            });
        }
    }

    /// No supervisor starts its children again more often than it may.
    fn no_more_restarts(&mut self, label: &str, running: &BTreeMap<&str, ServerId>) {
        let now = self.now();
        for number in self.tree.1..self.sups.len() {
            let sup = &mut self.sups[number];
            let id = running.get(format!("{label}{}", sup.path).as_str());
            let Some(id) = id else {
                sup.seen = None;
                continue;
            };
            match sup.seen {
                Some((seen, since)) if seen == *id => self.count_restarts(number, since),
                _ => sup.seen = Some((*id, now)),
            }
        }
    }

    fn count_restarts(&mut self, number: usize, since: u64) {
        let sup = &self.sups[number];
        if sup.most >= MANY {
            return;
        }
        let (most, window, is_plain) = (sup.most, sup.window, sup.is_plain);
        let by_hand = sup.by_hand.clone();
        let begun = |slot: &usize| {
            self.slots[*slot].begun.iter().copied().filter(|at| *at > since).collect::<Vec<_>>()
        };
        let mut each: Vec<Vec<u64>> = sup.slots.iter().map(begun).collect();
        let allowed = if is_plain {
            // What counts are all together.
            let mut all = each.concat();
            all.sort_unstable();
            each = vec![all];
            most
        } else {
            // A group is stopped first, and each start of it may come later than it was counted, but not before the last one's.
            most + 1
        };
        for times in each {
            for (last, at) in times.iter().enumerate() {
                let first = times.partition_point(|begun| begun + window < *at);
                let is_near = |asked: &&u64| **asked <= *at && **asked + window + SLACK >= *at;
                let hands = by_hand.iter().filter(is_near).count();
                let count = last + 1 - first;
                if count > allowed + hands {
                    let path = self.sups[number].path.clone();
                    self.broken(|| {
                        format!("{path} has started {count} within {window} ms of {at}, and may start {most}")
                    });
                    return;
                }
            }
        }
    }

    /// Somebody waits for the end of this one.
    pub(crate) fn monitor(&mut self, life: usize) -> usize {
        self.note("monitor", self.lives[life].slot, life as u64);
        self.monitors.push(Awaited { life: Some(life) });
        self.monitors.len() - 1
    }

    /// And is told of it.
    pub(crate) fn down(&mut self, number: usize, id: ServerId) {
        let Some(life) = self.monitors[number].life.take() else {
            return self.broken(|| format!("monitor {number} is told twice"));
        };
        let (slot, ended, now) = (self.lives[life].slot, self.lives[life].ended, self.now());
        self.note("down", slot, life as u64);
        if self.lives[life].id != Some(id) {
            self.broken(|| format!("a monitor of life {life} is told of the end of {id}"));
        }
        if ended != Some(now) {
            self.broken(|| format!("a monitor is told of the end of s{slot}, which was at {ended:?}"));
        }
    }
}
