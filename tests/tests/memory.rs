//! What registries leave in memory: nothing.
//!
//! A binary of its own, and one test in it: the allocator counts for all threads.

#![allow(missing_docs, reason = "the macro's items in a test")]

use std::alloc::System;

use callcast::Groups;
use callcast::prelude::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

struct Cell;

#[agent]
impl Cell {
    #[init]
    fn new() -> Self {
        Self
    }
}

fn live() -> isize {
    let stats = ALLOCATOR.stats();
    let signed = |bytes: usize| isize::try_from(bytes).expect("there is not so much memory");
    // What grows or shrinks is in these two as well.
    signed(stats.bytes_allocated) - signed(stats.bytes_deallocated)
}

/// How many bytes more there are when this has run twice than when it had run once.
fn left(mut f: impl FnMut()) -> isize {
    f();
    let before = live();
    f();
    live() - before
}

const AGENTS: usize = 1_000;

fn agents() -> Vec<CellClient> {
    (0..AGENTS).map(|_| Cell::start().expect("it cannot fail")).collect()
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
    for n in 0..100_000 {
        groups.join(&agents[n % AGENTS], n % 10).expect("it lives");
    }
    for n in 0..50_000 {
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
fn what_was_registered_leaves_nothing() {
    let registry: Registry<usize, Cell> = Registry::unique();
    // Once in a process: what is made when it is first needed stays.
    register_and_end(&registry, AGENTS);
    let empty = live();
    register_and_end(&registry, 1_000_000);
    assert_eq!(live() - empty, 0, "1,000,000 keys");
    let often = left(|| (0..10).for_each(|_| register_and_end(&registry, 100_000)));
    assert_eq!(often, 0, "10 times 100,000 keys");

    let keepers = agents();
    assert_eq!(left(|| register_and_unregister(&registry, &keepers, 100_000)), 0, "unregistered one by one");
    registry.register(&keepers[0], 0).expect("the key is free");
    assert_eq!(left(|| fail(&registry, &keepers)), 0, "failed registrations");

    let groups = Groups::new();
    assert_eq!(left(|| join_and_end(&groups)), 0, "memberships");

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("there is room for one");
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
