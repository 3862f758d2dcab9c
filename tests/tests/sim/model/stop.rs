//! How servers end, and what that takes.

use crate::model::{Body, Child, Env, Is, Runs, Sup};
use crate::plan::{AtEnd, Kind, Shutdown, What};

impl Child {
    fn wake(&mut self, env: &mut Env) {
        let Is::Running(Body { number, runs }) = &mut self.is else { return };
        match runs {
            Runs::Supervisor(sup) => sup.wake(env),
            Runs::Worker(naps) => {
                let now = env.now;
                for over in naps.extract_if(.., |over| *over <= now) {
                    env.is_ambiguous = true;
                    env.last_due = env.last_due.max(over);
                    env.note(over, &self.path, format!("napped {}#{number}", self.path));
                }
            }
        }
    }

    /// Stops it as its plan says, if it runs; it is down then.
    pub(crate) fn stop(&mut self, env: &mut Env) {
        if !self.runs() {
            return;
        }
        let last_due = std::mem::take(&mut env.last_due);
        self.wake(env);
        env.is_undecided |= env.last_due == env.now;
        env.last_due = env.last_due.max(last_due);
        let Is::Running(body) = std::mem::replace(&mut self.is, Is::Down) else { return };
        let Body { number, runs } = body;
        match (runs, self.plan.shutdown) {
            // Nothing is heard of what is killed, nor of those below it.
            (_, Shutdown::Kill) => {}
            (Runs::Supervisor(mut sup), _) => sup.stop_children(env),
            (Runs::Worker(naps), shutdown) => self.stop_worker(number, &naps, shutdown, env),
        }
    }

    fn stop_worker(&self, number: u32, naps: &[u64], shutdown: Shutdown, env: &mut Env) {
        let (limit, left) = match shutdown {
            Shutdown::Drain(limit) => (Some(limit), naps),
            Shutdown::After(limit) => (Some(limit), &naps[..naps.len().min(1)]),
            Shutdown::Infinity | Shutdown::Kill => (None, naps),
        };
        let cut = limit.map_or(u64::MAX, |limit| env.now + limit);
        for &over in left {
            env.is_undecided |= over == cut;
            if over >= cut {
                env.now = cut;
                return;
            }
            env.note(over, &self.path, format!("napped {}#{number}", self.path));
            env.now = env.now.max(over);
        }
        self.terminate(number, cut, env);
    }

    /// Runs `terminate`, until it is cut. Says whether it has panicked.
    pub(crate) fn terminate(&self, number: u32, cut: u64, env: &mut Env) -> bool {
        let Kind::Worker(What::Server(at_end)) = self.plan.kind else { return false };
        env.note(env.now, &self.path, format!("end {}#{number}", self.path));
        if let AtEnd::Takes(time) = at_end {
            let over = env.now + time;
            env.is_undecided |= over == cut;
            env.now = over.min(cut);
            if over < cut {
                env.note(over, &self.path, format!("ended {}#{number}", self.path));
            }
        }
        at_end == AtEnd::Panics
    }
}

impl Sup {
    /// Lets those who nap wake up.
    pub(crate) fn wake(&mut self, env: &mut Env) {
        for child in &mut self.children {
            child.wake(env);
        }
    }

    /// One child naps so many times.
    pub(crate) fn nap(&mut self, way: &[usize], times: &[u64], env: &Env) {
        let (here, rest) = way.split_first().expect("a way leads somewhere");
        if !rest.is_empty() {
            return self.below(*here).nap(rest, times, env);
        }
        if let Is::Running(Body { runs: Runs::Worker(naps), .. }) = &mut self.children[*here].is {
            let mut over = naps.last().copied().unwrap_or(env.now);
            for time in times {
                over += time;
                naps.push(over);
            }
        }
    }

    /// Stops all children: the last first, one after the other, or all together where they have nothing to do with each other.
    pub(crate) fn stop_children(&mut self, env: &mut Env) {
        let begin = env.now;
        let mut end = begin;
        let is_dynamic = self.is_dynamic();
        for child in self.children.iter_mut().rev() {
            child.stop(env);
            if is_dynamic {
                end = end.max(env.now);
                env.now = begin;
            }
        }
        env.now = env.now.max(end);
        self.children.clear();
    }
}
