//! Clients that follow a child from one incarnation to the next: what `design.md` promises of them under *supervised*.

#![allow(clippy::needless_pass_by_value, clippy::unused_self, reason = "a message owns its arguments")]

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{
    Backoff, ChildStatus, Client, DynamicSupervisor, NoChild, PartitionSupervisor, Pool, Shutdown,
    Supervisor, SupervisorClient, Task, TaskSupervisor, spec_with,
};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::Instant;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// On a paused clock what waits for ever is found out at once.
async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_hours(24), future).await.expect("it hangs")
}

/// Polls once.
async fn is_pending(future: impl Future + Unpin) -> bool {
    let mut future = future;
    poll_fn(|cx| Poll::Ready(Pin::new(&mut future).poll(cx).is_pending())).await
}

async fn settle() {
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
}

/// What the next `init`s do: an error, or a state; a state where nothing is said.
#[derive(Clone, Debug, Default)]
struct Plan {
    failures: Arc<Mutex<VecDeque<bool>>>,
    starts: Arc<Mutex<u32>>,
}

impl Plan {
    fn fail(&self, times: usize) {
        self.failures.lock().unwrap().extend(std::iter::repeat_n(true, times));
    }

    fn init(&self) -> Result<u32, String> {
        let mut starts = self.starts.lock().unwrap();
        *starts += 1;
        match self.failures.lock().unwrap().pop_front() {
            Some(true) => Err("no".to_owned()),
            _ => Ok(*starts),
        }
    }

    fn starts(&self) -> u32 {
        *self.starts.lock().unwrap()
    }
}

struct Desk {
    /// Which start this is.
    start: u32,
    notes: Vec<u32>,
}

#[server(mailbox = 4)]
impl Desk {
    #[init]
    fn new(plan: Plan) -> Result<Self, String> {
        Ok(Self { start: plan.init()?, notes: Vec::new() })
    }

    #[call]
    fn start_number(&self) -> u32 {
        self.start
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[cast]
    fn crash_later(&self) {
        panic!("as asked")
    }

    #[call]
    async fn hold(&mut self, begun: oneshot::Sender<()>, gate: oneshot::Receiver<()>) {
        let _ = begun.send(());
        drop(gate.await);
    }

    #[cast]
    fn note(&mut self, note: u32) {
        self.notes.push(note);
    }

    #[call]
    fn notes(&self) -> Vec<u32> {
        self.notes.clone()
    }
}

struct Till {
    start: u32,
    notes: Vec<u32>,
}

#[agent(mailbox = 4)]
impl Till {
    #[init]
    fn new(plan: Plan) -> Result<Self, String> {
        Ok(Self { start: plan.init()?, notes: Vec::new() })
    }

    #[call]
    fn start_number(&self) -> u32 {
        self.start
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }

    #[cast]
    fn note(&mut self, note: u32) {
        self.notes.push(note);
    }

    #[call]
    fn notes(&self) -> Vec<u32> {
        self.notes.clone()
    }
}

/// Many restarts, each after a second.
fn patient() -> callcast::SupervisorSpec {
    Supervisor::one_for_one().max_restarts(100, Duration::from_secs(1))
}

const SECOND: Backoff = Backoff::constant(Duration::from_secs(1));

/// The same test for both kinds: `$start` makes the spec of one.
macro_rules! for_each_kind {
    ($(#[$meta:meta])* async fn $name:ident($spec:ident, $plan:ident) $body:block) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            #[tokio::test(start_paused = true)]
            async fn of_a_server() {
                let $plan = Plan::default();
                assert_eq!($plan.starts(), 0);
                let $spec = { let plan = $plan.clone(); move || Desk::spec(plan.clone()).id("child") };
                $body
            }

            #[tokio::test(start_paused = true)]
            async fn of_an_agent() {
                let $plan = Plan::default();
                assert_eq!($plan.starts(), 0);
                let $spec = { let plan = $plan.clone(); move || Till::spec(plan.clone()).id("child") };
                $body
            }
        }
    };
}

for_each_kind! {
    async fn before_the_first_start_there_is_nobody(spec, plan) {
        let mut spec = spec();
        let client = spec.client();
        assert_eq!(within(client.start_number()).await, Err(CallError::NoProc));
        assert_eq!((client.id(), client.is_alive()), (None, false));
        let tree = patient().child(spec).start().await.unwrap();
        assert_eq!(within(client.start_number()).await, Ok(1));
        assert!(client.is_alive());
        within(tree.stop()).await.unwrap();
        assert_eq!(within(client.start_number()).await, Err(CallError::NoProc));
        assert_eq!(plan.starts(), 1);
    }
}

for_each_kind! {
    async fn p101_calls_wait_for_the_next_incarnation_whatever_its_init_takes(spec, plan) {
        let mut spec = spec().backoff(SECOND);
        let client = spec.client();
        let tree = patient().child(spec).start().await.unwrap();
        let first = client.id().unwrap();
        plan.fail(2);
        let begin = Instant::now();
        assert!(within(client.crash()).await.is_err());
        // Three delays, and two attempts that fail, within the 5 s that a call has.
        assert_eq!(within(client.start_number()).await, Ok(4));
        assert_eq!(begin.elapsed().as_secs(), 3);
        assert_ne!(client.id(), Some(first));
        let child = &tree.which_children().await.unwrap()[0];
        assert_eq!((child.restarts, child.server), (3, client.id()));
    }
}

for_each_kind! {
    async fn a_call_waits_no_longer_than_its_time(spec, plan) {
        let mut spec = spec().backoff(Backoff::constant(Duration::from_mins(1)));
        let client = spec.client();
        let _tree = patient().child(spec).start().await.unwrap();
        assert!(within(client.crash()).await.is_err());
        let begin = Instant::now();
        let late = within(client.start_number().timeout(ms(200))).await;
        assert_eq!(late, Err(CallError::Timeout { started: false }));
        assert!(begin.elapsed() <= ms(210));
        assert_eq!((client.id(), client.is_alive()), (None, false), "nobody is there");
        assert_eq!(within(client.start_number().timeout(Duration::from_secs(100))).await, Ok(2));
    }
}

for_each_kind! {
    async fn what_waits_keeps_its_order_and_the_bound_of_the_mailbox(spec, plan) {
        let mut spec = spec().backoff(SECOND);
        let client = spec.client();
        let _tree = patient().child(spec).start().await.unwrap();
        assert!(within(client.crash()).await.is_err());
        for number in 0..4 {
            client.note(number).send().unwrap();
        }
        assert!(client.note(4).send().is_err(), "there is room for four");
        let mut waits = Box::pin(client.note(5));
        assert!(is_pending(&mut waits).await, "the sixth waits for room");
        within(waits).await.unwrap();
        assert_eq!(within(client.notes()).await.unwrap(), [0, 1, 2, 3, 5]);
    }
}

for_each_kind! {
    async fn who_gives_up_tells_all_who_wait(spec, plan) {
        let mut spec = spec().backoff(SECOND);
        let client = spec.client();
        let tree = Supervisor::one_for_one().max_restarts(2, Duration::from_mins(1)).child(spec).start().await.unwrap();
        plan.fail(9);
        assert!(within(client.crash()).await.is_err());
        let begin = Instant::now();
        let waiting = client.start_number().timeout(Duration::from_mins(10)).send().unwrap();
        let error = within(waiting).await.unwrap_err();
        assert!(!error.may_have_run(), "{error:?}");
        assert_eq!(begin.elapsed().as_secs(), 2, "when the third restart was refused");
        assert_eq!(within(client.start_number()).await, Err(CallError::NoProc));
        assert_eq!(within(tree.monitor()).await.reason, ExitReason::NoProc, "it is gone");
    }
}

for_each_kind! {
    async fn who_would_rather_not_wait_need_not(spec, plan) {
        let mut spec = spec().backoff(SECOND);
        let client = spec.client();
        let _tree = patient().child(spec).start().await.unwrap();
        let (hasty, pinned) = (client.fail_fast(), client.pinned().unwrap());
        assert_eq!((within(hasty.start_number()).await, within(pinned.start_number()).await), (Ok(1), Ok(1)));
        assert!(within(client.crash()).await.is_err());
        settle().await;
        assert_eq!(within(hasty.start_number()).await, Err(CallError::NoProc));
        assert!(hasty.note(1).send().is_err());
        assert!(client.pinned().is_none(), "there is nobody to stay with");
        assert_eq!(within(client.start_number()).await, Ok(2));
        assert_eq!(within(hasty.start_number()).await, Ok(2), "it follows all the same");
        assert_eq!(within(pinned.start_number()).await, Err(CallError::NoProc), "and this one does not");
    }
}

for_each_kind! {
    async fn by_hand_it_goes_and_comes_back(spec, plan) {
        let mut spec = spec();
        let client = spec.client();
        let tree = patient().child(spec).start().await.unwrap();
        within(tree.terminate_child("child")).await.unwrap();
        assert_eq!(within(client.start_number()).await, Err(CallError::NoProc));
        assert_eq!(tree.which_children().await.unwrap()[0].status, ChildStatus::Down);
        within(tree.restart_child("child")).await.unwrap();
        assert_eq!(within(client.start_number()).await, Ok(2));
    }
}

for_each_kind! {
    async fn a_kill_between_two_incarnations_is_the_next_ones(spec, plan) {
        let mut spec = spec().backoff(SECOND);
        let client = spec.client();
        let _tree = patient().child(spec).start().await.unwrap();
        assert!(within(client.crash()).await.is_err());
        settle().await;
        let waiting = client.start_number().send().unwrap();
        assert!(matches!(within(client.kill()).await, Err(callcast::StopError::NoProc)), "nobody is there to be killed");
        assert_eq!(within(waiting).await, Ok(2));
    }
}

for_each_kind! {
    async fn its_supervisor_may_come_again_as_well(spec, plan) {
        let mut spec = spec();
        let client = spec.client();
        let inner = Supervisor::one_for_one().max_restarts(0, Duration::from_secs(1)).id("inner").child(spec);
        let outer = patient().child(inner).start().await.unwrap();
        let before = outer.client::<Supervisor>("inner").unwrap().id();
        assert!(within(client.crash()).await.is_err());
        settle().await;
        assert_eq!(within(client.start_number()).await, Ok(2), "the supervisor gave up, and was started again");
        let inner = outer.client::<Supervisor>("inner").unwrap();
        assert_ne!(inner.id(), before);
        assert_eq!(within(inner.count_children()).await.unwrap().active, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_the_dead_had_end_with_its_reason() {
    let plan = Plan::default();
    let mut spec = Desk::spec(plan);
    let client = spec.client();
    let _tree = patient().child(spec).start().await.unwrap();
    let ((begun, begins), (open, gate)) = (oneshot::channel(), oneshot::channel());
    let held = client.hold(begun, gate).send().unwrap();
    begins.await.unwrap();
    client.crash_later().send().unwrap();
    let behind = client.start_number().send().unwrap();
    open.send(()).unwrap();
    within(held).await.unwrap();
    let error = within(behind).await.unwrap_err();
    assert!(
        matches!(error, CallError::Exit { reason: ExitReason::Panicked(_), started: false }),
        "{error:?}"
    );
    assert_eq!(within(client.start_number()).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_sibling_that_is_stopped_for_a_restart_is_waited_for() {
    let (first, second) = (Plan::default(), Plan::default());
    let mut stays = Desk::spec(first).id("first");
    let client = stays.client();
    let mut fails = Till::spec(second).id("second");
    let other = fails.client();
    let _tree = Supervisor::one_for_all().child(stays).child(fails).start().await.unwrap();
    let ((begun, begins), (open, gate)) = (oneshot::channel(), oneshot::channel());
    let held = client.hold(begun, gate).send().unwrap();
    begins.await.unwrap();
    assert!(within(other.crash()).await.is_err());
    settle().await;
    // The first drains: it finishes what it has, and takes no more.
    let waiting = client.start_number().send().unwrap();
    open.send(()).unwrap();
    within(held).await.unwrap();
    assert_eq!(within(waiting).await, Ok(2), "the next one answers");
    assert_eq!(within(other.start_number()).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_stop_drains_what_is_queued_and_refuses_what_comes() {
    let mut spec = Desk::spec(Plan::default());
    let client = spec.client();
    let tree = patient().child(spec).start().await.unwrap();
    let ((begun, begins), (open, gate)) = (oneshot::channel(), oneshot::channel());
    let held = client.hold(begun, gate).send().unwrap();
    begins.await.unwrap();
    let direct = client.pinned().unwrap();
    let queued: Vec<_> = (0..4).map(|_| direct.start_number().send().unwrap()).collect();
    let mut for_room = Box::pin(direct.start_number());
    assert!(is_pending(&mut for_room).await);
    Client::stop(&tree).send().unwrap();
    settle().await;
    assert!(direct.start_number().send().is_err(), "it takes no more");
    assert_eq!(within(client.start_number()).await, Err(CallError::NoProc));
    open.send(()).unwrap();
    within(held).await.unwrap();
    for queued in queued {
        assert_eq!(within(queued).await, Ok(1));
    }
    assert_eq!(within(for_room).await, Ok(1), "one that waited for room was there before");
}

#[tokio::test(start_paused = true)]
async fn one_that_does_not_stop_in_time_is_killed() {
    let mut spec = Desk::spec(Plan::default()).shutdown(Shutdown::After(ms(300)));
    let client = spec.client();
    let tree = patient().child(spec).start().await.unwrap();
    let ((begun, begins), (_open, gate)) = (oneshot::channel(), oneshot::channel());
    let held = client.hold(begun, gate).send().unwrap();
    let monitor = client.monitor();
    begins.await.unwrap();
    let start = Instant::now();
    within(tree.stop()).await.unwrap();
    assert!(start.elapsed() >= ms(300) && start.elapsed() < ms(310));
    assert_eq!(within(monitor).await.reason, ExitReason::Killed);
    let error = within(held).await.unwrap_err();
    assert_eq!(error, CallError::Exit { reason: ExitReason::Killed, started: true });
}

#[tokio::test(start_paused = true)]
async fn children_are_found_by_id_and_type() {
    let tree = patient().child(Desk::spec(Plan::default())).start().await.unwrap();
    assert_eq!(within(tree.client::<Desk>("Desk").unwrap().start_number()).await, Ok(1));
    assert_eq!(tree.client::<Till>("Desk").unwrap_err(), NoChild::OtherType("Desk"));
    assert_eq!(tree.client::<Desk>("desk").unwrap_err(), NoChild::NotFound);
}

struct Visitor;

#[server]
impl Visitor {
    #[init]
    async fn new(desk: DeskClient) -> Result<Self, CallError> {
        desk.start_number().await?;
        Ok(Self)
    }

    #[call]
    fn is_in(&self) -> bool {
        true
    }
}

#[tokio::test(start_paused = true)]
async fn siblings_are_given_each_other_before_they_start() {
    let mut desk = Desk::spec(Plan::default());
    let visitor = Visitor::spec(desk.client());
    let tree = patient().child(desk).child(visitor).start().await.unwrap();
    assert_eq!(within(tree.client::<Visitor>("Visitor").unwrap().is_in()).await, Ok(true));

    let mut desk = Desk::spec(Plan::default());
    let visitor = Visitor::spec(desk.client());
    let error = patient().child(visitor).child(desk).start().await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("Visitor") && text.contains("the server is gone"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_child_may_ask_its_supervisor_while_it_starts() {
    struct Curious;

    #[server]
    impl Curious {
        #[init]
        async fn new(supervisor: SupervisorClient) -> Result<Self, CallError> {
            assert_eq!(supervisor.which_children().await?.len(), 1, "that is me");
            Ok(Self)
        }
    }

    let tree = DynamicSupervisor::new().start().await.unwrap();
    let asks = tree.clone();
    within(tree.start_child(spec_with(move || Curious::spec(asks.clone())))).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn nothing_outlives_a_supervisor_that_is_killed() {
    let (mut desk, mut till) = (Desk::spec(Plan::default()), Till::spec(Plan::default()));
    let (desk_client, till_client) = (desk.client(), till.client());
    let inner = Supervisor::one_for_one().id("inner").child(till);
    let tree = patient().child(desk).child(inner).start().await.unwrap();
    let downs = (desk_client.monitor(), till_client.monitor());
    within(tree.kill()).await.unwrap();
    assert_eq!(
        (within(downs.0).await.reason, within(downs.1).await.reason),
        (ExitReason::Killed, ExitReason::Killed)
    );
    assert_eq!(within(desk_client.start_number()).await, Err(CallError::NoProc));
    assert_eq!(within(till_client.start_number()).await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn get_or_start_has_one_winner_and_a_supervisor() {
    let rooms: Registry<u32, Till> = Registry::unique();
    let tree = DynamicSupervisor::new().start().await.unwrap();
    let plan = Plan::default();
    let ask = || {
        let (rooms, tree, plan) = (rooms.clone(), tree.clone(), plan.clone());
        async move { rooms.get_or_start(&tree, 7, || Till::spec(plan.clone())).await.unwrap().id() }
    };
    let (a, b, c) = within(async { tokio::join!(ask(), ask(), ask()) }).await;
    assert!(a.is_some() && a == b && b == c);
    assert_eq!((plan.starts(), tree.count_children().await.unwrap().active), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn who_is_second_to_get_or_start_finds_it_and_adds_no_child() {
    let rooms: Registry<u32, Desk> = Registry::unique();
    let tree = DynamicSupervisor::new().max_children(1).start().await.unwrap();
    let (first, second) = (Plan::default(), Plan::default());
    let ask = |plan: &Plan| {
        let (rooms, tree, plan) = (rooms.clone(), tree.clone(), plan.clone());
        async move { rooms.get_or_start(&tree, 7, || Desk::spec(plan.clone())).await.map(|desk| desk.id()) }
    };
    let (a, b) = within(async { tokio::join!(ask(&first), ask(&second)) }).await;
    let (a, b) = (a.expect("it is started"), b.expect("it is found"));
    assert!(a.is_some() && a == b);
    assert_eq!(first.starts() + second.starts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_the_next_ones_turn_and_one_who_sleeps_has_none() {
    let rooms: Registry<u32, Desk> = Registry::unique();
    let tree = DynamicSupervisor::new().max_children(1).start().await.unwrap();
    let plan = Plan::default();
    plan.fail(1);
    let ask = || rooms.get_or_start(&tree, 7, || Desk::spec(plan.clone()));
    let (mut first, mut sleeper) = (Box::pin(ask()), Box::pin(ask()));
    assert!(is_pending(&mut first).await && is_pending(&mut sleeper).await);
    assert!(within(first).await.is_err());
    assert!(within(ask()).await.is_ok());
    assert_eq!(plan.starts(), 2);
    assert!(within(sleeper).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn one_who_has_begun_to_get_or_start_and_sleeps_holds_up_nobody_for_long() {
    let rooms: Registry<u32, Desk> = Registry::unique();
    let full = DynamicSupervisor::new().start().await.unwrap();
    within(full.sys().suspend()).await.unwrap();
    while full.count_children().send().is_ok() {}
    let other = DynamicSupervisor::new().start().await.unwrap();
    let mut sleeper = Box::pin(rooms.get_or_start(&full, 7, || Desk::spec(Plan::default())));
    assert!(is_pending(&mut sleeper).await);
    let begun = Instant::now();
    let ask = || rooms.get_or_start(&other, 7, || Desk::spec(Plan::default()));
    let (a, b) = within(async { tokio::join!(ask(), ask()) }).await;
    assert_eq!(a.unwrap().id(), b.unwrap().id());
    assert_eq!(begun.elapsed().as_secs(), 1);
    // Its turn is another's by now.
    drop(sleeper);
    assert!(within(ask()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn one_that_waits_to_be_started_again_gives_way_to_another_under_its_key() {
    let rooms: Registry<u32, Desk> = Registry::unique();
    let tree = DynamicSupervisor::new().max_restarts(1, Duration::from_mins(1)).start().await.unwrap();
    let (plan, others) = (Plan::default(), Plan::default());
    let spec = || Desk::spec(plan.clone()).backoff(SECOND);
    let old = within(rooms.get_or_start(&tree, 7, spec)).await.unwrap();
    assert!(within(old.crash()).await.is_err());
    let new = within(rooms.get_or_start(&tree, 7, || Desk::spec(others.clone()))).await.unwrap();
    tokio::time::sleep(Duration::from_secs(90)).await;
    assert_eq!((plan.starts(), others.starts()), (1, 1));
    assert_eq!(rooms.lookup(&7).unwrap().id(), new.id());
    assert_eq!(within(old.start_number()).await, Err(CallError::NoProc));
    let counts = within(tree.count_children()).await.unwrap();
    assert_eq!((counts.specs, counts.active), (1, 1));
    // As ever where nobody has come.
    assert!(within(new.crash()).await.is_err());
    assert_eq!(within(new.start_number()).await, Ok(2));
    assert_eq!(rooms.lookup(&7).unwrap().id(), new.id());
}

/// Its `init` takes some time.
struct Slow;

#[server]
impl Slow {
    #[init]
    async fn new(time: Duration, starts: Arc<AtomicUsize>) -> Self {
        starts.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(time).await;
        Self
    }

    #[call]
    fn crash(&self) {
        panic!("as asked")
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_waits_to_be_started_again_gives_way_to_another_whose_init_takes_its_time() {
    let rooms: Registry<u32, Slow> = Registry::unique();
    let tree = DynamicSupervisor::new().max_restarts(1, Duration::from_mins(1)).start().await.unwrap();
    let (starts, others) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let spec = || Slow::spec(Duration::ZERO, Arc::clone(&starts)).backoff(SECOND);
    let old = within(rooms.get_or_start(&tree, 7, spec)).await.unwrap();
    assert!(within(old.crash()).await.is_err());
    let other = || Slow::spec(Duration::from_secs(4), Arc::clone(&others)).temporary();
    let new = within(rooms.get_or_start(&tree, 7, other)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(90)).await;
    assert_eq!((starts.load(Ordering::Relaxed), others.load(Ordering::Relaxed)), (1, 1));
    assert_eq!(rooms.lookup(&7).unwrap().id(), new.id());
    assert_eq!(within(tree.count_children()).await.unwrap().active, 1);
}

/// On a thread of its own: what spins lets no other task of its runtime run, and no clock go on.
#[test]
fn one_that_is_under_its_key_twice_waits_in_vain_for_nobody() {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        done.send(runtime.block_on(one_that_is_under_its_key_twice()))
    });
    let starts = is_done.recv_timeout(Duration::from_secs(20)).expect("it spins, or has failed");
    assert_eq!(starts, (3, 1), "it comes again when the other has gone");
}

async fn one_that_is_under_its_key_twice() -> (usize, usize) {
    let rooms: Registry<u32, Slow> = Registry::unique();
    let tree = DynamicSupervisor::new().max_restarts(1_000, Duration::from_secs(1)).start().await.unwrap();
    let (starts, others) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let spec = || Slow::spec(Duration::ZERO, Arc::clone(&starts)).register(&rooms, 7).backoff(SECOND);
    let old = within(rooms.get_or_start(&tree, 7, spec)).await.unwrap();
    assert!(within(old.crash()).await.is_err());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(within(old.crash()).await.is_err());
    let other = || Slow::spec(Duration::ZERO, Arc::clone(&others)).temporary();
    let new = within(rooms.get_or_start(&tree, 7, other)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(rooms.lookup(&7).unwrap().id(), new.id());
    assert!(within(new.crash()).await.is_err());
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(rooms.lookup(&7).unwrap().id(), old.id());
    (starts.load(Ordering::Relaxed), others.load(Ordering::Relaxed))
}

#[tokio::test(start_paused = true)]
async fn only_a_message_takes_a_turn_of_a_pool() {
    let plans: Arc<[Plan]> = (0..2).map(|_| Plan::default()).collect();
    let makes = Arc::clone(&plans);
    let pool = Pool::round_robin(2, move |number| Desk::spec(makes[number].clone()).backoff(SECOND));
    let client = pool.client();
    let tree = pool.start().await.unwrap();
    for _ in 0..4 {
        assert!(!client.load().is_full() && client.is_alive());
        client.note(1).send().unwrap();
    }
    for id in ["0", "1"] {
        assert_eq!(within(tree.client::<Desk>(id).unwrap().notes()).await, Ok(vec![1, 1]), "{id}");
    }
    // Also where nobody is there yet: half of what comes waits for each.
    for id in ["0", "1"] {
        assert!(within(tree.client::<Desk>(id).unwrap().crash()).await.is_err());
    }
    let mut waiting: Vec<_> = (0..8).map(|_| client.note(2).send()).collect();
    assert!(waiting.drain(..).all(|sent| sent.is_ok()), "four have room in each");
    for id in ["0", "1"] {
        assert_eq!(within(tree.client::<Desk>(id).unwrap().notes()).await, Ok(vec![2; 4]), "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_who_waits_for_a_state_looks_at_one_agent_of_a_pool_and_takes_no_turn() {
    let pool = Pool::round_robin(2, |_| Till::spec(Plan::default()));
    let client = pool.client();
    let tree = pool.start().await.unwrap();
    for _ in 0..4 {
        within(client.wait_until(|_| true)).await.unwrap();
        client.note(1).send().unwrap();
    }
    for id in ["0", "1"] {
        assert_eq!(within(tree.client::<Till>(id).unwrap().notes()).await, Ok(vec![1, 1]), "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_id_of_several_children_leads_to_the_last_that_is_there() {
    let tree = DynamicSupervisor::new().start().await.unwrap();
    let mut started = Vec::new();
    for _ in 0..4 {
        started.push(tree.start_child(Desk::spec(Plan::default()).temporary()).await.unwrap());
    }
    let found = || tree.client::<Desk>("Desk").map(|desk| desk.id());
    // The third, the last, the first, and the second.
    for (gone, last) in [(2, Some(3)), (3, Some(1)), (0, Some(1)), (1, None)] {
        within(started[gone].stop()).await.unwrap();
        settle().await;
        assert_eq!(found().ok(), last.map(|last: usize| started[last].id()), "{gone}");
    }
    assert_eq!(found(), Err(NoChild::NotFound));
}

#[tokio::test(start_paused = true)]
async fn a_pool_passes_over_who_is_not_there() {
    let plans: Arc<[Plan]> = (0..3).map(|_| Plan::default()).collect();
    let makes = Arc::clone(&plans);
    let pool = Pool::round_robin(3, move |number| Desk::spec(makes[number].clone()))
        .supervisor(|spec| spec.max_restarts(9, ms(1)));
    let client = pool.client();
    assert_eq!(within(client.start_number()).await, Err(CallError::NoProc));
    let tree = patient().child(pool).start().await.unwrap();
    for _ in 0..3 {
        let (begun, gate) = (oneshot::channel().0, oneshot::channel().1);
        within(client.hold(begun, gate)).await.unwrap();
    }
    assert_eq!(plans.iter().map(Plan::starts).sum::<u32>(), 3);
    assert!(within(client.crash()).await.is_err());
    for _ in 0..6 {
        within(client.start_number()).await.unwrap();
    }
    assert_eq!(plans.iter().map(Plan::starts).sum::<u32>(), 4);
    assert_eq!(within(tree.client::<Supervisor>("Pool").unwrap().count_children()).await.unwrap().active, 3);
}

#[tokio::test(start_paused = true)]
async fn the_least_loaded_of_a_pool_is_next() {
    let pool = Pool::least_loaded(2, |_| Desk::spec(Plan::default()));
    let client = pool.client();
    let tree = pool.start().await.unwrap();
    let ids: Vec<_> = tree.which_children().await.unwrap().into_iter().map(|child| child.server).collect();
    let busy = tree.client::<Desk>("0").unwrap();
    let ((begun, begins), (open, gate)) = (oneshot::channel(), oneshot::channel());
    let held = busy.hold(begun, gate).send().unwrap();
    begins.await.unwrap();
    busy.note(1).send().unwrap();
    for _ in 0..5 {
        assert_eq!(client.id(), ids[1]);
        within(client.start_number()).await.unwrap();
    }
    open.send(()).unwrap();
    within(held).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_key_keeps_its_partition_through_restarts() {
    let parts = PartitionSupervisor::new(4, |_| Desk::spec(Plan::default())).start().await;
    let parts = parts.unwrap();
    let ids: std::collections::HashSet<_> = (0..100).map(|key| parts.get(&key).id()).collect();
    assert_eq!((ids.len(), parts.len()), (4, 4));
    let part = parts.get("a");
    let before = part.id();
    assert!(within(part.crash()).await.is_err());
    within(parts.get("a").start_number()).await.unwrap();
    assert_ne!(part.id(), before);
    assert_eq!(parts.get("a").id(), part.id());
}

#[tokio::test(start_paused = true)]
async fn a_task_brings_its_value_or_the_reason_why_not() {
    let tasks = TaskSupervisor::new().start().await.unwrap();
    assert_eq!(within(tasks.run(async { 7 }).await.unwrap()).await, Ok(7));
    let failed: Result<u32, _> = within(tasks.run(async { panic!("as asked") }).await.unwrap()).await;
    assert!(matches!(failed.unwrap_err().reason, ExitReason::Panicked(_)));
    let mut sleeper = tasks.run(tokio::time::sleep(Duration::from_secs(9))).await.unwrap();
    assert_eq!(within(sleeper.wait_for(ms(5))).await, None);
    assert_eq!(tasks.count_children().await.unwrap().active, 1);
    assert_eq!(within(sleeper.shutdown(Shutdown::After(Duration::from_secs(1)))).await, None);
    let dropped = tasks.run(std::future::pending::<()>()).await.unwrap();
    let monitor = dropped.monitor();
    drop(dropped);
    assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    settle().await;
    assert_eq!(tasks.count_children().await.unwrap().specs, 0);
    let alone = Task::run(async { 1 }).unwrap();
    assert_eq!(within(alone).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn the_tree_is_drawn() {
    let inner = Supervisor::one_for_all().id("inner").child(Till::spec(Plan::default()).id("till"));
    let tree = patient().child(Desk::spec(Plan::default())).child(inner).start().await.unwrap();
    let desk = tree.client::<Desk>("Desk").unwrap();
    assert!(within(desk.crash()).await.is_err());
    within(desk.start_number()).await.unwrap();
    let drawn = tree.tree().to_string();
    let shown: Vec<_> =
        drawn.lines().map(|line| line.chars().filter(|c| !c.is_ascii_digit()).collect::<String>()).collect();
    assert_eq!(
        shown,
        ["Supervisor #", "├─ Desk #, restarted once", "└─ inner (Supervisor) #", "   └─ till (Till) #"],
        "{drawn}"
    );
    within(tree.stop()).await.unwrap();
    assert_eq!(tree.tree().children, []);
}
