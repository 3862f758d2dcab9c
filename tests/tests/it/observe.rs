//! `observe`: what is seen of a server at each step of its life.

use std::future::IntoFuture as _;
use std::time::Instant;

use callcast::prelude::*;
use callcast::{Client, Name, Observed, ServerId, Status};

use crate::support::{Door, Gate, at_once, door, gate, settle, within};

fn find(id: ServerId) -> Option<Observed> {
    callcast::observe().into_iter().find(|server| server.id == id)
}

/// What is seen of a server that lives.
fn seen(client: &Client) -> Observed {
    find(client.id().expect("it lives")).expect("whoever lives is listed")
}

/// Waits at doors: in `init`, in a handler, in `terminate`.
struct Node {
    last: Option<Door>,
}

#[server(mailbox = 3)]
impl Node {
    #[init]
    async fn new(first: Option<Door>) -> Self {
        if let Some(door) = first {
            door.pass().await;
        }
        Self { last: None }
    }

    #[call]
    async fn pass(&mut self, door: Door) {
        door.pass().await;
    }

    #[call]
    fn plain(&mut self, gate: Gate) {
        gate.pass();
    }

    #[cast]
    fn note(&mut self) {}

    #[call]
    fn link(&mut self, other: NodeClient, ctx: &mut Context<Self>) {
        ctx.link(&other);
    }

    #[call]
    async fn start_child(&mut self) -> Result<NodeClient, StartError> {
        Self::start(None).await
    }

    #[cast]
    fn linger(&mut self, door: Door) {
        self.last = Some(door);
    }

    #[terminate]
    async fn close(&mut self) {
        if let Some(door) = self.last.take() {
            door.pass().await;
        }
    }
}

async fn node() -> NodeClient {
    Node::start(None).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_server_through_its_life() {
    static NAME: Name<Node> = Name::new("life");
    let (first, mut first_key) = door();
    let starting = tokio::spawn(Node::spec(Some(first)).name(&NAME).start());
    first_key.entered().await;
    let begun = seen(&NAME.whereis().unwrap());
    assert_eq!((begun.status, begun.handler), (Status::Initializing, Some("init")));
    first_key.open();
    let node = within(starting).await.unwrap().unwrap();
    let id = node.id().unwrap();
    assert_eq!(begun.id, id);
    assert_eq!((seen(&node).status, seen(&node).handler), (Status::Running, None));

    at_once(node.sys().suspend()).await.unwrap();
    assert_eq!(seen(&node).status, Status::Suspended);
    at_once(node.sys().resume()).await.unwrap();
    assert_eq!(seen(&node).status, Status::Running);

    let (last, mut last_key) = door();
    node.linger(last).await.unwrap();
    let monitor = node.monitor();
    node.stop().send().unwrap();
    last_key.entered().await;
    let ending = find(id).expect("its `terminate` still runs");
    assert_eq!((ending.status, ending.handler), (Status::Ending, Some("terminate")));
    let told = tokio::spawn(async move {
        monitor.await;
        find(id).is_none()
    });
    last_key.open();
    assert!(within(told).await.unwrap(), "it is gone before its down is heard");
}

#[tokio::test(start_paused = true)]
async fn what_a_server_is_and_is_called() {
    static NAME: Name<Node> = Name::new("is");
    static ALIAS: Name<Node> = Name::new("alias");
    let plain = node().await;
    let observed = seen(&plain);
    assert_eq!((observed.type_name, observed.is_agent), ("Node", false));
    assert_eq!((&*observed.names, observed.label, observed.parent), (&[][..], None, None));
    let called = Node::spec(None).name(&NAME).name(&ALIAS).label("nice").start().await.unwrap();
    let observed = seen(&called);
    assert_eq!((&*observed.names, observed.label.as_deref()), (&["is", "alias"][..], Some("nice")));
    assert!(plain.id() < called.id());
    let ids: Vec<_> = callcast::observe().into_iter().map(|server| server.id).collect();
    assert!(ids.is_sorted(), "in the order in which they were started");
}

#[tokio::test(start_paused = true)]
async fn whose_handler_has_started_a_server() {
    let parent = node().await;
    let child = parent.start_child().await.unwrap();
    assert_eq!(seen(&child).parent, parent.id());
    let grandchild = child.start_child().await.unwrap();
    assert_eq!(seen(&grandchild).parent, child.id());
    assert_eq!(seen(&parent).parent, None);
}

#[tokio::test(start_paused = true)]
async fn to_whom_a_server_is_linked_and_how_many_wait_for_its_end() {
    let (one, other) = (node().await, node().await);
    assert_eq!((&*seen(&one).links, seen(&one).monitors), (&[][..], 0));
    one.link(other.clone()).await.unwrap();
    assert_eq!(
        (&*seen(&one).links, &*seen(&other).links),
        (&[other.id().unwrap()][..], &[one.id().unwrap()][..])
    );
    assert_eq!((seen(&one).monitors, seen(&other).monitors), (1, 1), "a link waits for the end as well");
    let monitor = tokio::spawn(one.monitor().into_future());
    settle().await;
    assert_eq!(seen(&one).monitors, 2);
    monitor.abort();
    settle().await;
    assert_eq!(seen(&one).monitors, 1);
    within(other.stop()).await.unwrap();
    settle().await;
    assert_eq!((&*seen(&one).links, seen(&one).monitors), (&[][..], 0));
}

#[tokio::test(start_paused = true)]
async fn what_a_server_has_to_do_and_has_done() {
    let node = node().await;
    let (door, mut key) = door();
    let passing = node.pass(door).send().unwrap();
    key.entered().await;
    node.note().send().unwrap();
    node.note().send().unwrap();
    let observed = seen(&node);
    assert_eq!((observed.load.queued, observed.load.capacity), (2, 3));
    assert_eq!((observed.handler, observed.since, observed.handled), (Some("pass"), None, 1));
    key.open();
    within(passing).await.unwrap();
    settle().await;
    let observed = seen(&node);
    assert_eq!((observed.load.queued, observed.handler, observed.handled), (0, None, 3));
    assert_eq!(observed.undelivered, 0);
}

#[tokio::test(start_paused = true)]
async fn since_when_a_handler_runs_is_known_with_statistics() {
    let node = node().await;
    node.sys().start_statistics();
    let (door, mut key) = door();
    let passing = node.pass(door).send().unwrap();
    key.entered().await;
    let observed = seen(&node);
    assert_eq!(observed.handler, Some("pass"));
    assert!(observed.since.is_some_and(|since| since <= Instant::now()));
    key.open();
    within(passing).await.unwrap();
    assert_eq!((seen(&node).handler, seen(&node).since), (None, None));
}

/// Knows of plain handlers as well.
struct Slow;

#[server(slow = "1h")]
impl Slow {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn plain(&mut self, gate: Gate) {
        gate.pass();
    }
}

#[agent(slow = "1h")]
impl SlowAgent {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn plain(&mut self, gate: Gate) {
        gate.pass();
    }
}

struct SlowAgent;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_handler_is_known_where_there_is_a_limit() {
    let (slow, plain) = (Slow::start().await.unwrap(), node().await);
    let (first, second) = (gate(), gate());
    let ((gate, key), (other_gate, other_key)) = (first, second);
    let (one, other) = (slow.plain(gate).send().unwrap(), plain.plain(other_gate).send().unwrap());
    let (key, other_key) = tokio::task::spawn_blocking(move || {
        key.entered();
        other_key.entered();
        (key, other_key)
    })
    .await
    .unwrap();
    let (observed, unlimited) = (seen(&slow), seen(&plain));
    key.open();
    other_key.open();
    assert_eq!((observed.handler, observed.since.is_some()), (Some("plain"), true));
    assert_eq!((unlimited.handler, unlimited.handled), (None, 1));
    within(one).await.unwrap();
    within(other).await.unwrap();
}

#[test]
fn an_agents_handler_is_known_where_there_is_a_limit() {
    let agent = SlowAgent::start().unwrap();
    let (gate, key) = gate();
    let busy = std::thread::spawn({
        let agent = agent.clone();
        move || agent.plain(gate).wait()
    });
    key.entered();
    let observed = seen(&agent);
    key.open();
    assert_eq!((observed.handler, observed.since.is_some()), (Some("plain"), true));
    busy.join().unwrap().unwrap();
}

/// Shows nothing of itself while nobody has to do with it.
struct Shy;

#[agent]
impl Shy {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn ping(&self) {}

    #[call]
    fn block(&self, gate: Gate) {
        gate.pass();
    }
}

#[test]
fn an_agent_is_listed_when_there_is_something_to_be_told_of_it() {
    static NAME: Name<Shy> = Name::new("shy");
    let shy = Shy::start().unwrap();
    let id = shy.id().unwrap();
    shy.ping().wait().unwrap();
    assert!(find(id).is_none(), "it is nothing but its state");

    let named = Shy::spec().name(&NAME).start().unwrap();
    let observed = seen(&named);
    assert_eq!((observed.type_name, observed.is_agent, &*observed.names), ("Shy", true, &["shy"][..]));
    assert_eq!((observed.status, observed.handled), (Status::Running, 0));
    named.ping().wait().unwrap();
    assert_eq!(seen(&named).handled, 1);

    let labelled = Shy::spec().label("very").start().unwrap();
    assert_eq!(seen(&labelled).label.as_deref(), Some("very"));

    let (gate, key) = gate();
    let busy = std::thread::spawn({
        let shy = shy.clone();
        move || shy.block(gate).wait()
    });
    key.entered();
    let waiting = shy.ping().send().unwrap();
    assert_eq!((seen(&shy).load.queued, find(id).unwrap().is_agent), (1, true));
    key.open();
    busy.join().unwrap().unwrap();
    waiting.wait().unwrap();
}

/// On the real clock: another test that looks around keeps an agent for as long as its look takes.
#[tokio::test]
async fn an_agent_is_gone_before_its_down_is_heard() {
    let ends: [fn(ShyClient); 3] =
        [drop, |shy| shy.stop().wait().map(drop).unwrap(), |shy| shy.kill().wait().map(drop).unwrap()];
    for end in ends {
        let shy = Shy::start().unwrap();
        let (id, monitor) = (shy.id().unwrap(), shy.monitor());
        assert!(find(id).is_some());
        end(shy);
        within(monitor).await;
        assert!(find(id).is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspended_agent_is_seen_as_one() {
    let shy = Shy::start().unwrap();
    at_once(shy.sys().suspend()).await.unwrap();
    assert_eq!(seen(&shy).status, Status::Suspended);
    at_once(shy.sys().resume()).await.unwrap();
    assert_eq!(seen(&shy).status, Status::Running);
}

#[tokio::test(start_paused = true)]
async fn a_line_says_it_all() {
    static NAME: Name<Node> = Name::new("main");
    let node = Node::spec(None).name(&NAME).label("a label").start().await.unwrap();
    let id = node.id().unwrap();
    let line = |wanted: &str| {
        assert_eq!(seen(&node).to_string(), format!("{id} server Node \"main\" (a label) {wanted}"));
    };
    line("running, 0 of 3 queued, 0 handled");
    let (door, mut key) = door();
    let passing = node.pass(door).send().unwrap();
    key.entered().await;
    node.note().send().unwrap();
    line("running, 1 of 3 queued, 1 handled, in pass");
    key.open();
    within(passing).await.unwrap();
    settle().await;
    at_once(node.sys().suspend()).await.unwrap();
    line("suspended, 0 of 3 queued, 2 handled");

    let shy = Shy::spec().label("shy").start().unwrap();
    assert_eq!(
        seen(&shy).to_string(),
        format!("{} agent Shy (shy) running, 0 of 1024 queued, 0 handled", shy.id().unwrap())
    );
    for (status, text) in [(Status::Initializing, "initializing"), (Status::Ending, "ending")] {
        assert_eq!(format!("{status:>14}"), format!("{text:>14}"));
    }
}
