//! A registry's entries against the ends of their servers.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::model;
use crate::client::ClientOf as _;
use crate::engine::Core as _;
use crate::exit::ExitReason;
use crate::holder::Holder;
use crate::id::ServerId;
use crate::life::Life;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::model::thread;
use crate::{Agent, Registry, Unique};

type Agents<M = Unique> = Registry<u32, Holder<()>, (), M>;

fn id(agent: &Agent<()>) -> ServerId {
    agent.id().expect("it lives")
}

fn ending(life: &Arc<Life>) -> thread::JoinHandle<()> {
    let life = Arc::clone(life);
    thread::spawn(move || {
        life.begin_exit(ExitReason::Normal);
        life.finish();
    })
}

#[test]
fn m06_an_entry_never_outlives_its_server() {
    model(|| {
        let agents: Agents = Registry::of_one_part(true);
        let life = Life::new("model");
        let ends = ending(&life);
        agents.enter(&life, 1);
        ends.join().unwrap();
        assert_eq!(agents.count(), 0);
        assert!(!agents.enter(&life, 1));
    });
}

#[test]
fn m06_an_old_owners_end_leaves_the_next_ones_entry() {
    model(|| {
        let agents: Agents = Registry::of_one_part(true);
        let (old, new) = (Agent::new(()), Agent::new(()));
        let (old_id, new_id) = (id(&old), id(&new));
        agents.register(&old, 1).unwrap();
        // Its last client, unless the looker has found it.
        let ends = thread::spawn(move || drop(old));
        let looks = {
            let agents = agents.clone();
            thread::spawn(move || agents.lookup(&1).map(|found| found.place().core().id()))
        };
        let entered = agents.register(&new, 1).is_ok();
        ends.join().unwrap();
        if let Some(Some(found)) = looks.join().unwrap() {
            assert!(found == old_id || (found == new_id && entered));
        }
        assert_eq!(agents.lookup(&1).is_some(), entered);
        assert_eq!(agents.count(), usize::from(entered));
    });
}

#[test]
fn m06_a_look_up_never_gives_the_dead() {
    model(|| {
        let agents: Agents = Registry::of_one_part(true);
        let agent = Agent::new(());
        agents.register(&agent, 1).unwrap();
        let life = Arc::clone(agent.place().found().expect("it lives").core.life());
        let decided = Arc::new(AtomicBool::new(false));
        let ends = {
            let decided = Arc::clone(&decided);
            thread::spawn(move || {
                life.begin_exit(ExitReason::Killed);
                decided.store(true, Ordering::Release);
                life.finish();
            })
        };
        let is_decided = decided.load(Ordering::Acquire);
        let found = agents.lookup(&1);
        assert!(found.is_none() || !is_decided);
        ends.join().unwrap();
        assert!(agents.lookup(&1).is_none() && agents.is_empty());
    });
}

#[test]
fn loom_what_two_unregister_goes_once() {
    model(|| {
        let agents: Agents = Registry::of_one_part(true);
        let agent = Agent::new(());
        let own = id(&agent);
        agents.register(&agent, 1).unwrap();
        // So that it is still one that has entries when the first of both is done.
        agents.register(&agent, 2).unwrap();
        let other = {
            let (agents, agent) = (agents.clone(), agent.clone());
            thread::spawn(move || agents.unregister(&agent, &1))
        };
        let looks = {
            let agents = agents.clone();
            thread::spawn(move || agents.lookup(&1).map(|found| id(&found)))
        };
        let mine = agents.unregister(&agent, &1);
        assert_eq!(mine + other.join().unwrap(), 1);
        assert!(looks.join().unwrap().is_none_or(|found| found == own));
        assert!(agents.lookup(&1).is_none());
        assert_eq!((agents.count(), agents.keys(&agent)), (1, vec![2]));
    });
}

type Nosies = Registry<Nosy, Holder<()>>;

/// A key whose `Drop` may look into the registry that it is used in.
#[derive(Clone)]
struct Nosy(Option<Nosies>);

impl PartialEq for Nosy {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Nosy {}

impl Hash for Nosy {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Drop for Nosy {
    fn drop(&mut self) {
        if let Some(nosies) = self.0.take() {
            drop(nosies.lookup(&Self(None)));
        }
    }
}

#[test]
fn loom_a_listener_that_goes_is_let_go_of_under_no_lock() {
    model(|| {
        let nosies: Nosies = Registry::of_one_part(true);
        let agent = Agent::new(());
        let (_, events) = nosies.watch_key(&Nosy(Some(nosies.clone())));
        let goes = thread::spawn(move || drop(events));
        nosies.register(&agent, Nosy(None)).unwrap();
        goes.join().unwrap();
        assert!(nosies.lookup(&Nosy(None)).is_some());
    });
}
