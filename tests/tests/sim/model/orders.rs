//! What is done to a tree from outside, and what it answers.

use std::sync::Arc;

use crate::model::{Body, Child, Env, Goes, Is, Runs, Start, Sup};
use crate::plan::{Plan, Strategy};

/// What is done to one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Kill,
    Crash,
    /// A handler returns an error.
    Fail,
    /// It is stopped from outside.
    Stop,
    /// A handler of its own ends it, with `Shutdown`.
    Leave,
    /// It is stopped from outside, with `ShutdownWith`.
    StopWith,
}

/// What is asked of one supervisor.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    StartChild(Arc<Plan>),
    Terminate(String),
    Restart(String),
    Delete(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Ignored,
    NotFound,
    Running,
    Restarting,
    NotStarted,
    StartFailed,
    AlreadyStarted,
    AlreadyPresent,
    MaxChildren,
    Significant,
    /// The supervisor could not be asked.
    NotAsked,
}

impl Sup {
    /// Has something happen below: `act` does it to the child at the end of the way, and what comes of it goes up from there.
    fn deliver(
        &mut self,
        way: &[usize],
        env: &mut Env,
        act: &mut dyn FnMut(&mut Self, usize, &mut Env) -> Goes,
    ) -> Goes {
        let (here, rest) = way.split_first().expect("a way leads somewhere");
        if rest.is_empty() {
            return act(self, *here, env);
        }
        match self.below(*here).deliver(rest, env, act) {
            Goes::On => Goes::On,
            Goes::Down => self.ended(*here, false, env),
        }
    }

    pub(crate) fn below(&mut self, index: usize) -> &mut Self {
        match &mut self.children[index].is {
            Is::Running(Body { runs: Runs::Supervisor(sup), .. }) => sup,
            is => panic!("no supervisor runs there: {is:?}"),
        }
    }

    /// Something ends one child.
    pub(crate) fn fault(&mut self, way: &[usize], fault: Fault, env: &mut Env) -> Goes {
        self.deliver(way, env, &mut |sup, index, env| {
            let bad = sup.children[index].end(fault, env);
            sup.ended(index, bad, env)
        })
    }

    /// Several children of one supervisor are killed before it hears of one of them.
    pub(crate) fn kill_all(&mut self, ways: &[Vec<usize>], env: &mut Env) -> Goes {
        let Some(first) = ways.first() else { return Goes::On };
        let indices: Vec<usize> = ways.iter().filter_map(|way| way.last().copied()).collect();
        self.deliver(first, env, &mut |sup, _, env| {
            let paths: Vec<String> = indices.iter().map(|index| sup.children[*index].path.clone()).collect();
            for index in &indices {
                sup.children[*index].is = Is::Down;
            }
            for path in &paths {
                let found = sup.children.iter().position(|child| child.path == *path);
                // One that has its group started again meanwhile was not missed.
                let is_down = |index: &usize| matches!(sup.children[*index].is, Is::Down);
                let Some(index) = found.filter(is_down) else { continue };
                if sup.ended(index, true, env) == Goes::Down {
                    return Goes::Down;
                }
            }
            Goes::On
        })
    }

    /// Lets time pass, and starts those whose time comes.
    pub(crate) fn pass(&mut self, until: u64, env: &mut Env) -> Goes {
        loop {
            let due = self.next_due();
            let Some((at, way)) = due.first().filter(|(at, _)| *at <= until) else {
                env.now = env.now.max(until);
                self.wake(env);
                return Goes::On;
            };
            env.is_ambiguous |= due.get(1).is_some_and(|(other, _)| other == at);
            env.now = env.now.max(*at);
            env.last_due = env.now;
            if self.due(way, env) == Goes::Down {
                return Goes::Down;
            }
        }
    }

    /// Lets those be started whose time has come.
    fn due(&mut self, way: &[usize], env: &mut Env) -> Goes {
        self.deliver(way, env, &mut |sup, _, env| sup.start_or_restart(env))
    }

    /// Has a supervisor do something by hand.
    pub(crate) fn order(
        &mut self,
        way: &[usize],
        order: &Order,
        path: &str,
        env: &mut Env,
    ) -> (Answer, Goes) {
        let Some((here, rest)) = way.split_first() else { return self.obey(order, path, env) };
        match self.below(*here).order(rest, order, path, env) {
            (answer, Goes::Down) => (answer, self.ended(*here, false, env)),
            on => on,
        }
    }

    fn obey(&mut self, order: &Order, path: &str, env: &mut Env) -> (Answer, Goes) {
        let (Order::Terminate(id) | Order::Restart(id) | Order::Delete(id)) = order else {
            let Order::StartChild(plan) = order else { panic!("no other order has no id") };
            return (self.start_child(plan, path, env), Goes::On);
        };
        let Some(index) = self.children.iter().position(|child| child.plan.id == *id) else {
            return (Answer::NotFound, Goes::On);
        };
        match order {
            Order::Terminate(_) => (Answer::Done, self.terminate_child(index, env)),
            Order::Restart(_) => (self.restart_child(index, env), Goes::On),
            _ => (self.delete_child(index), Goes::On),
        }
    }

    fn start_child(&mut self, plan: &Arc<Plan>, path: &str, env: &mut Env) -> Answer {
        if plan.significant {
            return Answer::Significant;
        }
        let same = self.children.iter().find(|child| child.plan.id == plan.id);
        match same {
            _ if self.plan.sup().strategy == Strategy::Dynamic => {
                let is_full = self.children.len() >= self.plan.sup().max_children;
                return if is_full { Answer::MaxChildren } else { self.take_child(plan, path, env) };
            }
            Some(child) if child.runs() => return Answer::AlreadyStarted,
            Some(_) => return Answer::AlreadyPresent,
            None => {}
        }
        self.take_child(plan, path, env)
    }

    fn take_child(&mut self, plan: &Arc<Plan>, path: &str, env: &mut Env) -> Answer {
        let mut child = Child::new(Arc::clone(plan), path, true);
        let started = child.start(env);
        if started == Start::Failed {
            return Answer::StartFailed;
        }
        self.children.push(child);
        if started == Start::Started {
            return Answer::Done;
        }
        self.drop_unless_kept(self.children.len() - 1);
        Answer::Ignored
    }

    fn terminate_child(&mut self, index: usize, env: &mut Env) -> Goes {
        if matches!(self.children[index].is, Is::Down) {
            return Goes::On;
        }
        self.children[index].stop(env);
        self.children[index].is = Is::Down;
        self.drop_unless_kept(index);
        // Those that it has held up are started. OTP forgets them here: they stay down for ever.
        self.start_or_restart(env)
    }

    fn delete_child(&mut self, index: usize) -> Answer {
        match self.children[index].is {
            Is::Running(_) => Answer::Running,
            Is::Waiting(_) | Is::Owing(_) | Is::Held => Answer::Restarting,
            Is::Down => {
                self.children.remove(index);
                Answer::Done
            }
        }
    }

    /// Starts those that are due, and their groups again where one fails.
    fn start_or_restart(&mut self, env: &mut Env) -> Goes {
        match self.start_due(env) {
            None => Goes::On,
            Some(failed) => self.restart(failed, env),
        }
    }

    fn restart_child(&mut self, index: usize, env: &mut Env) -> Answer {
        match self.children[index].is {
            Is::Running(_) => Answer::Running,
            Is::Waiting(_) | Is::Owing(_) | Is::Held => Answer::Restarting,
            Is::Down => match self.children[index].start(env) {
                Start::Started => Answer::Done,
                Start::Ignored | Start::Failed => Answer::NotStarted,
            },
        }
    }
}

impl Child {
    /// It ends for what is done to it; says whether that is a failure.
    fn end(&mut self, fault: Fault, env: &mut Env) -> bool {
        let Is::Running(body) = std::mem::replace(&mut self.is, Is::Down) else {
            panic!("{} does not run", self.path)
        };
        if fault == Fault::Kill {
            return true;
        }
        match body.runs {
            Runs::Supervisor(mut sup) => {
                sup.stop_children(env);
                false
            }
            Runs::Worker(_) => {
                let panicked = self.terminate(body.number, u64::MAX, env);
                panicked || matches!(fault, Fault::Crash | Fault::Fail)
            }
        }
    }
}
