//! DS-E: Elixir's own tests of its dynamic supervisor: how children come, and come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use callcast::prelude::*;
use callcast::{
    AutoShutdown, Backoff, ChildError, ChildKind, ChildStatus, DynamicSupervisor, Name, Restart,
    StartChildError, Supervisor, SupervisorClient, SupervisorError, observe, spec_with,
};

use crate::support::{
    BAD_ENDS, Begin, GOOD_ENDS, Kid, Log, Oops, Stock, Way, a_while, add, children, counts, dynamic, info,
    kid, ms, script, secs, start, stop, until, until_status, within,
};

#[tokio::test(start_paused = true)]
async fn ds_e_01_a_dynamic_supervisor_is_a_child_with_a_name() {
    static NAME: Name<Supervisor> = Name::new("ds-e-01");
    let outer = start(Supervisor::one_for_one().child(DynamicSupervisor::new().name(&NAME))).await;
    let inner = NAME.client();
    assert_eq!(info(&outer, "Supervisor").await.server, inner.id());
    assert_eq!(children(&inner).await, []);
}

#[tokio::test(start_paused = true)]
async fn ds_e_03_its_spec_says_that_it_is_a_supervisor_and_what_was_said_besides() {
    let said = DynamicSupervisor::new().id("said").restart(Restart::Temporary);
    let outer = start(Supervisor::one_for_one().child(DynamicSupervisor::new()).child(said)).await;
    let shown = |child: callcast::ChildInfo| (child.id.to_string(), child.kind, child.restart);
    let shown: Vec<_> = children(&outer).await.into_iter().map(shown).collect();
    assert_eq!(
        shown,
        [
            ("Supervisor".to_owned(), ChildKind::Supervisor, Restart::Permanent),
            ("said".to_owned(), ChildKind::Supervisor, Restart::Temporary),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn ds_e_04_any_number_of_children_and_three_restarts_in_five_seconds_where_nothing_is_said() {
    let log = Log::default();
    let supervisor = start(DynamicSupervisor::new()).await;
    let [a, b] = [script("a", &log), script("b", &log)];
    add(&supervisor, a.spec()).await;
    add(&supervisor, b.spec()).await;
    for _ in 0..2_000 {
        within(supervisor.start_child(Stock::spec(1))).await.expect("there is no limit");
    }
    for _ in 0..2 {
        for _ in 0..3 {
            Way::Fails.end(&kid(&supervisor, "a")).await;
            assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
        }
        tokio::time::sleep(ms(5_001)).await;
    }
    for _ in 0..3 {
        Way::Fails.end(&kid(&supervisor, "a")).await;
        assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
    }
    let over = supervisor.monitor();
    Way::Fails.end(&kid(&supervisor, "b")).await;
    assert_eq!(within(over).await.reason, ExitReason::Shutdown);
    assert_eq!((a.starts(), b.starts()), (10, 1));
}

#[tokio::test(start_paused = true)]
async fn ds_e_05_a_window_of_no_length_holds_what_comes_at_once() {
    let log = Log::default();
    let supervisor = start(DynamicSupervisor::new().max_restarts(1, ms(0))).await;
    let child = add(&supervisor, script("a", &log).spec()).await;
    for _ in 0..3 {
        Way::Fails.end(&child).await;
        assert_eq!(within(child.count()).await, Ok(1));
        tokio::time::sleep(ms(1)).await;
    }
    Way::Fails.end(&child).await;
    assert_eq!(within(child.count()).await, Ok(1));
    let over = supervisor.monitor();
    Way::Fails.end(&child).await;
    assert_eq!(within(over).await.reason, ExitReason::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn ds_e_05_sv_o_73_a_dynamic_supervisor_does_not_end_with_its_children_and_has_one_strategy() {
    let spec = DynamicSupervisor::new;
    for spec in [
        spec().auto_shutdown(AutoShutdown::AnySignificant),
        spec().auto_shutdown(AutoShutdown::AllSignificant),
        Supervisor::one_for_all().max_children(1),
        Supervisor::rest_for_one().max_children(1),
    ] {
        let error = within(spec.start()).await.expect_err("it is not dropped in silence");
        assert!(matches!(error, StartError::Init(SupervisorError::Dynamic(_))), "{error:?}");
    }
    stop(&start(spec().auto_shutdown(AutoShutdown::Never)).await).await;
}

#[tokio::test(start_paused = true)]
async fn ds_e_06_one_with_a_name_is_found_by_it_and_stops() {
    static NAME: Name<Supervisor> = Name::new("ds-e-06");
    let supervisor = start(DynamicSupervisor::new().name(&NAME)).await;
    assert_eq!(NAME.whereis().and_then(|found| found.id()), supervisor.id());
    let seen = observe().into_iter().find(|server| Some(server.id) == supervisor.id());
    let seen = seen.expect("it runs");
    assert_eq!((seen.type_name, seen.names), ("Supervisor", vec!["ds-e-06"]));
    assert_eq!(within(NAME.client().stop()).await, Ok(ExitReason::Normal));
    assert!(!supervisor.is_alive() && NAME.whereis().is_none());
}

#[tokio::test(start_paused = true)]
async fn ds_e_08_whoever_looks_sees_a_supervisor_of_either_kind() {
    let (plain, other) = (start(Supervisor::one_for_one()).await, dynamic().await);
    let type_name = |supervisor: &SupervisorClient| {
        let seen = observe().into_iter().find(|server| Some(server.id) == supervisor.id());
        seen.expect("it runs").type_name
    };
    assert_eq!(type_name(&plain), type_name(&other));
    let specs = Supervisor::one_for_one()
        .child(Supervisor::one_for_one().id("plain"))
        .child(DynamicSupervisor::new());
    let outer = start(specs).await;
    let [plain, other] = children(&outer).await.try_into().expect("there are two");
    assert_eq!((plain.kind, plain.type_name), (other.kind, other.type_name));
    assert_eq!(counts(&outer).await, [2, 2, 2, 0]);
}

#[tokio::test(start_paused = true)]
async fn ds_e_11_children_of_any_kind_are_started() {
    let log = Log::default();
    let supervisor = dynamic().await;
    assert_eq!(within(add(&supervisor, script("a", &log).spec()).await.count()).await, Ok(1));
    let stock = within(supervisor.start_child(Stock::spec(3))).await.expect("an agent");
    assert_eq!(stock.take().await, Ok(2));
    let once = add(&supervisor, Kid::spec(script("once", &log)).temporary()).await;
    assert_eq!(within(once.count()).await, Ok(1));
    assert_eq!(counts(&supervisor).await, [3, 3, 0, 3]);
}

/// Has a number of its own and one that all share.
struct Numbered {
    shared: u32,
    own: u32,
}

#[server]
impl Numbered {
    #[init]
    fn new(shared: u32, own: u32) -> Self {
        Self { shared, own }
    }

    #[call]
    fn both(&self) -> (u32, u32) {
        (self.shared, self.own)
    }
}

#[tokio::test(start_paused = true)]
async fn ds_e_12_a_factory_gives_each_child_what_all_share() {
    let supervisor = dynamic().await;
    let shared = 7;
    let spec = move |own| spec_with(move || Numbered::spec(shared, own));
    for own in [1, 2] {
        let child = within(supervisor.start_child(spec(own))).await.expect("it starts");
        assert_eq!(within(child.both()).await, Ok((7, own)));
    }
}

#[tokio::test(start_paused = true)]
async fn ds_e_13_a_significant_child_is_refused_before_it_begins() {
    let log = Log::default();
    let supervisor = dynamic().await;
    for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
        let refused =
            within(supervisor.start_child(script("a", &log).spec().restart(restart).significant(true))).await;
        assert_eq!(refused.err(), Some(StartChildError::Significant));
    }
    assert_eq!(log.take(), [""; 0]);
    assert_eq!(counts(&supervisor).await, [0; 4]);
}

#[tokio::test(start_paused = true)]
async fn ds_e_14_whoever_starts_a_child_is_told_what_came_of_it() {
    let log = Log::default();
    let supervisor = dynamic().await;
    let child = within(supervisor.start_child(script("a", &log).spec())).await;
    assert!(matches!(child, Ok(Some(_))));
    let ignored = within(supervisor.start_child(script("b", &log).begins(&[Begin::Ignores]).spec())).await;
    assert!(matches!(ignored, Ok(None)));
    let failed = within(supervisor.start_child(script("c", &log).begins(&[Begin::Fails]).spec())).await;
    assert_eq!(failed.err(), Some(StartChildError::Start(StartError::Init(Oops))));
    assert_eq!(counts(&supervisor).await, [1, 1, 0, 1], "only what runs is kept");
}

/// Cannot begin, in one way or another.
struct Stillborn;

#[server]
impl Stillborn {
    #[init]
    async fn new(panics: bool, ctx: &mut Context<Self>) -> Self {
        assert!(!panics, "it cannot begin");
        let me = ctx.client();
        drop(me.kill().send());
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn ds_e_15_a_child_that_breaks_while_it_begins_does_no_harm() {
    let log = Log::default();
    let supervisor = dynamic().await;
    let there = add(&supervisor, script("a", &log).spec()).await;
    let Err(StartChildError::Start(StartError::Panicked(panic))) =
        within(supervisor.start_child(Stillborn::spec(true))).await
    else {
        panic!("it panicked");
    };
    assert_eq!((panic.message(), panic.server(), panic.handler()), ("it cannot begin", "Stillborn", "init"));
    let exited = within(supervisor.start_child(Stillborn::spec(false))).await;
    assert_eq!(exited.err(), Some(StartChildError::Start(StartError::Exit(ExitReason::Killed))));
    let made = within(supervisor.start_child(spec_with(|| -> callcast::Spec<_> {
        assert!(std::hint::black_box(false), "nothing is made");
        Stock::spec(1)
    })));
    assert!(matches!(made.await, Err(StartChildError::Start(StartError::Panicked(_)))));
    assert_eq!(counts(&supervisor).await, [1, 1, 0, 1]);
    assert_eq!(within(there.count()).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn ds_e_17_a_temporary_child_is_forgotten_however_it_ends() {
    let log = Log::default();
    let supervisor = dynamic().await;
    for way in GOOD_ENDS.into_iter().chain(BAD_ENDS) {
        let script = script("a", &log);
        let child = add(&supervisor, script.spec().restart(Restart::Temporary)).await;
        way.end(&child).await;
        until(&supervisor, <[_]>::is_empty).await;
        a_while().await;
        assert_eq!((counts(&supervisor).await, script.starts()), ([0; 4], 1), "{way:?}");
        assert_eq!(within(child.count()).await, Err(CallError::NoProc), "{way:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn ds_e_18_a_transient_child_comes_back_from_a_failure_only() {
    let log = Log::default();
    let supervisor = dynamic().await;
    for way in GOOD_ENDS {
        let script = script("a", &log);
        way.end(&add(&supervisor, script.spec().restart(Restart::Transient)).await).await;
        until(&supervisor, <[_]>::is_empty).await;
        a_while().await;
        assert_eq!((counts(&supervisor).await, script.starts()), ([0; 4], 1), "{way:?}");
    }
    for way in BAD_ENDS {
        let script = script(format!("{way:?}"), &log);
        let child = add(&supervisor, script.spec().restart(Restart::Transient)).await;
        way.end(&child).await;
        assert_eq!((within(child.count()).await, script.starts()), (Ok(1), 2), "{way:?}");
    }
    assert_eq!(counts(&supervisor).await, [3, 3, 0, 3]);
}

#[tokio::test(start_paused = true)]
async fn ds_e_19_a_permanent_child_comes_back_however_it_ends() {
    let log = Log::default();
    let supervisor = dynamic().await;
    for (number, way) in GOOD_ENDS.into_iter().chain(BAD_ENDS).enumerate() {
        let script = script(format!("{way:?}"), &log);
        let child = add(&supervisor, script.spec()).await;
        let first = way.end(&child).await;
        assert_eq!((within(child.count()).await, script.starts()), (Ok(1), 2), "{way:?}");
        assert_ne!(child.id(), Some(first));
        assert_eq!(counts(&supervisor).await, [number + 1, number + 1, 0, number + 1]);
    }
}

#[tokio::test(start_paused = true)]
async fn ds_e_20_what_the_second_start_comes_to_decides_what_is_kept() {
    let log = Log::default();
    let supervisor = dynamic().await;
    let second = |begin| {
        let script = script(format!("{begin:?}"), &log).begins(&[Begin::Well]);
        script.henceforth(begin);
        script
    };
    let add_one =
        async |begin| add(&supervisor, second(begin).spec().backoff(Backoff::constant(secs(3_600)))).await;
    let replaced = add_one(Begin::Well).await;
    let first = Way::Fails.end(&replaced).await;
    tokio::time::sleep(secs(3_600)).await;
    assert_eq!(within(replaced.count()).await, Ok(1));
    assert_ne!(replaced.id(), Some(first));

    Way::Fails.end(&add_one(Begin::Ignores).await).await;
    tokio::time::sleep(secs(3_600)).await;
    until(&supervisor, |children| children.len() == 1).await;
    for begin in [Begin::Fails, Begin::Panics] {
        Way::Fails.end(&add_one(begin).await).await;
        tokio::time::sleep(secs(3_601)).await;
        let kept = until_status(&supervisor, &format!("{begin:?}"), ChildStatus::Restarting).await;
        assert_eq!(kept.server, None);
    }
    assert_eq!(counts(&supervisor).await, [3, 1, 0, 3]);
}

#[tokio::test(start_paused = true)]
async fn ds_e_21_a_child_that_is_being_restarted_counts_towards_the_most() {
    let log = Log::default();
    let supervisor = start(DynamicSupervisor::new().max_children(1)).await;
    let spec = script("a", &log).spec().backoff(Backoff::constant(secs(3_600)));
    Way::Fails.end(&add(&supervisor, spec).await).await;
    until_status(&supervisor, "a", ChildStatus::Restarting).await;
    let refused = within(supervisor.start_child(script("b", &log).spec())).await;
    assert_eq!(refused.err(), Some(StartChildError::MaxChildren));
    assert_eq!(within(supervisor.terminate_child("a")).await, Ok(()));
    assert_eq!(within(add(&supervisor, script("b", &log).spec()).await.count()).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn ds_e_23_a_factory_gives_the_same_again_after_a_crash() {
    let supervisor = dynamic().await;
    let made = Arc::new(AtomicU32::new(0));
    let makes = Arc::clone(&made);
    let spec = spec_with(move || {
        makes.fetch_add(1, Ordering::Relaxed);
        Numbered::spec(7, 1)
    });
    let child = within(supervisor.start_child(spec)).await.expect("it starts");
    let first = child.id();
    within(child.kill()).await.unwrap();
    assert_eq!(within(child.both()).await, Ok((7, 1)));
    assert_ne!(child.id(), first);
    assert_eq!(made.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn ds_e_24_a_restart_that_fails_is_tried_again() {
    let log = Log::default();
    let supervisor = start(DynamicSupervisor::new().max_restarts(2, secs(5))).await;
    let script = script("a", &log).begins(&[Begin::Well, Begin::Fails]);
    let child = add(&supervisor, script.spec()).await;
    Way::Fails.end(&child).await;
    assert_eq!((within(child.count()).await, script.starts()), (Ok(1), 3));
    assert_eq!(counts(&supervisor).await, [1, 1, 0, 1]);
}

#[tokio::test(start_paused = true)]
async fn ds_e_25_ds_e_26_restarts_that_fail_count_and_end_the_supervisor() {
    for most in [1, 10] {
        let log = Log::default();
        let supervisor = start(DynamicSupervisor::new().max_restarts(most, secs(5))).await;
        let script = script("a", &log);
        let child = add(&supervisor, script.spec()).await;
        script.henceforth(Begin::Fails);
        let ended = supervisor.monitor();
        Way::Fails.end(&child).await;
        assert_eq!(within(ended).await.reason, ExitReason::Shutdown);
        assert_eq!(script.starts(), 1 + most, "each attempt is a restart");
        assert!(within(child.count()).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn ds_e_39_a_child_whose_restarts_fail_is_ended_by_the_id_it_had() {
    let log = Log::default();
    let supervisor = dynamic().await;
    let script = script("a", &log).begins(&[Begin::Well, Begin::Fails]);
    let child = add(&supervisor, script.spec().backoff(Backoff::constant(secs(1)))).await;
    let last = Way::Fails.end(&child).await;
    tokio::time::sleep(ms(1_500)).await;
    until_status(&supervisor, "a", ChildStatus::Restarting).await;
    assert_eq!(script.starts(), 2);
    assert_eq!(within(supervisor.terminate_child(last)).await, Ok(()));
    assert_eq!(counts(&supervisor).await, [0; 4]);
    assert_eq!(within(supervisor.terminate_child(last)).await, Err(CallError::Handler(ChildError::NotFound)));
    a_while().await;
    assert_eq!(script.starts(), 2);
    stop(&supervisor).await;
}
