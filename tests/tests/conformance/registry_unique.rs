//! RU-E: Elixir's `Registry` with unique keys.

use callcast::prelude::*;
use callcast::{RegisterError, RegistryEvent, UpdateError};
use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use crate::registry::{Member, MemberClient, member};
use crate::support::within;

type Key = &'static str;

/// What a value of many shapes is in Elixir.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Number(f64),
    Pair(Key, Key),
    Map(Vec<(Key, u32)>),
}

type Values = Registry<Key, Member, Value>;

async fn values() -> (Values, MemberClient) {
    let registry: Values = Registry::unique();
    let ann = member("ann").await;
    registry.register_with(&ann, "pair", Value::Pair("x", "x")).unwrap();
    registry.register_with(&ann, "mixed", Value::Pair("x", "y")).unwrap();
    registry.register_with(&ann, "map", Value::Map(vec![("a", 1), ("b", 2)])).unwrap();
    registry.register_with(&ann, "number", Value::Number(1.0)).unwrap();
    (registry, ann)
}

fn is_double(value: &Value) -> bool {
    matches!(value, Value::Pair(first, second) if first == second)
}

fn has_a(value: &Value) -> bool {
    matches!(value, Value::Map(map) if map.contains(&("a", 1)))
}

fn is_above(value: &Value, limit: f64) -> bool {
    matches!(value, Value::Number(number) if *number > limit)
}

fn selected(registry: &Values, fits: impl Fn(&Value) -> bool) -> Vec<Key> {
    let mut keys: Vec<_> =
        registry.iter().filter(|(_, entry)| fits(&entry.value)).map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn ru_e_02_an_empty_registry_counts_none() {
    let registry: Registry<Key, Member> = Registry::unique();
    assert!(registry.count() == 0 && registry.is_empty());
}

#[tokio::test(start_paused = true)]
async fn ru_e_03_each_key_counts() {
    let registry: Registry<Key, Member> = Registry::unique();
    let ann = member("ann").await;
    registry.register(&ann, "a").unwrap();
    registry.register(&ann, "b").unwrap();
    assert_eq!(registry.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn ru_e_05_a_key_of_another_is_refused_with_its_owner() {
    let registry: Registry<Key, Member> = Registry::unique();
    let (ann, bob) = (member("ann").await, member("bob").await);
    registry.register(&ann, "a").unwrap();
    assert_eq!(registry.register(&bob, "a"), Err(RegisterError::AlreadyRegistered(ann.id().unwrap())));
    assert_eq!((registry.keys(&ann), registry.keys(&bob)), (vec!["a"], vec![]));
}

#[tokio::test(start_paused = true)]
async fn ru_e_06_a_key_is_free_again_when_its_owner_has_ended() {
    let registry: Registry<Key, Member> = Registry::unique();
    let (ann, bob) = (member("ann").await, member("bob").await);
    let (open, gate) = oneshot::channel();
    ann.linger(gate).await.unwrap();
    registry.register(&ann, "a").unwrap();
    ann.stop().send().unwrap();
    tokio::task::yield_now().await;
    assert!(!ann.is_alive());
    // It is not found any more, and still has its key: there are never two owners.
    assert!(registry.lookup("a").is_none() && registry.entry("a").is_none());
    assert_eq!(registry.register(&bob, "a"), Err(RegisterError::AlreadyRegistered(ann.monitor().id())));
    let ended = ann.monitor();
    open.send(()).unwrap();
    within(ended).await;
    registry.register(&bob, "a").unwrap();
    assert_eq!(registry.entry("a").map(|entry| entry.id), bob.id());
}

#[tokio::test(start_paused = true)]
async fn ru_e_07_values_are_matched_and_keys_are_exact() {
    let (registry, _ann) = values().await;
    assert_eq!(selected(&registry, is_double), ["pair"]);
    assert_eq!(selected(&registry, has_a), ["map"]);
    assert!(registry.lookup("_").is_none());
}

#[tokio::test(start_paused = true)]
async fn ru_e_08_values_are_matched_with_conditions() {
    let (registry, _ann) = values().await;
    let found = |limit| registry.entry("number").is_some_and(|entry| is_above(&entry.value, limit));
    assert!(found(0.5) && !found(1.0));
}

#[tokio::test(start_paused = true)]
async fn ru_e_10_what_matches_under_a_key_is_counted() {
    let (registry, _ann) = values().await;
    let count = |key| registry.entries(key).iter().filter(|entry| is_double(&entry.value)).count();
    assert_eq!((count("pair"), count("mixed"), count("none")), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn ru_e_12_only_what_matches_is_unregistered() {
    let (registry, ann) = values().await;
    assert_eq!(registry.unregister_where(&ann, "mixed", is_double), 0);
    assert_eq!(registry.unregister_where(&ann, "pair", is_double), 1);
    assert_eq!(registry.keys(&ann), ["mixed", "map", "number"]);
}

#[tokio::test(start_paused = true)]
async fn ru_e_13_what_matches_with_a_condition_is_unregistered() {
    let (registry, ann) = values().await;
    assert_eq!(registry.unregister_where(&ann, "number", |value| is_above(value, 1.0)), 0);
    assert_eq!(registry.unregister_where(&ann, "number", |value| is_above(value, 0.5)), 1);
    assert!(registry.lookup("number").is_none());
}

#[tokio::test(start_paused = true)]
async fn ru_e_15_only_the_owner_updates() {
    let registry: Registry<Key, Member, u32> = Registry::unique();
    let (ann, bob) = (member("ann").await, member("bob").await);
    let never = |_: &mut u32| panic!("it runs");
    assert_eq!(registry.update(&ann, "a", never), Err(UpdateError::NotRegistered));
    registry.register_with(&ann, "a", 1).unwrap();
    assert_eq!(registry.update(&bob, "a", never), Err(UpdateError::OwnedBy(ann.id().unwrap())));
    assert_eq!(registry.update(&ann, "a", |n| *n = 7), Ok((7, 1)));
    assert_eq!(registry.entry("a").unwrap().value, 7);
    assert_eq!((registry.count(), registry.keys(&ann)), (1, vec!["a"]));
}

#[tokio::test(start_paused = true)]
async fn ru_e_16_a_key_has_one_entry_or_none() {
    let registry: Registry<Key, Member, u32> = Registry::unique();
    let ann = member("ann").await;
    assert_eq!(registry.entries("a").len(), 0);
    registry.register_with(&ann, "a", 1).unwrap();
    registry.register_with(&ann, "b", 2).unwrap();
    let entries: Vec<_> = registry.entries("a").into_iter().map(|entry| (entry.id, entry.value)).collect();
    assert_eq!(entries, [(ann.id().unwrap(), 1)]);
}

#[tokio::test(start_paused = true)]
async fn ru_e_17_keys_go_one_by_one() {
    let registry: Registry<Key, Member> = Registry::unique();
    let ann = member("ann").await;
    for key in ["a", "b", "c"] {
        registry.register(&ann, key).unwrap();
    }
    assert_eq!(registry.keys(&ann), ["a", "b", "c"]);
    assert_eq!(registry.unregister(&ann, "b"), 1);
    assert_eq!(registry.keys(&ann), ["a", "c"]);
    assert_eq!(registry.unregister(&ann, "a"), 1);
    assert_eq!(registry.keys(&ann), ["c"]);
    assert_eq!(registry.unregister(&ann, "c"), 1);
    assert_eq!(registry.keys(&ann), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn ru_e_19_listeners_hear_who_comes_and_goes() {
    let registry: Registry<Key, Member> = Registry::unique();
    let ann = member("ann").await;
    let id = ann.id().unwrap();
    let (now, mut events) = registry.watch();
    assert_eq!(now, []);
    registry.register(&ann, "a").unwrap();
    registry.unregister(&ann, "a");
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Registered { key: "a", id }));
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Unregistered { key: "a", id }));
    assert_eq!(events.next().now_or_never(), None);
}

#[tokio::test(start_paused = true)]
async fn ru_e_20_an_owner_is_looked_after_while_it_has_keys() {
    let registry: Registry<Key, Member> = Registry::unique();
    let ann = member("ann").await;
    registry.register(&ann, "a").unwrap();
    registry.register(&ann, "b").unwrap();
    registry.unregister(&ann, "a");
    let (now, mut events) = registry.watch();
    let id = ann.id().unwrap();
    assert_eq!(now, [("b", id)]);
    registry.unregister(&ann, "b");
    registry.register(&ann, "c").unwrap();
    within(ann.stop()).await.unwrap();
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Unregistered { key: "b", id }));
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Registered { key: "c", id }));
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Unregistered { key: "c", id }));
    assert_eq!(events.next().now_or_never(), None);
}

#[tokio::test(start_paused = true)]
async fn ru_e_22_a_server_is_started_under_a_key() {
    let registry: Registry<Key, Member> = Registry::unique();
    let failed = within(Member::spec("").register(&registry, "a").start()).await;
    assert_eq!(failed.map(drop), Err(StartError::Init("no name")));
    assert!(registry.is_empty());
    let ann = within(Member::spec("ann").register(&registry, "a").start()).await.unwrap();
    assert_eq!(registry.lookup("a").unwrap().name().await, Ok("ann"));
    let second = within(Member::spec("bob").register(&registry, "a").start()).await;
    assert_eq!(second.map(drop), Err(StartError::AlreadyStarted(ann.id().unwrap())));
    assert_eq!(registry.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn ru_e_23_a_server_is_started_under_a_key_with_a_value() {
    let registry: Registry<Key, Member, u32> = Registry::unique();
    let ann = within(Member::spec("ann").register_with(&registry, "a", 7).start()).await.unwrap();
    let entry = registry.entry("a").unwrap();
    assert_eq!((Some(entry.id), entry.value), (ann.id(), 7));
}

#[tokio::test(start_paused = true)]
async fn ru_e_25_all_are_selected() {
    let registry: Registry<Key, Member> = Registry::unique();
    let ann = member("ann").await;
    registry.register(&ann, "a").unwrap();
    let bob = within(Member::spec("bob").register(&registry, "b").start()).await.unwrap();
    let mut all: Vec<_> = registry.iter().map(|(key, entry)| (key, entry.id, entry.value)).collect();
    all.sort_unstable();
    assert_eq!(all, [("a", ann.id().unwrap(), ()), ("b", bob.id().unwrap(), ())]);
}

#[tokio::test(start_paused = true)]
async fn ru_e_26_entries_are_selected_by_key_owner_and_value() {
    let (registry, ann) = values().await;
    let id = ann.id().unwrap();
    assert_eq!(registry.iter().filter(|(key, _)| *key == "map").count(), 1);
    assert_eq!(registry.iter().filter(|(_, entry)| entry.id == id).count(), 4);
    assert_eq!(selected(&registry, |value| *value == Value::Number(1.0)), ["number"]);
    assert_eq!(selected(&registry, is_double), ["pair"]);
    assert_eq!(selected(&registry, has_a), ["map"]);
}

#[tokio::test(start_paused = true)]
async fn ru_e_27_entries_are_selected_with_conditions() {
    let (registry, _ann) = values().await;
    assert_eq!(selected(&registry, |value| is_above(value, 0.5)), ["number"]);
    assert_eq!(selected(&registry, |value| is_above(value, 1.5)), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn ru_e_28_entries_of_two_selections_are_one() {
    let (registry, _ann) = values().await;
    assert_eq!(selected(&registry, |value| is_double(value) || has_a(value)), ["map", "pair"]);
}

#[tokio::test(start_paused = true)]
async fn ru_e_30_what_is_selected_is_counted() {
    let (registry, _ann) = values().await;
    let count = |fits: fn(&Value) -> bool| registry.iter().filter(|(_, entry)| fits(&entry.value)).count();
    assert_eq!(
        (count(is_double), count(|value| matches!(value, Value::Pair(..))), count(|_| true)),
        (1, 2, 4)
    );
}

#[tokio::test(start_paused = true)]
async fn ru_e_32_what_two_selections_give_is_counted() {
    let (registry, _ann) = values().await;
    assert_eq!(
        registry.iter().filter(|(_, entry)| is_double(&entry.value) || has_a(&entry.value)).count(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn ru_e_34_a_failed_registration_of_the_same_leaves_nothing() {
    let registry: Registry<Key, Member> = Registry::unique();
    let ann = member("ann").await;
    registry.register(&ann, "a").unwrap();
    let (_, mut events) = registry.watch();
    registry.register(&ann, "a").unwrap_err();
    assert_eq!((registry.keys(&ann), registry.count()), (vec!["a"], 1));
    assert_eq!(events.next().now_or_never(), None);
}

#[tokio::test(start_paused = true)]
async fn ru_e_35_a_failed_registration_of_another_leaves_nothing() {
    let registry: Registry<Key, Member> = Registry::unique();
    let (ann, bob) = (member("ann").await, member("bob").await);
    registry.register(&ann, "a").unwrap();
    let (_, mut events) = registry.watch();
    registry.register(&bob, "a").unwrap_err();
    within(bob.stop()).await.unwrap();
    assert_eq!((registry.keys(&ann), registry.keys(&bob), registry.count()), (vec!["a"], vec![], 1));
    assert_eq!(events.next().now_or_never(), None);
    assert!(registry.lookup("a").is_some());
}
