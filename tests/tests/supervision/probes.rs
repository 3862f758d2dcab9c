//! PX: what a real BEAM was seen to do with supervisors.

use callcast::prelude::*;
use callcast::{Supervisor, SupervisorSpec};

use crate::support::{Log, Way, kid, script, secs, start, stop, until_status, within};

/// Adds the children `a`, `b` and `c`.
pub(crate) fn three(mut spec: SupervisorSpec, log: &Log) -> SupervisorSpec {
    for name in ["a", "b", "c"] {
        spec = spec.child(script(name, log).spec());
    }
    spec
}

#[tokio::test(start_paused = true)]
async fn px_29_the_third_crash_of_two_that_are_allowed_stops_the_siblings_in_reverse() {
    let log = Log::default();
    let supervisor = start(three(Supervisor::one_for_one().max_restarts(2, secs(5)), &log)).await;
    for _ in 0..2 {
        Way::Fails.end(&kid(&supervisor, "b")).await;
        assert_eq!(within(kid(&supervisor, "b").count()).await, Ok(1));
    }
    log.take();
    let over = supervisor.monitor();
    Way::Killed.end(&kid(&supervisor, "b")).await;
    assert_eq!(within(over).await.reason, ExitReason::Shutdown);
    assert_eq!(log.take(), ["stop c", "stop a"]);
}

#[tokio::test(start_paused = true)]
async fn px_30_rest_for_one_stops_those_after_the_dead_one_and_starts_both() {
    let log = Log::default();
    let supervisor = start(three(Supervisor::rest_for_one(), &log)).await;
    log.take();
    Way::Killed.end(&kid(&supervisor, "b")).await;
    assert_eq!(within(kid(&supervisor, "c").count()).await, Ok(1));
    until_status(&supervisor, "c", callcast::ChildStatus::Running).await;
    assert_eq!(log.take(), ["stop c", "start b", "start c"]);
}

#[tokio::test(start_paused = true)]
async fn px_31_a_supervisor_that_is_stopped_ends_its_children_in_reverse() {
    let log = Log::default();
    let supervisor = start(three(Supervisor::one_for_one(), &log)).await;
    let monitors = ["a", "b", "c"].map(|id| kid(&supervisor, id).monitor());
    stop(&supervisor).await;
    for monitor in monitors {
        assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    }
    assert_eq!(log.take(), ["start a", "start b", "start c", "stop c", "stop b", "stop a"]);
}

#[tokio::test(start_paused = true)]
async fn px_32_one_for_all_stops_the_others_in_reverse_and_starts_all() {
    let log = Log::default();
    let supervisor = start(three(Supervisor::one_for_all(), &log)).await;
    log.take();
    Way::Killed.end(&kid(&supervisor, "b")).await;
    assert_eq!(within(kid(&supervisor, "c").count()).await, Ok(1));
    assert_eq!(log.take(), ["stop c", "stop a", "start a", "start b", "start c"]);
}
