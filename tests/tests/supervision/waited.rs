//! Rows of other sections that need supervisors.

use callcast::prelude::*;
use callcast::{
    AutoShutdown, ChildStatus, Holder, Name, Restart, ServerId, Shutdown, Supervisor, SupervisorError, Tree,
    observe,
};

use crate::probes::three;
use crate::support::{
    Begin, End, Kid, Log, Way, a_while, info, kid, script, secs, start, statuses, stop, until_status, within,
};

#[tokio::test(start_paused = true)]
async fn gs_e_01_the_spec_of_a_server_has_defaults_and_what_was_said() {
    let log = Log::default();
    let slow = script("slow", &log).ends(End::Takes(secs(3_600)));
    let said = Kid::spec(slow).id("other").restart(Restart::Temporary).shutdown(Shutdown::Infinity);
    let supervisor = start(Supervisor::one_for_one().child(Kid::spec(script("a", &log))).child(said)).await;
    let own = info(&supervisor, "Kid").await;
    assert_eq!((own.type_name, own.restart), ("Kid", Restart::Permanent));
    let other = info(&supervisor, "other").await;
    assert_eq!((other.type_name, other.restart), ("Kid", Restart::Temporary));
    stop(&supervisor).await;
    assert_eq!(log.take(), ["start a", "start slow", "stop slow", "stop a"]);
}

#[tokio::test(start_paused = true)]
async fn ag_e_01_an_agent_is_a_child() {
    let supervisor = start(Supervisor::one_for_one().child(Agent::spec(42).id("answer"))).await;
    let answer = supervisor.client::<Holder<i32>>("answer").expect("it is there");
    assert_eq!(within(answer.get(|n| *n)).await, Ok(42));
    within(answer.update(|n| *n = 0)).await.unwrap();
    within(answer.kill()).await.unwrap();
    assert_eq!(within(answer.get(|n| *n)).await, Ok(42), "it is there again, as new");
}

#[tokio::test(start_paused = true)]
async fn ag_e_02_the_spec_of_an_agent_has_defaults_and_what_was_said() {
    let said = Agent::spec(2).id("said").restart(Restart::Temporary).shutdown(Shutdown::Infinity);
    let supervisor = start(Supervisor::one_for_one().child(Agent::spec(1)).child(said)).await;
    let [own, said] = within(supervisor.which_children()).await.unwrap().try_into().expect("there are two");
    assert_eq!(
        (&*own.id, own.restart, own.status),
        (own.type_name, Restart::Permanent, ChildStatus::Running)
    );
    assert_eq!((&*said.id, said.type_name, said.restart), ("said", own.type_name, Restart::Temporary));
    let client = supervisor.client::<Holder<i32>>("said").expect("it is there");
    assert_eq!(within(client.stop()).await, Ok(ExitReason::Normal));
    a_while().await;
    assert_eq!(statuses(&supervisor).await, [ChildStatus::Running], "a temporary one does not come back");
}

fn is_observed(id: ServerId) -> bool {
    observe().into_iter().any(|server| server.id == id && server.type_name == "Supervisor")
}

/// The ids of a tree, from the top.
fn ids(tree: &Tree) -> Vec<&str> {
    std::iter::once(&*tree.id).chain(tree.children.iter().flat_map(ids)).collect()
}

#[tokio::test(start_paused = true)]
async fn ap_e_04_the_trees_that_run_are_listed() {
    static NAME: Name<Supervisor> = Name::new("ap-e-04");
    let log = Log::default();
    let inner = three(Supervisor::one_for_one(), &log).id("inner");
    let shop =
        start(Supervisor::one_for_one().name(&NAME).child(inner).child(script("d", &log).spec())).await;
    let id = shop.id().expect("it runs");
    assert!(is_observed(id));
    assert_eq!(ids(&shop.tree()), ["Supervisor", "inner", "a", "b", "c", "d"]);
    assert_eq!((shop.tree().server, shop.tree().names), (Some(id), vec!["ap-e-04"]));
    within(kid(&shop, "d").kill()).await.unwrap();
    assert_eq!(within(kid(&shop, "d").count()).await, Ok(1));
    until_status(&shop, "d", ChildStatus::Running).await;
    assert_eq!(shop.tree().children[1].restarts, 1);
    assert!(shop.tree().to_string().lines().last().is_some_and(|line| line.ends_with("restarted once")));
    stop(&shop).await;
    assert!(!is_observed(id));
    assert_eq!(
        (shop.tree().status, shop.tree().server, shop.tree().children),
        (ChildStatus::Down, None, vec![])
    );
}

#[tokio::test(start_paused = true)]
async fn nt_10_a_child_that_fails_has_those_before_it_stopped_in_reverse_and_is_named() {
    let log = Log::default();
    let specs =
        three(Supervisor::one_for_one(), &log).child(script("d", &log).begins(&[Begin::Fails]).spec());
    let error = within(specs.child(script("e", &log).spec()).start()).await.expect_err("d fails");
    assert!(
        matches!(&error, StartError::Init(SupervisorError::Child { id, .. }) if &**id == "d"),
        "{error:?}"
    );
    let lines = ["start a", "start b", "start c", "fail d", "stop c", "stop b", "stop a"];
    assert_eq!(log.take(), lines, "all of it before the starter hears");
}

#[tokio::test(start_paused = true)]
async fn nt_11_a_supervisor_that_ends_with_its_children_is_not_started_again_where_it_is_transient() {
    for (restart, status, starts) in
        [(Restart::Transient, ChildStatus::Down, 1), (Restart::Permanent, ChildStatus::Running, 2)]
    {
        let worker = script("a", &Log::default());
        let spec = worker.spec().restart(Restart::Temporary).significant(true);
        let inner = Supervisor::one_for_one().auto_shutdown(AutoShutdown::AnySignificant).child(spec);
        let outer = start(Supervisor::one_for_one().child(inner.id("inner").restart(restart))).await;
        let inner = outer.client::<Supervisor>("inner").expect("it is there");
        let over = inner.monitor();
        Way::Normal.end(&kid(&inner, "a")).await;
        assert_eq!(within(over).await.reason, ExitReason::Shutdown);
        a_while().await;
        assert_eq!((statuses(&outer).await, worker.starts()), (vec![status], starts));
    }
}

#[tokio::test(start_paused = true)]
async fn nt_22_a_stop_returns_when_the_tree_is_down_in_reverse() {
    let log = Log::default();
    let inner = Supervisor::one_for_one()
        .id("inner")
        .child(script("b", &log).ends(End::Takes(secs(1))).spec())
        .child(script("c", &log).spec());
    let specs = Supervisor::one_for_one().child(script("a", &log).spec()).child(inner);
    let shop = start(specs.child(script("d", &log).ends(End::Takes(secs(1))).spec())).await;
    log.take();
    log.push("before");
    stop(&shop).await;
    log.push("after");
    assert_eq!(log.take(), ["before", "stop d", "stop c", "stop b", "stop a", "after"]);
}
