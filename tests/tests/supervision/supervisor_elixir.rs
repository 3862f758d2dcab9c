//! SV-E: Elixir's own tests of its supervisor.

use callcast::prelude::*;
use callcast::{
    ChildError, ChildKind, ChildStatus, DynamicSupervisor, Name, Restart, Shutdown, StartChildError,
    Supervisor, spec_with,
};

use crate::support::{
    Begin, End, Kid, Log, Oops, Stock, Way, a_while, add, children, counts, info, kid, ms, script, secs,
    start, stop, until, within,
};

#[tokio::test(start_paused = true)]
async fn sv_e_01_a_supervisor_is_a_child_with_defaults_of_its_own() {
    let log = Log::default();
    let slow = script("slow", &log).ends(End::Takes(secs(3_600)));
    let inner = Supervisor::one_for_one().child(slow.spec().shutdown(Shutdown::Infinity));
    let named = DynamicSupervisor::new().id("sessions").restart(Restart::Temporary);
    let outer = start(Supervisor::one_for_one().child(inner).child(named)).await;
    let listed = children(&outer).await;
    let shown: Vec<_> = listed.iter().map(|child| (&*child.id, child.kind, child.restart)).collect();
    assert_eq!(
        shown,
        [
            ("Supervisor", ChildKind::Supervisor, Restart::Permanent),
            ("sessions", ChildKind::Supervisor, Restart::Temporary),
        ]
    );
    stop(&outer).await;
    assert_eq!(log.take(), ["start slow", "stop slow"], "a supervisor has all the time that it needs");
}

#[tokio::test(start_paused = true)]
async fn sv_e_02_a_spec_is_the_types_own_with_its_arguments_or_what_was_said() {
    let specs = Supervisor::one_for_one()
        .child(Stock::spec(5))
        .child(Stock::spec(7).id("other").restart(Restart::Transient).shutdown(Shutdown::Kill));
    let supervisor = start(specs).await;
    let [own, other] = children(&supervisor).await.try_into().expect("there are two");
    assert_eq!((&*own.id, own.type_name, own.restart), ("Stock", "Stock", Restart::Permanent));
    assert_eq!((&*other.id, other.type_name, other.restart), ("other", "Stock", Restart::Transient));
    assert_eq!(supervisor.client::<Stock>("Stock").unwrap().take().await, Ok(4));
    assert_eq!(supervisor.client::<Stock>("other").unwrap().take().await, Ok(6));
}

#[tokio::test(start_paused = true)]
async fn sv_e_05_three_restarts_in_five_seconds_where_nothing_is_said() {
    let log = Log::default();
    let (first, second) = (script("first", &log), script("second", &log));
    let supervisor = start(Supervisor::one_for_one().child(first.spec())).await;
    for _ in 0..3 {
        Way::Fails.end(&kid(&supervisor, "first")).await;
        assert_eq!(within(kid(&supervisor, "first").count()).await, Ok(1));
    }
    tokio::time::sleep(ms(5_001)).await;
    for _ in 0..3 {
        Way::Fails.end(&kid(&supervisor, "first")).await;
        assert_eq!(within(kid(&supervisor, "first").count()).await, Ok(1));
    }
    let over = supervisor.monitor();
    Way::Fails.end(&kid(&supervisor, "first")).await;
    assert_eq!(within(over).await.reason, ExitReason::Shutdown);
    assert_eq!(first.starts(), 7);

    let said = Supervisor::one_for_one().max_restarts(1, secs(60)).child(second.spec());
    let supervisor = start(said).await;
    Way::Fails.end(&kid(&supervisor, "second")).await;
    assert_eq!(within(kid(&supervisor, "second").count()).await, Ok(1));
    tokio::time::sleep(secs(59)).await;
    let over = supervisor.monitor();
    Way::Fails.end(&kid(&supervisor, "second")).await;
    assert_eq!(within(over).await.reason, ExitReason::Shutdown);
    assert_eq!(second.starts(), 2);
}

#[tokio::test(start_paused = true)]
async fn sv_e_05_no_child_may_end_its_supervisor_where_nothing_is_said() {
    let log = Log::default();
    let significant = script("a", &log).spec().restart(Restart::Transient).significant(true);
    let refused = within(Supervisor::one_for_one().child(significant).start()).await;
    assert!(refused.is_err(), "there is no auto shutdown");
}

#[tokio::test(start_paused = true)]
async fn sv_e_07_a_supervisor_without_children_answers_under_its_name() {
    static NAME: Name<Supervisor> = Name::new("sv-e-07");
    let registry: Registry<&str, Supervisor> = Registry::unique();
    let supervisor = start(Supervisor::one_for_one().name(&NAME).register(&registry, "via")).await;
    assert_eq!(within(NAME.client().which_children()).await, Ok(vec![]));
    let found = registry.lookup("via").expect("it is registered");
    assert_eq!(within(found.which_children()).await, Ok(vec![]));
    stop(&supervisor).await;
    assert!(NAME.whereis().is_none() && registry.lookup("via").is_none());
}

#[tokio::test(start_paused = true)]
async fn sv_e_08_a_permanent_child_that_stops_is_there_again_under_its_name_and_as_new() {
    static NAME: Name<Kid> = Name::new("sv-e-08");
    let spec = Kid::spec(script("a", &Log::default())).name(&NAME);
    let supervisor = start(Supervisor::one_for_one().child(spec)).await;
    let first = NAME.client().id();
    assert_eq!(within(NAME.client().count()).await, Ok(1));
    assert_eq!(within(NAME.client().count()).await, Ok(2));
    assert_eq!(within(NAME.client().stop()).await, Ok(ExitReason::Normal));
    assert_eq!(within(kid(&supervisor, "Kid").count()).await, Ok(1));
    assert_eq!(within(NAME.client().count()).await, Ok(2), "it is the one that the name leads to");
    assert_ne!(NAME.client().id(), first);
    stop(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn sv_e_12_children_of_any_kind_are_started_at_run_time() {
    let log = Log::default();
    let supervisor = start(Supervisor::one_for_one()).await;
    let a = add(&supervisor, script("a", &log).spec()).await;
    assert_eq!(within(a.count()).await, Ok(1));
    let stock = within(supervisor.start_child(Stock::spec(3))).await.expect("an agent");
    assert_eq!(stock.take().await, Ok(2));
    let made = script("made", &log);
    let made = add(&supervisor, spec_with(move || Kid::spec(made.clone())).id("made")).await;
    assert_eq!(within(made.count()).await, Ok(1));
    let once = add(&supervisor, Kid::spec(script("once", &log)).temporary().id("once")).await;
    assert_eq!(within(once.count()).await, Ok(1));
    let inner = within(supervisor.start_child(Supervisor::rest_for_one())).await.expect("a supervisor");
    assert_eq!(counts(&inner).await, [0; 4]);
    assert_eq!(counts(&supervisor).await, [5, 5, 1, 4]);
}

#[tokio::test(start_paused = true)]
async fn sv_e_13_a_child_that_is_refused_leaves_the_supervisor_as_it_was() {
    let log = Log::default();
    let supervisor = start(Supervisor::one_for_one().child(script("a", &log).spec())).await;
    let there = kid(&supervisor, "a").id().unwrap();
    let twin = within(supervisor.start_child(script("a", &log).spec())).await;
    assert_eq!(twin.err(), Some(StartChildError::AlreadyStarted(there)));
    let significant = script("b", &log).spec().restart(Restart::Temporary).significant(true);
    let significant = within(supervisor.start_child(significant)).await;
    assert_eq!(significant.err(), Some(StartChildError::Significant));
    let failing = within(supervisor.start_child(script("c", &log).begins(&[Begin::Fails]).spec())).await;
    assert_eq!(failing.err(), Some(StartChildError::Start(StartError::Init(Oops))));
    assert_eq!(log.take(), ["start a", "fail c"], "those that do not fit have not begun");
    assert_eq!(counts(&supervisor).await, [1, 1, 0, 1]);
    assert_eq!(kid(&supervisor, "a").id(), Some(there));
}

#[tokio::test(start_paused = true)]
async fn sv_e_14_children_with_hardly_any_time_end_and_their_supervisor_goes_on() {
    let log = Log::default();
    let supervisor = start(Supervisor::one_for_one()).await;
    let shutdowns =
        [ms(0), ms(1)].into_iter().flat_map(|time| [Shutdown::After(time), Shutdown::Drain(time)]);
    for (number, shutdown) in shutdowns.enumerate() {
        let spec = script(format!("{number}"), &log).spec();
        let child = add(&supervisor, spec.shutdown(shutdown).restart(Restart::Temporary)).await;
        let ended = within(child.stop_with(ExitReason::Shutdown)).await;
        assert_eq!(ended, Ok(ExitReason::Shutdown), "{shutdown:?}");
        until(&supervisor, <[_]>::is_empty).await;

        let spec = script(format!("deaf {number}"), &log).ends(End::Deaf).spec();
        let child = add(&supervisor, spec.shutdown(shutdown).restart(Restart::Temporary)).await;
        let monitor = child.monitor();
        assert_eq!(within(supervisor.terminate_child(format!("deaf {number}"))).await, Ok(()));
        assert_eq!(within(monitor).await.reason, ExitReason::Killed, "{shutdown:?}");
    }
    assert_eq!(counts(&supervisor).await, [0; 4]);
}

#[tokio::test(start_paused = true)]
async fn sv_e_15_a_child_is_listed_counted_stopped_started_again_and_deleted() {
    let log = Log::default();
    let supervisor = start(Supervisor::one_for_one()).await;
    assert_eq!(children(&supervisor).await, []);
    assert_eq!(counts(&supervisor).await, [0; 4]);
    let a = add(&supervisor, script("a", &log).spec()).await;
    let listed = info(&supervisor, "a").await;
    assert_eq!(
        (listed.server, listed.kind, listed.status),
        (a.id(), ChildKind::Worker, ChildStatus::Running)
    );
    assert_eq!(counts(&supervisor).await, [1, 1, 0, 1]);
    assert_eq!(within(supervisor.delete_child("a")).await, Err(CallError::Handler(ChildError::Running)));
    assert_eq!(within(a.count()).await, Ok(1));
    let first = a.id();

    assert_eq!(within(supervisor.terminate_child("a")).await, Ok(()));
    let listed = info(&supervisor, "a").await;
    assert_eq!((listed.server, listed.status), (None, ChildStatus::Down));
    assert_eq!(counts(&supervisor).await, [1, 0, 0, 1]);
    assert_eq!(within(supervisor.restart_child("a")).await, Ok(()));
    let second = info(&supervisor, "a").await.server;
    assert!(second.is_some() && second != first);
    assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));

    assert_eq!(within(supervisor.terminate_child("a")).await, Ok(()));
    assert_eq!(within(supervisor.delete_child("a")).await, Ok(()));
    a_while().await;
    assert_eq!(counts(&supervisor).await, [0; 4]);
    assert_eq!(log.take(), ["start a", "stop a", "start a", "stop a"]);
}
