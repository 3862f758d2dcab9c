//! SV-O: children that are started again together.

use callcast::prelude::*;
use callcast::{Restart, Supervisor};

use crate::probes::three;
use crate::support::{
    Begin, Kid, Log, Way, a_while, children, counts, kid, script, secs, servers, start, stop, until, within,
};

#[tokio::test(start_paused = true)]
async fn sv_o_36_a_temporary_sibling_is_stopped_with_the_group_and_does_not_come_back() {
    for specs in [Supervisor::one_for_all(), Supervisor::rest_for_one()] {
        let log = Log::default();
        let temporary = Kid::spec(script("b", &log)).temporary().id("b");
        let said = script("c", &log).spec().restart(Restart::Temporary);
        let supervisor = start(specs.child(script("a", &log).spec()).child(temporary).child(said)).await;
        log.take();
        Way::Killed.end(&kid(&supervisor, "a")).await;
        assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
        a_while().await;
        assert_eq!(log.take(), ["stop c", "stop b", "start a"]);
        assert_eq!(counts(&supervisor).await, [1, 1, 0, 1]);
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_41_one_for_all_gives_up_when_a_sibling_does_not_come_back() {
    let log = Log::default();
    let (a, b) = (script("a", &log), script("b", &log));
    let specs = Supervisor::one_for_all().max_restarts(2, secs(5)).child(a.spec()).child(b.spec());
    let supervisor = start(specs).await;
    b.henceforth(Begin::Fails);
    let over = supervisor.monitor();
    Way::Killed.end(&kid(&supervisor, "a")).await;
    assert_eq!(within(over).await.reason, ExitReason::Shutdown);
    let again = ["stop b", "start a", "fail b", "stop a", "start a", "fail b", "stop a"];
    assert_eq!(log.take(), [&["start a", "start b"], &again[..]].concat());
}

#[tokio::test(start_paused = true)]
async fn sv_o_42_one_for_all_stops_what_has_come_back_where_another_has_not() {
    let log = Log::default();
    let (a, b) = (script("a", &log), script("b", &log).begins(&[Begin::Well, Begin::Fails]));
    let supervisor = start(Supervisor::one_for_all().child(a.spec()).child(b.spec())).await;
    log.take();
    Way::Killed.end(&kid(&supervisor, "a")).await;
    assert_eq!(within(kid(&supervisor, "b").count()).await, Ok(1));
    assert_eq!(log.take(), ["stop b", "start a", "fail b", "stop a", "start a", "start b"]);
    assert_eq!(counts(&supervisor).await, [2, 2, 0, 2]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_49_rest_for_one_replaces_the_dead_one_and_those_after_it_until_it_is_too_much() {
    let log = Log::default();
    let supervisor = start(three(Supervisor::rest_for_one().max_restarts(2, secs(3_600)), &log)).await;
    let mut before = servers(&supervisor).await;
    log.take();
    for _ in 0..2 {
        Way::Killed.end(&kid(&supervisor, "b")).await;
        assert_eq!(within(kid(&supervisor, "c").count()).await, Ok(1));
        until(&supervisor, |children| children.iter().all(|child| child.server.is_some())).await;
        let now = servers(&supervisor).await;
        assert!(now[0] == before[0] && now[1] != before[1] && now[2] != before[2], "{now:?}");
        assert_eq!(log.take(), ["stop c", "start b", "start c"]);
        before = now;
    }
    let over = supervisor.monitor();
    Way::Killed.end(&kid(&supervisor, "b")).await;
    assert_eq!(within(over).await.reason, ExitReason::Shutdown);
    assert_eq!(log.take(), ["stop c", "stop a"]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_50_rest_for_one_gives_up_when_a_later_child_does_not_come_back() {
    let log = Log::default();
    let (a, b) = (script("a", &log), script("b", &log));
    let supervisor = start(Supervisor::rest_for_one().child(a.spec()).child(b.spec())).await;
    b.henceforth(Begin::Fails);
    let over = supervisor.monitor();
    Way::Killed.end(&kid(&supervisor, "a")).await;
    assert_eq!(within(over).await.reason, ExitReason::Shutdown);
    assert_eq!((a.starts(), b.starts()), (2, 4), "the crash and two failed attempts are three restarts");
    assert_eq!(log.take().last().map(String::as_str), Some("stop a"));
}

#[tokio::test(start_paused = true)]
async fn sv_o_51_rest_for_one_tries_again_the_one_that_did_not_come_back_and_keeps_those_before_it() {
    let log = Log::default();
    let (a, b) = (script("a", &log), script("b", &log).begins(&[Begin::Well, Begin::Fails]));
    let supervisor = start(Supervisor::rest_for_one().child(a.spec()).child(b.spec())).await;
    log.take();
    Way::Killed.end(&kid(&supervisor, "a")).await;
    assert_eq!(within(kid(&supervisor, "b").count()).await, Ok(1));
    assert_eq!(log.take(), ["stop b", "start a", "fail b", "start b"]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_66_children_start_in_order_and_end_in_reverse() {
    let log = Log::default();
    let mut specs = Supervisor::rest_for_one();
    for name in ["1", "2", "3", "4", "5"] {
        specs = specs.child(script(name, &log).spec());
    }
    let supervisor = start(specs).await;
    assert_eq!(log.take(), ["start 1", "start 2", "start 3", "start 4", "start 5"]);
    Way::Killed.end(&kid(&supervisor, "3")).await;
    assert_eq!(within(kid(&supervisor, "5").count()).await, Ok(1));
    assert_eq!(log.take(), ["stop 5", "stop 4", "start 3", "start 4", "start 5"]);
    let ids: Vec<_> = children(&supervisor).await.into_iter().map(|child| child.id.to_string()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
    stop(&supervisor).await;
    assert_eq!(log.take(), ["stop 5", "stop 4", "stop 3", "stop 2", "stop 1"]);
}
