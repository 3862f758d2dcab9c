//! RD-E: Elixir's `Registry` with duplicate keys.

use std::cell::Cell;

use callcast::prelude::*;
use callcast::{DuplicateRegistry, RegistryEvent};
use futures_util::FutureExt as _;
use tokio::time::Instant;

use crate::registry::{Member, MemberClient, member};
use crate::support::{ms, within};

type Key = &'static str;
type Registered = DuplicateRegistry<Key, Member, (Key, u32)>;

async fn values() -> (Registered, MemberClient) {
    let registry: Registered = Registry::duplicate();
    let ann = member("ann").await;
    for (key, value) in [("a", ("one", 1)), ("a", ("two", 2)), ("a", ("two", 3)), ("b", ("one", 4))] {
        registry.register_with(&ann, key, value).unwrap();
    }
    (registry, ann)
}

/// The numbers of what fits under a key.
fn matched(registry: &Registered, key: Key, fits: impl Fn(&(Key, u32)) -> bool) -> Vec<u32> {
    let values = registry.entries(key).into_iter().map(|entry| entry.value);
    values.filter(|value| fits(value)).map(|(_, n)| n).collect()
}

/// The numbers of what fits under any key.
fn selected(registry: &Registered, fits: impl Fn(Key, &(Key, u32)) -> bool) -> Vec<u32> {
    let all = registry.iter().filter(|(key, entry)| fits(key, &entry.value));
    let mut numbers: Vec<_> = all.map(|(_, entry)| entry.value.1).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn rd_e_02_an_empty_registry_counts_none() {
    let registry: DuplicateRegistry<Key, Member> = Registry::duplicate();
    assert!(registry.count() == 0 && registry.is_empty());
}

#[tokio::test(start_paused = true)]
async fn rd_e_04_one_owner_may_have_a_key_twice() {
    let (registry, ann) = values().await;
    assert_eq!(registry.keys(&ann), ["a", "a", "a", "b"]);
    assert_eq!(registry.values(&ann, "a"), [("one", 1), ("two", 2), ("two", 3)]);
    assert_eq!((registry.count(), registry.count_of("a")), (4, 3));
}

#[tokio::test(start_paused = true)]
async fn rd_e_05_each_owner_has_its_own() {
    let (registry, ann) = values().await;
    let bob = member("bob").await;
    registry.register_with(&bob, "a", ("bob", 9)).unwrap();
    assert_eq!((registry.keys(&ann).len(), registry.keys(&bob)), (4, vec!["a"]));
    assert_eq!((registry.values(&ann, "a").len(), registry.values(&bob, "a")), (3, vec![("bob", 9)]));
}

#[tokio::test(start_paused = true)]
async fn rd_e_07_dispatch_runs_for_each_entry_of_the_key() {
    let registry: DuplicateRegistry<Key, Member> = Registry::duplicate();
    let (ann, bob, eve) = (member("ann").await, member("bob").await, member("eve").await);
    let runs = Cell::new(0);
    let none = registry
        .dispatch("a", |client| {
            runs.set(runs.get() + 1);
            client.hear("news")
        })
        .await;
    assert_eq!(runs.get(), 0);
    assert_eq!((none.ok.len(), none.failed.len()), (0, 0));
    for (client, key) in [(&ann, "a"), (&bob, "a"), (&ann, "a"), (&eve, "b")] {
        registry.register(client, key).unwrap();
    }
    let told = registry
        .dispatch("a", |client| {
            runs.set(runs.get() + 1);
            client.hear("news")
        })
        .await;
    assert_eq!((runs.get(), told.ok.len(), told.failed.len()), (3, 3, 0));
    assert_eq!(ann.heard().await, Ok(vec!["news", "news"]));
    assert_eq!((bob.heard().await.unwrap().len(), eve.heard().await.unwrap().len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn rd_e_08_dispatch_goes_to_all_at_the_same_time() {
    let registry: DuplicateRegistry<Key, Member> = Registry::duplicate();
    let members = [member("ann").await, member("bob").await, member("eve").await];
    for client in &members {
        registry.register(client, "a").unwrap();
    }
    let since = Instant::now();
    let answers = registry.call_all("a", |client| client.sleep(ms(100))).await;
    assert_eq!(answers.ok.len(), 3);
    assert_eq!(since.elapsed(), ms(100));
}

#[tokio::test(start_paused = true)]
async fn rd_e_09_all_of_a_key_go_and_others_stay() {
    let (registry, ann) = values().await;
    assert_eq!(registry.unregister(&ann, "a"), 3);
    assert_eq!((registry.keys(&ann), registry.count_of("a")), (vec!["b"], 0));
}

#[tokio::test(start_paused = true)]
async fn rd_e_11_values_are_matched() {
    let (registry, _ann) = values().await;
    assert_eq!(matched(&registry, "a", |value| value.0 == "two"), [2, 3]);
    assert_eq!(matched(&registry, "a", |_| true), [1, 2, 3]);
    assert_eq!(matched(&registry, "a", |value| value.1 == 4), [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn rd_e_12_values_are_matched_with_conditions() {
    let (registry, _ann) = values().await;
    assert_eq!(matched(&registry, "a", |value| value.1 > 1), [2, 3]);
    assert_eq!(matched(&registry, "a", |value| value.1 > 3), [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn rd_e_14_what_matches_is_counted() {
    let (registry, _ann) = values().await;
    assert_eq!(matched(&registry, "a", |value| value.0 == "two").len(), 2);
    assert_eq!(matched(&registry, "c", |_| true).len(), 0);
}

#[tokio::test(start_paused = true)]
async fn rd_e_15_what_matches_with_a_condition_is_counted() {
    let (registry, _ann) = values().await;
    assert_eq!(registry.entries("a").iter().filter(|entry| entry.value.1 < 3).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn rd_e_16_what_fits_is_unregistered_and_may_come_again() {
    let (registry, ann) = values().await;
    assert_eq!(registry.unregister_where(&ann, "a", |value| value.0 == "two"), 2);
    assert_eq!(registry.values(&ann, "a"), [("one", 1)]);
    registry.register_with(&ann, "a", ("two", 2)).unwrap();
    assert_eq!(registry.values(&ann, "a"), [("one", 1), ("two", 2)]);
    assert_eq!(registry.unregister_where(&ann, "a", |_| true), 2);
    assert_eq!((registry.values(&ann, "a"), registry.count_of("a")), (vec![], 0));
}

#[tokio::test(start_paused = true)]
async fn rd_e_18_listeners_hear_of_each() {
    let registry: DuplicateRegistry<Key, Member> = Registry::duplicate();
    let ann = member("ann").await;
    let id = ann.id().unwrap();
    let (_, mut events) = registry.watch();
    registry.register(&ann, "a").unwrap();
    registry.register(&ann, "a").unwrap();
    registry.unregister(&ann, "a");
    for _ in 0..2 {
        assert_eq!(within(events.next()).await, Some(RegistryEvent::Registered { key: "a", id }));
    }
    for _ in 0..2 {
        assert_eq!(within(events.next()).await, Some(RegistryEvent::Unregistered { key: "a", id }));
    }
    assert_eq!(events.next().now_or_never(), None);
}

#[tokio::test(start_paused = true)]
async fn rd_e_19_an_owner_is_looked_after_until_its_last_key_is_gone() {
    let (registry, ann) = values().await;
    registry.unregister(&ann, "a");
    let (_, mut events) = registry.watch();
    within(ann.stop()).await.unwrap();
    assert!(matches!(within(events.next()).await, Some(RegistryEvent::Unregistered { key: "b", .. })));
    assert_eq!(events.next().now_or_never(), None);
    assert!(registry.is_empty());
}

#[test]
fn rd_e_22_nothing_is_selected_from_nothing() {
    let registry: Registered = Registry::duplicate();
    assert_eq!(selected(&registry, |_, _| true), [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn rd_e_24_entries_are_selected_by_key_and_value() {
    let (registry, _ann) = values().await;
    assert_eq!(selected(&registry, |_, _| true), [1, 2, 3, 4]);
    assert_eq!(selected(&registry, |key, _| key == "b"), [4]);
    assert_eq!(selected(&registry, |_, value| value.0 == "one"), [1, 4]);
}

#[tokio::test(start_paused = true)]
async fn rd_e_25_entries_are_selected_with_conditions() {
    let (registry, _ann) = values().await;
    assert_eq!(selected(&registry, |key, value| key == "a" && value.1 > 1), [2, 3]);
}

#[tokio::test(start_paused = true)]
async fn rd_e_26_entries_of_two_selections_are_one() {
    let (registry, _ann) = values().await;
    assert_eq!(selected(&registry, |key, value| key == "b" || value.0 == "two"), [2, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn rd_e_27_what_is_selected_is_counted() {
    let (registry, ann) = values().await;
    let id = ann.id().unwrap();
    assert_eq!(registry.iter().filter(|(_, entry)| entry.id == id).count(), 4);
    assert_eq!(registry.iter().filter(|(key, _)| *key == "a").count(), 3);
}

#[tokio::test(start_paused = true)]
async fn rd_e_28_what_is_selected_with_conditions_is_counted() {
    let (registry, _ann) = values().await;
    assert_eq!(registry.iter().filter(|(_, entry)| entry.value.1 > 2).count(), 2);
}
