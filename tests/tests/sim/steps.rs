//! What is done next, made from random numbers and from what the model says is there.

use std::sync::Arc;

use callcast::AutoShutdown;

use crate::model::{Env, Fault, Is, Order, Seen, Sup};
use crate::plan::{self, Flavour, Kind, Plan, Scale, Strategy, What};
use crate::rng::Rng;
use crate::servers::InitDoes;

/// What the next `init`s of a server do.
pub(crate) type Script = (String, Vec<InitDoes>);

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Fault {
        path: String,
        way: Vec<usize>,
        fault: Fault,
        scripts: Vec<Script>,
    },
    /// Children of one supervisor, killed together.
    Kills {
        paths: Vec<String>,
        ways: Vec<Vec<usize>>,
    },
    /// No way leads to the root.
    Order {
        path: String,
        way: Vec<usize>,
        order: Order,
        scripts: Vec<Script>,
    },
    /// Milliseconds pass.
    Pass(u64),
    /// A server is given messages that take so many milliseconds.
    Nap {
        path: String,
        way: Vec<usize>,
        times: Vec<u64>,
    },
}

/// Where steps come from.
pub(crate) struct Steps {
    pub(crate) rng: Rng,
    pub(crate) scale: Scale,
    /// How many specs have been made for `start_child`.
    added: u32,
}

impl Steps {
    pub(crate) const fn new(rng: Rng, scale: Scale) -> Self {
        Self { rng, scale, added: 0 }
    }

    pub(crate) fn next(&mut self, root: &Sup, env: &Env) -> Step {
        let all = root.all();
        let running: Vec<_> = all.iter().filter(|seen| matches!(seen.child.is, Is::Running(_))).collect();
        loop {
            let step = match self.rng.below(100) {
                0..45 if !running.is_empty() => {
                    let target = running[self.rng.index(running.len())];
                    self.fault(target, &all)
                }
                45..55 if !running.is_empty() => {
                    let target = running[self.rng.index(running.len())];
                    self.kills(root, target, &all, env)
                }
                55..88 => Some(self.order(root, &all)),
                88..95 if self.scale.flavour == Flavour::SlowStops && !running.is_empty() => {
                    let target = running[self.rng.index(running.len())];
                    self.nap(target)
                }
                90..100 => Some(Step::Pass(self.rng.pick(&[1, 3, 19, 20, 49, 100, 390, 1_000, 5_000]))),
                _ => None,
            };
            if let Some(step) = step {
                return step;
            }
        }
    }

    fn fault(&mut self, target: &Seen<'_>, all: &[Seen<'_>]) -> Option<Step> {
        let (path, way) = (target.child.path.clone(), target.way.clone());
        let faults: &[Fault] = match target.child.plan.kind {
            Kind::Worker(What::Server(_)) => &[
                Fault::Kill,
                Fault::Crash,
                Fault::Crash,
                Fault::Fail,
                Fault::Stop,
                Fault::Leave,
                Fault::StopWith,
            ],
            Kind::Worker(What::Agent) => {
                &[Fault::Kill, Fault::Crash, Fault::Fail, Fault::Stop, Fault::StopWith]
            }
            // They are far fewer, and bring down far more.
            Kind::Supervisor(_) if self.rng.percent(60) => return None,
            Kind::Supervisor(_) => &[Fault::Kill, Fault::Stop, Fault::StopWith],
        };
        // Whatever else is done to one that naps would be done when it wakes up.
        let fault = if target.child.naps() { Fault::Kill } else { self.rng.pick(faults) };
        Some(Step::Fault { scripts: self.scripts(&path, all), path, way, fault })
    }

    fn nap(&mut self, target: &Seen<'_>) -> Option<Step> {
        if !matches!(target.child.plan.kind, Kind::Worker(What::Server(_))) {
            return None;
        }
        let times = (0..self.rng.between(1, 4)).map(|_| self.rng.pick(&[3, 10, 40, 90])).collect();
        Some(Step::Nap { path: target.child.path.clone(), way: target.way.clone(), times })
    }

    /// Several children of one supervisor, which may all be started again: the order of what follows is no rule's else.
    fn kills(&mut self, root: &Sup, target: &Seen<'_>, all: &[Seen<'_>], env: &Env) -> Option<Step> {
        let (_, of) = target.way.split_last()?;
        let sup = sup_at(root, of)?;
        let is_server = |seen: &&Seen<'_>| matches!(seen.child.plan.kind, Kind::Worker(What::Server(_)));
        let is_sibling = |seen: &&Seen<'_>| seen.way.len() == of.len() + 1 && seen.way.starts_with(of);
        let runs = |seen: &&Seen<'_>| matches!(seen.child.is, Is::Running(_));
        let works = |seen: &&Seen<'_>| !env.has_script(&seen.child.path);
        let mut targets: Vec<_> =
            all.iter().filter(is_sibling).filter(works).filter(is_server).filter(runs).collect();
        self.rng.shuffle(&mut targets);
        // What has been started again when an automatic shutdown comes is no rule's.
        if sup.plan.sup().auto != AutoShutdown::Never {
            return None;
        }
        let most = sup.plan.sup().most as usize;
        targets.truncate(most.min(self.rng.index(5)));
        let strategy = sup.plan.sup().strategy;
        if matches!(strategy, Strategy::OneForAll | Strategy::RestForOne) {
            targets.sort_by(|one, other| one.way.cmp(&other.way));
        }
        if targets.len() < 2 || sup.restarts_left(env.now) < targets.len() {
            return None;
        }
        let paths = targets.iter().map(|seen| seen.child.path.clone()).collect();
        Some(Step::Kills { paths, ways: targets.iter().map(|seen| seen.way.clone()).collect() })
    }

    fn order(&mut self, root: &Sup, all: &[Seen<'_>]) -> Step {
        let sups: Vec<_> = all.iter().filter(|seen| seen.child.sup().is_some()).collect();
        let at = self.rng.index(sups.len() + 1);
        let (path, way, sup) = match sups.get(at) {
            Some(seen) => (seen.child.path.clone(), seen.way.clone(), seen.child.sup().unwrap_or(root)),
            None => ("r".to_owned(), Vec::new(), root),
        };
        let is_dynamic = sup.plan.sup().strategy == Strategy::Dynamic;
        let id = self.id(sup);
        // A start by hand waits for those of the group, OTP's does not.
        let order = match self.rng.below(100) {
            _ if sup.holds_up() => {
                if self.rng.percent(70) {
                    Order::Terminate(id)
                } else {
                    Order::Delete(id)
                }
            }
            0..40 => Order::StartChild(self.new_child(sup, way.len())),
            _ if is_dynamic && self.rng.percent(60) => Order::StartChild(self.new_child(sup, way.len())),
            40..60 => Order::Terminate(id),
            60..85 => Order::Restart(id),
            _ => Order::Delete(id),
        };
        let about = match &order {
            Order::StartChild(plan) => &plan.id,
            Order::Terminate(id) | Order::Restart(id) | Order::Delete(id) => id,
        };
        let scripts = self.scripts(&format!("{path}.{about}"), all);
        Step::Order { path, way, order, scripts }
    }

    fn id(&mut self, sup: &Sup) -> String {
        if sup.children.is_empty() || self.rng.percent(3) {
            return "nobody".to_owned();
        }
        // Those that are down are what there is most to be said about.
        let down: Vec<_> = sup.children.iter().filter(|child| !matches!(child.is, Is::Running(_))).collect();
        if down.is_empty() || self.rng.percent(40) {
            return sup.children[self.rng.index(sup.children.len())].plan.id.clone();
        }
        self.rng.pick(&down).plan.id.clone()
    }

    fn new_child(&mut self, sup: &Sup, depth: usize) -> Arc<Plan> {
        self.added += 1;
        let is_dynamic = sup.plan.sup().strategy == Strategy::Dynamic;
        let id = match sup.children.first() {
            Some(child) if !is_dynamic && self.rng.percent(10) => child.plan.id.clone(),
            _ => format!("n{}", self.added),
        };
        let auto = if self.rng.percent(95) { AutoShutdown::Never } else { AutoShutdown::AnySignificant };
        let below = u32::from(depth < 2);
        Arc::new(plan::child(&mut self.rng, Scale { width: 3, ..self.scale }, auto, below, id))
    }

    /// Has some `init`s fail: that of the server at hand, or any other's.
    fn scripts(&mut self, path: &str, all: &[Seen<'_>]) -> Vec<Script> {
        let mut scripts = Vec::new();
        if self.rng.percent(25) {
            scripts.push((path.to_owned(), self.script()));
        }
        if !all.is_empty() && self.rng.percent(20) {
            let other = &all[self.rng.index(all.len())];
            scripts.push((other.child.path.clone(), self.script()));
        }
        scripts
    }

    fn script(&mut self) -> Vec<InitDoes> {
        let does = [InitDoes::Fail, InitDoes::Fail, InitDoes::Panic, InitDoes::Work, InitDoes::Ignore];
        let most = if self.scale.flavour == Flavour::Backoff { 4 } else { 3 };
        (0..self.rng.between(1, most)).map(|_| self.rng.pick(&does)).collect()
    }
}

fn sup_at<'a>(root: &'a Sup, way: &[usize]) -> Option<&'a Sup> {
    way.iter().try_fold(root, |sup, index| sup.children.get(*index)?.sup())
}
