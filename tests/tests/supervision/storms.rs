//! Crashes without end, a supervisor that ends while children start, and one that is ended from outside.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{
    ChildStatus, DynamicSupervisor, Shutdown, StartChildError, Supervisor, SupervisorClient, observe,
};
use futures_util::FutureExt as _;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::support::{
    Begin, End, Log, Script, Way, a_while, dynamic, kid, ms, script, secs, start, until_status, within,
};

/// The window slides: what is as old as it is long counts no more.
#[tokio::test(start_paused = true)]
async fn p60_restarts_count_for_as_long_as_the_window_is() {
    let script = script("a", &Log::default());
    let supervisor = start(Supervisor::one_for_one().max_restarts(2, secs(10)).child(script.spec())).await;
    let end = supervisor.monitor();
    for _ in 0..6 {
        Way::Panics.end(&kid(&supervisor, "a")).await;
        assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
        sleep(ms(5_100)).await;
    }
    assert_eq!(script.starts(), 7, "two in any ten seconds are borne");
    sleep(secs(10)).await;
    for _ in 0..2 {
        Way::Panics.end(&kid(&supervisor, "a")).await;
        assert_eq!(within(kid(&supervisor, "a").count()).await, Ok(1));
    }
    Way::Panics.end(&kid(&supervisor, "a")).await;
    assert_eq!(within(end).await.reason, ExitReason::Shutdown, "the third is too many");
    a_while().await;
    assert_eq!(script.starts(), 9);
}

/// All who wait when it gives up are answered at once: those in the queue of the dead, and those who wait for the next.
#[tokio::test(start_paused = true)]
async fn p60_whoever_waits_is_answered_when_the_supervisor_gives_up() {
    let script = script("a", &Log::default());
    let supervisor = start(Supervisor::one_for_one().max_restarts(1, secs(60)).child(script.spec())).await;
    let client = kid(&supervisor, "a");
    let end = supervisor.monitor();
    let working = client.work(secs(3_600)).no_timeout().send().unwrap();
    let queued: Vec<_> = (0..10).map(|_| client.count().no_timeout().send().unwrap()).collect();
    script.henceforth(Begin::Hangs);
    // By now it works.
    sleep(ms(1)).await;
    let begin = Instant::now();
    Way::Killed.end(&client).await;
    for call in queued {
        assert_eq!(within(call).await, Err(CallError::Exit { reason: ExitReason::Killed, started: false }));
    }
    assert!(matches!(
        within(working).await,
        Err(CallError::Exit { reason: ExitReason::Killed, started: true })
    ));
    until_status(&supervisor, "a", ChildStatus::Starting).await;
    let waiting: Vec<_> = (0..10).map(|_| client.count().no_timeout().send().unwrap()).collect();
    // The next one's `init` hangs; its end is the second within the minute.
    client.kill().send().unwrap();
    assert_eq!(within(end).await.reason, ExitReason::Shutdown);
    for call in waiting {
        assert!(matches!(within(call).await, Err(CallError::Exit { .. } | CallError::NoProc)));
    }
    assert_eq!(begin.elapsed(), Duration::ZERO, "nobody has waited for his time");
    assert_eq!(within(client.count()).await, Err(CallError::NoProc));
}

/// A crash loop is no more than others bear: they are served meanwhile.
#[tokio::test(start_paused = true)]
async fn q10_a_storm_of_restarts_keeps_nobody_else_from_being_served() {
    let log = Log::default();
    let (a, b) = (script("a", &log), script("b", &log));
    let tree = Supervisor::one_for_one().max_restarts(100_000, secs(1)).child(a.spec()).child(b.spec());
    let supervisor = start(tree).await;
    let (crashing, sibling) = (kid(&supervisor, "a"), kid(&supervisor, "b"));
    let storm = tokio::spawn(async move {
        for _ in 0..2_000 {
            // Refused where it is down at the moment.
            crashing.boom().await.ok();
            tokio::task::yield_now().await;
        }
    });
    for n in 1..=500 {
        assert_eq!(within(sibling.count()).await, Ok(n));
        assert_eq!(within(supervisor.count_children()).await.unwrap().specs, 2);
    }
    within(storm).await.unwrap();
    assert!(a.starts() > 100, "{}", a.starts());
    assert_eq!(b.starts(), 1);
}

/// A child that says when it begins, and begins when it is let.
struct Late {
    _alive: Arc<()>,
}

/// When its `init` runs, and when it may go on.
type Gate = Arc<Mutex<Option<(oneshot::Sender<()>, oneshot::Receiver<()>)>>>;

#[server]
impl Late {
    #[init]
    async fn new(gate: Gate, alive: Arc<()>) -> Self {
        let gate = gate.lock().unwrap().take();
        if let Some((begun, open)) = gate {
            begun.send(()).unwrap();
            drop(open.await);
        }
        Self { _alive: alive }
    }
}

/// Whoever starts a child of a tree that is being stopped is told so, and no child is left over.
async fn no_orphan(supervisor: SupervisorClient) {
    let (begun, begins) = oneshot::channel();
    let (_open, opened) = oneshot::channel();
    let alive = Arc::new(());
    let gate = Arc::new(Mutex::new(Some((begun, opened))));
    let spec = Late::spec(gate, Arc::clone(&alive));
    let starter = supervisor.clone();
    let starting = tokio::spawn(async move { starter.start_child(spec).await.map(drop) });
    begins.await.unwrap();
    let mut stop = Box::pin(supervisor.stop());
    assert!(stop.as_mut().now_or_never().is_none() || Arc::strong_count(&alive) == 1);
    let late = supervisor.start_child(Late::spec(Arc::default(), Arc::clone(&alive)));
    let (stopped, late, starting) = within(async { tokio::join!(stop, late, starting) }).await;
    assert_eq!(stopped, Ok(ExitReason::Normal));
    assert!(matches!(late, Err(StartChildError::Supervisor(_))), "{late:?}");
    assert!(starting.unwrap().is_err(), "it has not started");
    assert_eq!(Arc::strong_count(&alive), 1, "nothing of either is left");
    let after = within(supervisor.start_child(Late::spec(Arc::default(), alive))).await;
    assert!(matches!(after, Err(StartChildError::Supervisor(CallError::NoProc))), "{after:?}");
    assert!(!observe().iter().any(|observed| observed.type_name == "Late"), "no orphan");
}

#[tokio::test(start_paused = true)]
async fn p64_a_child_that_is_started_while_the_tree_stops_is_refused_and_leaves_no_orphan() {
    no_orphan(start(Supervisor::one_for_one()).await).await;
    no_orphan(start(Supervisor::rest_for_one()).await).await;
    no_orphan(dynamic().await).await;
}

fn deaf(name: &str, log: &Log) -> Script {
    script(name, log).ends(End::Deaf)
}

/// Nobody outside has the task of a supervisor; what there is, is a kill. Its children are killed with it, whatever time they have.
#[tokio::test(start_paused = true)]
async fn p66_the_children_of_a_supervisor_that_is_killed_end_with_it() {
    let log = Log::default();
    let inner = DynamicSupervisor::new().id("inner");
    let tree = Supervisor::one_for_one()
        .child(script("prompt", &log).spec())
        .child(script("slow", &log).ends(End::Takes(secs(2))).spec().shutdown(Shutdown::After(secs(10))))
        .child(deaf("deaf", &log).spec().shutdown(Shutdown::After(secs(3))))
        .child(inner);
    let supervisor = start(tree).await;
    let inner = supervisor.client::<Supervisor>("inner").unwrap();
    within(inner.start_child(deaf("grandchild", &log).spec().shutdown(Shutdown::After(secs(1)))))
        .await
        .unwrap();
    let ends: Vec<_> = ["prompt", "slow", "deaf"].map(|id| kid(&supervisor, id).monitor()).into();
    let grandchild = within(inner.which_children()).await.unwrap()[0].server;
    let ids = [
        supervisor.id(),
        inner.id(),
        grandchild,
        kid(&supervisor, "slow").id(),
        kid(&supervisor, "deaf").id(),
    ];
    let (inner_end, begin) = (inner.monitor(), Instant::now());
    assert_eq!(within(supervisor.kill()).await, Ok(ExitReason::Killed));
    let mut reasons = Vec::new();
    for end in ends {
        reasons.push(within(end).await.reason);
    }
    within(inner_end).await;
    assert_eq!(reasons, [ExitReason::Killed, ExitReason::Killed, ExitReason::Killed]);
    assert_eq!(begin.elapsed(), Duration::ZERO, "nobody waits for the deaf");
    assert!(ids.iter().all(Option::is_some));
    assert!(!observe().iter().any(|observed| ids.contains(&Some(observed.id))), "no orphan");
    assert!(!log.take().iter().any(|line| line.starts_with("stop")), "no `terminate` of theirs has run");
}

/// A runtime that goes takes the supervisor and its children with it, whatever they were doing.
#[test]
fn p66_a_runtime_that_is_shut_down_leaves_no_orphans() {
    let log = Log::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let clients = runtime.block_on(async {
        let supervisor =
            start(Supervisor::one_for_one().child(deaf("a", &log).spec()).child(deaf("b", &log).spec()))
                .await;
        [kid(&supervisor, "a"), kid(&supervisor, "b")]
    });
    let ids = clients.clone().map(|client| client.id());
    drop(runtime);
    assert!(!observe().iter().any(|observed| ids.contains(&Some(observed.id))), "no orphan");
    for client in clients {
        assert!(matches!(
            client.count().wait(),
            Err(CallError::NoProc | CallError::Exit { .. } | CallError::NoRuntime)
        ));
    }
}
