//! What registries leave in memory: nothing.

use callcast::Groups;
use callcast::prelude::*;

use crate::left::left;
use crate::memory::live;
use crate::servers::{Cell, CellClient};
use crate::{alone, number, one_thread};

/// Far less than a table that was not given back.
const NOISE: isize = 4096;

const AGENTS: usize = 1_000;

fn agents() -> Vec<CellClient> {
    (0..AGENTS).map(|_| Cell::start(0).expect("it cannot fail")).collect()
}

/// Registers so many keys, spread over agents that end.
fn register_and_end(registry: &Registry<usize, Cell>, keys: usize) {
    let agents = agents();
    for key in 0..keys {
        registry.register(&agents[key % AGENTS], key).expect("the key is free");
    }
    assert_eq!(registry.count(), keys);
    drop(agents);
    assert!(registry.is_empty());
}

fn register_and_unregister(registry: &Registry<usize, Cell>, agents: &[CellClient], keys: usize) {
    for key in 0..keys {
        registry.register(&agents[key % AGENTS], key).expect("the key is free");
    }
    for key in 0..keys {
        assert_eq!(registry.unregister(&agents[key % AGENTS], &key), 1);
    }
}

fn fail(registry: &Registry<usize, Cell>, agents: &[CellClient]) {
    for agent in agents {
        assert!(registry.register(agent, 0).is_err());
    }
}

fn join_and_end(groups: &Groups<usize, Cell>) {
    let agents = agents();
    for n in 0..20_000 {
        groups.join(&agents[n % AGENTS], n % 10).expect("it lives");
    }
    for n in 0..10_000 {
        groups.leave(&agents[n % AGENTS], &(n % 10)).expect("it has joined");
    }
    drop(agents);
    assert_eq!((groups.groups().len(), groups.members(&0).len()), (0, 0));
}

fn lock(registry: &Registry<usize, Cell>, runtime: &tokio::runtime::Runtime) {
    runtime.block_on(async {
        for key in 0..10_000 {
            drop(registry.lock(key).await);
        }
        let guards = futures_util::future::join_all((0..1_000).map(|key| registry.lock(key)));
        drop(guards.await);
    });
}

#[test]
fn g09_what_was_registered_leaves_nothing() {
    let _alone = alone();
    let registry: Registry<usize, Cell> = Registry::unique();
    // Once in a process: what is made when it is first needed stays.
    register_and_end(&registry, AGENTS);
    let keys = number("CALLCAST_KEYS", 200_000);
    let empty = live();
    register_and_end(&registry, keys);
    let kept = live() - empty;
    assert!(kept.abs() < NOISE, "{kept} bytes of {keys} keys");
    let often = left(|| (0..10).for_each(|_| register_and_end(&registry, keys / 10)));
    assert_eq!(often, 0, "10 times a tenth of that");

    let keepers = agents();
    assert_eq!(
        left(|| register_and_unregister(&registry, &keepers, keys / 10)),
        0,
        "unregistered one by one"
    );
    registry.register(&keepers[0], 0).expect("the key is free");
    assert_eq!(left(|| fail(&registry, &keepers)), 0, "failed registrations");

    let groups = Groups::new();
    assert_eq!(left(|| join_and_end(&groups)), 0, "memberships");

    let runtime = one_thread();
    assert_eq!(left(|| lock(&registry, &runtime)), 0, "locks");

    let listened = left(|| {
        let (_, all) = registry.watch();
        let (_, one) = registry.watch_key(&1);
        registry.unregister(&keepers[0], &0);
        registry.register(&keepers[0], 0).expect("the key is free");
        drop((all, one));
    });
    assert_eq!(listened, 0, "listeners");
}
