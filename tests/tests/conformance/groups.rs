//! PG-O: OTP's process groups.

use callcast::{Groups, NotJoined, RegistryEvent};
use futures_util::FutureExt as _;

use crate::registry::{Member, member};
use crate::support::within;

type Key = &'static str;

#[tokio::test(start_paused = true)]
async fn pg_o_01_members_join_leave_and_end() {
    let groups: Groups<Key, Member> = Groups::new();
    let (ann, bob) = (member("ann").await, member("bob").await);
    groups.join(&ann, "a").unwrap();
    groups.join(&ann, "a").unwrap();
    groups.join(&bob, "a").unwrap();
    assert_eq!(groups.members("a").len(), 3);
    assert_eq!(groups.leave(&ann, "a"), Ok(()));
    assert_eq!(groups.members("a").len(), 2);
    assert_eq!(groups.leave(&ann, "a"), Ok(()));
    assert_eq!(groups.leave(&ann, "a"), Err(NotJoined));
    assert_eq!(groups.leave(&ann, "b"), Err(NotJoined));
    assert_eq!(groups.groups(), ["a"]);
    assert!(groups.members("a")[0].same_place(&bob));
    within(bob.stop()).await.unwrap();
    assert_eq!((groups.members("a").len(), groups.groups()), (0, vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pg_o_03_a_member_may_end_while_it_leaves() {
    let groups: Groups<Key, Member> = Groups::new();
    let ann = member("ann").await;
    for _ in 0..200 {
        let bob = member("bob").await;
        groups.join(&bob, "a").unwrap();
        groups.join(&bob, "a").unwrap();
        let ends = tokio::spawn({
            let bob = bob.clone();
            async move { bob.kill().await }
        });
        // Either is right; that all is well afterwards is what counts.
        let _ = groups.leave(&bob, "a");
        within(ends).await.unwrap().unwrap();
        assert_eq!(groups.leave(&bob, "a"), Err(NotJoined));
        assert_eq!(groups.members("a").len(), 0);
    }
    groups.join(&ann, "a").unwrap();
    assert_eq!(groups.members("a").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn pg_o_05_all_groups_are_monitored() {
    let groups: Groups<Key, Member> = Groups::new();
    let (ann, bob) = (member("ann").await, member("bob").await);
    groups.join(&ann, "a").unwrap();
    groups.join(&bob, "b").unwrap();
    let (mut now, mut events) = groups.monitor_all();
    let (ann_id, bob_id) = (ann.id().unwrap(), bob.id().unwrap());
    now.sort_unstable();
    assert_eq!(now, [("a", ann_id), ("b", bob_id)]);
    groups.join(&ann, "b").unwrap();
    groups.leave(&bob, "b").unwrap();
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Registered { key: "b", id: ann_id }));
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Unregistered { key: "b", id: bob_id }));
    drop(events);
    groups.join(&bob, "b").unwrap();
}

#[tokio::test(start_paused = true)]
async fn pg_o_06_one_group_is_monitored() {
    let groups: Groups<Key, Member> = Groups::new();
    let (ann, bob) = (member("ann").await, member("bob").await);
    groups.join(&ann, "a").unwrap();
    let (now, mut events) = groups.monitor(&"a");
    let (ann_id, bob_id) = (ann.id().unwrap(), bob.id().unwrap());
    assert_eq!(now, [ann_id]);
    groups.join(&bob, "b").unwrap();
    groups.join(&bob, "a").unwrap();
    within(ann.kill()).await.unwrap();
    groups.leave(&bob, "a").unwrap();
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Registered { key: "a", id: bob_id }));
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Unregistered { key: "a", id: ann_id }));
    assert_eq!(within(events.next()).await, Some(RegistryEvent::Unregistered { key: "a", id: bob_id }));
    assert_eq!(events.next().now_or_never(), None);
}

#[tokio::test(start_paused = true)]
async fn pg_o_07_each_monitor_hears_of_each_once() {
    let groups: Groups<Key, Member> = Groups::new();
    let ann = member("ann").await;
    let id = ann.id().unwrap();
    let ((_, mut all), (_, mut one), (_, mut other)) =
        (groups.monitor_all(), groups.monitor(&"a"), groups.monitor(&"b"));
    groups.join(&ann, "a").unwrap();
    groups.join(&ann, "b").unwrap();
    within(ann.kill()).await.unwrap();
    for (events, keys) in [(&mut all, &["a", "b"][..]), (&mut one, &["a"]), (&mut other, &["b"])] {
        for key in keys {
            assert_eq!(within(events.next()).await, Some(RegistryEvent::Registered { key: *key, id }));
        }
        for key in keys {
            assert_eq!(within(events.next()).await, Some(RegistryEvent::Unregistered { key: *key, id }));
        }
        assert_eq!(events.next().now_or_never(), None);
    }
    assert!(groups.groups().is_empty());
}
