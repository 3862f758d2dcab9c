//! SV-O: how a supervisor and its children start, and what is said where they do not.

use std::error::Error;
use std::sync::{Arc, Weak};

use callcast::prelude::*;
use callcast::{
    ChildError, ChildKind, ChildStatus, DynamicSupervisor, Name, NoChild, Restart, StartChildError,
    Supervisor, SupervisorError, observe,
};
use tokio::time::Instant;
use tracing::Level;

use crate::collector::Collector;
use crate::support::{
    Begin, End, Kid, Log, Oops, Stock, Way, a_while, add, children, counts, dynamic, info, kid, script, secs,
    start, statuses, stop, until, within,
};

#[tokio::test(start_paused = true)]
async fn sv_o_01_a_supervisor_without_children_starts_and_is_shut_down() {
    let supervisor = start(Supervisor::one_for_one()).await;
    assert_eq!(within(supervisor.stop_with(ExitReason::Shutdown)).await, Ok(ExitReason::Shutdown));
    assert!(!supervisor.is_alive());
}

#[tokio::test(start_paused = true)]
async fn sv_o_03_a_permanent_child_that_ignores_is_kept_and_is_not_there() {
    let log = Log::default();
    let shy = |name| script(name, &log).begins(&[Begin::Ignores]);
    let supervisor =
        start(Supervisor::one_for_one().child(script("a", &log).spec()).child(shy("b").spec())).await;
    assert_eq!(statuses(&supervisor).await, [ChildStatus::Running, ChildStatus::Down]);
    assert_eq!(info(&supervisor, "b").await.server, None);
    assert_eq!(counts(&supervisor).await, [2, 1, 0, 2]);
    assert!(matches!(within(supervisor.start_child(shy("c").spec())).await, Ok(None)));
    assert_eq!(counts(&supervisor).await, [3, 1, 0, 3]);
    a_while().await;
    assert_eq!(log.take(), ["start a", "fail b", "fail c"], "nobody tries again");
    assert_eq!(within(supervisor.restart_child("b")).await, Ok(()));
    assert_eq!(counts(&supervisor).await, [3, 2, 0, 3]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_05_a_temporary_child_that_ignores_is_not_kept() {
    let log = Log::default();
    let shy = || script("a", &log).begins(&[Begin::Ignores]);
    let first = Supervisor::one_for_one().child(shy().spec().restart(Restart::Temporary));
    let supervisor = start(first.child(Kid::spec(shy()).temporary())).await;
    assert_eq!(children(&supervisor).await, []);
    let later = within(supervisor.start_child(shy().spec().restart(Restart::Temporary))).await;
    assert!(matches!(later, Ok(None)));
    let once = within(supervisor.start_child(Kid::spec(shy()).temporary())).await;
    assert!(matches!(once, Ok(None)));
    assert_eq!(children(&supervisor).await, []);
}

#[tokio::test(start_paused = true)]
async fn sv_o_06_sv_o_07_no_dynamic_child_that_ignores_is_kept() {
    let log = Log::default();
    let supervisor = dynamic().await;
    for restart in [Restart::Temporary, Restart::Transient, Restart::Permanent] {
        let shy = script("a", &log).begins(&[Begin::Ignores]);
        let ignored = within(supervisor.start_child(shy.spec().restart(restart))).await;
        assert!(matches!(ignored, Ok(None)), "{restart:?}");
        assert_eq!(counts(&supervisor).await, [0; 4], "{restart:?}");
    }
    stop(&supervisor).await;
}

/// Cannot be cloned.
struct Brittle;

impl Clone for Brittle {
    fn clone(&self) -> Self {
        panic!("it is brittle")
    }
}

/// Takes what cannot be cloned, although it says so.
struct Shelf {
    _brittle: Brittle,
}

#[server]
impl Shelf {
    #[init]
    fn new(brittle: Brittle) -> Self {
        Self { _brittle: brittle }
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_09_a_child_that_panics_while_it_begins_is_an_error_of_the_start() {
    let log = Log::default();
    let there = script("a", &log);
    let specs = Supervisor::one_for_one().child(there.spec());
    let breaks = script("b", &log).begins(&[Begin::Panics]);
    let error = within(specs.child(breaks.spec()).start()).await.expect_err("it cannot begin");
    let StartError::Init(SupervisorError::Child { id, error }) = error else { panic!("{error:?}") };
    assert_eq!(&*id, "b");
    assert!(error.to_string().contains("it cannot begin"), "{error}");

    let specs = Supervisor::one_for_one().child(there.spec()).child(Shelf::spec(Brittle));
    let error = within(specs.start()).await.expect_err("it cannot begin");
    assert!(error.to_string().contains("it is brittle"), "{error}");
    a_while().await;
    assert_eq!(log.take(), ["start a", "fail b", "stop a", "start a", "stop a"]);
}

#[tokio::test(start_paused = true)]
async fn sv_o_11_sv_o_12_a_child_that_fails_to_start_is_an_error_and_is_not_kept() {
    let log = Log::default();
    for supervisor in [start(Supervisor::one_for_one()).await, dynamic().await] {
        let a = script("a", &log).begins(&[Begin::Fails, Begin::Panics]);
        let failed = within(supervisor.start_child(a.spec())).await;
        assert_eq!(failed.err(), Some(StartChildError::Start(StartError::Init(Oops))));
        let panicked = within(supervisor.start_child(a.spec())).await;
        assert!(matches!(panicked, Err(StartChildError::Start(StartError::Panicked(_)))));
        assert_eq!(children(&supervisor).await, []);
        a_while().await;
        assert_eq!(a.starts(), 2, "nobody tries again");
        assert_eq!(within(add(&supervisor, a.spec()).await.count()).await, Ok(1), "its id is free");
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_13_a_child_is_permanent_and_has_five_seconds_to_end_where_nothing_is_said() {
    let log = Log::default();
    let deaf = script("deaf", &log).ends(End::Deaf);
    let inner = Supervisor::one_for_one()
        .child(script("slow", &log).ends(End::Takes(secs(60))).spec().shutdown(callcast::Shutdown::Infinity));
    let supervisor = start(Supervisor::one_for_one().child(inner).child(Kid::spec(deaf))).await;
    let shown = info(&supervisor, "Kid").await;
    assert_eq!((shown.restart, shown.kind), (Restart::Permanent, ChildKind::Worker));
    let shown = info(&supervisor, "Supervisor").await;
    assert_eq!((shown.restart, shown.kind), (Restart::Permanent, ChildKind::Supervisor));

    let not_found = Err(CallError::Handler(ChildError::NotFound));
    assert_eq!(within(supervisor.terminate_child("nobody")).await, not_found);
    assert_eq!(supervisor.client::<Kid>("nobody").err(), Some(NoChild::NotFound));
    assert_eq!(supervisor.client::<Stock>("Kid").err(), Some(NoChild::OtherType("Kid")));

    let begin = Instant::now();
    assert_eq!(within(supervisor.terminate_child("Kid")).await, Ok(()));
    assert_eq!(begin.elapsed(), secs(5));
    stop(&supervisor).await;
    assert_eq!(begin.elapsed(), secs(65), "a supervisor has all the time that it needs");
}

#[tokio::test(start_paused = true)]
async fn sv_o_14_a_dynamic_child_is_known_by_the_id_of_its_server() {
    let log = Log::default();
    let supervisor = dynamic().await;
    let twins = [
        add(&supervisor, Kid::spec(script("a", &log))).await,
        add(&supervisor, Kid::spec(script("b", &log))).await,
    ];
    let listed = children(&supervisor).await;
    for twin in &twins {
        let child = listed.iter().find(|child| child.server == twin.id()).expect("it is listed");
        assert_eq!((&*child.id, child.restart, child.kind), ("Kid", Restart::Permanent, ChildKind::Worker));
    }
    let stranger = within(Kid::start(script("c", &log))).await.unwrap().expect("it starts");
    let foreign = within(supervisor.terminate_child(stranger.id().unwrap())).await;
    assert_eq!(foreign, Err(CallError::Handler(ChildError::NotFound)));
    assert_eq!(within(stranger.count()).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn sv_o_29_the_start_of_a_child_is_nothing_for_people_to_read() {
    let collector = Collector::default();
    let _listening = tracing::subscriber::set_default(collector.clone());
    let supervisor = start(Supervisor::one_for_one()).await;
    let child = add(&supervisor, script("a", &Log::default()).spec()).await;
    let [child, supervisor] = [child.id(), supervisor.id()].map(|id| id.expect("it runs"));
    for event in collector.of(child).into_iter().chain(collector.of(supervisor)) {
        assert!(event.level > Level::INFO, "{event:?}");
    }
}

/// The child that did not start, and why.
fn cause<E: Error + Clone + 'static>(error: &SupervisorError) -> (&str, E) {
    let SupervisorError::Child { id, error } = error else { panic!("{error:?}") };
    let start = error.downcast_ref::<StartError<E>>().expect("it is the error of the start");
    (id, start.clone().into_init().expect("its `init` has failed"))
}

#[tokio::test(start_paused = true)]
async fn sv_o_35_the_error_of_a_tree_leads_to_the_child_that_did_not_start_and_why() {
    let log = Log::default();
    let inner = Supervisor::one_for_one().id("inner").child(script("a", &log).begins(&[Begin::Fails]).spec());
    let Err(StartError::Init(error)) = within(Supervisor::one_for_one().child(inner).start()).await else {
        panic!("it does not start");
    };
    let text = error.to_string();
    assert!(text.contains("`inner`") && text.contains("`a`") && text.contains("oops"), "{text}");
    let (id, below) = cause::<SupervisorError>(&error);
    assert_eq!((id, cause(&below)), ("inner", ("a", Oops)));
    let source = error.source().expect("it has a cause");
    assert!(source.is::<StartError<SupervisorError>>(), "{source:?}");
}

/// Reads its arguments, and keeps nothing of them.
struct Reader;

#[server]
impl Reader {
    #[init]
    fn new(data: Arc<[u8]>) -> Self {
        assert!(!data.is_empty(), "there is something to read");
        Self
    }

    #[call]
    fn ping(&self) {}
}

fn data() -> (Arc<[u8]>, Weak<[u8]>) {
    let data: Arc<[u8]> = vec![1; 100_000].into();
    let seen = Arc::downgrade(&data);
    (data, seen)
}

#[tokio::test(start_paused = true)]
async fn sv_o_47_the_arguments_of_a_child_that_is_started_once_are_not_kept() {
    for supervisor in [dynamic().await, start(Supervisor::one_for_one()).await] {
        let (data, seen) = data();
        let child = within(supervisor.start_child(Reader::spec(data).temporary())).await.expect("it starts");
        assert_eq!(within(child.ping()).await, Ok(()));
        assert!(seen.upgrade().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn sv_o_47_nor_are_those_of_one_whose_restart_is_said_to_be_temporary() {
    let supervisor = dynamic().await;
    let (data, seen) = data();
    let spec = Reader::spec(data).restart(Restart::Temporary);
    let child = within(supervisor.start_child(spec)).await.expect("it starts");
    assert_eq!(within(child.ping()).await, Ok(()));
    assert!(seen.upgrade().is_none());
}

#[tokio::test(start_paused = true)]
async fn sv_o_57_a_child_is_listed_with_the_name_of_its_type() {
    let supervisor = start(Supervisor::one_for_one().child(Stock::spec(1).id("apples"))).await;
    assert_eq!(info(&supervisor, "apples").await.type_name, "Stock");
    let seen = observe().into_iter().find(|server| Some(server.id) == supervisor.id());
    assert_eq!(seen.map(|server| server.type_name), Some("Supervisor"));
}

#[tokio::test(start_paused = true)]
async fn sv_o_68_reports_say_in_one_line_which_child_failed_and_who_gives_up() {
    let log = Log::default();
    let collector = Collector::default();
    let _listening = tracing::subscriber::set_default(collector.clone());
    let supervisor = start(DynamicSupervisor::new().max_restarts(2, secs(5))).await;
    let id = supervisor.id().expect("it runs");
    let script = script("a", &log);
    let child = add(&supervisor, script.spec()).await;
    script.henceforth(Begin::Fails);
    let over = supervisor.monitor();
    Way::Killed.end(&child).await;
    assert_eq!(within(over).await.reason, ExitReason::Shutdown);
    let reports: Vec<_> = collector.events().into_iter().filter(|event| event.level <= Level::WARN).collect();
    let failed: Vec<_> = reports.iter().filter(|report| report.message().contains("child `a`")).collect();
    // Once for both: they have failed in the same way.
    assert_eq!(failed.len(), 1, "{reports:?}");
    for report in failed {
        assert!(report.message().contains("oops") && !report.message().contains('\n'), "{report:?}");
        assert!(report.get("id").is_some(), "{report:?}");
    }
    let complaints = collector.complaints(id);
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].message().contains("gives up after 2 restarts"), "{complaints:?}");
}

#[tokio::test(start_paused = true)]
async fn sv_o_78_a_child_whose_name_is_taken_by_a_stranger_is_told_by_whom() {
    static NAME: Name<Kid> = Name::new("sv-o-78");
    let log = Log::default();
    let stranger = within(Kid::spec(script("stranger", &log)).name(&NAME).start()).await.unwrap().unwrap();
    let supervisor = start(Supervisor::one_for_one()).await;
    let refused = within(supervisor.start_child(Kid::spec(script("a", &log)).name(&NAME).id("a"))).await;
    let expected = StartChildError::Start(StartError::AlreadyStarted(stranger.id().unwrap()));
    assert_eq!(refused.err(), Some(expected));
    until(&supervisor, <[_]>::is_empty).await;
    assert_eq!(log.take(), ["start stranger"]);
    within(stranger.stop()).await.unwrap();
    let child = add(&supervisor, Kid::spec(script("a", &log)).name(&NAME).id("a")).await;
    assert_eq!(NAME.whereis().and_then(|found| found.id()), child.id());
    assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
}
