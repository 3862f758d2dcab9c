//! Who waits, and for how long: for a supervisor that stops or is killed, for a start, for an answer.

use std::future::{Future as _, pending};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::{Context, Wake};
use std::thread;

use callcast::prelude::*;
use callcast::{
    Backoff, ChildStatus, Client, DynamicSupervisor, Name, Shutdown, StartChildError, StartError, Supervisor,
    SupervisorClient,
};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::support::{Plain, SECOND, is_pending, ms, only_child, patient, promptly, secs, settle, within};

/// It starts once.
struct Fleeting;

#[server]
impl Fleeting {
    #[init]
    fn new(starts: Arc<AtomicUsize>) -> Result<Self, String> {
        if starts.fetch_add(1, SeqCst) > 0 { Err("no".to_owned()) } else { Ok(Self) }
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[call]
    fn ping(&self) {}
}

/// Its end takes three seconds.
struct Slow;

#[server]
impl Slow {
    #[init]
    fn new() -> Self {
        Self
    }

    #[terminate]
    async fn close(&mut self) {
        sleep(secs(3)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn p101_who_waits_for_one_that_is_given_up_does_not_wait_for_its_siblings() {
    let mut child = Fleeting::spec(Arc::default()).backoff(Backoff::constant(ms(50)));
    let client = child.client();
    let root = Supervisor::one_for_one().child(child).child(Slow::spec()).start().await.unwrap();
    let end = root.monitor();
    assert!(within(client.crash()).await.is_err());
    let begin = Instant::now();
    let error = within(client.ping().no_timeout()).await.unwrap_err();
    assert!(!error.may_have_run(), "{error:?}");
    assert!(begin.elapsed() < ms(200), "{:?}", begin.elapsed());
    assert_eq!(within(client.ping().no_timeout()).await, Err(CallError::NoProc), "nobody comes any more");
    assert!(begin.elapsed() < ms(200), "{:?}", begin.elapsed());
    within(end).await;
    assert!(begin.elapsed() >= secs(3), "the sibling has had its time");
}

/// Its handler blocks its thread for as long as it is told to.
struct Blocking {
    notes: Arc<AtomicUsize>,
}

#[agent]
impl Blocking {
    #[init]
    fn new(notes: Arc<AtomicUsize>) -> Self {
        Self { notes }
    }

    #[call]
    fn block(&self, begun: oneshot::Sender<()>, gate: mpsc::Receiver<()>) {
        let _ = begun.send(());
        let _ = gate.recv();
    }

    #[cast]
    fn note(&mut self) {
        self.notes.fetch_add(1, SeqCst);
    }
}

/// Has a thread block in a handler, until the sender is dropped.
async fn blocked(client: &BlockingClient) -> (mpsc::Sender<()>, thread::JoinHandle<()>) {
    let ((begun, begins), (open, gate)) = (oneshot::channel(), mpsc::channel());
    let client = client.clone();
    let thread = thread::spawn(move || drop(client.block(begun, gate).no_timeout().wait()));
    begins.await.expect("the handler runs");
    (open, thread)
}

#[tokio::test(start_paused = true)]
async fn p63_a_stop_returns_where_a_handler_blocks_its_thread() {
    let mut child = Blocking::spec(Arc::default()).shutdown(Shutdown::Drain(ms(100)));
    let client = child.client();
    let root = patient().child(child).start().await.unwrap();
    let (open, thread) = blocked(&client).await;
    let begin = Instant::now();
    within(root.stop()).await.unwrap();
    assert!(begin.elapsed() >= ms(100) && begin.elapsed() < secs(10), "{:?}", begin.elapsed());
    drop(open);
    thread.join().unwrap();
}

#[tokio::test]
async fn p46_what_an_agent_takes_while_it_drains_is_handled() {
    let notes = Arc::<AtomicUsize>::default();
    let mut child = Blocking::spec(Arc::clone(&notes));
    let client = child.client();
    let root = patient().child(child).start().await.unwrap();
    let direct = client.pinned().unwrap();
    let (open, thread) = blocked(&direct).await;
    direct.note().send().expect("there is room");
    let terminated = root.terminate_child("Blocking").send().unwrap();
    while only_child(&root).await.status != ChildStatus::Stopping {
        tokio::task::yield_now().await;
    }
    let taken = (0..3).filter(|_| direct.note().send().is_ok()).count();
    drop(open);
    thread.join().unwrap();
    assert_eq!(promptly(terminated).await, Ok(()));
    assert_eq!((taken, notes.load(SeqCst)), (0, 1));
}

/// Its `init` never returns.
struct Never;

#[server]
impl Never {
    #[init]
    async fn new() -> Self {
        pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_starts_a_child_hears_of_the_end_of_a_supervisor_that_comes_again() {
    let mut inner = Supervisor::one_for_one().id("inner");
    let client = inner.client();
    let root = patient().child(inner).start().await.unwrap();
    let mut starting = Box::pin(client.start_child(Never::spec()));
    while !only_child_is(&client, ChildStatus::Starting).await {
        assert!(is_pending(&mut starting).await);
        settle().await;
    }
    within(client.kill()).await.unwrap();
    // The next one is there before the task of whoever waits runs again.
    settle().await;
    assert_eq!(only_child(&root).await.restarts, 1);
    assert_eq!(within(client.count_children()).await.unwrap().specs, 0);
    let error = within(starting).await.unwrap_err();
    assert!(
        matches!(
            error,
            StartChildError::Supervisor(CallError::Exit { reason: ExitReason::Killed, .. })
                | StartChildError::Start(StartError::Exit(_))
        ),
        "{error:?}"
    );
}

async fn only_child_is(supervisor: &SupervisorClient, status: ChildStatus) -> bool {
    let children = within(supervisor.which_children()).await.unwrap();
    children.iter().any(|child| child.status == status)
}

static SLOW: Name<Slow> = Name::new("mishaps: slow to go");

#[tokio::test(start_paused = true)]
async fn a_child_that_waits_for_its_name_is_terminated_at_once() {
    let owner = Slow::spec().name(&SLOW).start().await.unwrap();
    Client::stop(&owner).send().unwrap();
    settle().await;
    let root = DynamicSupervisor::new().start().await.unwrap();
    let asks = root.clone();
    let starting = tokio::spawn(async move { asks.start_child(Slow::spec().name(&SLOW)).await });
    settle().await;
    assert_eq!(only_child(&root).await.status, ChildStatus::Starting);
    let begin = Instant::now();
    within(root.terminate_child("Slow")).await.unwrap();
    assert!(begin.elapsed() < ms(10), "{:?}", begin.elapsed());
    assert!(within(starting).await.unwrap().is_err());
    assert!(begin.elapsed() < ms(10), "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_look_at_a_supervisor_that_is_not_there_shows_nobody() {
    let mut inner = Supervisor::one_for_one().id("inner").backoff(SECOND);
    let client = inner.client();
    let root = patient().child(inner).start().await.unwrap();
    within(client.kill()).await.unwrap();
    settle().await;
    let tree = client.tree();
    assert_eq!((tree.server, tree.status), (None, ChildStatus::Down), "{tree}");
    assert!(client.client::<Plain>("Plain").is_err());
    assert_eq!((client.id(), root.tree().children[0].server), (None, None), "a look changes nothing");
    sleep(secs(2)).await;
    assert_eq!(client.tree().server, client.id());
    assert!(client.id().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_hasty_client_that_is_gone_leaves_its_weak_one_alive() {
    let mut child = Plain::spec();
    let client = child.client();
    assert!(client.fail_fast().same_place(&client.fail_fast()));
    let weak = client.fail_fast().downgrade();
    let _root = patient().child(child).start().await.unwrap();
    let hasty = weak.upgrade().expect("the server is there, and a client");
    assert_eq!(within(hasty.ping()).await, Ok(()));
    assert_eq!(hasty.id(), client.id());
}

#[tokio::test(start_paused = true)]
async fn what_comes_from_the_weak_one_of_a_hasty_client_is_hasty() {
    let mut child = Plain::spec().backoff(SECOND);
    let client = child.client();
    let _root = patient().child(child).start().await.unwrap();
    let hasty = client.fail_fast();
    let hasty = hasty.downgrade().upgrade().expect("the server is there");
    assert!(within(client.crash()).await.is_err());
    settle().await;
    assert_eq!(within(hasty.ping().no_timeout()).await, Err(CallError::NoProc));
    assert_eq!(within(client.ping().no_timeout()).await, Ok(()));
}

static STORE: Name<Store> = Name::new("mishaps: store");

/// It has work to finish.
struct Store {
    done: Arc<AtomicUsize>,
}

#[server]
impl Store {
    #[init]
    fn new(done: Arc<AtomicUsize>) -> Self {
        Self { done }
    }

    #[cast]
    async fn work(&mut self) {
        sleep(ms(10)).await;
        self.done.fetch_add(1, SeqCst);
    }

    #[terminate]
    fn close(&mut self) {
        self.done.fetch_add(1_000, SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn p62_a_stop_drains_below_a_supervisor_that_is_still_starting() {
    let done = Arc::<AtomicUsize>::default();
    let nested = Supervisor::one_for_one().child(Store::spec(Arc::clone(&done)).name(&STORE));
    let nested = nested.child(Never::spec());
    let root = DynamicSupervisor::new().start().await.unwrap();
    let asks = root.clone();
    let starting = tokio::spawn(async move { asks.start_child(nested).await.map(drop) });
    settle().await;
    let store = STORE.whereis().expect("it has started");
    let end = store.monitor();
    for _ in 0..5 {
        store.work().send().expect("there is room");
    }
    within(root.stop()).await.unwrap();
    assert!(!is_pending(Box::pin(end)).await, "it has ended before its supervisor");
    assert_eq!(done.load(SeqCst), 1_005);
    assert!(STORE.whereis().is_none());
    assert!(within(starting).await.unwrap().is_err());
}

static DEAF: Name<Deaf> = Name::new("mishaps: deaf");

/// Its `terminate` never returns.
struct Deaf;

#[server]
impl Deaf {
    #[init]
    fn new() -> Self {
        Self
    }

    #[terminate]
    async fn close(&mut self) {
        pending::<()>().await;
    }
}

#[tokio::test(start_paused = true)]
async fn p66_the_children_of_a_supervisor_that_is_killed_while_it_starts_end_with_it() {
    let nested = Supervisor::one_for_one().child(Deaf::spec().name(&DEAF)).child(Never::spec());
    let root = DynamicSupervisor::new().start().await.unwrap();
    let asks = root.clone();
    let starting = tokio::spawn(async move { asks.start_child(nested).await.map(drop) });
    settle().await;
    let deaf = DEAF.whereis().expect("it has started").monitor();
    let begin = Instant::now();
    within(root.kill()).await.unwrap();
    assert_eq!(within(deaf).await.reason, ExitReason::Killed);
    assert_eq!(begin.elapsed(), ms(0));
    assert!(within(starting).await.unwrap().is_err());
}

/// Its `init` never returns, and says when it is dropped.
struct Hanging;

struct Gone(Arc<AtomicUsize>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[server]
impl Hanging {
    #[init]
    async fn new(gone: Arc<AtomicUsize>) -> Self {
        let _gone = Gone(gone);
        pending().await
    }
}

/// Looks how many have gone at the very moment at which somebody is told.
struct Looks {
    gone: Arc<AtomicUsize>,
    seen: AtomicUsize,
}

impl Wake for Looks {
    fn wake(self: Arc<Self>) {
        self.seen.store(self.gone.load(SeqCst), SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn p66_an_init_whose_time_is_over_does_not_outlive_its_supervisor() {
    let gone = Arc::<AtomicUsize>::default();
    let tree = Supervisor::one_for_one().child(Hanging::spec(Arc::clone(&gone)).start_timeout(secs(1)));
    let looks = Arc::new(Looks { gone, seen: AtomicUsize::new(usize::MAX) });
    let waker = Arc::clone(&looks).into();
    let mut start = Box::pin(tree.start());
    assert!(start.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    sleep(secs(2)).await;
    assert_eq!(looks.seen.load(SeqCst), 1);
    assert!(within(start).await.is_err());
}

/// How many states there are, and how many there have been at once.
#[derive(Clone, Default)]
struct States {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl States {
    fn counts(&self) -> (usize, usize) {
        (self.now.load(SeqCst), self.most.load(SeqCst))
    }
}

struct Counted {
    states: States,
}

#[server]
impl Counted {
    #[init]
    fn new(states: States) -> Self {
        states.most.fetch_max(states.now.fetch_add(1, SeqCst) + 1, SeqCst);
        Self { states }
    }

    /// For some time nobody can end it.
    #[call]
    fn hold(&self, begun: oneshot::Sender<()>) {
        let _ = begun.send(());
        thread::sleep(ms(30));
    }

    #[call]
    fn ping(&self) {}
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.states.now.fetch_sub(1, SeqCst);
    }
}

/// Has it block its thread.
async fn hold(client: &CountedClient) {
    let (begun, begins) = oneshot::channel();
    client.hold(begun).send().expect("there is room").detach();
    promptly(begins).await.expect("the handler runs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_that_is_killed_ends_after_its_children() {
    let states = States::default();
    let mut child = Counted::spec(states.clone());
    let client = child.client();
    let root = patient().child(child).start().await.unwrap();
    hold(&client).await;
    promptly(root.kill()).await.unwrap();
    assert_eq!(states.counts(), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_that_is_killed_comes_again_after_its_children_have_gone() {
    let states = States::default();
    let mut child = Counted::spec(states.clone());
    let client = child.client();
    let inner = Supervisor::one_for_one().id("inner").child(child);
    let root = patient().child(inner).start().await.unwrap();
    let inner = root.client::<Supervisor>("inner").unwrap();
    hold(&client).await;
    promptly(inner.kill()).await.unwrap();
    let is_back = async {
        while client.ping().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    promptly(is_back).await;
    assert_eq!(states.counts(), (1, 1), "never two at once");
    promptly(root.stop()).await.unwrap();
    assert_eq!(states.counts(), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn p62_what_limits_a_stop_goes_with_the_child() {
    let root = DynamicSupervisor::new().start().await.unwrap();
    for _ in 0..10 {
        let child = Plain::spec().shutdown(Shutdown::After(secs(3_600))).temporary();
        let child = within(root.start_child(child)).await.unwrap();
        within(root.terminate_child(child.id().unwrap())).await.unwrap();
    }
    settle().await;
    root.sys().start_statistics();
    sleep(secs(7_200)).await;
    assert_eq!(root.sys().statistics().unwrap().handled, 0, "nothing is left to come");
}
