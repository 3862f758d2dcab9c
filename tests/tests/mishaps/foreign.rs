//! Code that is not the supervisor's, and panics or blocks where it is least expected: errors and arguments of children.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};

use callcast::prelude::*;
use callcast::{
    ChildInfo, ChildStatus, DynamicSupervisor, Shutdown, StartChildError, StartError, Supervisor,
};
use tokio::sync::oneshot;

use crate::support::{Plain, PlainClient, is_pending, only_child, patient, promptly, secs, settle, within};

/// An error that panics when it is shown.
#[derive(Debug)]
struct Unspeakable;

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("it is shown")
    }
}

struct Mute;

#[server]
impl Mute {
    #[init]
    fn new(starts: Arc<AtomicU32>) -> Result<Self, Unspeakable> {
        if starts.fetch_add(1, SeqCst) == 1 { Err(Unspeakable) } else { Ok(Self) }
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[call]
    fn ping(&self) {}
}

#[tokio::test(start_paused = true)]
async fn whoever_starts_a_child_gets_an_error_that_cannot_be_shown() {
    let root = DynamicSupervisor::new().start().await.unwrap();
    let error = within(root.start_child(Mute::spec(Arc::new(AtomicU32::new(1))))).await.unwrap_err();
    assert!(matches!(error, StartChildError::Start(StartError::Init(Unspeakable))), "{error:?}");
    assert_eq!(within(root.count_children()).await.unwrap().specs, 0);
}

#[tokio::test(start_paused = true)]
async fn p61_a_restart_whose_error_cannot_be_shown_is_tried_again() {
    let mut child = Mute::spec(Arc::default());
    let client = child.client();
    let root = patient().child(child).start().await.unwrap();
    assert!(within(client.crash()).await.is_err());
    assert_eq!(within(client.ping().no_timeout()).await, Ok(()));
    assert_eq!(only_child(&root).await.restarts, 2);
}

/// It panics when it is dropped.
#[derive(Debug)]
struct Grenade;

impl fmt::Display for Grenade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no")
    }
}

impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("it is dropped")
    }
}

struct Explosive;

#[server]
impl Explosive {
    #[init]
    fn new(starts: Arc<AtomicU32>) -> Result<Self, Grenade> {
        if starts.fetch_add(1, SeqCst) == 1 { Err(Grenade) } else { Ok(Self) }
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[call]
    fn ping(&self) {}
}

#[tokio::test(start_paused = true)]
async fn p61_a_restart_whose_error_panics_when_dropped_ends_no_supervisor() {
    let mut child = Explosive::spec(Arc::default());
    let client = child.client();
    let root = patient().child(child).start().await.unwrap();
    assert!(within(client.crash()).await.is_err());
    assert_eq!(within(client.ping().no_timeout()).await, Ok(()));
    assert_eq!(only_child(&root).await.restarts, 2);
}

/// It fails when it is told to.
struct Waits;

#[server]
impl Waits {
    #[init]
    async fn new(gate: oneshot::Receiver<()>) -> Result<Self, Grenade> {
        drop(gate.await);
        Err(Grenade)
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_for_one_who_has_gone_ends_no_supervisor() {
    let root = DynamicSupervisor::new().start().await.unwrap();
    let (open, gate) = oneshot::channel();
    {
        let mut starting = Box::pin(root.start_child(Waits::spec(gate).temporary()));
        assert!(is_pending(&mut starting).await);
        settle().await;
        assert!(is_pending(&mut starting).await);
    }
    open.send(()).expect("its `init` waits");
    settle().await;
    assert_eq!(within(root.count_children()).await.unwrap().specs, 0);
}

/// An argument whose drop is the user's.
#[derive(Clone)]
struct Burden<D: FnMut() + Clone>(D);

impl<D: FnMut() + Clone> Drop for Burden<D> {
    fn drop(&mut self) {
        (self.0)();
    }
}

struct Bearer;

#[agent]
impl Bearer {
    #[init]
    fn new(_burden: Burden<fn()>) -> Self {
        Self
    }
}

fn explode() {
    panic!("it is dropped")
}

#[tokio::test(start_paused = true)]
async fn arguments_of_a_refused_child_that_panic_when_dropped_end_no_supervisor() {
    let root = Supervisor::one_for_one().child(Plain::spec().id("a")).start().await.unwrap();
    let refused = || Bearer::spec(Burden(explode));
    let taken = within(root.start_child(refused().id("a"))).await.unwrap_err();
    assert!(matches!(taken, StartChildError::AlreadyStarted(_)), "{taken:?}");
    let significant = within(root.start_child(refused().significant(true))).await.unwrap_err();
    assert!(matches!(significant, StartChildError::Significant), "{significant:?}");
    settle().await;
    assert_eq!(within(root.count_children()).await.unwrap().active, 1);

    let full = DynamicSupervisor::new().max_children(0).start().await.unwrap();
    let refusal = within(full.start_child(refused().temporary())).await.unwrap_err();
    assert!(matches!(refusal, StartChildError::MaxChildren), "{refusal:?}");
    settle().await;
    assert_eq!(within(full.count_children()).await.unwrap().specs, 0);
}

/// What a drop waits for.
static GATE: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);

fn block() {
    if let Some(gate) = GATE.lock().expect("nobody panics with it").take() {
        let _ = gate.recv();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn arguments_of_a_refused_child_that_block_when_dropped_block_no_supervisor() {
    let root = Supervisor::one_for_one().child(Plain::spec().id("a")).start().await.unwrap();
    let (open, gate) = mpsc::channel();
    *GATE.lock().expect("nobody panics with it") = Some(gate);
    let refusal = promptly(root.start_child(Bearer::spec(Burden(block)).id("a"))).await.unwrap_err();
    assert!(matches!(refusal, StartChildError::AlreadyStarted(_)), "{refusal:?}");
    assert_eq!(promptly(root.count_children()).await.unwrap().active, 1);
    drop(open);
}

/// An agent whose drop waits until somebody lets it.
struct Slow(mpsc::Receiver<()>);

#[agent]
impl Slow {
    #[init]
    fn new(gate: Arc<Mutex<Option<mpsc::Receiver<()>>>>) -> Self {
        Self(gate.lock().expect("nobody panics with it").take().expect("it starts once"))
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        let _ = self.0.recv();
    }
}

async fn an_agent_that_blocks_when_dropped_blocks_no_supervisor(shutdown: Shutdown) {
    let (open, gate) = mpsc::channel();
    let slow = Slow::spec(Arc::new(Mutex::new(Some(gate)))).shutdown(shutdown);
    let mut sibling = Plain::spec().id("sibling");
    let client = sibling.client();
    let root = Supervisor::one_for_one().child(slow.id("slow")).child(sibling).start().await.unwrap();
    let stopping = tokio::spawn({
        let root = root.clone();
        async move { root.terminate_child("slow").await }
    });
    let is_stopping = |child: &ChildInfo| *child.id == *"slow" && child.status == ChildStatus::Stopping;
    while !promptly(root.which_children()).await.unwrap().iter().any(is_stopping) {
        tokio::task::yield_now().await;
    }
    assert!(promptly(client.crash()).await.is_err());
    assert_eq!(promptly(client.ping()).await, Ok(()));
    assert!(!stopping.is_finished());
    drop(open);
    assert_eq!(promptly(stopping).await.unwrap(), Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p48_an_agent_that_is_drained_and_blocks_when_dropped_blocks_no_supervisor() {
    an_agent_that_blocks_when_dropped_blocks_no_supervisor(Shutdown::Infinity).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p48_an_agent_that_is_ended_and_blocks_when_dropped_blocks_no_supervisor() {
    an_agent_that_blocks_when_dropped_blocks_no_supervisor(Shutdown::After(secs(3600))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p48_an_agent_that_is_killed_and_blocks_when_dropped_blocks_no_supervisor() {
    an_agent_that_blocks_when_dropped_blocks_no_supervisor(Shutdown::Kill).await;
}

/// Its second `init` ends a sibling, and fails.
struct Feud;

#[agent]
impl Feud {
    #[init]
    fn new(starts: Arc<AtomicU32>, sibling: PlainClient) -> Result<Self, String> {
        if starts.fetch_add(1, SeqCst) == 1 {
            assert!(sibling.crash().wait().is_err());
            return Err("the sibling has gone".to_owned());
        }
        Ok(Self)
    }

    #[call]
    fn ping(&self) {}
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_has_not_started_when_its_group_is_stopped_is_started_anew() {
    let mut sibling = Plain::spec().id("sibling");
    let client = sibling.client();
    let starts = Arc::<AtomicU32>::default();
    // The sibling can be told of before it is there: the first start asks nothing of it.
    let feud = Feud::spec(Arc::clone(&starts), client.clone()).id("feud");
    let root = Supervisor::one_for_all().max_restarts(1, secs(60)).child(feud).child(sibling);
    let root = root.start().await.unwrap();
    within(root.terminate_child("feud")).await.unwrap();
    drop(within(root.restart_child("feud")).await);
    settle().await;
    assert_eq!(within(client.ping()).await, Ok(()));
    assert_eq!(within(root.client::<Feud>("feud").unwrap().ping()).await, Ok(()));
    assert_eq!(starts.load(SeqCst), 3);
}

/// Arguments whose second clone panics: that is the one for the first restart.
struct Original(Arc<AtomicU32>);

impl Clone for Original {
    fn clone(&self) -> Self {
        assert_ne!(self.0.fetch_add(1, SeqCst), 1, "no second one");
        Self(Arc::clone(&self.0))
    }
}

struct Copied;

#[agent]
impl Copied {
    #[init]
    fn new(original: Original) -> Self {
        drop(original);
        Self
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[call]
    fn ping(&self) {}
}

#[tokio::test(start_paused = true)]
async fn p61_a_restart_whose_arguments_panic_when_cloned_is_tried_again() {
    let mut child = Copied::spec(Original(Arc::default()));
    let client = child.client();
    let root = patient().child(child).start().await.unwrap();
    assert!(within(client.crash()).await.is_err());
    assert_eq!(within(client.ping().no_timeout()).await, Ok(()));
    assert_eq!(only_child(&root).await.restarts, 2);
}
