//! RG-E: Elixir's `Registry`, what both kinds have, and locks.

use std::time::Duration;

use callcast::prelude::*;
use callcast::{DuplicateRegistry, RegisterError, UpdateError};
use tokio::sync::oneshot;

use crate::support::{ms, within};

/// Stands in a registry, and says who it is; takes as long to end as it is told.
pub(crate) struct Member {
    name: &'static str,
    gate: Option<oneshot::Receiver<()>>,
    heard: Vec<&'static str>,
}

#[server]
impl Member {
    #[init]
    pub(crate) fn new(name: &'static str) -> Result<Self, &'static str> {
        if name.is_empty() { Err("no name") } else { Ok(Self { name, gate: None, heard: Vec::new() }) }
    }

    #[call]
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    #[call]
    pub(crate) fn linger(&mut self, gate: oneshot::Receiver<()>) {
        self.gate = Some(gate);
    }

    #[call]
    pub(crate) async fn sleep(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    #[cast]
    pub(crate) fn hear(&mut self, what: &'static str) {
        self.heard.push(what);
    }

    #[call]
    pub(crate) fn heard(&self) -> Vec<&'static str> {
        self.heard.clone()
    }

    #[terminate]
    async fn close(&mut self) {
        if let Some(gate) = self.gate.take() {
            drop(gate.await);
        }
    }
}

pub(crate) async fn member(name: &'static str) -> MemberClient {
    within(Member::start(name)).await.expect("it has a name")
}

type Key = &'static str;

#[tokio::test(start_paused = true)]
async fn rg_e_01_nothing_is_left_of_those_that_were_killed() {
    let unique: Registry<Key, Member> = Registry::unique();
    let duplicate: DuplicateRegistry<Key, Member> = Registry::duplicate();
    let (ann, bob) = (member("ann").await, member("bob").await);
    unique.register(&ann, "a").unwrap();
    unique.register(&bob, "b").unwrap();
    for key in ["a", "a", "b"] {
        duplicate.register(&ann, key).unwrap();
        duplicate.register(&bob, key).unwrap();
    }
    assert_eq!((unique.count(), duplicate.count()), (2, 6));
    within(ann.kill()).await.unwrap();
    assert_eq!((unique.count(), duplicate.count()), (1, 3));
    within(bob.kill()).await.unwrap();
    assert!(unique.is_empty() && duplicate.is_empty());
    assert_eq!(duplicate.keys(&ann), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn rg_e_02_locks_of_two_keys_do_not_wait_for_each_other() {
    let registry: Registry<Key, Member> = Registry::unique();
    let first = registry.lock("a").await;
    let second = tokio::time::timeout(ms(1), registry.lock("b")).await.unwrap();
    drop((first, second));
    drop(tokio::time::timeout(ms(1), registry.lock("a")).await.unwrap());
    drop(tokio::time::timeout(ms(1), registry.lock("b")).await.unwrap());
    assert_eq!(registry.locked(), 0);
}

#[tokio::test(start_paused = true)]
async fn rg_e_03_the_second_lock_of_a_key_waits_for_the_first() {
    let registry: Registry<Key, Member> = Registry::unique();
    let first = registry.lock("a").await;
    let mut second = Box::pin(registry.lock("a"));
    tokio::time::timeout(ms(100), &mut second).await.unwrap_err();
    drop(first);
    drop(within(second).await);
    assert_eq!(registry.locked(), 0);
}

#[tokio::test(start_paused = true)]
async fn rg_e_05_the_lock_of_a_task_that_is_aborted_is_free() {
    let registry: Registry<Key, Member> = Registry::unique();
    let (locked, is_locked) = oneshot::channel();
    let holder = tokio::spawn({
        let registry = registry.clone();
        async move {
            let _guard = registry.lock("a").await;
            locked.send(()).unwrap();
            std::future::pending::<()>().await;
        }
    });
    within(is_locked).await.unwrap();
    let mut waiter = Box::pin(registry.lock("a"));
    tokio::time::timeout(ms(100), &mut waiter).await.unwrap_err();
    holder.abort();
    drop(within(waiter).await);
}

#[tokio::test(start_paused = true)]
async fn rg_e_06_a_waiter_that_goes_leaves_the_line() {
    let registry: Registry<Key, Member> = Registry::unique();
    let first = registry.lock("a").await;
    let mut gone = Box::pin(registry.lock("a"));
    tokio::time::timeout(ms(1), &mut gone).await.unwrap_err();
    let mut last = Box::pin(registry.lock("a"));
    tokio::time::timeout(ms(1), &mut last).await.unwrap_err();
    drop(gone);
    drop(first);
    drop(within(last).await);
    drop(within(registry.lock("a")).await);
    assert_eq!(registry.locked(), 0);
}

#[tokio::test(start_paused = true)]
async fn rg_e_07_an_owner_updates_its_value() {
    let registry: Registry<Key, Member, u32> = Registry::unique();
    let (ann, bob) = (member("ann").await, member("bob").await);
    registry.register_with(&ann, "a", 1).unwrap();
    assert_eq!(registry.update(&ann, "a", |n| *n += 1), Ok((2, 1)));
    assert_eq!(registry.entry("a").unwrap().value, 2);
    assert_eq!(registry.update(&bob, "a", |n| *n += 1), Err(UpdateError::OwnedBy(ann.id().unwrap())));
    assert_eq!(registry.values(&ann, "a"), [2]);
}

#[tokio::test(start_paused = true)]
async fn rg_e_08_a_look_up_gives_the_owner_and_its_value() {
    let registry: Registry<Key, Member, Vec<u8>> = Registry::unique();
    let ann = member("ann").await;
    assert!(registry.lookup("a").is_none() && registry.entry("a").is_none());
    registry.register_with(&ann, "a", vec![1, 2]).unwrap();
    let entry = registry.entry("a").unwrap();
    assert_eq!((Some(entry.id), entry.value), (ann.id(), vec![1, 2]));
    assert_eq!(entry.client.name().await, Ok("ann"));
    assert!(registry.lookup("a").unwrap().same_place(&ann));
}

#[tokio::test(start_paused = true)]
async fn rg_e_09_entries_are_found_by_their_values() {
    let registry: DuplicateRegistry<Key, Member, (Key, u32)> = Registry::duplicate();
    let ann = member("ann").await;
    registry.register_with(&ann, "a", ("one", 1)).unwrap();
    registry.register_with(&ann, "a", ("two", 2)).unwrap();
    let values = |fits: fn(&(Key, u32)) -> bool| -> Vec<_> {
        registry.entries("a").into_iter().map(|entry| entry.value).filter(fits).collect()
    };
    assert_eq!(values(|value| value.0 == "one"), [("one", 1)]);
    assert_eq!(values(|value| value.1 > 1), [("two", 2)]);
    assert_eq!(values(|value| value.1 > 2), [("", 0); 0]);
}

#[tokio::test(start_paused = true)]
async fn rg_e_11_values_are_those_of_one_owner() {
    let registry: DuplicateRegistry<Key, Member, u32> = Registry::duplicate();
    let (ann, bob) = (member("ann").await, member("bob").await);
    registry.register_with(&ann, "a", 1).unwrap();
    registry.register_with(&bob, "a", 2).unwrap();
    registry.register_with(&ann, "a", 3).unwrap();
    assert_eq!(registry.values(&ann, "a"), [1, 3]);
    assert_eq!(registry.values(&bob, "a"), [2]);
    assert_eq!(registry.values(&bob, "b"), [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn rg_e_12_a_key_that_is_unregistered_is_gone() {
    let unique: Registry<Key, Member> = Registry::unique();
    let duplicate: DuplicateRegistry<Key, Member> = Registry::duplicate();
    let ann = member("ann").await;
    unique.register(&ann, "a").unwrap();
    duplicate.register(&ann, "a").unwrap();
    duplicate.register(&ann, "a").unwrap();
    assert_eq!((unique.unregister(&ann, "a"), duplicate.unregister(&ann, "a")), (1, 2));
    assert_eq!((unique.unregister(&ann, "a"), duplicate.unregister(&ann, "a")), (0, 0));
    assert!(unique.is_empty() && duplicate.is_empty());
}

#[tokio::test(start_paused = true)]
async fn rg_e_13_what_fits_is_unregistered_of_the_own() {
    let registry: DuplicateRegistry<Key, Member, u32> = Registry::duplicate();
    let (ann, bob) = (member("ann").await, member("bob").await);
    for n in [1, 2, 3] {
        registry.register_with(&ann, "a", n).unwrap();
        registry.register_with(&bob, "a", n).unwrap();
    }
    assert_eq!(registry.unregister_where(&ann, "a", |n| *n > 1), 2);
    assert_eq!((registry.values(&ann, "a"), registry.values(&bob, "a")), (vec![1], vec![1, 2, 3]));
}

#[tokio::test(start_paused = true)]
async fn rg_e_14_a_key_is_taken_once_or_any_number_of_times() {
    let unique: Registry<Key, Member> = Registry::unique();
    let duplicate: DuplicateRegistry<Key, Member> = Registry::duplicate();
    let (ann, bob) = (member("ann").await, member("bob").await);
    let taken = Err(RegisterError::AlreadyRegistered(ann.id().unwrap()));
    assert_eq!(unique.register(&ann, "a"), Ok(()));
    assert_eq!((unique.register(&ann, "a"), unique.register(&bob, "a")), (taken, taken));
    assert_eq!((duplicate.register(&ann, "a"), duplicate.register(&ann, "a")), (Ok(()), Ok(())));
    within(bob.stop()).await.unwrap();
    assert_eq!(unique.register(&bob, "b"), Err(RegisterError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn rg_e_15_metadata_is_kept_by_its_type() {
    #[derive(Clone, Debug, PartialEq)]
    struct Limit(u32);
    let registry: Registry<Key, Member> = Registry::unique();
    assert_eq!(registry.meta::<Limit>(), None);
    assert_eq!(registry.insert_meta(Limit(1)), None);
    assert_eq!(registry.clone().insert_meta(Limit(2)), Some(Limit(1)));
    assert_eq!(registry.insert_meta("text"), None);
    assert_eq!((registry.meta(), registry.meta()), (Some(Limit(2)), Some("text")));
    assert_eq!(registry.remove_meta(), Some(Limit(2)));
    assert_eq!((registry.meta::<Limit>(), registry.remove_meta::<Limit>()), (None, None));
}

#[tokio::test(start_paused = true)]
async fn rg_e_17_what_fits_is_counted() {
    let registry: DuplicateRegistry<Key, Member, u32> = Registry::duplicate();
    let ann = member("ann").await;
    for n in [1, 2, 2] {
        registry.register_with(&ann, "a", n).unwrap();
    }
    registry.register_with(&ann, "b", 2).unwrap();
    assert_eq!(registry.entries("a").iter().filter(|entry| entry.value == 2).count(), 2);
    assert_eq!((registry.count_of("a"), registry.count_of("b"), registry.count_of("c")), (3, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn rg_e_18_all_entries_are_selected_from() {
    let registry: DuplicateRegistry<Key, Member, u32> = Registry::duplicate();
    let (ann, bob) = (member("ann").await, member("bob").await);
    registry.register_with(&ann, "a", 1).unwrap();
    registry.register_with(&bob, "b", 2).unwrap();
    let mut keys: Vec<_> = registry.iter().map(|(key, entry)| (key, entry.id, entry.value)).collect();
    keys.sort_unstable();
    assert_eq!(keys, [("a", ann.id().unwrap(), 1), ("b", bob.id().unwrap(), 2)]);
    assert_eq!(registry.iter().filter(|(_, entry)| entry.value > 1).count(), 1);
}
