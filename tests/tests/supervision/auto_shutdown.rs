//! SV-O: supervisors that end with their significant children.

use callcast::prelude::*;
use callcast::{AutoShutdown, ChildStatus, Restart, Supervisor, SupervisorClient, SupervisorSpec};

use crate::support::{
    BAD_ENDS, GOOD_ENDS, Log, Way, a_while, children, kid, script, start, statuses, until, until_status,
    within,
};

const AUTOS: [AutoShutdown; 3] =
    [AutoShutdown::Never, AutoShutdown::AnySignificant, AutoShutdown::AllSignificant];

/// A supervisor of the children `a` and `b`.
async fn two(spec: SupervisorSpec, restart: Restart, significant: bool) -> (SupervisorClient, Log) {
    let log = Log::default();
    let child = |name| script(name, &log).spec().restart(restart).significant(significant);
    (start(spec.child(child("a")).child(child("b"))).await, log)
}

#[tokio::test(start_paused = true)]
async fn sv_o_69_the_end_of_a_temporary_child_that_is_not_significant_ends_nobody_else() {
    for auto in AUTOS {
        for way in GOOD_ENDS.into_iter().chain(BAD_ENDS) {
            let (supervisor, _) =
                two(Supervisor::one_for_one().auto_shutdown(auto), Restart::Temporary, false).await;
            for id in ["a", "b"] {
                way.end(&kid(&supervisor, id)).await;
            }
            until(&supervisor, <[_]>::is_empty).await;
            a_while().await;
            assert!(supervisor.is_alive(), "{auto:?} {way:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_70_the_end_of_a_transient_child_that_is_not_significant_ends_nobody_else() {
    for auto in AUTOS {
        for way in BAD_ENDS {
            let (supervisor, _) =
                two(Supervisor::one_for_one().auto_shutdown(auto), Restart::Transient, false).await;
            for id in ["a", "b"] {
                way.end(&kid(&supervisor, id)).await;
                assert_eq!(within(kid(&supervisor, id).count()).await, Ok(1), "{auto:?} {way:?}");
            }
        }
        for way in GOOD_ENDS {
            let (supervisor, log) =
                two(Supervisor::one_for_one().auto_shutdown(auto), Restart::Transient, false).await;
            for id in ["a", "b"] {
                way.end(&kid(&supervisor, id)).await;
                until_status(&supervisor, id, ChildStatus::Down).await;
            }
            a_while().await;
            assert!(supervisor.is_alive(), "{auto:?} {way:?}");
            assert_eq!(log.take(), ["start a", "start b", "stop a", "stop b"]);
        }
    }
}

/// What does not end a supervisor although its child is significant.
async fn goes_on(supervisor: &SupervisorClient) {
    assert_eq!(within(supervisor.terminate_child("a")).await, Ok(()));
    a_while().await;
    assert_eq!(statuses(supervisor).await, [ChildStatus::Down, ChildStatus::Running], "by hand");
    assert_eq!(within(supervisor.restart_child("a")).await, Ok(()));
    for way in BAD_ENDS {
        way.end(&kid(supervisor, "a")).await;
        assert_eq!(within(kid(supervisor, "a").count()).await, Ok(1), "{way:?}");
    }
    a_while().await;
    assert_eq!(statuses(supervisor).await, [ChildStatus::Running; 2]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_72_the_first_significant_child_that_ends_for_good_ends_its_supervisor() {
    for way in GOOD_ENDS {
        let spec = Supervisor::one_for_one().auto_shutdown(AutoShutdown::AnySignificant);
        let (supervisor, log) = two(spec, Restart::Transient, true).await;
        goes_on(&supervisor).await;
        log.take();
        let over = supervisor.monitor();
        way.end(&kid(&supervisor, "a")).await;
        assert_eq!(within(over).await.reason, ExitReason::Shutdown, "{way:?}");
        assert_eq!(log.take(), ["stop a", "stop b"]);
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_72_the_last_significant_child_that_ends_for_good_ends_its_supervisor() {
    for way in GOOD_ENDS {
        let spec = Supervisor::one_for_one().auto_shutdown(AutoShutdown::AllSignificant);
        let (supervisor, log) = two(spec, Restart::Transient, true).await;
        goes_on(&supervisor).await;
        way.end(&kid(&supervisor, "a")).await;
        until_status(&supervisor, "a", ChildStatus::Down).await;
        a_while().await;
        assert!(supervisor.is_alive(), "{way:?}");
        log.take();
        let over = supervisor.monitor();
        way.end(&kid(&supervisor, "b")).await;
        assert_eq!(within(over).await.reason, ExitReason::Shutdown, "{way:?}");
        assert_eq!(log.take(), ["stop b"]);
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_74_a_significant_child_that_ends_for_a_sibling_does_not_end_its_supervisor() {
    for auto in [AutoShutdown::AnySignificant, AutoShutdown::AllSignificant] {
        for specs in [Supervisor::one_for_all, Supervisor::rest_for_one] {
            for restart in [Restart::Transient, Restart::Temporary] {
                let log = Log::default();
                let significant = script("b", &log).spec().restart(restart).significant(true);
                let specs = specs().auto_shutdown(auto).child(script("a", &log).spec()).child(significant);
                let supervisor = start(specs).await;
                Way::Killed.end(&kid(&supervisor, "a")).await;
                assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
                a_while().await;
                assert!(supervisor.is_alive(), "{auto:?} {restart:?}");
                let left = if restart == Restart::Transient { 2 } else { 1 };
                assert_eq!(children(&supervisor).await.len(), left);
            }
        }
    }
}

/// Ends the worker of a supervisor under a supervisor.
async fn nested(auto: AutoShutdown, significant: bool) -> (SupervisorClient, bool) {
    let log = Log::default();
    let worker = script("a", &log).spec().restart(Restart::Transient).significant(true);
    let inner = Supervisor::one_for_one().id("inner").auto_shutdown(auto).child(worker);
    let inner = inner.restart(Restart::Transient).significant(significant);
    let outer = start(Supervisor::one_for_one().auto_shutdown(auto).child(inner)).await;
    let inner = outer.client::<Supervisor>("inner").expect("it is there");
    let [inner_ends, outer_ends] = [inner.monitor(), outer.monitor()];
    Way::Normal.end(&kid(&inner, "a")).await;
    assert_eq!(within(inner_ends).await.reason, ExitReason::Shutdown);
    let ended = tokio::select! {
        down = outer_ends => {
            assert_eq!(down.reason, ExitReason::Shutdown);
            true
        }
        () = a_while() => false,
    };
    (outer, ended)
}

#[tokio::test(start_paused = true)]
async fn sv_o_75_a_significant_supervisor_that_ends_with_its_children_ends_its_own() {
    for auto in [AutoShutdown::AnySignificant, AutoShutdown::AllSignificant] {
        assert!(nested(auto, true).await.1, "{auto:?}");
        let (outer, ended) = nested(auto, false).await;
        assert!(!ended, "{auto:?}");
        assert_eq!(statuses(&outer).await, [ChildStatus::Down], "it was shut down, and is transient");
    }
}
