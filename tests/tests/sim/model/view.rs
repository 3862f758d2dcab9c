//! What can be seen of a model.

use std::collections::BTreeSet;

use crate::model::{Body, Child, Is, Runs, Sup};
use crate::plan::Kind;

/// What is shown of one that is held. OTP lists it as one that is down.
pub(crate) const HELD: &str = "Down or Restarting";

/// A child, and where it stands.
pub(crate) struct Seen<'a> {
    pub(crate) way: Vec<usize>,
    pub(crate) child: &'a Child,
}

impl Sup {
    /// All children that there are, at any depth.
    pub(crate) fn all(&self) -> Vec<Seen<'_>> {
        let mut all = Vec::new();
        self.collect(&[], &mut all);
        all
    }

    fn collect<'a>(&'a self, way: &[usize], all: &mut Vec<Seen<'a>>) {
        for (index, child) in self.children.iter().enumerate() {
            let way: Vec<usize> = way.iter().copied().chain([index]).collect();
            let below = way.clone();
            all.push(Seen { way, child });
            if let Some(sup) = child.sup() {
                sup.collect(&below, all);
            }
        }
    }

    /// The servers that are alive: their paths and which incarnation it is.
    pub(crate) fn alive(&self) -> BTreeSet<(String, u32)> {
        let all = self.all().into_iter();
        let workers = all.filter(|seen| matches!(seen.child.plan.kind, Kind::Worker(_)));
        workers.filter_map(|seen| Some((seen.child.path.clone(), seen.child.number()?))).collect()
    }

    /// The tree as text, a line for each child.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.all().into_iter().map(|seen| seen.child.line()).collect()
    }

    /// How many restarts there may be now before it gives up.
    pub(crate) fn restarts_left(&self, now: u64) -> usize {
        let plan = self.plan.sup();
        let recent = self.restarts.iter().filter(|at| **at + plan.window >= now).count();
        (plan.most as usize).saturating_sub(recent)
    }

    /// Whether one child that waits holds up the others.
    pub(crate) fn holds_up(&self) -> bool {
        self.is_group() && self.children.iter().any(|child| child.due().is_some())
    }

    /// The times at which something happens by itself: a child is started again.
    pub(crate) fn next_due(&self) -> Vec<(u64, Vec<usize>)> {
        let mut due = Vec::new();
        // In a group, one that waits holds up those after it.
        let mut held_until = 0;
        for (index, child) in self.children.iter().enumerate() {
            if let Some(until) = child.due() {
                held_until = if self.is_group() { until.max(held_until) } else { until };
                due.push((held_until, vec![index]));
            }
            if let Some(sup) = child.sup() {
                let below = sup.next_due().into_iter();
                due.extend(below.map(|(at, way)| (at, [vec![index], way].concat())));
            }
        }
        due.sort();
        due
    }
}

impl Child {
    pub(crate) const fn sup(&self) -> Option<&Sup> {
        match &self.is {
            Is::Running(Body { runs: Runs::Supervisor(sup), .. }) => Some(sup),
            _ => None,
        }
    }

    /// Which incarnation runs.
    pub(crate) const fn number(&self) -> Option<u32> {
        match &self.is {
            Is::Running(body) => Some(body.number),
            _ => None,
        }
    }

    pub(crate) fn naps(&self) -> bool {
        matches!(&self.is, Is::Running(Body { runs: Runs::Worker(naps), .. }) if !naps.is_empty())
    }

    /// Whether it is started again by itself.
    pub(crate) const fn waits(&self) -> bool {
        matches!(self.is, Is::Waiting(_) | Is::Owing(_) | Is::Held)
    }

    /// How often it has been started again.
    pub(crate) const fn restarts(&self) -> u64 {
        self.starts.saturating_sub(1)
    }

    pub(crate) const fn due(&self) -> Option<u64> {
        match self.is {
            Is::Waiting(until) => Some(until),
            _ => None,
        }
    }

    fn line(&self) -> String {
        let is = match self.is {
            Is::Down => "Down",
            Is::Waiting(_) | Is::Owing(_) => "Restarting",
            Is::Held => HELD,
            Is::Running(_) => "Running",
        };
        format!("{} {is}, restarted {} times", self.path, self.restarts())
    }
}
