//! SV-O: who is started again, and how often.

use callcast::prelude::*;
use callcast::{ChildStatus, DynamicSupervisor, Restart, Supervisor, SupervisorClient};

use crate::support::{
    BAD_ENDS, Begin, GOOD_ENDS, Log, Script, Way, a_while, add, children, counts, dynamic, kid, ms, script,
    secs, servers, start, statuses, until, until_status, within,
};

/// A supervisor with one child that has ended in this way.
async fn after(restart: Restart, way: Way) -> (SupervisorClient, Script) {
    let script = script("a", &Log::default());
    let supervisor = start(Supervisor::one_for_one().child(script.spec().restart(restart))).await;
    assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
    way.end(&kid(&supervisor, "a")).await;
    (supervisor, script)
}

#[tokio::test(start_paused = true)]
async fn sv_o_30_a_permanent_child_comes_back_from_every_end() {
    for way in GOOD_ENDS.into_iter().chain(BAD_ENDS) {
        let (supervisor, script) = after(Restart::Permanent, way).await;
        assert_eq!((within(kid(&supervisor, "a").count()).await, script.starts()), (Ok(1), 2), "{way:?}");
        assert_eq!(counts(&supervisor).await, [1, 1, 0, 1]);
    }
}

async fn stays_away(way: Way) {
    let (supervisor, script) = after(Restart::Transient, way).await;
    until_status(&supervisor, "a", ChildStatus::Down).await;
    a_while().await;
    assert_eq!(script.starts(), 1, "{way:?}");
    assert_eq!((servers(&supervisor).await, counts(&supervisor).await), (vec![None], [1, 0, 0, 1]));
    assert_eq!(within(kid(&supervisor, "a").count()).await, Err(CallError::NoProc));
    assert_eq!(within(supervisor.restart_child("a")).await, Ok(()));
    assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn sv_o_31_a_transient_child_that_stops_is_kept_and_not_started() {
    stays_away(Way::Normal).await;
}

#[tokio::test(start_paused = true)]
async fn sv_o_32_a_transient_child_that_is_shut_down_can_be_started_by_hand() {
    stays_away(Way::Shutdown).await;
    stays_away(Way::ShutdownWith).await;
}

#[tokio::test(start_paused = true)]
async fn sv_o_33_a_transient_child_comes_back_from_a_failure() {
    for way in BAD_ENDS {
        let (supervisor, script) = after(Restart::Transient, way).await;
        assert_eq!((within(kid(&supervisor, "a").count()).await, script.starts()), (Ok(1), 2), "{way:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_37_crashes_that_are_far_apart_are_not_too_many() {
    let script = script("a", &Log::default());
    let supervisor = start(Supervisor::one_for_one().max_restarts(1, secs(1)).child(script.spec())).await;
    for _ in 0..4 {
        Way::Fails.end(&kid(&supervisor, "a")).await;
        assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
        tokio::time::sleep(ms(2_100)).await;
    }
    assert_eq!(script.starts(), 5);
    assert!(supervisor.is_alive());
}

/// Crashes `a` as often as is allowed, and once more.
async fn until_it_is_too_much(supervisor: &SupervisorClient, a: &Script, b: &Script) {
    let sibling = kid(supervisor, "b").id();
    for starts in 2..=3 {
        Way::Killed.end(&kid(supervisor, "a")).await;
        assert_eq!((within(kid(supervisor, "a").count()).await, a.starts()), (Ok(1), starts));
        assert_eq!(kid(supervisor, "b").id(), sibling);
    }
    let monitors = [supervisor.monitor(), kid(supervisor, "b").monitor()];
    Way::Killed.end(&kid(supervisor, "a")).await;
    for monitor in monitors {
        assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    }
    a_while().await;
    assert_eq!((a.starts(), b.starts()), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn sv_o_38_one_for_one_replaces_the_dead_child_alone_until_it_is_too_much() {
    let log = Log::default();
    let (a, b) = (script("a", &log), script("b", &log));
    let specs = Supervisor::one_for_one().max_restarts(2, secs(3_600)).child(a.spec()).child(b.spec());
    until_it_is_too_much(&start(specs).await, &a, &b).await;
}

#[tokio::test(start_paused = true)]
async fn sv_o_43_a_dynamic_supervisor_replaces_the_dead_child_alone_until_it_is_too_much() {
    let log = Log::default();
    let (a, b) = (script("a", &log), script("b", &log));
    let supervisor = start(DynamicSupervisor::new().max_restarts(2, secs(3_600))).await;
    add(&supervisor, a.spec()).await;
    add(&supervisor, b.spec()).await;
    until_it_is_too_much(&supervisor, &a, &b).await;
}

/// Crashes `a`, which does not come back.
async fn gives_up(supervisor: SupervisorClient, a: &Script, b: &Script) {
    a.henceforth(Begin::Fails);
    let monitors = [supervisor.monitor(), kid(&supervisor, "b").monitor()];
    Way::Fails.end(&kid(&supervisor, "a")).await;
    for monitor in monitors {
        assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    }
    assert_eq!((a.starts(), b.starts()), (4, 1), "three are allowed");
}

#[tokio::test(start_paused = true)]
async fn sv_o_39_one_for_one_gives_up_and_takes_the_siblings_with_it() {
    let log = Log::default();
    let (a, b) = (script("a", &log), script("b", &log));
    gives_up(start(Supervisor::one_for_one().child(a.spec()).child(b.spec())).await, &a, &b).await;
}

#[tokio::test(start_paused = true)]
async fn sv_o_48_a_dynamic_supervisor_gives_up_and_takes_the_siblings_with_it() {
    let log = Log::default();
    let (a, b) = (script("a", &log), script("b", &log));
    let supervisor = start(DynamicSupervisor::new()).await;
    add(&supervisor, a.spec()).await;
    add(&supervisor, b.spec()).await;
    gives_up(supervisor, &a, &b).await;
}

#[tokio::test(start_paused = true)]
async fn sv_o_44_a_dynamic_child_that_ignores_its_restart_is_dropped() {
    for restart in [Restart::Permanent, Restart::Transient] {
        let supervisor = dynamic().await;
        let script = script("a", &Log::default()).begins(&[Begin::Well, Begin::Ignores]);
        let child = add(&supervisor, script.spec().restart(restart)).await;
        Way::Fails.end(&child).await;
        until(&supervisor, <[_]>::is_empty).await;
        a_while().await;
        assert_eq!((script.starts(), children(&supervisor).await), (2, vec![]), "{restart:?}");
        assert_eq!(within(child.count()).await, Err(CallError::NoProc));
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_44_another_supervisor_keeps_one_that_ignores_its_restart() {
    let script = script("a", &Log::default()).begins(&[Begin::Well, Begin::Ignores]);
    let supervisor = start(Supervisor::one_for_one().child(script.spec())).await;
    Way::Fails.end(&kid(&supervisor, "a")).await;
    until_status(&supervisor, "a", ChildStatus::Down).await;
    assert_eq!(statuses(&supervisor).await, [ChildStatus::Down]);
}
