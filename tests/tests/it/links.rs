//! Links: who ends with whom, and who is told instead.

use callcast::prelude::*;
use callcast::{Agent, Exit};

use crate::support::{Door, Log, at_once, door, multi_thread, settle, within};

/// Ends as it is asked to; linked to others, it ends with them.
#[derive(Default)]
struct Node;

#[server]
impl Node {
    #[init]
    fn new(fails: bool) -> Result<Self, String> {
        if fails { Err("it does not start".to_owned()) } else { Ok(Self) }
    }

    #[call]
    fn link(&mut self, other: NodeClient, ctx: &mut Context<Self>) {
        ctx.link(&other);
    }

    #[call]
    fn unlink(&mut self, other: NodeClient, ctx: &mut Context<Self>) {
        ctx.unlink(&other);
    }

    #[call]
    async fn start_linked(
        &mut self,
        fails: bool,
        ctx: &mut Context<Self>,
    ) -> Result<NodeClient, StartError<String>> {
        ctx.start_link(Self::spec(fails)).await
    }

    #[cast]
    fn fail(&self) -> Result<(), String> {
        Err("broken".to_owned())
    }

    #[call]
    async fn block(&self, door: Door) {
        door.pass().await;
    }

    #[call]
    async fn unlink_later(&mut self, door: Door, other: NodeClient, ctx: &mut Context<Self>) {
        door.pass().await;
        ctx.unlink(&other);
    }

    #[cast]
    fn tell(&self, trap: TrapClient, what: u32) {
        trap.hear(what).send().unwrap();
    }
}

/// Is told of exits, and lives on.
struct Trap {
    log: Log<String>,
}

#[server(mailbox = 1)]
impl Trap {
    #[init]
    fn new(log: Log<String>) -> Self {
        Self { log }
    }

    #[call]
    fn link(&mut self, other: NodeClient, ctx: &mut Context<Self>) {
        ctx.link(&other);
    }

    #[call]
    fn unlink(&mut self, other: NodeClient, ctx: &mut Context<Self>) {
        ctx.unlink(&other);
    }

    #[call]
    async fn start_linked(
        &mut self,
        fails: bool,
        ctx: &mut Context<Self>,
    ) -> Result<NodeClient, StartError<String>> {
        ctx.start_link(Node::spec(fails)).await
    }

    #[call]
    async fn block(&mut self, door: Door, unlink: Option<NodeClient>, ctx: &mut Context<Self>) {
        door.pass().await;
        if let Some(other) = unlink {
            ctx.unlink(&other);
        }
    }

    #[cast]
    fn hear(&mut self, what: u32) {
        self.log.push(format!("heard {what}"));
    }

    #[exit]
    fn ended(&mut self, exit: Exit) {
        self.log.push(exit.reason.to_string());
    }
}

async fn nodes<const N: usize>() -> [NodeClient; N] {
    let mut nodes = Vec::new();
    for _ in 0..N {
        nodes.push(Node::start(false).await.unwrap());
    }
    nodes.try_into().unwrap()
}

async fn trap() -> (TrapClient, Log<String>) {
    let log = Log::default();
    (Trap::start(log.clone()).await.unwrap(), log)
}

#[tokio::test(start_paused = true)]
async fn linked_servers_end_together_for_the_same_reason() {
    let [a, b, c] = nodes().await;
    a.link(b.clone()).await.unwrap();
    b.link(c.clone()).await.unwrap();
    let (first, last) = (a.monitor(), c.monitor());
    b.fail().await.unwrap();
    let (first, last) = within(async { (first.await, last.await) }).await;
    assert!(matches!(&first.reason, ExitReason::Failed(failure) if failure.message() == "broken"));
    assert_eq!(first.reason, last.reason);
}

#[tokio::test(start_paused = true)]
async fn every_reason_but_normal_ends_the_linked() {
    for (reason, ends) in [
        (ExitReason::Normal, false),
        (ExitReason::Shutdown, true),
        (ExitReason::ShutdownWith("deploy".into()), true),
    ] {
        let [a, b] = nodes().await;
        a.link(b.clone()).await.unwrap();
        let monitor = b.monitor();
        a.stop_with(reason.clone()).await.unwrap();
        if ends {
            assert_eq!(within(monitor).await.reason, reason);
        } else {
            settle().await;
            assert!(b.is_alive());
            b.stop().await.unwrap();
        }
    }
    let [a, b] = nodes().await;
    a.link(b.clone()).await.unwrap();
    let monitor = a.monitor();
    b.kill().await.unwrap();
    assert_eq!(within(monitor).await.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn an_exit_handler_is_told_and_its_server_lives() {
    let (trap, log) = trap().await;
    let [a, b] = nodes().await;
    trap.link(a.clone()).await.unwrap();
    trap.link(b.clone()).await.unwrap();
    a.fail().await.unwrap();
    within(a.monitor()).await;
    b.stop().await.unwrap();
    settle().await;
    assert_eq!(log.take(), ["`fail` failed: broken", "it stopped normally"]);
    assert!(trap.is_alive());
    let [c] = nodes().await;
    trap.link(c.clone()).await.unwrap();
    let monitor = c.monitor();
    trap.stop_with(ExitReason::Shutdown).await.unwrap();
    assert_eq!(within(monitor).await.reason, ExitReason::Shutdown, "one that does not trap ends with it");
}

#[tokio::test(start_paused = true)]
async fn an_exit_stands_behind_what_its_subject_sent_and_needs_no_room() {
    let (trap, log) = trap().await;
    let [node] = nodes().await;
    trap.link(node.clone()).await.unwrap();
    let (door, mut key) = door();
    let blocked = tokio::spawn({
        let trap = trap.clone();
        async move { trap.block(door, None).await }
    });
    key.entered().await;
    node.tell(trap.clone(), 1).await.unwrap();
    node.fail().await.unwrap();
    settle().await;
    assert!(trap.load().is_full());
    key.open();
    blocked.await.unwrap().unwrap();
    settle().await;
    assert_eq!(log.take(), ["heard 1", "`fail` failed: broken"]);
}

#[tokio::test(start_paused = true)]
async fn unlinked_servers_end_alone_from_whichever_side() {
    let [a, b] = nodes().await;
    a.link(b.clone()).await.unwrap();
    b.link(a.clone()).await.unwrap();
    b.unlink(a.clone()).await.unwrap();
    a.fail().await.unwrap();
    within(a.monitor()).await;
    settle().await;
    assert!(b.is_alive(), "one link, however often it was made");
}

#[tokio::test(start_paused = true)]
async fn unlinking_takes_back_the_news_that_is_queued() {
    let (trap, log) = trap().await;
    let [node] = nodes().await;
    trap.link(node.clone()).await.unwrap();
    let (door, mut key) = door();
    let blocked = tokio::spawn({
        let (trap, node) = (trap.clone(), node.clone());
        async move { trap.block(door, Some(node)).await }
    });
    key.entered().await;
    node.fail().await.unwrap();
    within(node.monitor()).await;
    key.open();
    blocked.await.unwrap().unwrap();
    settle().await;
    assert_eq!(log.take(), [""; 0]);
    trap.unlink(node).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn linking_the_dead_is_hearing_of_its_end() {
    let [a, dead] = nodes().await;
    dead.stop().await.unwrap();
    let monitor = a.monitor();
    a.link(dead.clone()).await.unwrap();
    assert_eq!(within(monitor).await.reason, ExitReason::NoProc);
    let (trap, log) = trap().await;
    trap.link(dead).await.unwrap();
    settle().await;
    assert_eq!(log.take(), ["there was no such server"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_links_itself_is_not_changed_by_that() {
    let [a] = nodes().await;
    a.link(a.clone()).await.unwrap();
    assert_eq!(at_once(a.stop_with(ExitReason::Shutdown)).await.unwrap(), ExitReason::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn a_linked_end_comes_after_the_running_handler_and_before_all_messages() {
    let [a, b] = nodes().await;
    a.link(b.clone()).await.unwrap();
    let (door, mut key) = door();
    let blocked = tokio::spawn({
        let a = a.clone();
        async move { a.block(door).await }
    });
    key.entered().await;
    let queued = a.block(self::door().0).send().unwrap();
    b.fail().await.unwrap();
    within(b.monitor()).await;
    assert!(a.is_alive(), "its handler runs");
    key.open();
    blocked.await.unwrap().unwrap();
    assert!(matches!(within(queued).await, Err(CallError::Exit { started: false, .. })));
}

#[tokio::test(start_paused = true)]
async fn start_link_links_from_the_beginning() {
    let [a] = nodes().await;
    let child = a.start_linked(false).await.unwrap();
    let monitor = a.monitor();
    child.fail().await.unwrap();
    assert!(matches!(within(monitor).await.reason, ExitReason::Failed(_)));

    let (trap, log) = trap().await;
    let child = trap.start_linked(false).await.unwrap();
    child.kill().await.unwrap();
    settle().await;
    assert_eq!(log.take(), ["it was killed"]);
    let monitor = trap.start_linked(false).await.unwrap().monitor();
    trap.kill().await.unwrap();
    assert_eq!(within(monitor).await.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn a_linked_start_that_fails_is_told_by_its_error_alone() {
    let (trap, log) = trap().await;
    for _ in 0..5 {
        let failed = trap.start_linked(true).await;
        assert!(matches!(failed, Err(CallError::Handler(StartError::Init(_)))), "{failed:?}");
    }
    settle().await;
    assert_eq!(log.take(), [""; 0]);
    let [a] = nodes().await;
    assert!(a.start_linked(true).await.is_err());
    settle().await;
    assert!(a.is_alive());
}

#[test]
fn p65_links_from_both_sides_at_once_get_in_nobodys_way() {
    multi_thread().block_on(async {
        for _ in 0..200 {
            let [a, b] = nodes().await;
            let (first, second) = tokio::join!(
                tokio::spawn({
                    let (a, b) = (a.clone(), b.clone());
                    async move { a.link(b).await }
                }),
                tokio::spawn({
                    let (a, b) = (a.clone(), b.clone());
                    async move { b.link(a).await }
                })
            );
            first.unwrap().unwrap();
            second.unwrap().unwrap();
            let monitor = b.monitor();
            a.fail().await.unwrap();
            assert!(matches!(within(monitor).await.reason, ExitReason::Failed(_)));
        }
    });
}

#[tokio::test(start_paused = true)]
async fn a_ring_of_links_ends_as_one() {
    let [a, b, c] = nodes().await;
    a.link(b.clone()).await.unwrap();
    b.link(c.clone()).await.unwrap();
    c.link(a.clone()).await.unwrap();
    a.kill().await.unwrap();
    for node in [b, c] {
        // Gone already, or going for that reason.
        let reason = within(node.monitor()).await.reason;
        assert!(matches!(reason, ExitReason::Killed | ExitReason::NoProc), "{reason}");
    }
    // What ties nothing: an agent has no links, and cannot be linked.
    drop(Agent::new(0));
}

/// Starts a part that is linked to it, and then fails, or is dropped while it waits.
struct Half;

#[server]
impl Half {
    #[init]
    async fn new(
        part: tokio::sync::oneshot::Sender<NodeClient>,
        door: Option<Door>,
        ctx: &mut Context<Self>,
    ) -> Result<Self, String> {
        let node = ctx.start_link(Node::spec(false)).await.map_err(|error| error.to_string())?;
        drop(part.send(node));
        match door {
            Some(door) => door.pass().await,
            None => return Err("half done".to_owned()),
        }
        Ok(Self)
    }

    #[call]
    fn ping(&self) {}
}

#[tokio::test(start_paused = true)]
async fn what_a_failed_init_has_started_ends_with_it() {
    let (part, node) = tokio::sync::oneshot::channel();
    assert!(matches!(Half::start(part, None).await, Err(StartError::Init(_))));
    let monitor = node.await.unwrap().monitor();
    assert!(!matches!(within(monitor).await.reason, ExitReason::Normal));

    let (part, node) = tokio::sync::oneshot::channel();
    let (door, mut key) = door();
    let starting = tokio::spawn(Half::start(part, Some(door)));
    key.entered().await;
    let monitor = node.await.unwrap().monitor();
    starting.abort();
    assert_eq!(within(monitor).await.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn unlinking_saves_a_server_that_does_not_trap_exits_as_well() {
    let [a, b] = nodes().await;
    a.link(b.clone()).await.unwrap();
    let (door, mut key) = door();
    let blocked = tokio::spawn({
        let (a, b) = (a.clone(), b.clone());
        async move { a.unlink_later(door, b).await }
    });
    key.entered().await;
    b.fail().await.unwrap();
    within(b.monitor()).await;
    key.open();
    blocked.await.unwrap().unwrap();
    settle().await;
    assert!(a.is_alive());
}
