//! An `init` that fails while somebody ends it, and what one attempt leaves to the next.

use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Backoff, ChildStatus, Client, Name, Supervisor, SupervisorClient, SupervisorSpec};
use tokio::time::{Instant, sleep};

use crate::support::{
    Plain, PlainClient, SECOND, many_turns, ms, only_child, patient, promptly, secs, within,
};

/// What the second `init` does before it fails; the first and the third do well.
#[derive(Clone)]
struct Plan {
    deed: fn(&SupervisorClient),
    before: Before,
    starts: Arc<AtomicU32>,
    root: Arc<OnceLock<SupervisorClient>>,
    /// Where one that blocks meets whoever waits for it.
    meeting: Arc<Barrier>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// It fails at once.
    Nothing,
    /// It leaves a job that is to be waited for.
    Job,
    /// It blocks its thread: what it has done is heard of before it fails.
    Blocks,
}

impl Plan {
    fn new(before: Before, deed: fn(&SupervisorClient)) -> Self {
        let meeting = Arc::new(Barrier::new(2));
        Self { deed, before, starts: Arc::default(), root: Arc::default(), meeting }
    }

    fn starts(&self) -> u32 {
        self.starts.load(SeqCst)
    }

    /// Whoever waits for it does so now.
    fn meet(&self) {
        if self.before == Before::Blocks {
            self.meeting.wait();
        }
    }

    fn act(&self) {
        let root = self.root.get().expect("the first has started").clone();
        let deed = self.deed;
        if self.before == Before::Blocks {
            self.meeting.wait();
            // From elsewhere: whoever it wakes is not to wait for this very thread.
            thread::spawn(move || deed(&root)).join().expect("it is done");
            thread::sleep(ms(30));
        } else {
            deed(&root);
        }
    }
}

struct Newborn;

#[server]
impl Newborn {
    #[init]
    fn new(plan: Plan, ctx: &mut Context<Self>) -> Result<Self, String> {
        if plan.starts.fetch_add(1, SeqCst) != 1 {
            return Ok(Self);
        }
        if plan.before == Before::Job {
            ctx.spawn(pending(), NewbornInfo::done);
        }
        plan.act();
        Err("no".to_owned())
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[call]
    fn ping(&self) {}

    #[info]
    fn done(&mut self, _none: ()) {}
}

fn stop(root: &SupervisorClient) {
    Client::stop(root).send().expect("it is there");
}

fn kill(root: &SupervisorClient) {
    root.kill().send().expect("it is there");
}

fn terminate(root: &SupervisorClient) {
    root.terminate_child("child").send().expect("it is there").detach();
}

fn kill_sibling(root: &SupervisorClient) {
    root.client::<Plain>("sibling").expect("it is there").kill().send().expect("it is there");
}

async fn start(spec: SupervisorSpec, plan: &Plan) -> (SupervisorClient, NewbornClient) {
    let mut child = Newborn::spec(plan.clone()).id("child").backoff(Backoff::constant(ms(10)));
    let client = child.client();
    let root = spec.child(child).start().await.expect("it starts");
    assert!(plan.root.set(root.clone()).is_ok());
    (root, client)
}

/// Whoever waits for one that is ended in its `init` hears of that, and so does whoever waits for the supervisor's end.
async fn ended(plan: Plan, is_all: bool) {
    let (root, client) = start(patient(), &plan).await;
    assert!(client.crash().await.is_err());
    let begin = Instant::now();
    let (end, waiting) = (root.monitor(), client.ping().no_timeout().send().expect("it is to come again"));
    plan.meet();
    let error = promptly(waiting).await.expect_err("it has not come");
    assert!(!error.may_have_run(), "{error:?}");
    if is_all {
        promptly(end).await;
    } else {
        promptly(until_down(&root)).await;
    }
    // Nobody had to be given up on, which takes five seconds.
    assert!(begin.elapsed() < secs(4), "{:?}", begin.elapsed());
    assert_eq!(plan.starts(), 2);
}

async fn until_down(root: &SupervisorClient) {
    while only_child(root).await.status != ChildStatus::Down {
        tokio::task::yield_now().await;
    }
}

macro_rules! ended_in_its_init {
    ($($name:ident: $before:ident, $deed:ident, $is_all:literal;)+) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            ended(Plan::new(Before::$before, $deed), $is_all).await;
        }
    )+};
    (threads: $($name:ident: $deed:ident, $is_all:literal;)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            ended(Plan::new(Before::Blocks, $deed), $is_all).await;
        }
    )+};
}

ended_in_its_init! {
    p62_a_stop_that_comes_before_a_failed_init_is_heard_of_ends: Nothing, stop, true;
    p101_a_kill_that_comes_before_a_failed_init_is_heard_of_ends_who_waits: Nothing, kill, true;
    p101_one_given_up_before_its_failed_init_is_heard_of_ends_who_waits: Nothing, terminate, false;
    p62_a_stop_ends_one_that_waits_for_its_jobs_after_a_failed_init: Job, stop, true;
    p101_a_kill_ends_one_that_waits_for_its_jobs_after_a_failed_init: Job, kill, true;
    p101_one_given_up_that_waits_for_its_jobs_after_a_failed_init_ends: Job, terminate, false;
}

ended_in_its_init! { threads:
    p62_a_stop_in_the_last_stretch_of_an_init_that_fails_ends: stop, true;
    p101_a_kill_in_the_last_stretch_of_an_init_that_fails_ends_who_waits: kill, true;
    p101_one_given_up_in_the_last_stretch_of_an_init_that_fails_ends_who_waits: terminate, false;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_stopped_with_its_group_in_an_init_that_fails_is_started_once() {
    let plan = Plan::new(Before::Blocks, kill_sibling);
    let group = Supervisor::one_for_all().max_restarts(10, secs(60)).child(Plain::spec().id("sibling"));
    let (root, client) = start(group, &plan).await;
    assert!(promptly(client.crash()).await.is_err());
    let waiting = client.ping().no_timeout().send().expect("it is to come again");
    plan.meet();
    // It waited in the very one that was ended.
    let error = promptly(waiting).await.expect_err("it has not come");
    assert!(!error.may_have_run(), "{error:?}");
    assert_eq!(promptly(client.ping().no_timeout()).await, Ok(()));
    assert_eq!(plan.starts(), 3);
    let children = promptly(root.which_children()).await.expect("it answers");
    let restarts: Vec<_> = children.iter().map(|child| child.restarts).collect();
    assert_eq!(restarts, [2, 2], "for the crash, and for the sibling");
    promptly(root.stop()).await.expect("it ends");
}

/// One whose second `init` blocks its thread, until the sender is dropped.
struct Slow;

#[derive(Clone)]
struct Inits {
    starts: Arc<AtomicU32>,
    now: Arc<AtomicU32>,
    most: Arc<AtomicU32>,
    gate: Arc<Mutex<mpsc::Receiver<()>>>,
}

#[server]
impl Slow {
    #[init]
    fn new(inits: Inits) -> Self {
        inits.most.fetch_max(inits.now.fetch_add(1, SeqCst) + 1, SeqCst);
        if inits.starts.fetch_add(1, SeqCst) == 1 {
            let gate = inits.gate.lock().expect("nobody panics with it");
            assert!(gate.recv().is_err(), "it is opened by a drop");
        }
        inits.now.fetch_sub(1, SeqCst);
        Self
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[call]
    fn ping(&self) {}
}

static SLOW: Name<Slow> = Name::new("mishaps: slow");

/// A tree whose child blocks in its second `init`, and for longer than it has been given.
struct Blocked {
    root: SupervisorClient,
    client: SlowClient,
    inits: Inits,
    /// Its drop lets the `init` go on.
    open: mpsc::Sender<()>,
}

/// Enough for the other two `init`s on a busy machine: it holds for them as well.
const TIME: Duration = secs(2);

async fn blocked_beyond_its_time(name: Option<&'static Name<Slow>>) -> Blocked {
    let (open, gate) = mpsc::channel();
    let (starts, now, most) = Default::default();
    let inits = Inits { starts, now, most, gate: Arc::new(Mutex::new(gate)) };
    let mut child = Slow::spec(inits.clone()).start_timeout(TIME);
    if let Some(name) = name {
        child = child.name(name);
    }
    let client = child.client();
    let root = Supervisor::one_for_one().max_restarts(9, secs(60)).child(child).start().await.unwrap();
    assert!(promptly(client.crash()).await.is_err());
    let is_over = async {
        while only_child(&root).await.restarts < 2 {
            tokio::task::yield_now().await;
        }
    };
    promptly(is_over).await;
    Blocked { root, client, inits, open }
}

/// However long it blocks: the next waits for it.
async fn blocks_for_long(name: Option<&'static Name<Slow>>) {
    let Blocked { root, client, inits, open } = blocked_beyond_its_time(name).await;
    // More than it was given, once more: a second time would count too.
    sleep(TIME + secs(1)).await;
    drop(open);
    assert_eq!(promptly(client.ping().no_timeout()).await, Ok(()));
    assert_eq!((inits.most.load(SeqCst), inits.starts.load(SeqCst)), (1, 3), "one at a time");
    assert_eq!(only_child(&root).await.restarts, 2, "one for the crash, and one for the time");
    if let Some(name) = name {
        assert_eq!(name.whereis().and_then(|slow| slow.id()), client.id());
    }
    promptly(root.stop()).await.expect("it ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p61_an_init_that_blocks_beyond_its_time_counts_once_and_keeps_its_name() {
    blocks_for_long(Some(&SLOW)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p61_an_init_that_blocks_beyond_its_time_is_waited_for() {
    blocks_for_long(None).await;
}

/// Whoever ends the tree meanwhile, one way after the other, hears of its end when that `init` is over.
async fn blocks_while_its_tree_ends(ends: &[fn(&SupervisorClient)]) {
    let Blocked { root, inits, open, .. } = blocked_beyond_its_time(None).await;
    let mut ended = root.monitor();
    for end in ends {
        end(&root);
        tokio::select! {
            biased;
            _ = &mut ended => panic!("it has ended before its child's init"),
            () = many_turns() => {}
        }
    }
    drop(open);
    promptly(ended).await;
    assert_eq!((inits.now.load(SeqCst), inits.starts.load(SeqCst)), (0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p66_an_init_whose_time_is_over_does_not_outlive_a_tree_that_is_stopped() {
    blocks_while_its_tree_ends(&[stop]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p66_an_init_whose_time_is_over_does_not_outlive_a_tree_that_is_killed() {
    blocks_while_its_tree_ends(&[kill]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p66_an_init_whose_time_is_over_does_not_outlive_a_tree_that_is_killed_while_it_stops() {
    blocks_while_its_tree_ends(&[stop, kill]).await;
}

/// Also by one that comes after one that was given up as it waited.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn p66_an_init_whose_time_is_over_is_waited_for_by_all_that_come_after_it() {
    let Blocked { root, client, inits, open } = blocked_beyond_its_time(None).await;
    promptly(root.terminate_child("Slow")).await.expect("it waits");
    let again = root.restart_child("Slow").no_timeout().send().expect("it is there");
    many_turns().await;
    assert_eq!(inits.starts.load(SeqCst), 2);
    drop(open);
    promptly(again).await.expect("it answers");
    assert_eq!(promptly(client.ping().no_timeout()).await, Ok(()));
    assert_eq!((inits.most.load(SeqCst), inits.starts.load(SeqCst)), (1, 3), "one at a time");
    promptly(root.stop()).await.expect("it ends");
}

/// Its second `init` asks for the end, and fails.
struct Announcing;

#[server]
impl Announcing {
    #[init]
    fn new(starts: Arc<AtomicU32>, ctx: &mut Context<Self>) -> Result<Self, String> {
        if starts.fetch_add(1, SeqCst) == 1 {
            ctx.stop(ExitReason::Normal);
            return Err("no".to_owned());
        }
        Ok(Self)
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[call]
    fn lose(&mut self, reply: ReplyTo<u32>) {
        drop(reply);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_failed_init_has_asked_for_is_not_the_next_ones() {
    let mut child = Announcing::spec(Arc::default());
    let client = child.client();
    let _root = patient().child(child).start().await.unwrap();
    assert_eq!(within(client.lose().no_timeout()).await, Err(CallError::NoReply));
    assert!(within(client.crash()).await.is_err());
    let begin = Instant::now();
    assert_eq!(within(client.lose().no_timeout()).await, Err(CallError::NoReply));
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

static FIRST: Name<Twice> = Name::new("mishaps: first");
static SECOND_NAME: Name<Twice> = Name::new("mishaps: second");

/// It has two names.
struct Twice;

#[server]
impl Twice {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_claims_again_and_again_has_each_name_once() {
    let mut child = Twice::spec().name(&FIRST).name(&SECOND_NAME).backoff(SECOND);
    let client = child.client();
    let root = patient().child(child).start().await.unwrap();
    within(client.kill()).await.unwrap();
    let stranger = Twice::spec().name(&SECOND_NAME).start().await.unwrap();
    sleep(secs(20)).await;
    let names = root.tree().children.remove(0).names;
    assert!(names.len() <= 1, "{names:?}");
    assert!(only_child(&root).await.restarts >= 10, "it has tried");
    within(stranger.stop()).await.unwrap();
    sleep(secs(2)).await;
    assert_eq!(root.tree().children[0].names, ["mishaps: first", "mishaps: second"]);
    assert_eq!(FIRST.whereis().and_then(|twice| twice.id()), client.id());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p101_agents_that_end_in_the_moment_of_their_start_lose_nobody_who_waits() {
    const TREES: usize = 40;
    for _ in 0..TREES {
        let root = Supervisor::one_for_one().max_restarts(u32::MAX, secs(60)).child(Plain::spec());
        let root = root.start().await.unwrap();
        let client = root.client::<Plain>("Plain").unwrap();
        let callers: Vec<_> = (0..6).map(|number| tokio::spawn(call(client.clone(), number < 3))).collect();
        for caller in callers {
            promptly(caller).await.expect("it does not panic");
        }
        promptly(root.stop()).await.expect("it ends");
    }
}

/// What each call comes to is chance; that it comes to something is not.
async fn call(client: PlainClient, is_crash: bool) {
    for _ in 0..20 {
        if is_crash {
            drop(client.crash().no_timeout().await);
        } else {
            drop(client.ping().no_timeout().await);
        }
    }
}
