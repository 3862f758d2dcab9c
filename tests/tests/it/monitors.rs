//! Monitors: who is told of an end, when, and how often.

use callcast::prelude::*;
use callcast::{Agent, Monitor, MonitorId};

use crate::support::{Bomb, Door, Log, at_once, door, ms, on_thread, settle, within};

/// Ends as it is asked to, and when the door is opened where it has one.
#[derive(Default)]
struct Subject(Option<Door>);

#[server(mailbox = 4)]
impl Subject {
    #[init]
    fn new() -> Self {
        Self::default()
    }

    #[cast]
    fn fail(&mut self) -> Result<(), String> {
        Err("broken".to_owned())
    }

    #[cast]
    fn panics(&mut self) {
        panic!("gone");
    }

    #[cast]
    fn tell(&mut self, watcher: WatcherClient, what: u32) {
        watcher.hear(what).send().unwrap();
    }

    #[cast]
    fn linger(&mut self, door: Door) {
        self.0 = Some(door);
    }

    #[terminate]
    async fn close(&mut self) {
        if let Some(door) = self.0.take() {
            door.pass().await;
        }
    }
}

/// Watches, and says in which order it was told.
struct Watcher {
    log: Log<String>,
    last: Option<MonitorId>,
}

#[server(mailbox = 1)]
impl Watcher {
    #[init]
    fn new(log: Log<String>) -> Self {
        Self { log, last: None }
    }

    #[call]
    fn watch(&mut self, subject: SubjectClient, ctx: &mut Context<Self>) -> MonitorId {
        let id = ctx.monitor(&subject);
        self.last = Some(id);
        id
    }

    #[call]
    fn watch_agent(&mut self, agent: Agent<u32>, ctx: &mut Context<Self>) {
        ctx.monitor(&agent);
    }

    #[call]
    fn forget(&mut self, ctx: &mut Context<Self>) -> bool {
        self.last.is_some_and(|id| ctx.demonitor(id))
    }

    #[call]
    async fn block(&mut self, door: Door, ctx: &mut Context<Self>) -> bool {
        door.pass().await;
        self.last.is_some_and(|id| ctx.demonitor(id))
    }

    #[cast]
    fn hear(&mut self, what: u32) {
        self.log.push(format!("heard {what}"));
    }

    #[down]
    fn lost(&mut self, down: Down) {
        self.log.push(format!("lost: {}", down.reason));
    }
}

#[tokio::test(start_paused = true)]
async fn nt_07_each_monitor_has_its_own_down() {
    let subject = Subject::start().await.unwrap();
    let id = subject.id().unwrap();
    let (first, second) = (subject.monitor(), subject.monitor());
    assert_eq!((first.id(), second.id()), (id, id));
    subject.fail().await.unwrap();
    let (first, second) = within(async { (first.await, second.await) }).await;
    assert_eq!(first, second);
    assert_eq!(first.id, id);
    assert!(matches!(first.reason, ExitReason::Failed(_)), "{first:?}");
    assert!(!subject.is_alive());
}

#[tokio::test(start_paused = true)]
async fn nt_07_monitor_of_the_dead_is_told_at_once() {
    let subject = Subject::start().await.unwrap();
    let id = subject.id().unwrap();
    subject.stop().await.unwrap();
    assert_eq!(at_once(subject.monitor()).await, Down::new(id, ExitReason::NoProc));
    let log = Log::default();
    let watcher = Watcher::start(log.clone()).await.unwrap();
    watcher.watch(subject).await.unwrap();
    settle().await;
    assert_eq!(log.take(), ["lost: there was no such server"]);
}

#[tokio::test(start_paused = true)]
async fn monitor_gives_the_true_reason_though_it_is_first_polled_after_the_end() {
    let subject = Subject::start().await.unwrap();
    let monitor = subject.monitor();
    subject.kill().await.unwrap();
    assert_eq!(at_once(monitor).await.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn monitor_ends_when_everything_of_the_server_is_gone() {
    let subject = Subject::start().await.unwrap();
    let (door, mut key) = door();
    subject.linger(door).await.unwrap();
    let mut monitor = subject.monitor();
    subject.stop().send().unwrap();
    key.entered().await;
    assert!(!subject.is_alive());
    assert!(tokio::time::timeout(ms(100), &mut monitor).await.is_err(), "its `terminate` still runs");
    // Not gone yet, so the reason is known to whoever comes now.
    let late = subject.monitor();
    key.open();
    assert_eq!(within(monitor).await.reason, ExitReason::Normal);
    assert_eq!(at_once(late).await.reason, ExitReason::Normal);
}

/// On the real clock: another test that looks around keeps an agent for as long as its look takes.
#[tokio::test]
async fn monitors_of_agents_are_told_of_each_kind_of_end() {
    let agent = Agent::new(1_u32);
    let monitor = agent.monitor();
    agent.stop_with(ExitReason::Shutdown).await.unwrap();
    assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);

    let agent = Agent::new(1_u32);
    let monitor = agent.monitor();
    drop(agent);
    assert_eq!(within(monitor).await.reason, ExitReason::Normal);

    let agent = Agent::new(1_u32);
    let monitor = agent.monitor();
    agent.update(|_| panic!("odd")).await.unwrap_err();
    assert!(matches!(within(monitor).await.reason, ExitReason::Panicked(_)));

    let log = Log::default();
    let watcher = Watcher::start(log.clone()).await.unwrap();
    let agent = Agent::new(1_u32);
    watcher.watch_agent(agent.clone()).await.unwrap();
    drop(agent);
    let is_told = async {
        while log.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    within(is_told).await;
    assert_eq!(log.take(), ["lost: it stopped normally"]);
}

#[test]
fn monitor_can_be_waited_for_by_a_plain_thread() {
    let agent = Agent::new(Bomb::armed());
    let monitor = agent.monitor();
    let killer = std::thread::spawn(move || agent.kill().wait());
    assert_eq!(on_thread(|| monitor.wait()).unwrap().reason, ExitReason::Killed);
    killer.join().unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn p45_a_down_stands_behind_what_its_subject_sent_and_needs_no_room() {
    let log = Log::default();
    let watcher = Watcher::start(log.clone()).await.unwrap();
    let subject = Subject::start().await.unwrap();
    watcher.watch(subject.clone()).await.unwrap();
    let (door, mut key) = door();
    let blocked = watcher.block(door).send().unwrap();
    key.entered().await;
    subject.tell(watcher.clone(), 1).await.unwrap();
    subject.panics().await.unwrap();
    within(subject.monitor()).await;
    assert!(watcher.load().is_full(), "the one place is taken");
    watcher.forget().send().unwrap_err();
    drop(key);
    assert_eq!(within(blocked).await, Ok(true), "demonitored while the notice was queued");
    settle().await;
    assert_eq!(log.take(), ["heard 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_down_comes_after_what_its_subject_sent() {
    let log = Log::default();
    let watcher = Watcher::start(log.clone()).await.unwrap();
    let subject = Subject::start().await.unwrap();
    watcher.watch(subject.clone()).await.unwrap();
    subject.tell(watcher.clone(), 1).await.unwrap();
    subject.fail().await.unwrap();
    settle().await;
    assert_eq!(log.take(), ["heard 1", "lost: `fail` failed: broken"]);
}

#[tokio::test(start_paused = true)]
async fn nt_08_demonitor_takes_back_a_notice() {
    let log = Log::default();
    let watcher = Watcher::start(log.clone()).await.unwrap();
    let subject = Subject::start().await.unwrap();
    let first = watcher.watch(subject.clone()).await.unwrap();
    assert_ne!(watcher.watch(subject.clone()).await.unwrap(), first);
    assert_eq!(watcher.forget().await, Ok(true));
    assert_eq!(watcher.forget().await, Ok(false));
    subject.stop().await.unwrap();
    settle().await;
    assert_eq!(log.take(), ["lost: it stopped normally"], "the first is still there");
}

#[tokio::test(start_paused = true)]
async fn a_monitor_keeps_nothing_alive() {
    let subject = Subject::start().await.unwrap();
    let log = Log::default();
    let watcher = Watcher::start(log.clone()).await.unwrap();
    watcher.watch(subject.clone()).await.unwrap();
    let (of_watcher, of_subject): (Monitor, Monitor) = (watcher.monitor(), subject.monitor());
    watcher.stop().await.unwrap();
    assert_eq!(at_once(of_watcher).await.reason, ExitReason::Normal);
    subject.stop().await.unwrap();
    assert_eq!(at_once(of_subject).await.reason, ExitReason::Normal);
    assert!(log.take().is_empty());
}
