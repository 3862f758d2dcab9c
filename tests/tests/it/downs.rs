//! Monitors of the dead, many of one server, and those that are dropped.

use callcast::prelude::*;
use callcast::{MonitorId, Name, observe};
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use crate::support::{Log, at_once, settle, within, worker};

/// How many wait for the end of a server.
fn waiting_for(client: &callcast::Client) -> usize {
    let id = client.id().expect("it lives");
    observe().into_iter().find(|observed| observed.id == id).expect("it is seen").monitors
}

#[tokio::test(start_paused = true)]
async fn p70_a_monitor_of_the_dead_is_told_at_once_and_once() {
    static PLACE: Name<crate::support::Worker> = Name::new("nobody");
    let down = at_once(PLACE.client().monitor()).await;
    assert_eq!(down.reason, ExitReason::NoProc, "a name that leads to nobody");
    let (client, _) = worker().await;
    let (id, early) = (client.id().unwrap(), client.monitor());
    client.kill().await.unwrap();
    assert_eq!(at_once(early).await, Down::new(id, ExitReason::Killed), "who came in time has the reason");
    assert_eq!(at_once(client.monitor()).await, Down::new(id, ExitReason::NoProc));
    let agent = Agent::new(1);
    let id = agent.id().unwrap();
    agent.stop().await.unwrap();
    assert_eq!(at_once(agent.monitor()).await, Down::new(id, ExitReason::NoProc));
}

/// Monitors others, and notes the downs it gets.
struct Watcher(Log<ExitReason>);

#[server]
impl Watcher {
    #[init]
    const fn new(log: Log<ExitReason>) -> Self {
        Self(log)
    }

    #[call]
    fn watch(&mut self, subject: crate::support::WorkerClient, ctx: &mut Context<Self>) -> MonitorId {
        ctx.monitor(&subject)
    }

    #[call]
    fn forget(&mut self, monitor: MonitorId, ctx: &mut Context<Self>) -> bool {
        ctx.demonitor(monitor)
    }

    #[down]
    fn lost(&mut self, down: Down) {
        self.0.push(down.reason);
    }
}

#[tokio::test(start_paused = true)]
async fn p71_of_many_monitors_each_has_one_down_and_a_dropped_one_leaves_nothing() {
    let (client, _) = worker().await;
    let mut monitors: Vec<_> = (0..1_000).map(|_| Box::pin(client.monitor())).collect();
    for monitor in &mut monitors {
        assert!(monitor.as_mut().now_or_never().is_none());
    }
    assert_eq!(waiting_for(&client), 1_000);
    let kept = monitors.split_off(900);
    drop(monitors);
    assert_eq!(waiting_for(&client), 100, "nothing is left of those that were dropped");
    let log = Log::default();
    let watcher = Watcher::start(log.clone()).await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(watcher.watch(client.clone()).await.unwrap());
    }
    assert_eq!(waiting_for(&client), 120);
    for id in ids.drain(..10) {
        assert_eq!(watcher.forget(id).await, Ok(true));
        assert_eq!(watcher.forget(id).await, Ok(false));
    }
    assert_eq!(waiting_for(&client), 110);
    client.kill().await.unwrap();
    let downs = within(join_all(kept)).await;
    assert!(downs.len() == 100 && downs.iter().all(|down| down.reason == ExitReason::Killed));
    settle().await;
    assert_eq!(log.take(), vec![ExitReason::Killed; 10], "each that is left once, and no other");
}
