//! SV-O: supervisors of supervisors, and the names in a tree.

use callcast::prelude::*;
use callcast::{ChildStatus, Name, ServerId, Supervisor, SupervisorClient};

use crate::support::{
    Kid, Log, Script, Way, a_while, add, children, kid, script, secs, servers, start, until, within,
};

#[tokio::test(start_paused = true)]
async fn sv_o_53_a_leaf_concerns_its_own_supervisor_until_that_gives_up_and_comes_back_whole() {
    let log = Log::default();
    let scripts = ["a", "b", "c", "d"].map(|name| script(name, &log));
    let [a, b, c, d] = &scripts;
    let inner =
        Supervisor::one_for_one().id("inner").max_restarts(1, secs(5)).child(a.spec()).child(b.spec());
    let outer = start(Supervisor::one_for_one().child(inner).child(c.spec())).await;
    let inner = outer.client::<Supervisor>("inner").expect("it is there");
    let at_first = servers(&outer).await;
    add(&inner, d.spec()).await;

    Way::Killed.end(&kid(&inner, "a")).await;
    assert_eq!(within(kid(&inner, "a").count()).await, Ok(1));
    assert_eq!(scripts.each_ref().map(Script::starts), [2, 1, 1, 1]);
    assert_eq!(servers(&outer).await, at_first);

    Way::Killed.end(&kid(&inner, "a")).await;
    let listed = until(&outer, |children| {
        children[0].status == ChildStatus::Running && children[0].server != at_first[0]
    });
    assert_eq!(listed.await[1].server, at_first[1], "the sibling of its supervisor is left alone");
    assert_eq!(within(kid(&inner, "b").count()).await, Ok(1));
    let ids: Vec<_> = children(&inner).await.into_iter().map(|child| child.id.to_string()).collect();
    assert_eq!(ids, ["a", "b"], "what was started at run time is not started again");
    assert_eq!(scripts.each_ref().map(Script::starts), [3, 2, 1, 1]);
    assert_eq!(
        log.take().iter().filter(|line| line.starts_with("stop")).collect::<Vec<_>>(),
        ["stop d", "stop b"]
    );
}

static MIDDLE: Name<Supervisor> = Name::new("sv-o-61-middle");
static WORKER: Name<Kid> = Name::new("sv-o-61-worker");

/// Who has the two names.
fn holders() -> [Option<ServerId>; 2] {
    [MIDDLE.whereis().and_then(|found| found.id()), WORKER.whereis().and_then(|found| found.id())]
}

/// Waits until others have the names than these.
async fn others(outer: &SupervisorClient, before: [Option<ServerId>; 2], middle_too: bool) {
    until(outer, |_| {
        let now = holders();
        now[0].is_some() && now[1].is_some() && now[1] != before[1] && (now[0] != before[0]) == middle_too
    })
    .await;
    let middle = outer.client::<Supervisor>("middle").expect("it is there");
    assert_eq!(servers(outer).await, [holders()[0]]);
    assert_eq!(
        until(&middle, |children| children[0].status == ChildStatus::Running).await[0].server,
        holders()[1]
    );
    assert_eq!(within(WORKER.client().count()).await, Ok(1));
    assert!(outer.is_alive());
}

#[tokio::test(start_paused = true)]
async fn sv_o_61_names_in_a_tree_lead_to_those_who_have_come_back() {
    let worker = Kid::spec(script("a", &Log::default())).name(&WORKER).id("worker");
    let middle =
        Supervisor::one_for_one().id("middle").name(&MIDDLE).max_restarts(100, secs(1)).child(worker);
    let outer = start(Supervisor::one_for_one().max_restarts(100, secs(1)).child(middle)).await;

    let before = holders();
    within(MIDDLE.client().kill()).await.unwrap();
    others(&outer, before, true).await;

    let before = holders();
    within(MIDDLE.client().stop_with(ExitReason::Shutdown)).await.unwrap();
    others(&outer, before, true).await;

    let before = holders();
    assert_eq!(within(outer.terminate_child("middle")).await, Ok(()));
    assert_eq!(holders(), [None, None]);
    assert_eq!(within(outer.restart_child("middle")).await, Ok(()));
    others(&outer, before, true).await;

    for way in [Way::Killed, Way::Shutdown, Way::Panics] {
        let before = holders();
        way.end(&WORKER.client()).await;
        others(&outer, before, false).await;
    }

    let before = holders();
    assert_eq!(within(MIDDLE.client().terminate_child("worker")).await, Ok(()));
    assert_eq!(holders(), [before[0], None]);
    assert_eq!(within(MIDDLE.client().restart_child("worker")).await, Ok(()));
    others(&outer, before, false).await;
    a_while().await;
    assert!(outer.is_alive());
}
