//! The store that remembers what another has said: what it asks, and when. Behind it is a probe, which says.

use std::time::Duration;

use callcast::Probe;
use callcast::prelude::*;
use storage::cached::CachedStore;
use storage::protocol::{StoreClient, StoreError, StoreProtocol, StoreRequest};
use tokio::time::Instant;

/// A cache for so many keys, and what stands behind it.
async fn cached(capacity: usize) -> (StoreClient, Probe<StoreProtocol>) {
    let probe = Probe::new();
    let cached = CachedStore::start(probe.client(), capacity).await.unwrap();
    (cached.into(), probe)
}

/// Has the cache remember this.
async fn remember(store: &StoreClient, probe: &Probe<StoreProtocol>, key: &str, value: Option<&str>) {
    let got = store.get(key).send().unwrap();
    probe.expect_call(|store| store.get(key)).await.send(Ok(value.map(Into::into)));
    assert_eq!(got.await.unwrap().as_deref(), value.map(str::as_bytes));
}

async fn get(store: &StoreClient, key: &str) -> Option<String> {
    store.get(key).await.unwrap().map(|value| String::from_utf8(value).unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_miss_asks_once_and_a_hit_does_not() {
    let (store, probe) = cached(10).await;
    for (key, value) in [("a", Some("1")), ("nothing", None)] {
        remember(&store, &probe, key, value).await;
        for _ in 0..3 {
            assert_eq!(get(&store, key).await.as_deref(), value);
        }
        probe.expect_nothing();
    }
    assert_eq!(probe.names(), ["get", "get"]);
}

#[tokio::test(start_paused = true)]
async fn a_write_goes_through_and_is_remembered() {
    let (store, probe) = cached(10).await;
    remember(&store, &probe, "a", Some("1")).await;
    let put = store.put("a", "2").send().unwrap();
    probe.expect_call(|store| store.put("a", "2")).await.send(Ok(()));
    put.await.unwrap();
    assert_eq!(get(&store, "a").await.as_deref(), Some("2"));

    let removed = store.remove("a").send().unwrap();
    probe.expect_call(|store| store.remove("a")).await.send(Ok(true));
    assert!(removed.await.unwrap());
    assert_eq!(get(&store, "a").await, None);
    probe.expect_nothing();
}

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_is_asked_for_again() {
    let (store, probe) = cached(10).await;
    remember(&store, &probe, "a", Some("1")).await;
    store.forget("a").await.unwrap();
    probe.expect_cast(|store| store.forget("a")).await;
    remember(&store, &probe, "a", None).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_remembered_is_passed_on() {
    let (store, probe) = cached(10).await;
    for _ in 0..2 {
        let keys = store.keys().send().unwrap();
        probe.expect_call(StoreClient::keys).await.send(Ok(vec!["a".into()]));
        assert_eq!(keys.await.unwrap(), ["a"]);
        let size = store.size().send().unwrap();
        probe.expect_call(StoreClient::size).await.send(Ok(7));
        assert_eq!(size.await.unwrap(), 7);
        let entries = store.entries().send().unwrap();
        probe.expect_call(StoreClient::entries).await.send(Ok(Vec::new()));
        assert!(entries.await.unwrap().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_store_behind_does_not_delay_what_is_remembered() {
    let (store, probe) = cached(10).await;
    remember(&store, &probe, "a", Some("1")).await;
    let slow = [store.get("b").send().unwrap(), store.get("b").send().unwrap()];
    let slow_put = store.put("c", "3").send().unwrap();
    let began = Instant::now();
    assert_eq!(get(&store, "a").await.as_deref(), Some("1"));
    assert_eq!(began.elapsed(), Duration::ZERO);
    // Then it answers, in whichever order.
    let replies =
        [probe.expect_call(|store| store.get("b")).await, probe.expect_call(|store| store.get("b")).await];
    probe.expect_call(|store| store.put("c", "3")).await.send(Ok(()));
    slow_put.await.unwrap();
    for reply in replies {
        reply.send(Ok(Some("2".into())));
    }
    for slow in slow {
        assert_eq!(slow.await.unwrap(), Some("2".into()));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_before_a_write_is_not_remembered() {
    let (store, probe) = cached(10).await;
    let got = store.get("a").send().unwrap();
    let put = store.put("a", "new").send().unwrap();
    let old = probe.expect_call(|store| store.get("a")).await;
    probe.expect_call(|store| store.put("a", "new")).await.send(Ok(()));
    put.await.unwrap();
    old.send(Ok(Some("old".into())));
    assert_eq!(got.await.unwrap(), Some("old".into()));
    assert_eq!(get(&store, "a").await.as_deref(), Some("new"));
    probe.expect_nothing();
}

#[tokio::test(start_paused = true)]
async fn what_fails_behind_reaches_the_caller_and_is_not_remembered() {
    let (store, probe) = cached(10).await;
    let failure = || StoreError::Behind(CallError::Full);
    let is_it = |error| matches!(error, CallError::Handler(StoreError::Behind(CallError::Full)));
    remember(&store, &probe, "a", Some("1")).await;

    let put = store.put("a", "2").send().unwrap();
    probe.expect_call(|store| store.put("a", "2")).await.send(Err(failure()));
    assert!(is_it(put.await.unwrap_err()));
    // Who knows what it is now?
    let got = store.get("a").send().unwrap();
    probe.expect_call(|store| store.get("a")).await.send(Err(failure()));
    assert!(is_it(got.await.unwrap_err()));
    remember(&store, &probe, "a", Some("2")).await;
}

#[tokio::test(start_paused = true)]
async fn a_store_behind_that_does_not_answer_is_an_error() {
    let silent = StoreClient::stub(|request| match request {
        StoreRequest::Put { reply, .. } => reply.send(Ok(())),
        other => drop(other),
    });
    let store: StoreClient = CachedStore::start(silent.clone(), 10).await.unwrap().into();
    store.put("a", "1").await.unwrap();
    assert_eq!(get(&store, "a").await.as_deref(), Some("1"));
    let error = store.get("b").await.unwrap_err();
    assert!(matches!(error, CallError::Handler(StoreError::Behind(CallError::NoReply))), "{error}");

    silent.stop().await.unwrap();
    assert_eq!(get(&store, "a").await.as_deref(), Some("1"));
    let error = store.put("a", "2").await.unwrap_err();
    assert!(matches!(error, CallError::Handler(StoreError::Behind(CallError::NoProc))), "{error}");
    assert_eq!(error.to_string(), "the store behind: the server is gone");
}

#[tokio::test(start_paused = true)]
async fn those_used_longest_ago_are_asked_for_again() {
    let (store, probe) = cached(2).await;
    remember(&store, &probe, "a", Some("1")).await;
    remember(&store, &probe, "b", Some("2")).await;
    assert_eq!(get(&store, "a").await.as_deref(), Some("1"));
    remember(&store, &probe, "c", Some("3")).await;
    assert_eq!(get(&store, "a").await.as_deref(), Some("1"));
    probe.expect_nothing();
    remember(&store, &probe, "b", Some("2")).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_is_answered_although_nobody_has_a_client_any_more() {
    let (store, probe) = cached(10).await;
    let (put, keys) = (store.put("a", "1").send().unwrap(), store.keys().send().unwrap());
    let end = store.monitor();
    drop(store);
    probe.expect_call(|store| store.put("a", "1")).await.send(Ok(()));
    put.await.unwrap();
    probe.expect_call(StoreClient::keys).await.send(Ok(Vec::new()));
    assert_eq!(keys.await.unwrap(), [""; 0]);
    assert_eq!(end.await.reason, ExitReason::Normal);
}
