//! What could go wrong when a call runs where it is made: a test for each risk, and the promises again for servers with
//! `inline = true`.
//!
//! Where a test wants to see whether a call was queued, it asks `enqueued()`, which counts messages. Everything else is
//! what users may rely on, whoever runs the handler.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::io::{BufRead as _, BufReader, Write as _};
use std::panic::resume_unwind;
use std::pin::{Pin, pin};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use callcast::prelude::*;
use callcast::{Replies, StopError};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::runtime::{Handle, Id};
use tokio::task;
use tokio::time::sleep;

use crate::support::{
    Bomb, Door, Gate, LONG, Log, at_once, block_on, current_thread, door, gate, is_panic, lasting, ms,
    multi_thread, on_thread, settle, within, worker,
};

/// A server that may run where it is called, and does what a test asks of it.
struct Quick {
    log: Log<u32>,
    held: Vec<ReplyTo<u32>>,
}

#[server(inline = true)]
impl Quick {
    #[init]
    const fn new(log: Log<u32>) -> Self {
        Self { log, held: Vec::new() }
    }

    #[call]
    fn get(&self) -> u32 {
        7
    }

    #[call]
    fn add(&mut self, n: u32) -> u32 {
        self.log.push(n);
        n
    }

    /// Could wait, and does not.
    #[call]
    async fn add_async(&mut self, n: u32) -> u32 {
        std::future::ready(self.add(n)).await
    }

    #[call(always)]
    fn add_always(&mut self, n: u32) -> u32 {
        self.add(n)
    }

    #[cast]
    fn note(&mut self, n: u32) {
        self.log.push(n);
    }

    /// Stands at a door; logs a number when it has passed.
    #[call]
    async fn pass(&mut self, door: Door, n: u32) -> u32 {
        door.pass().await;
        self.add(n)
    }

    #[cast]
    async fn block(&mut self, door: Door) {
        door.pass().await;
    }

    #[call]
    fn block_thread(&self, gate: Gate) {
        gate.pass();
    }

    #[call]
    fn lock(&self, lock: Arc<Mutex<u32>>) -> u32 {
        *lock.lock().unwrap()
    }

    #[call]
    async fn sleep(&mut self, millis: u64) -> u32 {
        sleep(ms(millis)).await;
        self.get()
    }

    /// Answers when `release` comes.
    #[call]
    fn hold(&mut self, reply: ReplyTo<u32>) {
        self.held.push(reply);
    }

    #[call]
    fn release(&mut self, n: u32) -> usize {
        let held: Vec<_> = self.held.drain(..).collect();
        let released = held.len();
        for reply in held {
            reply.send(n);
        }
        released
    }

    #[call]
    fn forget(&self, reply: ReplyTo<u32>) {
        drop(reply);
    }

    #[call]
    fn check(&self, n: u32) -> Result<u32, String> {
        if n == 0 { Err("zero".to_owned()) } else { Ok(n) }
    }

    #[call]
    async fn check_later(&mut self, n: u32) -> Result<u32, String> {
        task::yield_now().await;
        self.check(n)
    }

    #[call]
    async fn give(&mut self, door: Door, value: Arc<()>) -> Arc<()> {
        door.pass().await;
        value
    }

    /// Uses up the budget of whoever polls it.
    #[call]
    async fn spend(&mut self, units: u32) -> u32 {
        for _ in 0..units {
            task::consume_budget().await;
        }
        units
    }
}

/// An idle one, and what it logs.
async fn quick() -> (QuickClient, Log<u32>) {
    let log = Log::default();
    let quick = Quick::start(log.clone()).await.unwrap();
    settle().await;
    (quick, log)
}

/// One that stands at a door, which the key opens.
async fn busy_quick() -> (QuickClient, Log<u32>, crate::support::Key) {
    let (quick, log) = quick().await;
    let (door, mut key) = door();
    quick.block(door).await.unwrap();
    key.entered().await;
    (quick, log, key)
}

/// What all else here leaves open: that an idle server gives its answer without a message.
#[test]
fn a_call_of_an_idle_server_runs_where_it_is_made() {
    async fn check() {
        let (quick, log) = quick().await;
        assert_eq!(quick.add(1).now_or_never(), Some(Ok(1)), "ready at its first poll");
        assert_eq!(quick.add_async(2).now_or_never(), Some(Ok(2)), "and one that could wait, and does not");
        assert_eq!(quick.check(0).now_or_never(), Some(Err(CallError::Handler("zero".to_owned()))));
        let (door, mut key) = door();
        let mut pass = quick.pass(door, 3);
        assert_eq!((&mut pass).now_or_never(), None);
        assert!(key.entered().now_or_never().is_some(), "it has begun");
        key.open();
        assert_eq!(within(pass).await, Ok(3));
        assert_eq!(log.take(), [1, 2, 3]);
        assert_eq!(quick.enqueued(), 0, "although one of them had to wait");
    }
    let runtime = current_thread();
    runtime.block_on(check());
    runtime.block_on(async { tokio::spawn(check()).await.unwrap() });
}

#[test]
fn a_call_of_an_idle_server_runs_where_it_is_made_on_many_threads() {
    const CALLS: u32 = 1_000;
    async fn check() {
        let (quick, log) = quick().await;
        for n in 0..CALLS {
            assert_eq!(quick.add(n).await, Ok(n));
        }
        assert_eq!(log.take(), (0..CALLS).collect::<Vec<_>>());
        // Not all of them: its task may be on its way still to say that there is nothing to do.
        assert!(quick.enqueued() < u64::from(CALLS), "all of them were queued");
    }
    let runtime = multi_thread();
    runtime.block_on(check());
    runtime.block_on(async { tokio::spawn(check()).await.unwrap() });
}

#[tokio::test]
async fn risk01_a_cast_never_runs_where_it_is_sent() {
    let (quick, log) = quick().await;
    assert_eq!(quick.note(1).now_or_never(), Some(Ok(())));
    quick.note(2).send().unwrap();
    assert!(log.is_empty(), "the server is another task");
    assert_eq!(quick.enqueued(), 2);
    assert_eq!(quick.add(3).await, Ok(3));
    assert_eq!(log.take(), [1, 2, 3]);
}

#[tokio::test]
async fn risk01_a_server_that_is_not_inline_runs_nothing_where_it_is_called() {
    struct Slow;
    #[server(inline = false)]
    impl Slow {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        const fn get(&self) -> u32 {
            7
        }
    }
    let (slow, (default, log)) = (Slow::start().await.unwrap(), worker().await);
    settle().await;
    let (mut first, mut second) = (slow.get(), default.add(1));
    assert_eq!((&mut first).now_or_never(), None);
    assert_eq!((&mut second).now_or_never(), None);
    assert!(log.is_empty());
    assert_eq!((first.await, second.await), (Ok(7), Ok(1)));
    assert_eq!((slow.enqueued(), default.enqueued()), (1, 1));
}

/// An agent that gives itself more to do than its caller should have to.
struct Flood {
    seen: mpsc::Sender<ThreadId>,
}

#[agent]
impl Flood {
    #[init]
    const fn new(seen: mpsc::Sender<ThreadId>) -> Self {
        Self { seen }
    }

    #[call]
    fn flood(&self, me: FloodClient, messages: usize) -> ThreadId {
        for _ in 0..messages {
            me.note().send().unwrap();
        }
        thread::current().id()
    }

    #[cast]
    fn note(&mut self) {
        self.seen.send(thread::current().id()).unwrap();
    }
}

#[test]
fn risk02_casts_that_nobody_waits_for_are_bounded_for_their_caller() {
    const MESSAGES: usize = 1_000;
    const BOUND: usize = 64;
    for runtime in [None, Some(multi_thread())] {
        let (seen, all_seen) = mpsc::channel();
        let flood = Flood::start(seen).unwrap();
        let me = flood.clone();
        let caller = match &runtime {
            None => on_thread(move || me.flood(me.clone(), MESSAGES).wait()),
            // None of the runtime's own threads.
            Some(runtime) => runtime.block_on(async { me.flood(me.clone(), MESSAGES).await }),
        };
        // Nobody calls it any more, and all of it is handled.
        let threads: Vec<_> = (0..MESSAGES).map(|_| all_seen.recv_timeout(LONG).unwrap()).collect();
        let by_caller = threads.into_iter().filter(|thread| Ok(*thread) == caller).count();
        assert!(by_caller <= BOUND, "{by_caller} were run by the caller");
        drop(flood);
    }
}

/// Counted from when the timer is due: how long a call takes is the machine's affair.
#[test]
fn risk02_p49_inline_a_hot_caller_lets_a_timer_of_its_runtime_fire() {
    const CALLS: u32 = 20_000;
    let late = current_thread().block_on(async {
        let (quick, _) = quick().await;
        let begin = Instant::now();
        let timer = tokio::spawn(sleep(ms(10)));
        let mut late = 0;
        while !timer.is_finished() && late < CALLS {
            assert_eq!(quick.get().await, Ok(7));
            late += u32::from(begin.elapsed() > ms(12));
        }
        late
    });
    assert!(late < CALLS, "the timer has not fired within {late} calls");
}

#[tokio::test]
async fn risk02_p49_inline_a_hot_caller_lets_other_tasks_run() {
    let (quick, _) = quick().await;
    let other = tokio::spawn(async {});
    for _ in 0..10_000 {
        assert_eq!(quick.get().await, Ok(7));
    }
    assert!(other.is_finished());
}

#[tokio::test]
async fn risk03_a_call_never_overtakes_what_is_queued() {
    let (quick, log) = quick().await;
    quick.note(1).send().unwrap();
    let mut behind_cast = quick.add(2);
    assert_eq!((&mut behind_cast).now_or_never(), None);
    assert!(log.is_empty());
    assert_eq!(quick.enqueued(), 2);
    assert_eq!(behind_cast.await, Ok(2));
    let sent = quick.add(3).send().unwrap();
    assert_eq!((quick.add(4).await, sent.await), (Ok(4), Ok(3)));
    // Nor what stands behind a handler that waits.
    let (door, mut key) = door();
    let mut pass = quick.pass(door, 5);
    assert_eq!((&mut pass).now_or_never(), None);
    key.entered().await;
    quick.note(6).await.unwrap();
    let mut behind = quick.add(7);
    assert_eq!((&mut behind).now_or_never(), None);
    key.open();
    assert_eq!((within(pass).await, within(behind).await), (Ok(5), Ok(7)));
    assert_eq!(log.take(), [1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test(start_paused = true)]
async fn risk03_a_call_never_overtakes_a_stop() {
    let (quick, log) = quick().await;
    let mut stop = quick.stop();
    assert_eq!((&mut stop).now_or_never(), None);
    let error = at_once(quick.add(1)).await.unwrap_err();
    assert!(!error.may_have_run(), "{error:?}");
    assert_eq!(at_once(stop).await, Ok(ExitReason::Normal));
    assert!(log.is_empty());
}

#[tokio::test(start_paused = true)]
async fn risk03_a_call_never_overtakes_a_kill() {
    let (quick, log) = quick().await;
    quick.kill().send().unwrap();
    let error = at_once(quick.add(1)).await.unwrap_err();
    assert!(!error.may_have_run(), "{error:?}");
    assert!(log.is_empty());
}

/// How many handlers stand on this thread's stack, as far as they say so.
fn depth<T>(deepest: &AtomicU32, f: impl FnOnce() -> T) -> T {
    thread_local! {
        static DEPTH: Cell<u32> = const { Cell::new(0) };
    }
    let before = DEPTH.get();
    DEPTH.set(before + 1);
    deepest.fetch_max(before + 1, Ordering::Relaxed);
    let output = f();
    DEPTH.set(before);
    output
}

/// Eight that run where they are called, in one that may be its own task's: more are too many for a small stack.
const DEEPEST: u32 = 9;

/// One of a row of agents, each of which casts to the next.
struct Domino {
    next: Option<DominoClient>,
    fallen: mpsc::Sender<()>,
    deepest: Arc<AtomicU32>,
}

#[agent]
impl Domino {
    #[init]
    const fn new(next: Option<DominoClient>, fallen: mpsc::Sender<()>, deepest: Arc<AtomicU32>) -> Self {
        Self { next, fallen, deepest }
    }

    #[cast]
    fn fall(&mut self) {
        depth(&self.deepest, || {
            if let Some(next) = &self.next {
                next.fall().send().unwrap();
            }
        });
        self.fallen.send(()).unwrap();
    }
}

#[test]
fn risk04_casts_of_agents_run_within_each_other_to_a_depth_only() {
    const AGENTS: usize = 100;
    let (fallen, all_fallen) = mpsc::channel();
    let deepest = Arc::new(AtomicU32::new(0));
    let mut row = Vec::new();
    for _ in 0..AGENTS {
        row.push(Domino::start(row.last().cloned(), fallen.clone(), Arc::clone(&deepest)).unwrap());
    }
    row[AGENTS - 1].fall().wait().unwrap();
    for _ in 0..AGENTS {
        all_fallen.recv_timeout(LONG).unwrap();
    }
    let deepest = deepest.load(Ordering::Relaxed);
    assert!(deepest <= DEEPEST, "{deepest} within each other");
}

/// One of a row of servers, each of which calls the next.
struct Link {
    next: Option<LinkClient>,
    deepest: Arc<AtomicU32>,
}

#[server(inline = true)]
impl Link {
    #[init]
    const fn new(next: Option<LinkClient>, deepest: Arc<AtomicU32>) -> Self {
        Self { next, deepest }
    }

    /// How many there are from here on.
    #[call]
    async fn count(&mut self) -> Answer {
        let rest = async {
            match &self.next {
                Some(next) => flat(Box::pin(next.count()).await),
                None => Ok(0),
            }
        };
        let mut rest = pin!(rest);
        let rest = poll_fn(|cx| depth(&self.deepest, || rest.as_mut().poll(cx))).await;
        rest.map(|rest| rest + 1)
    }
}

#[test]
fn risk04_a_chain_of_1000_servers_that_call_each_other_does_not_overflow_the_stack() {
    const SERVERS: u32 = 1_000;
    for runtime in [current_thread(), multi_thread()] {
        let deepest = Arc::new(AtomicU32::new(0));
        let noted = Arc::clone(&deepest);
        runtime.block_on(async {
            let mut first = Link::start(None, Arc::clone(&noted)).await.unwrap();
            for _ in 1..SERVERS {
                first = Link::start(Some(first), Arc::clone(&noted)).await.unwrap();
            }
            settle().await;
            assert_eq!(flat(within(first.count()).await), Ok(SERVERS));
            let called = tokio::spawn(async move { flat(first.count().await) });
            assert_eq!(within(called).await.unwrap(), Ok(SERVERS), "from a task too");
        });
        let deepest = deepest.load(Ordering::Relaxed);
        assert!(deepest <= DEEPEST, "{deepest} within each other");
    }
}

#[tokio::test(start_paused = true)]
async fn risk04_a_call_from_inside_an_agent_is_refused_although_the_server_is_idle() {
    struct Leaf;
    #[agent]
    impl Leaf {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        fn calls(&self, quick: QuickClient) -> Result<u32, CallError> {
            quick.add(1).now_or_never().unwrap()
        }
    }
    let ((quick, log), leaf) = (quick().await, Leaf::start().unwrap());
    assert_eq!(leaf.calls(quick.clone()).await, Err(CallError::Handler(CallError::InsideAgent)));
    let other = quick.clone();
    assert_eq!(
        leaf.with(move |_| other.add(2).now_or_never().unwrap()).await,
        Ok(Err(CallError::InsideAgent))
    );
    assert!(log.is_empty());
    assert_eq!(at_once(quick.add(3)).await, Ok(3), "afterwards calls are allowed again");
}

/// One of several servers that call each other.
struct Peer {
    next: Option<PeerClient>,
    kept: Vec<ReplyTo<u32>>,
    seen: Option<Answer>,
}

type Answer = Result<u32, CallError>;

fn flat(answer: Result<Answer, CallError>) -> Answer {
    answer?
}

/// How a handler calls on.
#[derive(Clone, Copy, Debug)]
enum How {
    Plain,
    NoTimeout,
    Longer,
    Shorter,
    Detached,
    Sent,
}

#[server(inline = true)]
impl Peer {
    #[init]
    const fn new() -> Self {
        Self { next: None, kept: Vec::new(), seen: None }
    }

    #[call]
    fn meet(&mut self, next: PeerClient) {
        self.next = Some(next);
    }

    fn next(&self) -> &PeerClient {
        self.next.as_ref().unwrap()
    }

    #[call]
    const fn get(&self) -> u32 {
        7
    }

    #[call]
    fn seen(&mut self) -> Option<Answer> {
        self.seen.take()
    }

    /// Calls along the ring, as many steps as are given, and then `get`; `late` is after an await.
    #[call]
    async fn walk(&mut self, steps: u32, late: bool) -> Answer {
        if late {
            task::yield_now().await;
        }
        let next = self.next();
        if steps == 0 { next.get().await } else { flat(Box::pin(next.walk(steps - 1, late)).await) }
    }

    #[call]
    async fn own(&mut self, late: bool, ctx: &mut Context<Self>) -> Answer {
        let client = ctx.client();
        if late {
            task::yield_now().await;
        }
        client.get().await
    }

    #[call]
    async fn own_sent(&mut self, ctx: &mut Context<Self>) -> Answer {
        let pending = ctx.client().get().send().map_err(|_| CallError::Full)?;
        pending.await
    }

    #[call]
    async fn stop_own(&mut self, ctx: &mut Context<Self>) -> Result<ExitReason, StopError> {
        ctx.client().stop().await
    }

    /// Sends a call, and does not wait for its reply.
    #[call]
    fn sends(&mut self) -> u32 {
        self.next().walk(0, false).send().unwrap().detach();
        3
    }

    /// Answers first, and calls then: its caller may still be below it on the stack.
    #[call]
    async fn answers_first(&mut self, reply: ReplyTo<u32>) {
        reply.send(4);
        self.seen = Some(self.next().get().await);
    }

    #[call]
    async fn asks_one_that_answers_first(&mut self) -> Answer {
        let answer = self.next().answers_first().await;
        task::yield_now().await;
        answer
    }

    /// Has another task call this very server.
    #[call]
    fn calls_in_a_task(&mut self, reply: ReplyTo<Answer>, ctx: &mut Context<Self>) {
        let me = ctx.client();
        tokio::spawn(async move { reply.send(me.get().await) });
    }

    #[call]
    fn keep(&mut self, reply: ReplyTo<u32>) {
        self.kept.push(reply);
    }

    #[call]
    fn release(&mut self) -> usize {
        let kept: Vec<_> = self.kept.drain(..).collect();
        let released = kept.len();
        for reply in kept {
            reply.send(9);
        }
        released
    }

    #[call]
    async fn asks_to_keep(&mut self) -> Answer {
        self.next().keep().await
    }

    /// How long a call that is never answered lasts here. The limit is the handler's, for a caller's own would have it
    /// queued.
    #[call(timeout = "200ms")]
    async fn patience(&mut self, how: How) -> Duration {
        let begin = tokio::time::Instant::now();
        let call = self.next().keep();
        let error = match how {
            How::Plain => call.await,
            How::NoTimeout => call.no_timeout().await,
            How::Longer => call.timeout(LONG).await,
            How::Shorter => call.timeout(ms(10)).await,
            How::Detached => call.detached().timeout(ms(900)).await,
            How::Sent => call.no_timeout().send().unwrap().await,
        };
        assert!(matches!(error, Err(CallError::Timeout { .. })));
        begin.elapsed()
    }
}

/// That many peers, each of which knows the next, the last the first.
async fn ring(count: usize) -> Vec<PeerClient> {
    let mut peers = Vec::new();
    for _ in 0..count {
        peers.push(Peer::start().await.unwrap());
    }
    for n in 0..count {
        peers[n].meet(peers[(n + 1) % count].clone()).await.unwrap();
    }
    settle().await;
    peers
}

#[tokio::test(start_paused = true)]
async fn risk04_p01_inline_calling_itself_is_calling_self_at_once() {
    let peer = &ring(1).await[0];
    for late in [false, true] {
        assert_eq!(flat(at_once(peer.own(late)).await), Err(CallError::CallingSelf));
        assert_eq!(flat(at_once(peer.walk(3, late)).await), Err(CallError::CallingSelf));
    }
    assert_eq!(flat(at_once(peer.own_sent()).await), Err(CallError::CallingSelf));
    assert_eq!(at_once(peer.stop_own()).await, Err(CallError::Handler(StopError::CallingSelf)));
    assert_eq!(at_once(peer.get()).await, Ok(7), "the server lives");
}

#[tokio::test(start_paused = true)]
async fn risk04_p02_inline_a_cycle_of_calls_is_a_deadlock_that_names_it_at_once() {
    for (length, late) in [(2, false), (2, true), (5, false), (5, true), (12, false)] {
        let peers = ring(length).await;
        let answer = flat(at_once(peers[0].walk(u32::try_from(length).unwrap() - 1, late)).await);
        let Err(CallError::Deadlock(cycle)) = answer else { panic!("{answer:?}") };
        let mut named: Vec<_> = cycle.servers().iter().map(|(_, id)| id.to_string()).collect();
        let mut expected: Vec<_> = peers.iter().map(|peer| peer.id().unwrap().to_string()).collect();
        named.sort_unstable();
        expected.sort_unstable();
        assert_eq!(named, expected);
        for peer in &peers {
            assert_eq!(at_once(peer.get()).await, Ok(7));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn p99_inline_no_false_alarm() {
    let peers = ring(2).await;
    assert_eq!(at_once(peers[0].sends()).await, Ok(3), "a call that is not awaited");
    assert_eq!(flat(at_once(peers[0].calls_in_a_task()).await), Ok(7), "another task's call");
    assert_eq!(flat(at_once(peers[0].asks_one_that_answers_first()).await), Ok(4));
    assert_eq!(
        at_once(peers[1].seen()).await,
        Ok(Some(Ok(7))),
        "whose own call is answered when its caller is free"
    );
    // 0 waits for a reply that 1 keeps; 1 is free meanwhile, and whoever calls it gets an answer.
    let mut waiting = peers[0].asks_to_keep();
    assert!((&mut waiting).now_or_never().is_none());
    settle().await;
    assert_eq!(at_once(peers[1].get()).await, Ok(7));
    assert_eq!(at_once(peers[1].release()).await, Ok(1));
    assert_eq!(flat(at_once(waiting).await), Ok(9));
    // And again, after a deadlock was found: nothing of it is left.
    for _ in 0..3 {
        assert!(flat(at_once(peers[0].walk(1, false)).await).is_err());
        assert_eq!(flat(at_once(peers[0].walk(0, false)).await), Ok(7));
    }
}

#[tokio::test(start_paused = true)]
async fn p102_inline_deadline_of_what_a_handler_calls_is_what_is_left_of_its_callers_time() {
    let peers = ring(2).await;
    let cases = [
        (How::Plain, ms(200)),
        (How::NoTimeout, ms(200)),
        (How::Longer, ms(200)),
        (How::Sent, ms(200)),
        (How::Shorter, ms(10)),
        (How::Detached, ms(900)),
    ];
    for (how, expected) in cases {
        let begin = tokio::time::Instant::now();
        let reply = peers[0].patience(how).await;
        assert!(begin.elapsed() <= ms(201));
        match reply {
            Ok(lasted) => assert!(lasted.abs_diff(expected) <= ms(1), "{how:?}: {lasted:?}"),
            Err(error) => assert_eq!(error, CallError::Timeout { started: true }, "{how:?}"),
        }
        // The handler is done when it answers again.
        assert_eq!(within(peers[0].get()).await, Ok(7));
        let lasted = begin.elapsed();
        assert!(lasted >= expected && lasted <= expected + ms(2), "{how:?}: {lasted:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn risk05_the_budget_of_a_caller_does_not_matter() {
    let (quick, _) = quick().await;
    for units in [0, 1, 127, 128, 129, 1_000] {
        assert_eq!(at_once(quick.spend(units)).await, Ok(units));
        // Little or nothing is left of this task's own when it calls.
        let caller = quick.clone();
        let spent = tokio::spawn(async move {
            for _ in 0..units {
                task::consume_budget().await;
            }
            (caller.get().await, caller.spend(units).await, caller.spend(1).await)
        });
        assert_eq!(at_once(spent).await.unwrap(), (Ok(7), Ok(units), Ok(1)));
    }
}

/// Calls itself before and after an await: by then another task may be running it.
#[tokio::test(start_paused = true)]
async fn risk05_the_task_of_a_caller_does_not_matter() {
    struct Mirror;
    #[server(inline = true)]
    impl Mirror {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        const fn get(&self) -> u32 {
            7
        }
        #[call]
        async fn look(&mut self, me: MirrorClient) -> Vec<Result<u32, CallError>> {
            let mut seen = Vec::new();
            for _ in 0..3 {
                seen.push(me.get().await);
                task::yield_now().await;
            }
            seen
        }
    }
    let mirror = Mirror::start().await.unwrap();
    settle().await;
    let expected = Ok(vec![Err(CallError::CallingSelf); 3]);
    assert_eq!(at_once(mirror.look(mirror.clone())).await, expected);
    let caller = mirror.clone();
    let looked = tokio::spawn(async move { caller.look(caller.clone()).await });
    assert_eq!(at_once(looked).await.unwrap(), expected);
    assert_eq!(at_once(mirror.get()).await, Ok(7));
}

/// Says in which task it is dropped.
struct Guard(Log<Option<task::Id>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.push(task::try_id());
    }
}

/// A server that ends in several ways, with something to drop.
struct Doomed {
    ended: Log<String>,
    held: Vec<ReplyTo<()>>,
    _guard: Guard,
}

#[server(inline = true)]
impl Doomed {
    #[init]
    const fn new(ended: Log<String>, guard: Guard) -> Self {
        Self { ended, held: Vec::new(), _guard: guard }
    }

    #[call]
    const fn get(&self) {}

    #[call]
    fn hold(&mut self, reply: ReplyTo<()>) {
        self.held.push(reply);
    }

    #[call]
    async fn boom(&mut self, late: bool) {
        if late {
            task::yield_now().await;
        }
        panic!("boom")
    }

    #[call]
    fn boom_now(&mut self) {
        panic!("boom")
    }

    /// Waits for ever, with something in its future.
    #[call]
    async fn hang(&mut self, guard: Guard) {
        pending::<()>().await;
        drop(guard);
    }

    #[call]
    async fn block_and_hang(&mut self, gate: Gate, guard: Guard) {
        gate.pass();
        pending::<()>().await;
        drop(guard);
    }

    #[terminate]
    fn close(&mut self, reason: &ExitReason) {
        self.ended.push(reason.to_string());
    }
}

type Dropped = Log<Option<task::Id>>;

async fn doomed() -> (DoomedClient, Log<String>, Dropped) {
    let (ended, dropped) = (Log::default(), Log::default());
    let doomed = Doomed::start(ended.clone(), Guard(dropped.clone())).await.unwrap();
    settle().await;
    // On threads of its own it may still be on its way: it is idle when a call is run here, and not queued.
    loop {
        let before = doomed.enqueued();
        within(doomed.get()).await.unwrap();
        if doomed.enqueued() == before {
            return (doomed, ended, dropped);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn risk06_p20_inline_a_panic_ends_the_server_and_is_told_to_all_who_wait() {
    type Act = fn(DoomedClient) -> Pin<Box<dyn Future<Output = Result<(), CallError>> + Send>>;
    let cases: [(&str, Act); 3] = [
        ("boom_now", |doomed| Box::pin(async move { doomed.boom_now().await })),
        ("boom", |doomed| Box::pin(async move { doomed.boom(false).await })),
        ("boom", |doomed| Box::pin(async move { doomed.boom(true).await })),
    ];
    for (handler, act) in cases {
        let (doomed, ended, dropped) = doomed().await;
        let held = doomed.hold().send().unwrap();
        at_once(doomed.get()).await.unwrap();
        let (boom, other) = (act(doomed.clone()), doomed.clone());
        let caller = tokio::spawn(async move {
            let error = boom.await.unwrap_err();
            // It has ended before anybody hears of the panic.
            (error, other.is_alive(), at_once(other.get()).await)
        });
        let id = caller.id();
        let (error, is_alive, next) = at_once(caller).await.unwrap();
        assert!(is_panic(&error, handler, "boom"), "{error:?}");
        assert!(!is_alive && !next.unwrap_err().may_have_run());
        assert_eq!(at_once(held).await.unwrap_err(), error, "all hear the same");
        settle().await;
        assert_eq!(ended.take(), [format!("`Doomed::{handler}` panicked: boom")]);
        let dropped = dropped.take();
        assert!(matches!(dropped[..], [Some(task)] if task != id), "its state is dropped on its own task");
    }
}

/// As a server that runs on its own task is gone by then.
#[tokio::test(start_paused = true)]
async fn risk06_p03_inline_what_is_sent_after_a_panic_was_heard_of_is_no_proc() {
    for late in [false, true] {
        let (doomed, _, _) = doomed().await;
        assert!(at_once(doomed.boom(late)).await.is_err());
        assert_eq!(at_once(doomed.get()).await, Err(CallError::NoProc));
    }
}

#[tokio::test(start_paused = true)]
async fn risk06_p20_inline_a_panic_is_told_to_those_who_are_queued() {
    let (doomed, ended, _) = doomed().await;
    let mut boom = doomed.boom(true);
    assert_eq!((&mut boom).now_or_never(), None);
    let (mut behind, sent) = (doomed.get(), doomed.get().send().unwrap());
    assert_eq!((&mut behind).now_or_never(), None);
    let error = at_once(boom).await.unwrap_err();
    assert!(is_panic(&error, "boom", "boom"), "{error:?}");
    let CallError::Exit { reason, .. } = error else { panic!("{error:?}") };
    let unbegun = Err(CallError::Exit { reason, started: false });
    assert_eq!((at_once(behind).await, at_once(sent).await), (unbegun.clone(), unbegun));
    assert_eq!(ended.take().len(), 1);
}

/// Nobody ever sees what a panic has left half done.
macro_rules! fuse {
    ($name:ident, $client:ident, $kind:ident($($option:tt)*)) => {
        struct $name {
            torn: bool,
        }

        #[$kind($($option)*)]
        impl $name {
            #[init]
            fn new() -> Self {
                Self { torn: false }
            }

            #[call]
            fn is_torn(&self) -> bool {
                self.torn
            }

            /// Panics without a word on standard error.
            #[call]
            fn tear(&mut self) {
                self.torn = true;
                thread::yield_now();
                resume_unwind(Box::new("torn"));
            }
        }

        impl $name {
            async fn check(fuse: $client) {
                let watchers: Vec<_> = (0..3)
                    .map(|_| {
                        let fuse = fuse.clone();
                        tokio::spawn(async move {
                            loop {
                                match fuse.is_torn().await {
                                    Ok(torn) => assert!(!torn),
                                    Err(error) => return error,
                                }
                            }
                        })
                    })
                    .collect();
                task::yield_now().await;
                let error = within(fuse.tear()).await.unwrap_err();
                assert!(is_panic(&error, "tear", "torn"), "{error:?}");
                assert!(!within(fuse.is_torn()).await.unwrap_err().may_have_run());
                for error in within(join_all(watchers)).await {
                    assert!(!error.unwrap().may_have_run());
                }
            }
        }
    };
}

fuse!(AgentFuse, AgentFuseClient, agent());
fuse!(ServerFuse, ServerFuseClient, server());
fuse!(InlineFuse, InlineFuseClient, server(inline = true));

#[test]
fn risk06_nobody_sees_what_a_panic_has_left() {
    let runtime = multi_thread();
    for _ in 0..100 {
        runtime.block_on(async {
            AgentFuse::check(AgentFuse::start().unwrap()).await;
            ServerFuse::check(ServerFuse::start().await.unwrap()).await;
            InlineFuse::check(InlineFuse::start().await.unwrap()).await;
        });
    }
}

#[tokio::test(start_paused = true)]
async fn risk07_p94_inline_a_handler_that_waits_goes_on_without_its_caller() {
    let (quick, log) = quick().await;
    let (first, mut key) = door();
    // Its waker is nobody's.
    let mut pass = quick.pass(first, 1);
    assert_eq!((&mut pass).now_or_never(), None);
    key.entered().await;
    drop(pass);
    key.open();
    assert_eq!(at_once(quick.add(2)).await, Ok(2));
    assert_eq!(log.take(), [1, 2]);
    // A caller's whole task goes.
    let ((second, mut key), caller) = (door(), quick.clone());
    let task = tokio::spawn(async move { caller.pass(second, 3).await });
    key.entered().await;
    task.abort();
    assert!(at_once(task).await.unwrap_err().is_cancelled());
    key.open();
    settle().await;
    assert_eq!(log.take(), [3], "although nobody calls it any more");
}

#[tokio::test(start_paused = true)]
async fn risk07_the_reply_to_a_caller_that_has_gone_is_dropped() {
    let (quick, _) = quick().await;
    let value = Arc::new(());
    for _ in 0..10 {
        let (door, mut key) = door();
        let mut call = Box::pin(quick.give(door, Arc::clone(&value)));
        assert_eq!((&mut call).now_or_never(), None);
        key.entered().await;
        drop(call);
        key.open();
        settle().await;
        assert_eq!(Arc::strong_count(&value), 1);
    }
}

/// Calls another, and notes what that says.
struct Relay {
    next: QuickClient,
    log: Log<Result<u32, CallError>>,
}

#[server(inline = true)]
impl Relay {
    #[init]
    const fn new(next: QuickClient, log: Log<Result<u32, CallError>>) -> Self {
        Self { next, log }
    }

    #[call]
    async fn pass(&mut self, door: Door, n: u32) {
        let answer = self.next.pass(door, n).await;
        self.log.push(answer);
    }

    #[call]
    fn get(&self) -> u32 {
        8
    }
}

#[tokio::test(start_paused = true)]
async fn risk07_p94_inline_a_handler_that_waits_for_another_server_goes_on_without_its_caller() {
    let ((quick, log), answers) = (quick().await, Log::default());
    let relay = Relay::start(quick.clone(), answers.clone()).await.unwrap();
    settle().await;
    let (door, mut key) = door();
    let mut pass = relay.pass(door, 1);
    assert_eq!((&mut pass).now_or_never(), None);
    key.entered().await;
    drop(pass);
    key.open();
    settle().await;
    assert_eq!((log.take(), answers.take()), (vec![1], vec![Ok(1)]));
    assert_eq!((at_once(relay.get()).await, at_once(quick.get()).await), (Ok(8), Ok(7)));
}

/// Says on which runtime each part of a handler runs.
struct Home;

#[server(inline = true)]
impl Home {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    fn here(&self) -> Id {
        Handle::current().id()
    }

    #[call]
    async fn everywhere(&mut self) -> Vec<Id> {
        let here = || Handle::current().id();
        let mut seen = vec![here()];
        seen.push(tokio::spawn(async move { here() }).await.unwrap());
        sleep(ms(1)).await;
        seen.push(here());
        seen.push(task::spawn_blocking(here).await.unwrap());
        let (socket, bound) = (tokio::net::TcpListener::bind("127.0.0.1:0").await, here());
        drop(socket.unwrap());
        seen.push(bound);
        seen
    }
}

impl Home {
    async fn check(home: HomeClient, own: Id) {
        assert_eq!(within(home.here()).await, Ok(own));
        assert_eq!(within(home.everywhere()).await, Ok(vec![own; 5]));
    }
}

/// Polls with a runtime entered that is not the task's own.
async fn entered<F: Future>(runtime: &Handle, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|cx| {
        let _entered = runtime.enter();
        future.as_mut().poll(cx)
    })
    .await
}

#[test]
fn risk08_p91_inline_whoever_calls_a_handler_runs_on_its_own_runtime() {
    for own in [multi_thread(), current_thread()] {
        let foreign = multi_thread();
        let (home, own_id) = (own.block_on(Home::start()).unwrap(), own.handle().id());
        let (own_handle, foreign_handle) = (own.handle().clone(), foreign.handle().clone());
        // Drives it where it has no threads of its own.
        let (done, is_done) = tokio::sync::oneshot::channel::<()>();
        let driver = thread::spawn(move || own.block_on(is_done));
        foreign.block_on(Home::check(home.clone(), own_id));
        foreign.block_on(entered(&own_handle, Home::check(home.clone(), own_id)));
        for runtime in [&own_handle, &foreign_handle] {
            for other in [&own_handle, &foreign_handle] {
                let (home, other) = (home.clone(), other.clone());
                let task = runtime.spawn(async move { entered(&other, Home::check(home, own_id)).await });
                block_on(task).unwrap();
            }
        }
        let caller = home.clone();
        let blocking = foreign.spawn_blocking(move || caller.everywhere().wait());
        assert_eq!(block_on(blocking).unwrap(), Ok(vec![own_id; 5]));
        let caller = home.clone();
        assert_eq!(on_thread(move || caller.everywhere().wait()), Ok(vec![own_id; 5]), "a plain thread");
        let (caller, handle) = (home.clone(), own_handle.clone());
        let within_it = on_thread(move || {
            let _entered = handle.enter();
            caller.everywhere().wait()
        });
        assert_eq!(within_it, Ok(vec![own_id; 5]));

        // What a caller's runtime has begun does not end with it.
        let mut call = home.everywhere();
        assert_eq!(foreign.block_on(async { (&mut call).now_or_never() }), None);
        drop(foreign);
        assert_eq!(block_on(call), Ok(vec![own_id; 5]));
        done.send(()).unwrap();
        driver.join().unwrap().unwrap();
    }
}

#[test]
fn risk08_calls_from_elsewhere_are_queued() {
    let own = multi_thread();
    let (quick, log) = own.block_on(quick());
    let before = quick.enqueued();
    assert_eq!(block_on(quick.add(1)), Ok(1), "another runtime");
    assert_eq!(quick.add(2).wait(), Ok(2), "a plain thread");
    assert_eq!(quick.enqueued() - before, 2);
    assert_eq!(log.take(), [1, 2]);
}

#[test]
fn p92_inline_a_plain_thread_may_call_it_and_wait() {
    for own in [multi_thread(), current_thread()] {
        let (quick, log) = own.block_on(quick());
        let caller = quick.clone();
        let thread = thread::spawn(move || {
            assert_eq!(caller.add(1).wait(), Ok(1));
            assert_eq!(caller.sleep(1).wait(), Ok(7));
            assert_eq!(caller.sleep(1).send().unwrap().wait(), Ok(7));
            assert_eq!(caller.check(0).wait(), Err(CallError::Handler("zero".to_owned())));
            caller.note(2).wait().unwrap();
            assert_eq!(caller.stop().wait(), Ok(ExitReason::Normal));
            log.take()
        });
        // Driven here, until the thread has ended.
        let joined = own.block_on(async { task::spawn_blocking(|| thread.join()).await.unwrap() });
        assert_eq!(joined.unwrap(), [1, 2]);
    }
}

#[tokio::test(start_paused = true)]
async fn p83_inline_wait_on_a_runtimes_thread_would_block() {
    let (quick, log) = quick().await;
    let check = |quick: QuickClient| {
        assert_eq!(quick.add(1).wait(), Err(CallError::WouldBlock));
        assert_eq!(quick.note(1).wait(), Err(CastError::WouldBlock));
        assert_eq!(quick.stop().wait(), Err(StopError::WouldBlock));
    };
    check(quick.clone());
    let caller = quick.clone();
    tokio::spawn(async move { check(caller) }).await.unwrap();
    assert_eq!(at_once(quick.add(2)).await, Ok(2));
    assert_eq!(log.take(), [2], "nothing was begun");
}

#[tokio::test]
async fn p93_inline_a_call_with_its_own_timeout_goes_to_the_servers_task() {
    let (quick, log) = quick().await;
    let before = quick.enqueued();
    let mut call = quick.add(1).timeout(LONG);
    assert_eq!((&mut call).now_or_never(), None);
    assert!(log.is_empty(), "nothing has been begun here");
    assert_eq!(call.await, Ok(1));
    assert_eq!(quick.enqueued() - before, 1);
    assert_eq!(log.take(), [1]);
}

#[test]
fn p93_inline_a_call_with_its_own_timeout_is_cut_although_its_handler_blocks() {
    let error = on_thread(|| {
        let runtime = multi_thread();
        let (quick, _) = runtime.block_on(quick());
        let (gate, key) = gate();
        let call = runtime.spawn(async move { quick.block_thread(gate).timeout(ms(20)).await });
        let error = runtime.block_on(call).unwrap();
        // The handler goes on without its caller, until here.
        drop(key);
        error
    });
    assert!(matches!(error, Err(CallError::Timeout { .. })), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn p96_inline_kill_of_a_handler_that_waits_drops_it_on_its_own_task() {
    for kills_itself in [false, true] {
        let (doomed, ended, state_dropped) = doomed().await;
        let (other, future_dropped) = (doomed.clone(), Log::default());
        let guard = Guard(future_dropped.clone());
        let caller = tokio::spawn(async move {
            let mut call = doomed.hang(guard);
            assert_eq!((&mut call).now_or_never(), None);
            settle().await;
            if kills_itself {
                doomed.kill().await.unwrap();
            }
            call.await
        });
        let id = caller.id();
        settle().await;
        if !kills_itself {
            assert!(future_dropped.is_empty());
            assert_eq!(at_once(other.kill()).await, Ok(ExitReason::Killed));
        }
        let killed = Err(CallError::Exit { reason: ExitReason::Killed, started: true });
        assert_eq!(at_once(caller).await.unwrap(), killed);
        for dropped in [future_dropped.take(), state_dropped.take()] {
            assert!(matches!(dropped[..], [Some(task)] if task != id), "{dropped:?}");
        }
        assert!(ended.is_empty(), "`terminate` has not run");
    }
}

#[test]
fn p96_inline_kill_while_a_caller_runs_the_handler_takes_effect_at_its_next_await() {
    on_thread(|| {
        let runtime = multi_thread();
        let (doomed, ended, _) = runtime.block_on(doomed());
        let ((gate, key), dropped, caller) = (gate(), Log::default(), doomed.clone());
        let guard = Guard(dropped.clone());
        let caller = runtime.spawn(async move { caller.block_and_hang(gate, guard).await });
        let id = caller.id();
        key.entered();
        doomed.kill().send().unwrap();
        assert!(dropped.is_empty(), "nobody can stop it where it is");
        key.open();
        let killed = Err(CallError::Exit { reason: ExitReason::Killed, started: true });
        assert_eq!(runtime.block_on(within(caller)).unwrap(), killed);
        // The call may be told before everything is gone.
        let gone = runtime.block_on(within(doomed.kill()));
        assert!(matches!(gone, Ok(ExitReason::Killed) | Err(StopError::NoProc)));
        assert!(matches!(dropped.take()[..], [Some(task)] if task != id));
        assert!(ended.is_empty());
    });
}

#[test]
fn p90_inline_a_caller_with_its_reply_runs_nothing_that_came_after() {
    on_thread(|| {
        let runtime = multi_thread();
        let (quick, _) = runtime.block_on(quick());
        let (lock, (gate, key)) = (Arc::new(Mutex::new(7)), gate());
        let (caller, held) = (quick.clone(), Arc::clone(&lock));
        let holder = runtime.spawn(async move {
            let mut call = caller.block_thread(gate);
            // A lock of the user's, over whatever is run here.
            poll_fn(|cx| {
                let _held = held.lock().unwrap();
                Pin::new(&mut call).poll(cx)
            })
            .await
        });
        key.entered();
        let takes_the_lock = quick.lock(Arc::clone(&lock)).send().unwrap();
        let (waits, other) = (quick.clone(), Arc::clone(&lock));
        let waiter = runtime.spawn(async move { waits.lock(other).await });
        while quick.load().queued < 2 {
            thread::yield_now();
        }
        key.open();
        runtime.block_on(within(holder)).unwrap().unwrap();
        assert_eq!(runtime.block_on(within(takes_the_lock)), Ok(7));
        assert_eq!(runtime.block_on(within(waiter)).unwrap(), Ok(7));
    });
}

#[test]
fn p81_inline_a_handler_that_a_runtime_takes_with_it_was_begun() {
    let runtime = current_thread();
    let (quick, log) = runtime.block_on(quick());
    let (door, mut key) = door();
    let mut pass = quick.pass(door, 1);
    runtime.block_on(async {
        assert_eq!((&mut pass).now_or_never(), None);
        key.entered().await;
    });
    let queued = quick.add(2).send().unwrap();
    drop(runtime);
    let gone = |started| Err(CallError::Exit { reason: ExitReason::RuntimeGone, started });
    assert_eq!((block_on(pass), block_on(queued)), (gone(true), gone(false)));
    assert_eq!(block_on(async { quick.add(3).now_or_never() }), Some(Err(CallError::NoProc)));
    assert!(log.is_empty());
}

#[test]
fn risk09_contention_on_a_single_thread_keeps_nobody_from_running() {
    on_thread(|| {
        let agent = Agent::new(0);
        let ((gate, key), other) = (gate(), agent.clone());
        let holder = thread::spawn(move || other.update(move |_| gate.pass()).wait());
        key.entered();
        let sum = current_thread().block_on(async {
            let callers: Vec<_> = (0..64)
                .map(|_| {
                    let agent = agent.clone();
                    tokio::spawn(async move { agent.update(|n| *n += 1).await })
                })
                .collect();
            // All of them have called by then, and wait; whoever else is here runs.
            settle().await;
            assert!(callers.iter().all(|caller| !caller.is_finished()));
            key.open();
            for caller in within(join_all(callers)).await {
                caller.unwrap().unwrap();
            }
            agent.get(|n| *n).await
        });
        assert_eq!(sum, Ok(64));
        holder.join().unwrap().unwrap();
    });
}

#[tokio::test(start_paused = true)]
async fn risk09_inline_contention_on_a_single_thread_keeps_nobody_from_running() {
    let (quick, log, key) = busy_quick().await;
    let callers: Vec<_> = (0..64)
        .map(|n| {
            let quick = quick.clone();
            tokio::spawn(
                async move { if n % 2 == 0 { quick.add(n).await } else { quick.add_async(n).await } },
            )
        })
        .collect();
    settle().await;
    assert!(log.is_empty());
    key.open();
    for (caller, n) in at_once(join_all(callers)).await.into_iter().zip(0..) {
        assert_eq!(caller.unwrap(), Ok(n));
    }
    assert_eq!(log.take(), (0..64).collect::<Vec<_>>());
}

/// Answers calls of several types, all of them later.
#[derive(Default)]
struct Keeper {
    numbers: Vec<ReplyTo<u64>>,
    texts: Vec<ReplyTo<String>>,
    tokens: Vec<ReplyTo<Arc<u64>>>,
}

#[server(inline = true)]
impl Keeper {
    #[init]
    fn new() -> Self {
        Self::default()
    }

    #[call]
    fn number(&mut self, reply: ReplyTo<u64>) {
        self.numbers.push(reply);
    }

    #[call]
    fn text(&mut self, reply: ReplyTo<String>) {
        self.texts.push(reply);
    }

    #[call]
    fn token(&mut self, reply: ReplyTo<Arc<u64>>) {
        self.tokens.push(reply);
    }

    /// Answers the first calls of each type.
    #[call]
    fn release(&mut self, count: usize, token: Arc<u64>) -> u64 {
        self.numbers.drain(..count).for_each(|reply| reply.send(*token));
        self.texts.drain(..count).for_each(|reply| reply.send(token.to_string()));
        self.tokens.drain(..count).for_each(|reply| reply.send(Arc::clone(&token)));
        *token
    }
}

#[tokio::test(start_paused = true)]
async fn risk10_a_late_reply_reaches_nobody() {
    const CALLS: usize = 20;
    let keeper = Keeper::start().await.unwrap();
    settle().await;
    for round in 0..30_u64 {
        let (stale, fresh) = (Arc::new(u64::MAX - round), Arc::new(round));
        for n in 0..CALLS {
            // Given up in each way that there is, by callers of each type.
            let (mut number, mut text, mut token) = (keeper.number(), keeper.text(), keeper.token());
            if n % 3 == 0 {
                let timed_out = (
                    number.timeout(ms(1)).await.is_err(),
                    text.timeout(ms(1)).await.is_err(),
                    token.timeout(ms(1)).await.is_err(),
                );
                assert_eq!(timed_out, (true, true, true));
            } else if n % 3 == 1 {
                assert_eq!((&mut text).now_or_never(), None);
                assert_eq!((&mut number).now_or_never(), None);
                assert_eq!((&mut token).now_or_never(), None);
                settle().await;
            } else {
                let sent = (token.send().unwrap(), number.send().unwrap(), text.send().unwrap());
                settle().await;
                drop(sent);
            }
        }
        let (mut number, mut text, mut token) = (keeper.number(), keeper.text(), keeper.token());
        assert_eq!((&mut token).now_or_never(), None);
        assert_eq!((&mut number).now_or_never(), None);
        assert_eq!((&mut text).now_or_never(), None);
        settle().await;
        // The late replies come while others wait where they might have been expected.
        assert_eq!(at_once(keeper.release(CALLS, Arc::clone(&stale))).await, Ok(*stale));
        assert_eq!(Arc::strong_count(&stale), 1, "they are dropped");
        assert_eq!((&mut number).now_or_never(), None);
        assert_eq!((&mut text).now_or_never(), None);
        assert_eq!((&mut token).now_or_never(), None);
        assert_eq!(at_once(keeper.release(1, Arc::clone(&fresh))).await, Ok(round));
        assert_eq!((at_once(text).await, at_once(number).await), (Ok(round.to_string()), Ok(round)));
        assert_eq!(at_once(token).await, Ok(fresh));
    }
}

/// An agent that can be held, and answers in several types.
struct Clerk;

#[agent]
impl Clerk {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    fn held(&self, gate: Gate, n: u64) -> u64 {
        gate.pass();
        n
    }

    #[call]
    fn number(&self, n: u64) -> u64 {
        n
    }

    #[call]
    fn text(&self, n: u64) -> String {
        n.to_string()
    }
}

#[test]
fn risk10_a_late_reply_of_an_agent_reaches_nobody() {
    let clerk = Clerk::start().unwrap();
    for round in 0..20 {
        let (holders, (first, first_key), (second, second_key)) = (clerk.clone(), gate(), gate());
        let holder = thread::spawn(move || holders.held(first, 1).wait());
        first_key.entered();
        let mut given_up = clerk.held(second, u64::MAX);
        assert_eq!((&mut given_up).now_or_never(), None);
        // Whoever comes next has to run that too.
        let next = clerk.text(round).send().unwrap();
        let next = thread::spawn(move || next.wait());
        first_key.open();
        second_key.entered();
        drop(given_up);
        let (number, text) = (clerk.number(round).send().unwrap(), clerk.text(round + 1).send().unwrap());
        second_key.open();
        assert_eq!((text.wait(), number.wait()), (Ok((round + 1).to_string()), Ok(round)));
        assert_eq!((holder.join().unwrap(), next.join().unwrap()), (Ok(1), Ok(round.to_string())));
    }
}

#[tokio::test(start_paused = true)]
async fn inline_a_handlers_own_error_comes_in_handler_and_split_keeps_it_apart() {
    let (quick, _) = quick().await;
    for (n, expected) in [(0, Err("zero".to_owned())), (1, Ok(1))] {
        let in_handler = expected.clone().map_err(CallError::Handler);
        assert_eq!(quick.check(n).await, in_handler);
        assert_eq!(quick.check_later(n).await, in_handler);
        assert_eq!(quick.check_later(n).send().unwrap().await, in_handler);
        assert_eq!(quick.check(n).split().await, Ok(expected.clone()));
        assert_eq!(quick.check_later(n).split().await, Ok(expected));
    }
    assert!(quick.is_alive());
}

#[tokio::test(start_paused = true)]
async fn inline_a_reply_comes_later_or_never() {
    let (quick, _) = quick().await;
    let mut first = quick.hold();
    assert_eq!((&mut first).now_or_never(), None);
    let second = quick.hold().send().unwrap();
    settle().await;
    assert_eq!(at_once(quick.get()).await, Ok(7), "it is free meanwhile");
    assert_eq!(at_once(quick.release(3)).await, Ok(2));
    assert_eq!((at_once(first).await, at_once(second).await), (Ok(3), Ok(3)));
    assert_eq!(at_once(quick.forget()).await, Err(CallError::NoReply));
    let mut held = quick.hold();
    assert_eq!((&mut held).now_or_never(), None);
    settle().await;
    assert_eq!(at_once(quick.stop()).await, Ok(ExitReason::Normal));
    assert_eq!(at_once(held).await, Err(CallError::Exit { reason: ExitReason::Normal, started: true }));
}

#[tokio::test(start_paused = true)]
async fn inline_a_call_whose_caller_has_gone_before_its_turn_is_run_only_if_it_always_is() {
    let (quick, log, key) = busy_quick().await;
    let (mut call, mut always) = (quick.add(1), quick.add_always(2));
    assert_eq!((&mut call).now_or_never(), None);
    assert_eq!((&mut always).now_or_never(), None);
    drop((call, always));
    key.open();
    assert_eq!(at_once(quick.add_always(3)).await, Ok(3));
    assert_eq!(log.take(), [2, 3]);
}

#[tokio::test(start_paused = true)]
async fn inline_every_call_ends_after_five_seconds_by_default() {
    let (doomed, _, _) = doomed().await;
    let hang = doomed.hang(Guard(Log::default()));
    assert_eq!(lasting(ms(5_000), hang).await, Err(CallError::Timeout { started: true }));
    assert_eq!(lasting(ms(5_000), doomed.get()).await, Err(CallError::Timeout { started: false }));
    assert_eq!(at_once(doomed.kill()).await, Ok(ExitReason::Killed));
}

#[tokio::test(start_paused = true)]
async fn inline_one_at_a_time_awaits_included() {
    let (quick, _) = quick().await;
    let turns = lasting(ms(200), join_all((0..20).map(|_| quick.sleep(10)))).await;
    assert_eq!(turns, vec![Ok(7); 20]);
}

/// Takes its time to begin and to end.
struct Late {
    log: Log<&'static str>,
    doors: Vec<Door>,
}

#[server(inline = true)]
impl Late {
    #[init]
    async fn new(
        log: Log<&'static str>,
        init: Door,
        doors: Vec<Door>,
        clients: Log<LateClient>,
        ctx: &mut Context<Self>,
    ) -> Self {
        clients.push(ctx.client());
        init.pass().await;
        log.push("init");
        Self { log, doors }
    }

    #[after_init]
    async fn warm_up(&mut self) {
        self.doors.remove(0).pass().await;
        self.log.push("after_init");
    }

    #[call]
    fn get(&self) {
        self.log.push("call");
    }

    #[terminate]
    async fn close(&mut self) {
        self.doors.remove(0).pass().await;
        self.log.push("terminate");
    }
}

#[tokio::test(start_paused = true)]
async fn inline_no_call_runs_before_after_init_or_after_the_end_has_begun() {
    let (log, clients) = (Log::default(), Log::default());
    let ((init, mut in_init), (after_init, mut in_after_init), (close, mut in_close)) =
        (door(), door(), door());
    let start = tokio::spawn(Late::start(log.clone(), init, vec![after_init, close], clients.clone()));
    in_init.entered().await;
    let client = clients.take().pop().unwrap();
    let mut early = client.get();
    assert_eq!((&mut early).now_or_never(), None);
    in_init.open();
    let late = at_once(start).await.unwrap().unwrap();
    in_after_init.entered().await;
    let mut call = late.get();
    assert_eq!((&mut call).now_or_never(), None);
    assert_eq!(log.take(), ["init"]);
    in_after_init.open();
    assert_eq!((at_once(early).await, at_once(call).await), (Ok(()), Ok(())));
    assert_eq!(log.take(), ["after_init", "call", "call"]);
    let mut stop = late.stop();
    assert_eq!((&mut stop).now_or_never(), None);
    in_close.entered().await;
    assert_eq!(at_once(late.get()).await, Err(CallError::NoProc));
    in_close.open();
    assert_eq!(at_once(stop).await, Ok(ExitReason::Normal));
    assert_eq!(log.take(), ["terminate"]);
}

/// Notes what it does besides answering, and how many milliseconds after its start.
struct Busy {
    begin: tokio::time::Instant,
    log: Log<(&'static str, u64)>,
    timers: Vec<callcast::TimerId>,
    out: Vec<ReplyStream<u32>>,
}

impl Busy {
    fn note(&self, what: &'static str) {
        self.log.push((what, u64::try_from(self.begin.elapsed().as_millis()).unwrap()));
    }
}

#[server(inline = true, stop_when_unused)]
impl Busy {
    #[init]
    fn new(log: Log<(&'static str, u64)>) -> Self {
        Self { begin: tokio::time::Instant::now(), log, timers: Vec::new(), out: Vec::new() }
    }

    #[call]
    fn get(&self) {
        self.note("call");
    }

    #[call]
    fn arm(&mut self, millis: u64, what: &'static str, ctx: &mut Context<Self>) {
        self.timers.push(ctx.send_after(ms(millis), BusyInfo::told(what)));
    }

    #[call]
    fn cancel(&mut self, ctx: &mut Context<Self>) -> bool {
        ctx.cancel(self.timers.pop().unwrap())
    }

    #[call]
    fn next(&self, ctx: &mut Context<Self>) {
        ctx.next(BusyInfo::told("next"));
        self.note("before next");
    }

    #[call]
    fn job(&self, door: Door, ctx: &mut Context<Self>) {
        ctx.spawn(door.pass(), |()| BusyInfo::told("job"));
    }

    #[call]
    fn later(&self, door: Door, reply: ReplyTo<u32>, ctx: &mut Context<Self>) {
        ctx.reply_with(reply, async move {
            door.pass().await;
            8
        });
    }

    #[call]
    fn listen(&mut self, out: ReplyStream<u32>) {
        self.out.push(out);
    }

    #[call]
    async fn feed(&mut self, n: u32) {
        for out in &mut self.out {
            out.send(n).await.unwrap();
        }
    }

    #[call]
    async fn casts_to_itself(&self, ctx: &mut Context<Self>) {
        ctx.client().tell("sent").send().unwrap();
        ctx.client().tell("awaited").await.unwrap();
        self.note("casts");
    }

    #[cast]
    fn tell(&self, what: &'static str) {
        self.note(what);
    }

    #[call]
    fn last_words(&self, ctx: &mut Context<Self>) -> u32 {
        ctx.stop(ExitReason::Normal);
        self.note("last words");
        9
    }

    #[info]
    fn told(&self, what: &'static str) {
        self.note(what);
    }

    #[terminate]
    async fn close(&self) {
        task::yield_now().await;
        self.note("terminate");
    }
}

async fn busy() -> (BusyClient, Log<(&'static str, u64)>) {
    let log = Log::default();
    let busy = Busy::start(log.clone()).await.unwrap();
    settle().await;
    (busy, log)
}

#[tokio::test(start_paused = true)]
async fn inline_timers_that_a_call_has_armed_ring_although_nobody_calls_any_more() {
    let (busy, log) = busy().await;
    busy.arm(1_000, "far").await.unwrap();
    busy.arm(10, "near").await.unwrap();
    busy.arm(20, "cancelled").await.unwrap();
    assert_eq!(busy.cancel().await, Ok(true));
    sleep(ms(500)).await;
    assert_eq!(log.take(), [("near", 10)]);
    let caller = busy.clone();
    tokio::spawn(async move { caller.arm(100, "of a task that has gone").await }).await.unwrap().unwrap();
    sleep(ms(1_000)).await;
    assert_eq!(log.take(), [("of a task that has gone", 600), ("far", 1_000)]);
}

#[tokio::test(start_paused = true)]
async fn inline_next_comes_before_the_next_call_and_without_one() {
    let (busy, log) = busy().await;
    busy.next().await.unwrap();
    busy.get().await.unwrap();
    busy.next().await.unwrap();
    settle().await;
    let expected = ["before next", "next", "call", "before next", "next"];
    assert_eq!(log.take(), expected.map(|what| (what, 0)));
}

#[tokio::test(start_paused = true)]
async fn inline_jobs_later_replies_and_reply_streams() {
    let (busy, log) = busy().await;
    let ((job, mut in_job), (later, mut in_later)) = (door(), door());
    at_once(busy.job(job)).await.unwrap();
    in_job.entered().await;
    let mut reply = busy.later(later);
    assert_eq!((&mut reply).now_or_never(), None);
    in_later.entered().await;
    at_once(busy.get()).await.unwrap();
    in_job.open();
    in_later.open();
    assert_eq!(at_once(reply).await, Ok(8));
    settle().await;
    assert_eq!(log.take(), [("call", 0), ("job", 0)]);
    let mut replies: Replies<u32> = at_once(busy.listen()).await.unwrap();
    for n in 0..3 {
        at_once(busy.feed(n)).await.unwrap();
        assert_eq!(at_once(replies.next()).await, Some(n));
    }
    busy.stop().await.unwrap();
    assert_eq!(at_once(replies.next()).await, None);
}

#[tokio::test(start_paused = true)]
async fn risk04_inline_casts_to_itself_come_after_the_running_handler() {
    let (busy, log) = busy().await;
    at_once(busy.casts_to_itself()).await.unwrap();
    at_once(busy.get()).await.unwrap();
    assert_eq!(log.take(), ["casts", "sent", "awaited", "call"].map(|what| (what, 0)));
}

#[tokio::test(start_paused = true)]
async fn inline_stop_by_the_handler_sends_its_reply_after_terminate() {
    let (busy, log) = busy().await;
    let mut call = busy.last_words();
    let first = (&mut call).now_or_never();
    assert!(first.is_none(), "terminate has still to run");
    let queued = busy.get().now_or_never();
    assert!(queued.is_none_or(|queued| queued.is_err()));
    assert_eq!(at_once(call).await, Ok(9));
    assert_eq!(log.take(), [("last words", 0), ("terminate", 0)]);
    assert_eq!(at_once(busy.get()).await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn inline_stop_when_unused_ends_it_with_its_last_client() {
    let (busy, log) = busy().await;
    let (other, weak) = (busy.clone(), busy.downgrade());
    busy.get().await.unwrap();
    drop(busy);
    settle().await;
    other.get().await.unwrap();
    drop(other);
    settle().await;
    assert_eq!(log.take(), ["call", "call", "terminate"].map(|what| (what, 0)));
    assert!(weak.upgrade().is_none());
}

/// A server that does something on its own, however much it is called.
struct Ticker {
    begin: tokio::time::Instant,
    ticks: u32,
    log: Log<(&'static str, u64)>,
}

#[server(inline = true)]
impl Ticker {
    #[init]
    fn new(log: Log<(&'static str, u64)>) -> Self {
        Self { begin: tokio::time::Instant::now(), ticks: 0, log }
    }

    #[call]
    const fn ticks(&self) -> u32 {
        self.ticks
    }

    #[every("100ms")]
    fn tick(&mut self) {
        self.ticks += 1;
        self.log.push(("tick", u64::try_from(self.begin.elapsed().as_millis()).unwrap()));
    }

    #[idle("250ms")]
    fn quiet(&mut self) {
        self.log.push(("quiet", u64::try_from(self.begin.elapsed().as_millis()).unwrap()));
    }
}

#[tokio::test(start_paused = true)]
async fn inline_every_goes_on_while_calls_are_made_and_each_call_breaks_the_quiet() {
    let log = Log::default();
    let ticker = Ticker::start(log.clone()).await.unwrap();
    for n in 0..100 {
        for _ in 0..20 {
            assert_eq!(at_once(ticker.ticks()).await, Ok(n / 20));
        }
        sleep(ms(5)).await;
        settle().await;
    }
    let mut expected: Vec<_> = (1..=5).map(|n| ("tick", 100 * n)).collect();
    assert_eq!(log.take(), expected);
    sleep(ms(190)).await;
    ticker.ticks().await.unwrap();
    sleep(ms(405)).await;
    expected =
        vec![("tick", 600), ("tick", 700), ("tick", 800), ("tick", 900), ("quiet", 940), ("tick", 1_000)];
    assert_eq!(
        log.take(),
        expected,
        "245 ms and 190 ms after a call there is no quiet, 250 ms after the last there is"
    );
}

/// As risk 2 has it, for what the server does by itself.
#[test]
fn inline_every_goes_on_beside_a_hot_caller() {
    const CALLS: u32 = 20_000;
    current_thread().block_on(async {
        let ticker = Ticker::start(Log::default()).await.unwrap();
        let begin = Instant::now();
        let mut late = 0;
        while ticker.ticks().await.unwrap() == 0 {
            late += u32::from(begin.elapsed() > ms(102));
            assert!(late < CALLS, "it has not ticked within {late} calls");
        }
    });
}

/// A quiet time that an inline call begins is noticed as well when the one before it has been told of already.
#[tokio::test(start_paused = true)]
async fn inline_idle_rings_again_after_a_call() {
    struct Idler(Log<()>);
    #[server(inline = true)]
    impl Idler {
        #[init]
        const fn new(quiet: Log<()>) -> Self {
            Self(quiet)
        }
        #[call]
        const fn touch(&self) {}
        #[call]
        async fn touch_async(&self) {}
        #[idle("250ms")]
        fn quiet(&mut self) {
            self.0.push(());
        }
    }
    let quiet = Log::default();
    let idler = Idler::start(quiet.clone()).await.unwrap();
    for is_async in [false, true] {
        sleep(ms(1_000)).await;
        assert_eq!(quiet.take().len(), 1);
        if is_async { idler.touch_async().await.unwrap() } else { idler.touch().await.unwrap() }
    }
    sleep(ms(1_000)).await;
    assert_eq!((quiet.take().len(), idler.enqueued()), (1, 0), "no call was queued");
}

/// The task that wants its turn gets it, however soon the same caller comes again.
#[test]
fn inline_every_goes_on_beside_a_hot_caller_on_another_thread() {
    const TICKS: u32 = 20;
    const CALLS: u32 = 40_000;
    struct Busy(u32);
    #[server(inline = true)]
    impl Busy {
        #[init]
        const fn new() -> Self {
            Self(0)
        }
        #[call]
        fn work(&self) -> u32 {
            // Long beside what is between two calls, so that the flag is nearly always taken.
            (0..20_000).for_each(|_| std::hint::spin_loop());
            self.0
        }
        #[every("1ms")]
        fn tick(&mut self) {
            self.0 += 1;
        }
    }
    let runtime = multi_thread();
    runtime.block_on(async {
        let busy = Busy::start().await.unwrap();
        let caller = tokio::spawn(async move {
            for _ in 0..CALLS {
                if busy.work().await.unwrap() >= TICKS {
                    return true;
                }
            }
            false
        });
        assert!(caller.await.unwrap(), "fewer than {TICKS} ticks within {CALLS} calls");
    });
}

/// A reply that nobody waits for any more is dropped as the server's own affair: it ends, and `terminate` runs.
#[tokio::test(start_paused = true)]
async fn p26_inline_panic_in_drop_of_a_reply_is_the_servers_where_the_caller_has_gone() {
    struct Giver(Log<String>);
    #[server(inline = true)]
    impl Giver {
        #[init]
        const fn new(ends: Log<String>) -> Self {
            Self(ends)
        }
        #[call]
        async fn give(&self) -> Bomb {
            sleep(ms(100)).await;
            Bomb::armed()
        }
        #[terminate]
        fn end(&mut self, reason: &ExitReason) {
            self.0.push(reason.to_string());
        }
    }
    let ends = Log::default();
    let giver = Giver::start(ends.clone()).await.unwrap();
    assert!(tokio::time::timeout(ms(10), giver.give()).await.is_err());
    sleep(ms(200)).await;
    assert_eq!(ends.take(), ["`Giver::give` panicked: a bomb went off"]);
    assert!(!giver.is_alive());
}

const CHILD: &str = "CALLCAST_TEST_CHILD";

/// The child is this test again: its handler blocks until it has been named, and the line that says so was read here.
#[test]
fn inline_slow_names_a_handler_while_it_runs() {
    struct Snail;
    #[server(inline = true, slow = "1ms")]
    impl Snail {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        fn crawl(&self, gate: Gate) {
            gate.pass();
        }
    }
    if std::env::var_os(CHILD).is_some() {
        let (gate, key) = gate();
        // Opens when its parent has read what it waits for, or has gone.
        thread::spawn(move || {
            let read = std::io::stdin().read_line(&mut String::new());
            key.open();
            read
        });
        return block_on(async { Snail::start().await.unwrap().crawl(gate).await.unwrap() });
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "inline::inline_slow_names_a_handler_while_it_runs", "--nocapture"])
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let errors = BufReader::new(child.stderr.take().unwrap());
    let named = errors.lines().map_while(Result::ok).find(|line| line.contains("Snail::crawl"));
    // Where the handler was named it is let go on; where it was not, the child has ended.
    child.stdin.take().unwrap().write_all(b"\n").ok();
    assert!(child.wait().unwrap().success());
    assert!(named.is_some_and(|line| line.contains("more than 1ms")));
}
