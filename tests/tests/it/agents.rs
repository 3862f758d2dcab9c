//! Agents: they run where they are called, need no runtime, and delay nobody.

use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use callcast::prelude::*;
use callcast::{ExitReason, SendError, StopError};
use futures_util::FutureExt as _;

use crate::support::{Gate, GateKey, LONG, Log, block_on, gate, lasting, ms, on_thread, within};

/// An agent that does what a test asks of it.
struct Desk {
    log: Log<u32>,
    _dropped: Option<OnDrop>,
}

/// Says that it was dropped.
struct OnDrop(mpsc::Sender<()>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[agent(derive(Debug))]
impl Desk {
    #[init]
    const fn new(log: Log<u32>, dropped: Option<OnDrop>) -> Self {
        Self { log, _dropped: dropped }
    }

    #[call]
    fn add(&mut self, n: u32) -> u32 {
        self.log.push(n);
        n
    }

    #[call(always)]
    fn add_always(&mut self, n: u32) -> u32 {
        self.add(n)
    }

    #[cast]
    fn note(&mut self, n: u32) {
        self.log.push(n);
    }

    #[call]
    fn thread(&self) -> ThreadId {
        thread::current().id()
    }

    #[call]
    fn pass(&mut self, gate: Same<Gate>) {
        gate.0.pass();
    }

    #[call]
    fn lock(&mut self, lock: Arc<Mutex<u32>>) -> u32 {
        *lock.lock().unwrap()
    }

    #[call]
    fn boom(&mut self) -> u32 {
        panic!("boom")
    }

    #[cast]
    fn fail(&mut self) -> Result<(), String> {
        Err("out of ink".to_owned())
    }
}

struct Same<T>(T);

impl<T> std::fmt::Debug for Same<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

fn desk() -> (DeskClient, Log<u32>) {
    let log = Log::default();
    (Desk::start(log.clone(), None).unwrap(), log)
}

/// A desk whose handler stands at a gate, on a thread of its own.
fn busy_desk() -> (DeskClient, Log<u32>, GateKey, thread::JoinHandle<Result<(), CallError>>) {
    let (client, log) = desk();
    let (gate, key) = gate();
    let holder = client.clone();
    let thread = thread::spawn(move || holder.pass(Same(gate)).wait());
    key.entered();
    (client, log, key, thread)
}

#[test]
fn an_agent_runs_where_it_is_called_and_needs_no_runtime() {
    let (desk, log) = desk();
    assert_eq!(desk.thread().wait(), Ok(thread::current().id()));
    desk.note(1).wait().unwrap();
    desk.note(2).send().unwrap();
    assert_eq!(desk.add(3).send().unwrap().wait(), Ok(3));
    assert_eq!(desk.add(4).now_or_never(), Some(Ok(4)), "ready at its first poll");
    assert_eq!(desk.note(5).now_or_never(), Some(Ok(())));
    assert_eq!(log.take(), [1, 2, 3, 4, 5]);
    let (here, handler) = on_thread(move || (thread::current().id(), desk.thread().wait().unwrap()));
    assert_eq!(here, handler);
}

#[test]
fn one_at_a_time_and_delivery_on_many_threads() {
    const THREADS: u32 = 8;
    const EACH: u32 = 2_000;
    let (desk, log) = desk();
    let threads: Vec<_> = (0..THREADS)
        .map(|t| {
            let desk = desk.clone();
            thread::spawn(move || {
                for n in 0..EACH {
                    match n % 3 {
                        0 => drop(desk.add(t * EACH + n).wait().unwrap()),
                        1 => desk.note(t * EACH + n).wait().unwrap(),
                        // The mailbox may be full of what nobody waits for.
                        _ => while desk.note(t * EACH + n).send().is_err() {},
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    desk.stop().wait().unwrap();
    let handled = log.take();
    assert_eq!(handled.len(), (THREADS * EACH) as usize);
    for t in 0..THREADS {
        let own: Vec<_> = handled.iter().copied().filter(|n| n / EACH == t).collect();
        assert!(own.is_sorted(), "each sender's order");
    }
}

#[test]
fn order_of_an_agent_under_contention_is_that_of_sending() {
    let (desk, log, key, holder) = busy_desk();
    let mut calls = Vec::new();
    for n in 0..20 {
        if n % 2 == 0 { calls.push(desk.add(n).send().unwrap()) } else { desk.note(n).send().unwrap() }
    }
    assert_eq!(desk.load().queued, 20);
    key.open();
    for (call, n) in calls.into_iter().zip((0..).step_by(2)) {
        assert_eq!(call.wait(), Ok(n));
    }
    holder.join().unwrap().unwrap();
    desk.stop().wait().unwrap();
    assert_eq!(log.take(), (0..20).collect::<Vec<_>>());
}

#[test]
fn p12_a_queued_call_that_is_never_polled_again_delays_nobody() {
    let (desk, log, key, holder) = busy_desk();
    let (mut call, mut cast) = (desk.add(1), desk.note(2));
    assert_eq!((&mut call).now_or_never(), None);
    assert_eq!((&mut cast).now_or_never(), None);
    key.open();
    holder.join().unwrap().unwrap();
    let other = desk.clone();
    assert_eq!(on_thread(move || other.add(3).wait()), Ok(3));
    assert_eq!(log.take(), [1, 2, 3]);
    assert_eq!(call.now_or_never(), Some(Ok(1)));
    assert_eq!(cast.now_or_never(), Some(Ok(())));
}

#[test]
fn p90_a_caller_with_its_reply_runs_nothing_that_came_after() {
    let (desk, _) = desk();
    let lock = Arc::new(Mutex::new(7));
    let (gate, key) = gate();
    let (client, held) = (desk.clone(), Arc::clone(&lock));
    let (done, holder_is_done) = mpsc::channel();
    let holder = thread::spawn(move || {
        let guard = held.lock().unwrap();
        client.pass(Same(gate)).wait().unwrap();
        drop(guard);
        done.send(()).unwrap();
    });
    key.entered();
    let mut takes_the_lock = desk.lock(Arc::clone(&lock));
    assert_eq!((&mut takes_the_lock).now_or_never(), None);
    let unattended = desk.lock(lock).send().unwrap();
    key.open();
    holder_is_done.recv_timeout(LONG).expect("the holder of the lock ran a handler that takes it");
    holder.join().unwrap();
    assert_eq!(block_on(takes_the_lock), Ok(7));
    assert_eq!(unattended.wait(), Ok(7));
}

#[test]
fn p90_who_only_sends_runs_nothing_that_another_waits_for() {
    let (desk, _, key, holder) = busy_desk();
    let lock = Arc::new(Mutex::new(7));
    let mut takes_the_lock = desk.lock(Arc::clone(&lock));
    assert_eq!((&mut takes_the_lock).now_or_never(), None);
    let mut so_does_this = desk.lock(Arc::clone(&lock)).send().unwrap();
    assert_eq!((&mut so_does_this).now_or_never(), None);
    key.open();
    holder.join().unwrap().unwrap();
    let client = desk.clone();
    let (done, sender_is_done) = mpsc::channel();
    let sender = thread::spawn(move || {
        let guard = lock.lock().unwrap();
        let sent = client.add(1).send().unwrap();
        drop(guard);
        done.send(()).unwrap();
        sent.wait()
    });
    sender_is_done.recv_timeout(LONG).expect("the holder of the lock ran a handler that takes it");
    assert_eq!(block_on(takes_the_lock), Ok(7));
    assert_eq!(so_does_this.wait(), Ok(7));
    assert_eq!(sender.join().unwrap(), Ok(1));
}

#[test]
fn p90_who_only_asks_for_an_end_runs_nothing_that_stands_ahead_of_it() {
    let (desk, _, key, holder) = busy_desk();
    let lock = Arc::new(Mutex::new(7));
    let mut takes_the_lock = desk.lock(Arc::clone(&lock));
    assert_eq!((&mut takes_the_lock).now_or_never(), None);
    key.open();
    holder.join().unwrap().unwrap();
    let end = desk.monitor();
    let client = desk.clone();
    let (done, is_done) = mpsc::channel();
    let asker = thread::spawn(move || {
        let guard = lock.lock().unwrap();
        client.stop().send().unwrap();
        drop(guard);
        done.send(()).unwrap();
    });
    is_done.recv_timeout(LONG).expect("the holder of the lock ran a handler that takes it");
    asker.join().unwrap();
    assert_eq!(block_on(takes_the_lock), Ok(7));
    assert_eq!(block_on(end).reason, ExitReason::Normal);
}

#[test]
fn who_waits_for_an_end_runs_what_stands_ahead_of_it() {
    let (desk, _, key, holder) = busy_desk();
    let mut ahead = desk.thread();
    assert_eq!((&mut ahead).now_or_never(), None);
    key.open();
    holder.join().unwrap().unwrap();
    assert_eq!(desk.stop().wait(), Ok(ExitReason::Normal));
    assert_eq!(block_on(ahead), Ok(thread::current().id()));
}

#[test]
fn p11_a_callers_future_dropped_midway_is_handled_once_or_not_at_all() {
    let (desk, log, key, holder) = busy_desk();
    let mut dropped = desk.add(1);
    assert_eq!((&mut dropped).now_or_never(), None);
    drop(dropped);
    let mut always = desk.add_always(2);
    assert_eq!((&mut always).now_or_never(), None);
    drop(always);
    drop(desk.add(3).send().unwrap());
    desk.add(4).send().unwrap().detach();
    key.open();
    holder.join().unwrap().unwrap();
    assert_eq!(desk.add(5).wait(), Ok(5));
    assert_eq!(log.take(), [2, 4, 5]);
}

#[test]
fn p30_a_panic_in_anothers_closure_goes_to_its_owner_only() {
    let (desk, _, key, holder) = busy_desk();
    let mut read = desk.with(|_| -> u32 { panic!("mine alone") });
    assert_eq!((&mut read).now_or_never(), None);
    key.open();
    holder.join().unwrap().unwrap();
    let other = desk.clone();
    assert_eq!(on_thread(move || other.add(1).wait()), Ok(1), "who runs it gets his own result");
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read.now_or_never())).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"mine alone"));
    assert_eq!(desk.add(2).wait(), Ok(2), "the agent lives");
}

#[test]
fn p20_a_panic_in_a_queued_handler_is_told_to_all() {
    let (desk, _, key, holder) = busy_desk();
    let mut boom = desk.boom();
    assert_eq!((&mut boom).now_or_never(), None);
    let behind = desk.add(1).send().unwrap();
    key.open();
    holder.join().unwrap().unwrap();
    let error = block_on(boom).unwrap_err();
    assert!(crate::support::is_panic(&error, "boom", "boom"), "{error:?}");
    match behind.wait().unwrap_err() {
        CallError::Exit { reason: ExitReason::Panicked(panic), started: false } => {
            assert_eq!(panic.message(), "boom");
        }
        error => panic!("{error:?}"),
    }
    assert_eq!(desk.add(1).wait(), Err(CallError::NoProc));
}

#[test]
fn panic_in_a_handler_ends_the_agent_and_a_failed_cast_does() {
    let (client, _) = desk();
    let error = client.boom().wait().unwrap_err();
    assert!(crate::support::is_panic(&error, "boom", "boom"), "{error:?}");
    assert_eq!(client.add(1).wait(), Err(CallError::NoProc));
    assert_eq!(client.note(1).wait(), Err(CastError::NoProc));
    assert_eq!(client.stop().wait(), Err(StopError::NoProc));
    assert!(!client.is_alive() && client.id().is_none());

    let (client, _) = desk();
    client.fail().wait().unwrap();
    assert!(!client.is_alive());
    assert_eq!(client.note(1).wait(), Err(CastError::NoProc));
    assert!(matches!(client.add(1).send(), Err(SendError::NoProc(DeskCall::Add { n: 1 }))));
}

#[tokio::test]
async fn timeout_of_an_agent_under_contention_was_not_begun() {
    let (desk, log, key, holder) = busy_desk();
    let error = within(desk.add(1).timeout(ms(5))).await.unwrap_err();
    assert_eq!(error, CallError::Timeout { started: false });
    let client = desk.clone();
    let error = on_thread(move || client.add(2).timeout(ms(5)).wait()).unwrap_err();
    assert_eq!(error, CallError::Timeout { started: false });
    assert_eq!(within(desk.with(|_| ()).timeout(ms(5))).await, Err(CallError::Timeout { started: false }));
    key.open();
    holder.join().unwrap().unwrap();
    assert_eq!(desk.add(3).await, Ok(3));
    assert_eq!(log.take(), [3], "a retry was safe");
}

#[tokio::test(start_paused = true)]
async fn p13_timeout_of_zero_is_only_if_at_once() {
    let (client, _) = desk();
    assert_eq!(client.add(1).timeout(Duration::ZERO).await, Ok(1));
    assert_eq!(client.add(1).timeout(Duration::ZERO).wait(), Ok(1));
    assert_eq!(client.add(1).timeout(Duration::MAX).await, Ok(1));
    let (busy, _, key, holder) = busy_desk();
    assert_eq!(
        lasting(Duration::ZERO, busy.add(1).timeout(Duration::ZERO)).await,
        Err(CallError::Timeout { started: false })
    );
    let mut forever = busy.add(2).timeout(Duration::MAX);
    assert_eq!((&mut forever).now_or_never(), None);
    key.open();
    holder.join().unwrap().unwrap();
    // The helper thread may be at the one that was given up: no clock of a test waits for that, so there is no limit here.
    assert_eq!(forever.await, Ok(2));
}

#[test]
fn kill_of_an_agent_takes_effect_at_the_end_of_its_handler() {
    let (desk, log, key, holder) = busy_desk();
    let queued = desk.add(1).send().unwrap();
    desk.kill().send().unwrap();
    assert_eq!(queued.now_or_never(), None, "the handler still runs");
    let queued = desk.add(2).send().unwrap();
    key.open();
    assert_eq!(holder.join().unwrap(), Ok(()), "a handler that ends gives its reply");
    assert_eq!(queued.wait(), Err(CallError::Exit { reason: ExitReason::Killed, started: false }));
    assert!(log.is_empty());
    assert_eq!(desk.kill().wait(), Err(StopError::NoProc));
}

#[test]
fn stop_of_an_agent_queues_behind_what_was_sent_before_it() {
    let (desk, log, key, holder) = busy_desk();
    desk.note(1).send().unwrap();
    desk.stop_with(ExitReason::ShutdownWith("night".into())).send().unwrap();
    desk.note(2).send().unwrap();
    let refused = desk.add(3).send().unwrap();
    key.open();
    holder.join().unwrap().unwrap();
    let reason = ExitReason::ShutdownWith("night".into());
    assert_eq!(refused.wait(), Err(CallError::Exit { reason, started: false }));
    assert_eq!(log.take(), [1]);
    assert_eq!(desk.undelivered(), 1);
}

#[test]
fn nothing_leaks_the_last_client_lets_what_is_queued_run_and_drops_the_state() {
    let log = Log::default();
    let (dropped, is_dropped) = mpsc::channel();
    let desk = Desk::start(log.clone(), Some(OnDrop(dropped))).unwrap();
    let weak = desk.downgrade();
    let (gate, key) = gate();
    let holder = desk.clone();
    let thread = thread::spawn(move || holder.pass(Same(gate)).wait());
    key.entered();
    desk.note(1).send().unwrap();
    desk.add(2).send().unwrap().detach();
    assert!(weak.upgrade().is_some());
    drop(desk);
    assert!(is_dropped.try_recv().is_err());
    key.open();
    thread.join().unwrap().unwrap();
    is_dropped.recv_timeout(LONG).expect("the state is dropped");
    assert_eq!(log.take(), [1, 2]);
    assert!(weak.upgrade().is_none());
}

/// What an agent's handlers may do to others.
struct Leaf;

#[agent]
impl Leaf {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    fn calls(&self, other: DeskClient) -> [Result<u32, CallError>; 2] {
        [other.add(1).wait(), other.add(1).now_or_never().unwrap()]
    }

    #[call]
    fn sends(&self, other: DeskClient) -> bool {
        matches!(other.add(1).send(), Err(SendError::InsideAgent(DeskCall::Add { n: 1 })))
    }

    #[call]
    fn reads(&self, other: DeskClient) -> Result<(), CallError> {
        other.with(|_| ()).wait()
    }

    #[call]
    fn casts(&self, other: DeskClient) {
        other.note(2).send().unwrap();
        other.note(3).wait().unwrap();
        other.note(4).now_or_never().unwrap().unwrap();
    }

    #[call]
    fn stops(&self, other: DeskClient) -> Result<ExitReason, StopError> {
        other.stop().wait()
    }

    #[call]
    fn calls_server(&self, other: crate::support::WorkerClient) -> Result<u32, CallError> {
        other.add(1).now_or_never().unwrap()
    }

    #[call]
    fn calls_itself(&self, me: LeafClient) -> Result<bool, CallError> {
        me.quiet().now_or_never().unwrap()
    }

    #[call]
    fn quiet(&self) -> bool {
        true
    }

    #[call]
    fn casts_itself(&mut self, me: LeafClient, log: Log<u32>) {
        me.log(log.clone(), 2).send().unwrap();
        me.log(log.clone(), 3).wait().unwrap();
        log.push(1);
    }

    #[cast]
    fn log(&mut self, log: Log<u32>, n: u32) {
        log.push(n);
    }
}

#[tokio::test]
async fn a_call_from_inside_an_agent_is_refused_and_casts_may_be_sent() {
    let (desk, log) = desk();
    let leaf = Leaf::start().unwrap();
    let inside = Err(CallError::InsideAgent);
    assert_eq!(leaf.calls(desk.clone()).await.unwrap(), [inside.clone(), inside.clone()]);
    assert_eq!(leaf.sends(desk.clone()).await, Ok(true));
    assert_eq!(leaf.reads(desk.clone()).await, Err(CallError::Handler(CallError::InsideAgent)));
    assert_eq!(leaf.stops(desk.clone()).await, Err(CallError::Handler(StopError::InsideAgent)));
    let (worker, _) = crate::support::worker().await;
    assert_eq!(leaf.calls_server(worker.clone()).await, Err(CallError::Handler(CallError::InsideAgent)));
    leaf.casts(desk.clone()).await.unwrap();
    let other = desk.clone();
    assert_eq!(leaf.with(move |_| other.add(1).wait()).await.unwrap(), inside);
    let other = desk.clone();
    let hits = Agent::new(0);
    assert_eq!(hits.get_and_update(move |_| other.add(1).wait()).await.unwrap(), inside);
    let other = desk.clone();
    hits.update(move |_| other.note(5).wait().unwrap()).await.unwrap();
    assert_eq!(desk.add(6).await, Ok(6), "afterwards calls are allowed again");
    assert_eq!(log.take(), [2, 3, 4, 5, 6]);
}

#[test]
fn p01_an_agent_calling_itself_is_calling_self_at_once() {
    let leaf = Leaf::start().unwrap();
    let me = leaf.clone();
    assert_eq!(
        on_thread(move || me.calls_itself(me.clone()).wait()),
        Err(CallError::Handler(CallError::CallingSelf))
    );
    assert_eq!(leaf.quiet().wait(), Ok(true));
}

#[test]
fn casts_of_an_agent_to_itself_come_after_the_running_handler() {
    let leaf = Leaf::start().unwrap();
    let log = Log::default();
    let (me, its_log) = (leaf.clone(), log.clone());
    on_thread(move || me.casts_itself(me.clone(), its_log).wait()).unwrap();
    leaf.quiet().wait().unwrap();
    assert_eq!(log.take(), [1, 2, 3]);
}

/// One of a long row of agents, each of which casts to the next.
struct Link {
    next: Option<LinkClient>,
    done: Option<mpsc::Sender<u32>>,
}

#[agent]
impl Link {
    #[init]
    const fn new(next: Option<LinkClient>, done: Option<mpsc::Sender<u32>>) -> Self {
        Self { next, done }
    }

    #[cast]
    fn pass_on(&mut self, n: u32) {
        match (&self.next, &self.done) {
            (Some(next), _) => next.pass_on(n + 1).send().unwrap(),
            (None, Some(done)) => done.send(n).unwrap(),
            (None, None) => {}
        }
    }

    #[cast]
    fn unlink(&mut self) {
        self.next = None;
    }
}

#[test]
fn p31_a_row_of_casts_20000_agents_deep_does_not_overflow_the_stack() {
    const DEEP: u32 = 20_000;
    let (done, result) = mpsc::channel();
    let mut all = vec![Link::start(None, Some(done)).unwrap()];
    for _ in 1..DEEP {
        all.push(Link::start(all.last().cloned(), None).unwrap());
    }
    let first = all.last().unwrap();
    first.pass_on(1).wait().unwrap();
    assert_eq!(result.recv_timeout(LONG), Ok(DEEP));
    // Else whoever looks at one of them now, and is the last to have it, drops all that come after it within its drop.
    for link in all {
        link.unlink().wait().unwrap();
    }
}

/// Counted from when the timer is due: how long a call takes is the machine's affair.
#[test]
fn p49_a_hot_caller_lets_a_timer_of_its_runtime_fire() {
    const CALLS: u32 = 200_000;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let late = runtime.block_on(async {
        let (desk, log) = desk();
        let begin = Instant::now();
        let timer = tokio::spawn(tokio::time::sleep(ms(10)));
        let mut late = 0;
        while !timer.is_finished() && late < CALLS {
            desk.add(1).await.unwrap();
            log.take();
            late += u32::from(begin.elapsed() > ms(12));
        }
        late
    });
    assert!(late < CALLS, "the timer has not fired within {late} calls");
}

#[tokio::test]
async fn wait_on_an_agent_is_fine_on_a_runtimes_thread() {
    let (desk, log) = desk();
    assert_eq!(desk.add(1).wait(), Ok(1));
    assert_eq!(desk.with(|_| 2).wait(), Ok(2));
    desk.note(3).wait().unwrap();
    assert_eq!(desk.stop().wait(), Ok(ExitReason::Normal));
    assert_eq!(log.take(), [1, 3]);
}

#[test]
fn an_init_of_an_agent_may_fail_panic_or_ignore() {
    struct Picky;
    #[agent]
    impl Picky {
        #[init]
        fn new(n: u32) -> Result<Option<Self>, String> {
            match n {
                0 => Ok(None),
                1 => Ok(Some(Self)),
                2 => Err("two".to_owned()),
                _ => panic!("three"),
            }
        }
        #[call]
        fn ok(&self) -> bool {
            true
        }
    }
    assert!(Picky::start(0).unwrap().is_none());
    assert_eq!(Picky::start(1).unwrap().unwrap().ok().wait(), Ok(true));
    assert_eq!(Picky::start(2).unwrap_err(), StartError::Init("two".to_owned()));
    match Picky::start(3).unwrap_err() {
        StartError::Panicked(panic) => assert_eq!((panic.handler(), panic.message()), ("init", "three")),
        error => panic!("{error:?}"),
    }
}
