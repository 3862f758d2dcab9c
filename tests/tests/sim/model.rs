//! OTP's rules of supervision, one event after the other: what a real tree is compared with.
//!
//! It is written as OTP's own `supervisor` works, which does one thing at a time and waits for it. So it is no copy of the
//! product's rules, which plan ahead and never wait.

mod env;
mod orders;
mod stop;
mod view;

use std::sync::Arc;

use callcast::{AutoShutdown, Restart};

pub(crate) use self::env::Env;
pub(crate) use self::orders::{Answer, Fault, Order};
pub(crate) use self::view::{HELD, Seen};
use crate::plan::{Kind, Plan, Strategy, SupPlan};
use crate::servers::InitDoes;

/// A child of a supervisor.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    pub(crate) plan: Arc<Plan>,
    pub(crate) path: String,
    /// How often its supervisor has tried to start it.
    starts: u64,
    /// Whether it is the first time for what is started once for all times.
    fresh: bool,
    pub(crate) is: Is,
}

/// What a child is at.
#[derive(Clone, Debug)]
pub(crate) enum Is {
    Down,
    /// It is started again this long after its turn comes, which has not come yet.
    Owing(u64),
    /// It is started again at this time.
    Waiting(u64),
    /// It is started when one before it has been.
    Held,
    Running(Body),
}

#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) number: u32,
    pub(crate) runs: Runs,
}

#[derive(Clone, Debug)]
pub(crate) enum Runs {
    /// With the times at which its naps are over.
    Worker(Vec<u64>),
    Supervisor(Sup),
}

/// A supervisor that runs.
#[derive(Clone, Debug)]
pub(crate) struct Sup {
    pub(crate) plan: Arc<Plan>,
    pub(crate) children: Vec<Child>,
    /// When children were started again.
    restarts: Vec<u64>,
}

/// Whether a supervisor goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Goes {
    On,
    /// It has ended with the reason `shutdown`.
    Down,
}

/// What a start has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Started,
    Ignored,
    Failed,
}

impl Plan {
    pub(crate) fn sup(&self) -> &SupPlan {
        match &self.kind {
            Kind::Supervisor(sup) => sup,
            Kind::Worker(_) => panic!("{} is no supervisor", self.id),
        }
    }
}

impl Child {
    fn new(plan: Arc<Plan>, of: &str, fresh: bool) -> Self {
        let path = format!("{of}.{}", plan.id);
        Self { plan, path, starts: 0, fresh, is: Is::Down }
    }

    const fn runs(&self) -> bool {
        matches!(self.is, Is::Running(_))
    }

    fn is_temporary(&self) -> bool {
        self.plan.restart == Restart::Temporary
    }

    fn start(&mut self, env: &mut Env) -> Start {
        self.starts += 1;
        let number = env.begin(&self.path);
        let runs = match &self.plan.kind {
            Kind::Worker(_) => match env.init(&self.path, number) {
                InitDoes::Work => Runs::Worker(Vec::new()),
                InitDoes::Ignore => return Start::Ignored,
                InitDoes::Fail | InitDoes::Panic => return Start::Failed,
            },
            Kind::Supervisor(_) => {
                let fresh = std::mem::replace(&mut self.fresh, false);
                match Sup::start(&self.plan, &self.path, fresh, env) {
                    Some(sup) => Runs::Supervisor(sup),
                    None => return Start::Failed,
                }
            }
        };
        self.is = Is::Running(Body { number, runs });
        Start::Started
    }
}

impl Sup {
    /// Starts it and its children in order; none where one fails, and those before it have been stopped again.
    pub(crate) fn start(plan: &Arc<Plan>, path: &str, fresh: bool, env: &mut Env) -> Option<Self> {
        let mut sup = Self { plan: Arc::clone(plan), children: Vec::new(), restarts: Vec::new() };
        for plan in plan.sup().children.iter().filter(|child| fresh || !child.once) {
            let mut child = Child::new(Arc::clone(plan), path, fresh);
            match child.start(env) {
                Start::Ignored if child.is_temporary() => {}
                Start::Started | Start::Ignored => sup.children.push(child),
                Start::Failed => {
                    sup.stop_children(env);
                    return None;
                }
            }
        }
        Some(sup)
    }

    fn is_dynamic(&self) -> bool {
        self.plan.sup().strategy == Strategy::Dynamic
    }

    /// Whether its children are started again together.
    fn is_group(&self) -> bool {
        matches!(self.plan.sup().strategy, Strategy::OneForAll | Strategy::RestForOne)
    }

    /// A child has ended by itself, or for what was done to it; `bad`: it was killed or failed.
    fn ended(&mut self, index: usize, bad: bool, env: &mut Env) -> Goes {
        self.children[index].is = Is::Down;
        let plan = Arc::clone(&self.children[index].plan);
        let comes_back = match plan.restart {
            Restart::Transient => bad,
            Restart::Temporary => false,
            _ => true,
        };
        if comes_back {
            return self.restart(index, env);
        }
        self.drop_unless_kept(index);
        let ends = plan.significant
            && match self.plan.sup().auto {
                AutoShutdown::AnySignificant => true,
                AutoShutdown::AllSignificant => !self.has_significant(),
                _ => false,
            };
        if ends { self.give_up(env) } else { Goes::On }
    }

    fn has_significant(&self) -> bool {
        self.children.iter().any(|child| child.plan.significant && !matches!(child.is, Is::Down))
    }

    /// A child is down for good, as far as its supervisor is concerned.
    fn drop_unless_kept(&mut self, index: usize) {
        if self.is_dynamic() || self.children[index].is_temporary() {
            self.children.remove(index);
        }
    }

    /// OTP's `restart`: a child has ended and comes back, and its group with it.
    fn restart(&mut self, index: usize, env: &mut Env) -> Goes {
        let mut index = index;
        loop {
            if !self.may_restart(env.now) {
                return self.give_up(env);
            }
            index = self.stop_group(index, env);
            self.children[index].is = Is::Owing(self.children[index].plan.backoff);
            match self.start_due(env) {
                None => return Goes::On,
                Some(failed) => index = failed,
            }
        }
    }

    /// OTP's `add_restart`: notes one more, and says whether there are not too many within the window, whose ends count.
    fn may_restart(&mut self, now: u64) -> bool {
        let plan = Arc::clone(&self.plan);
        self.restarts.retain(|at| at + plan.sup().window >= now);
        self.restarts.push(now);
        self.restarts.len() <= plan.sup().most as usize
    }

    /// Stops those that are started again together with a child, the last first. They are held from then on, also those that
    /// were down; one that waits has its delay all the same; temporary ones are dropped. Gives where the child stands now.
    fn stop_group(&mut self, index: usize, env: &mut Env) -> usize {
        let first = match self.plan.sup().strategy {
            Strategy::OneForOne | Strategy::Dynamic => return index,
            Strategy::OneForAll => 0,
            Strategy::RestForOne => index + 1,
        };
        let mut moved = index;
        for other in (first..self.children.len()).rev().filter(|other| *other != index) {
            self.children[other].stop(env);
            if !matches!(self.children[other].is, Is::Waiting(_) | Is::Owing(_)) {
                self.children[other].is = Is::Held;
            }
            if self.children[other].is_temporary() {
                self.children.remove(other);
                moved -= usize::from(other < index);
            }
        }
        moved
    }

    /// Starts those whose time has come, in order; in a group, one that waits holds up those after it. Gives the one that
    /// failed, if one did.
    fn start_due(&mut self, env: &mut Env) -> Option<usize> {
        let is_group = self.is_group();
        let mut index = 0;
        while index < self.children.len() {
            if let Is::Owing(delay) = self.children[index].is {
                self.children[index].is = Is::Waiting(env.now + delay);
            }
            let is_due = match self.children[index].is {
                Is::Waiting(until) if until > env.now => {
                    if is_group {
                        return None;
                    }
                    false
                }
                Is::Waiting(_) | Is::Held => true,
                Is::Down | Is::Owing(_) | Is::Running(_) => false,
            };
            if is_due {
                match self.children[index].start(env) {
                    Start::Started => {}
                    Start::Failed => return Some(index),
                    Start::Ignored => {
                        self.children[index].is = Is::Down;
                        let before = self.children.len();
                        self.drop_unless_kept(index);
                        if self.children.len() < before {
                            continue;
                        }
                    }
                }
            }
            index += 1;
        }
        None
    }

    fn give_up(&mut self, env: &mut Env) -> Goes {
        // Of children that are due at the same moment each is started by itself: those behind one that fails may have begun.
        let is_due = |child: &Child| matches!(child.is, Is::Waiting(until) if until <= env.now);
        env.is_undecided |= !self.is_group() && self.children.iter().any(is_due);
        self.stop_children(env);
        Goes::Down
    }
}
