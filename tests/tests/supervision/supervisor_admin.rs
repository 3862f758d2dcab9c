//! SV-O: what can be asked of a supervisor about its children, whatever they are at.

use callcast::prelude::*;
use callcast::{
    AutoShutdown, Backoff, ChildError, ChildStatus, Restart, StartChildError, Supervisor, SupervisorClient,
    SupervisorError,
};
use tokio::time::Instant;

use crate::support::{
    Begin, Kid, Log, Oops, Way, a_while, add, children, counts, dynamic, info, kid, ms, script, secs,
    servers, start, statuses, stop, until, until_status, within,
};

type Asked = Result<(), CallError<ChildError>>;

const NOT_FOUND: Asked = Err(CallError::Handler(ChildError::NotFound));
const RUNNING: Asked = Err(CallError::Handler(ChildError::Running));
const RESTARTING: Asked = Err(CallError::Handler(ChildError::Restarting));

async fn terminate(supervisor: &SupervisorClient, id: &str) -> Asked {
    within(supervisor.terminate_child(id)).await
}

async fn restart(supervisor: &SupervisorClient, id: &str) -> Asked {
    within(supervisor.restart_child(id)).await
}

async fn delete(supervisor: &SupervisorClient, id: &str) -> Asked {
    within(supervisor.delete_child(id)).await
}

/// Tries to start another child of this id.
async fn twin(supervisor: &SupervisorClient, id: &str) -> Option<StartChildError<Oops>> {
    within(supervisor.start_child(script(id, &Log::default()).spec())).await.err()
}

#[tokio::test(start_paused = true)]
async fn sv_o_23_a_child_comes_back_by_itself_and_by_hand() {
    let log = Log::default();
    let supervisor = start(Supervisor::one_for_one()).await;
    let child = add(&supervisor, script("a", &log).spec()).await;
    let first = Way::Fails.end(&child).await;
    assert_eq!(within(child.count()).await, Ok(1));
    assert_ne!(child.id(), Some(first));
    assert_eq!(restart(&supervisor, "a").await, RUNNING);
    assert_eq!(terminate(&supervisor, "a").await, Ok(()));
    assert_eq!(terminate(&supervisor, "a").await, Ok(()), "twice is no error");
    assert_eq!(restart(&supervisor, "a").await, Ok(()));
    assert_eq!(within(child.count()).await, Ok(1), "its client has followed it");
    assert_eq!(terminate(&supervisor, "a").await, Ok(()));
    assert_eq!(delete(&supervisor, "a").await, Ok(()));
    assert_eq!(restart(&supervisor, "a").await, NOT_FOUND);
    assert_eq!(within(child.count()).await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn sv_o_23_a_child_that_does_not_start_by_hand_stays_down() {
    let log = Log::default();
    let supervisor = start(Supervisor::one_for_one()).await;
    let script = script("a", &log);
    add(&supervisor, script.spec()).await;
    assert_eq!(terminate(&supervisor, "a").await, Ok(()));
    for begin in [Begin::Fails, Begin::Panics, Begin::Ignores] {
        script.henceforth(begin);
        let not_started = Err(CallError::Handler(ChildError::NotStarted));
        assert_eq!(restart(&supervisor, "a").await, not_started, "{begin:?}");
        a_while().await;
        assert_eq!(statuses(&supervisor).await, [ChildStatus::Down], "{begin:?}");
    }
    assert_eq!(script.starts(), 4);
}

#[tokio::test(start_paused = true)]
async fn sv_o_24_each_request_has_its_answer() {
    let log = Log::default();
    let supervisor = start(Supervisor::one_for_one()).await;
    for answer in
        [terminate(&supervisor, "a").await, restart(&supervisor, "a").await, delete(&supervisor, "a").await]
    {
        assert_eq!(answer, NOT_FOUND);
    }
    let child = add(&supervisor, script("a", &log).spec()).await;
    let id = child.id().expect("it runs");
    assert_eq!(twin(&supervisor, "a").await, Some(StartChildError::AlreadyStarted(id)));
    assert_eq!(restart(&supervisor, "a").await, RUNNING);
    assert_eq!(delete(&supervisor, "a").await, RUNNING);
    assert_eq!(counts(&supervisor).await, [1, 1, 0, 1]);
    assert_eq!(within(supervisor.terminate_child(id)).await, Ok(()), "the id of its server names it as well");
    assert_eq!(within(supervisor.terminate_child(id)).await, Ok(()));
    assert_eq!(twin(&supervisor, "a").await, Some(StartChildError::AlreadyPresent));
    assert_eq!(counts(&supervisor).await, [1, 0, 0, 1]);
    assert_eq!(within(supervisor.restart_child(id)).await, Ok(()));
    let next = kid(&supervisor, "a").id().expect("it runs");
    assert_eq!(within(supervisor.terminate_child(id)).await, NOT_FOUND, "there is another one by now");
    assert_eq!(kid(&supervisor, "a").id(), Some(next));
    assert_eq!(terminate(&supervisor, "a").await, Ok(()));
    assert_eq!(delete(&supervisor, "a").await, Ok(()));
    assert_eq!(children(&supervisor).await, []);
    assert_eq!(twin(&supervisor, "a").await, None);
    stop(&supervisor).await;
    assert_eq!(twin(&supervisor, "a").await, Some(StartChildError::Supervisor(CallError::NoProc)));
    assert_eq!(terminate(&supervisor, "a").await, Err(CallError::NoProc));
    assert_eq!(within(supervisor.which_children()).await, Err(CallError::NoProc));
    assert_eq!(within(supervisor.count_children()).await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn sv_o_25_a_dynamic_child_is_named_by_its_server_or_by_its_id() {
    let log = Log::default();
    let (supervisor, other) = (dynamic().await, dynamic().await);
    let a = add(&supervisor, Kid::spec(script("a", &log)).id("a")).await.id().unwrap();
    let b = add(&supervisor, Kid::spec(script("b", &log)).id("b")).await.id().unwrap();
    assert_eq!(servers(&supervisor).await, [Some(a), Some(b)]);
    assert_eq!(counts(&supervisor).await, [2, 2, 0, 2]);
    assert_eq!(within(other.terminate_child(a)).await, NOT_FOUND, "it is another's");
    assert_eq!(within(supervisor.restart_child(a)).await, RUNNING);
    assert_eq!(within(supervisor.delete_child(a)).await, RUNNING);
    assert_eq!(within(supervisor.terminate_child(a)).await, Ok(()));
    assert_eq!(within(supervisor.terminate_child(a)).await, NOT_FOUND, "it is forgotten, as in Elixir");
    assert_eq!(within(supervisor.restart_child(a)).await, NOT_FOUND);
    assert_eq!(terminate(&supervisor, "b").await, Ok(()));
    assert_eq!(terminate(&supervisor, "b").await, NOT_FOUND);
    assert_eq!(counts(&supervisor).await, [0; 4]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_26_two_children_of_one_id_are_refused_before_any_begins() {
    let log = Log::default();
    let specs = Supervisor::one_for_one().child(script("a", &log).spec()).child(script("b", &log).spec());
    let error = within(specs.child(script("a", &log).spec()).start()).await.expect_err("there are two");
    assert!(matches!(&error, StartError::Init(SupervisorError::Duplicate(id)) if &**id == "a"), "{error:?}");
    assert_eq!(log.take(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_27_only_a_child_that_can_end_for_good_is_significant_and_only_where_it_counts() {
    let log = Log::default();
    let kinds = [Restart::Permanent, Restart::Transient, Restart::Temporary];
    let autos = [AutoShutdown::Never, AutoShutdown::AnySignificant, AutoShutdown::AllSignificant];
    for (auto, restart, significant) in autos
        .into_iter()
        .flat_map(|auto| kinds.map(|kind| [(auto, kind, false), (auto, kind, true)]))
        .flatten()
    {
        let spec = script("a", &log).spec().restart(restart).significant(significant);
        let started = within(Supervisor::one_for_one().auto_shutdown(auto).child(spec).start()).await;
        let bad = significant && (auto == AutoShutdown::Never || restart == Restart::Permanent);
        match started {
            Ok(supervisor) => {
                assert!(!bad, "{auto:?} {restart:?}");
                stop(&supervisor).await;
            }
            Err(StartError::Init(SupervisorError::Significant(id))) => {
                assert!(bad && &*id == "a", "{auto:?} {restart:?}");
            }
            Err(error) => panic!("{auto:?} {restart:?}: {error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_56_children_that_are_being_restarted_count_as_workers_and_not_as_active() {
    let log = Log::default();
    let supervisor = dynamic().await;
    let scripts = ["a", "b", "c"].map(|name| script(name, &log));
    for script in &scripts {
        add(&supervisor, script.spec().backoff(Backoff::constant(secs(1)))).await;
    }
    assert_eq!(counts(&supervisor).await, [3, 3, 0, 3]);
    for (number, script) in scripts.iter().enumerate() {
        script.henceforth(Begin::Fails);
        Way::Killed.end(&kid(&supervisor, &script.name())).await;
        until_status(&supervisor, &script.name(), ChildStatus::Restarting).await;
        assert_eq!(counts(&supervisor).await, [3, 2 - number, 0, 3]);
    }
    tokio::time::sleep(ms(2_500)).await;
    assert_eq!(counts(&supervisor).await, [3, 0, 0, 3]);
    scripts[0].henceforth(Begin::Well);
    tokio::time::sleep(secs(1)).await;
    assert_eq!(counts(&supervisor).await, [3, 1, 0, 3]);
    assert_eq!(terminate(&supervisor, "a").await, Ok(()));
    assert_eq!(counts(&supervisor).await, [2, 0, 0, 2]);
    assert_eq!(terminate(&supervisor, "b").await, Ok(()));
    assert_eq!(counts(&supervisor).await, [1, 0, 0, 1]);
}

/// What a supervisor says to another child of this id after this one has ended so.
async fn after(restart: Restart, way: Option<Way>) -> Option<StartChildError<Oops>> {
    let log = Log::default();
    let specs = Supervisor::one_for_one().child(script("a", &log).spec().restart(restart));
    let supervisor = start(specs).await;
    match way {
        Some(way) => {
            let last = way.end(&kid(&supervisor, "a")).await;
            until(&supervisor, |children| {
                children.iter().all(|child| match child.status {
                    ChildStatus::Running => child.server != Some(last),
                    status => status == ChildStatus::Down,
                })
            })
            .await;
        }
        None => assert_eq!(terminate(&supervisor, "a").await, Ok(())),
    }
    twin(&supervisor, "a").await
}

#[tokio::test(start_paused = true)]
async fn sv_o_59_the_spec_of_a_temporary_child_goes_with_it_and_that_of_others_stays() {
    let ways = [Way::Normal, Way::Shutdown, Way::Fails, Way::Killed].map(Some);
    for way in ways.into_iter().chain([None]) {
        assert_eq!(after(Restart::Temporary, way).await, None, "{way:?}");
        let permanent = after(Restart::Permanent, way).await.expect("it is kept");
        let transient = after(Restart::Transient, way).await.expect("it is kept");
        let is_started = |error| matches!(error, StartChildError::AlreadyStarted(_));
        assert_eq!(is_started(permanent.clone()), way.is_some(), "{way:?}");
        assert_eq!(is_started(transient.clone()), matches!(way, Some(Way::Fails | Way::Killed)), "{way:?}");
        for error in [permanent, transient] {
            assert!(is_started(error.clone()) || error == StartChildError::AlreadyPresent, "{way:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_62_while_a_child_fails_to_restart_its_supervisor_answers() {
    let log = Log::default();
    let script = script("a", &log);
    let spec = script.spec().backoff(Backoff::constant(ms(10)));
    let supervisor = start(Supervisor::one_for_one().max_restarts(100_000, secs(1)).child(spec)).await;
    script.henceforth(Begin::Fails);
    Way::Fails.end(&kid(&supervisor, "a")).await;
    tokio::time::sleep(ms(105)).await;
    assert!(script.starts() > 5, "it is tried again and again");
    assert_eq!(info(&supervisor, "a").await.server, None);
    assert_eq!(statuses(&supervisor).await, [ChildStatus::Restarting]);
    assert_eq!(twin(&supervisor, "a").await, Some(StartChildError::AlreadyPresent));
    assert_eq!(restart(&supervisor, "a").await, RESTARTING);
    assert_eq!(delete(&supervisor, "a").await, RESTARTING);
    assert_eq!(terminate(&supervisor, "a").await, Ok(()));
    let tried = script.starts();
    a_while().await;
    assert_eq!((script.starts(), statuses(&supervisor).await), (tried, vec![ChildStatus::Down]));
    assert_eq!(delete(&supervisor, "a").await, Ok(()));
    stop(&supervisor).await;
}

#[tokio::test(start_paused = true)]
async fn sv_o_62_a_restart_loop_without_delays_does_not_keep_the_supervisor_from_its_work() {
    let log = Log::default();
    for hand in [true, false] {
        let script = script("a", &log);
        let supervisor =
            start(Supervisor::one_for_one().max_restarts(u32::MAX, secs(1)).child(script.spec())).await;
        script.henceforth(Begin::Fails);
        Way::Fails.end(&kid(&supervisor, "a")).await;
        until(&supervisor, |_| script.starts() > 20).await;
        assert_eq!(info(&supervisor, "a").await.server, None);
        if hand {
            assert_eq!(terminate(&supervisor, "a").await, Ok(()));
            assert_eq!(statuses(&supervisor).await, [ChildStatus::Down]);
        }
        stop(&supervisor).await;
        let tried = script.starts();
        a_while().await;
        assert_eq!(script.starts(), tried);
    }
}

#[tokio::test(start_paused = true)]
async fn nt_12_sv_o_62_a_supervisor_answers_and_stops_while_a_restart_hangs() {
    let log = Log::default();
    let (hangs, well) = (script("a", &log), script("b", &log));
    let supervisor = start(Supervisor::one_for_one().child(hangs.spec()).child(well.spec())).await;
    hangs.henceforth(Begin::Hangs);
    let before = kid(&supervisor, "b").id();
    Way::Fails.end(&kid(&supervisor, "a")).await;
    until(&supervisor, |_| hangs.starts() == 2).await;
    let begin = Instant::now();
    assert_eq!(statuses(&supervisor).await, [ChildStatus::Starting, ChildStatus::Running]);
    assert_eq!(within(kid(&supervisor, "b").count()).await, Ok(1));
    assert_eq!(within(add(&supervisor, script("c", &log).spec()).await.count()).await, Ok(1));
    assert_eq!(restart(&supervisor, "a").await, RESTARTING);
    assert_eq!(kid(&supervisor, "b").id(), before);
    stop(&supervisor).await;
    assert_eq!(begin.elapsed(), secs(0));
}

#[tokio::test(start_paused = true)]
async fn sv_o_63_while_one_of_rest_for_one_fails_to_restart_those_after_it_are_not_there() {
    let log = Log::default();
    let scripts = ["a", "b", "c"].map(|name| script(name, &log));
    let [a, b, c] = scripts.clone();
    let b_spec = b.spec().backoff(Backoff::constant(ms(10)));
    let specs = Supervisor::rest_for_one().max_restarts(100_000, secs(1));
    let supervisor = start(specs.child(a.spec()).child(b_spec).child(c.spec())).await;
    let first = kid(&supervisor, "a").id();
    b.henceforth(Begin::Fails);
    Way::Fails.end(&kid(&supervisor, "b")).await;
    tokio::time::sleep(ms(105)).await;
    assert_eq!(servers(&supervisor).await, [first, None, None]);
    assert_eq!(info(&supervisor, "b").await.status, ChildStatus::Restarting);
    for id in ["b", "c"] {
        assert_eq!(twin(&supervisor, id).await, Some(StartChildError::AlreadyPresent));
        assert_eq!(restart(&supervisor, id).await, RESTARTING);
        assert_eq!(delete(&supervisor, id).await, RESTARTING);
    }
    assert_eq!(terminate(&supervisor, "b").await, Ok(()));
    let tried = b.starts();
    a_while().await;
    assert_eq!((a.starts(), b.starts()), (1, tried));
    assert_eq!(kid(&supervisor, "a").id(), first);
    stop(&supervisor).await;
}
