//! GM-O: what OTP's tests of `gen_statem` hold of any server.

use std::time::Duration;

use callcast::TimerId;
use callcast::prelude::*;
use tokio::time::{Instant, sleep};

use crate::support::{Log, WorkerClient, ended, listen, ms, shutdown_with, within, worker};

#[tokio::test(start_paused = true)]
async fn gm_o_02_a_call_that_timed_out_leaves_no_late_reply() {
    let (worker, log) = worker().await;
    for n in 0..3 {
        let late = worker.slow(ms(50), n).timeout(ms(10)).await;
        assert_eq!(late, Err(CallError::Timeout { started: true }));
        assert_eq!(worker.echo(10 + n).await, Ok(10 + n), "the next reply is its own");
    }
    assert_eq!(log.lines(), ["slow 0", "slow 1", "slow 2"]);
}

/// A door with a code lock: a state machine as a server is one.
struct Lock {
    log: Log,
    state: Door,
    timers: Vec<TimerId>,
    held: Vec<ReplyTo<u32>>,
}

#[derive(Debug)]
enum Door {
    Locked,
    Open,
}

#[server]
impl Lock {
    #[init]
    fn new(log: Log) -> Self {
        Self { log, state: Door::Locked, timers: Vec::new(), held: Vec::new() }
    }

    #[call]
    fn link(&mut self, other: WorkerClient, ctx: &mut Context<Self>) {
        ctx.link(&other);
    }

    #[call]
    fn wait(&mut self, reply: ReplyTo<u32>) {
        self.held.push(reply);
    }

    /// Answers all who wait, and ends.
    #[call]
    fn finish(&mut self, reason: ExitReason, ctx: &mut Context<Self>) -> u32 {
        for (reply, n) in self.held.drain(..).zip(1..) {
            ctx.answer(reply, n);
        }
        ctx.stop(reason);
        0
    }

    /// Inserts one event of each kind for itself, and then a message from outside.
    #[call]
    fn insert(&mut self, ctx: &mut Context<Self>) {
        ctx.client().outside().send().expect("there is room");
        ctx.next(LockInfo::button('a'));
        ctx.next(LockInfo::unlock());
        ctx.next(LockInfo::button('b'));
    }

    #[cast]
    fn outside(&mut self) {
        self.log.push(format!("outside while {:?}", self.state));
    }

    #[info]
    fn button(&mut self, name: char) {
        self.log.push(format!("{name} while {:?}", self.state));
    }

    #[info]
    fn unlock(&mut self) {
        self.state = Door::Open;
    }

    #[call]
    fn set(&mut self, delays: Vec<(Duration, char)>, ctx: &mut Context<Self>) {
        self.timers =
            delays.into_iter().map(|(delay, name)| ctx.send_after(delay, LockInfo::button(name))).collect();
    }

    /// Takes a timer back, and sets another in its place.
    #[call]
    fn replace(&mut self, which: usize, delay: Duration, name: char, ctx: &mut Context<Self>) -> bool {
        let was_pending = ctx.cancel(self.timers[which]);
        self.timers[which] = ctx.send_after(delay, LockInfo::button(name));
        was_pending
    }

    #[call]
    async fn work(&mut self, time: Duration) {
        sleep(time).await;
    }

    #[terminate]
    fn close(&mut self) {
        self.log.push("terminate");
    }
}

async fn lock() -> (LockClient, Log) {
    let log = Log::default();
    (within(Lock::start(log.clone())).await.expect("it cannot fail"), log)
}

#[tokio::test(start_paused = true)]
async fn gm_o_04_a_shutdown_with_a_reply_reaches_the_caller_and_the_linked_and_is_no_error() {
    let (collector, _listening) = listen();
    let ((lock, _), (owner, _)) = (lock().await, worker().await);
    let ids = [lock.id().unwrap(), owner.id().unwrap()];
    lock.link(owner.clone()).await.unwrap();
    let monitor = owner.monitor();
    assert_eq!(within(lock.finish(shutdown_with("R"))).await, Ok(0));
    assert_eq!(within(monitor).await.reason, shutdown_with("R"));
    for id in ids {
        assert!(!collector.of(id).is_empty());
        assert!(collector.complaints(id).is_empty(), "{collector:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn gm_o_05_all_replies_of_a_stop_arrive_in_order_and_then_the_end() {
    let (lock, log) = lock().await;
    let monitor = lock.monitor();
    let mut callers = Vec::new();
    for n in 0..3 {
        let (waiting, log) = (lock.wait().send().unwrap(), log.clone());
        callers.push(tokio::spawn(async move {
            let reply = waiting.await;
            log.push(format!("caller {n} got {reply:?}"));
        }));
    }
    sleep(ms(1)).await;
    assert_eq!(within(lock.finish(ExitReason::Normal)).await, Ok(0));
    for caller in callers {
        within(caller).await.unwrap();
    }
    assert_eq!(within(monitor).await.reason, ExitReason::Normal);
    let mut lines = log.lines();
    lines.retain(|line| line != "terminate");
    assert_eq!(lines, ["caller 0 got Ok(1)", "caller 1 got Ok(2)", "caller 2 got Ok(3)"]);
}

#[tokio::test(start_paused = true)]
async fn gm_o_09_a_timer_that_is_replaced_does_not_ring_even_if_it_is_due() {
    let (lock, log) = lock().await;
    lock.set(vec![(ms(10), 'a'), (ms(20), 'b')]).await.unwrap();
    assert_eq!(lock.replace(1, ms(30), 'c').await, Ok(true), "a running one");
    let working = lock.work(ms(15)).send().unwrap();
    let due = lock.replace(0, ms(40), 'd').send().unwrap();
    within(working).await.unwrap();
    assert_eq!(within(due).await, Ok(true), "one that is due, and has not been handled");
    sleep(ms(100)).await;
    assert_eq!(log.lines(), ["c while Locked", "d while Locked"]);
    assert_eq!(lock.replace(0, ms(1), 'e').await, Ok(false), "one that has rung");
}

#[tokio::test(start_paused = true)]
async fn gm_o_10_inserted_events_are_handled_in_order_before_what_is_queued() {
    let (lock, log) = lock().await;
    lock.insert().await.unwrap();
    lock.work(Duration::ZERO).await.unwrap();
    assert_eq!(log.lines(), ["a while Locked", "b while Open", "outside while Open"]);
}

#[tokio::test(start_paused = true)]
async fn gm_o_11_timers_run_beside_each_other() {
    let (lock, log) = lock().await;
    let since = Instant::now();
    lock.set(vec![(ms(30), 'c'), (ms(10), 'a'), (Duration::MAX, 'z'), (ms(20), 'b')]).await.unwrap();
    sleep(ms(25)).await;
    assert_eq!(log.lines(), ["a while Locked", "b while Locked"]);
    assert_eq!(lock.replace(2, ms(10), 'd').await, Ok(true), "infinity is a timer as well");
    sleep(ms(20)).await;
    assert_eq!(log.lines()[2..], ["c while Locked", "d while Locked"]);
    assert!(since.elapsed() >= ms(45));
}

#[tokio::test(start_paused = true)]
async fn gm_o_12_a_call_to_a_suspended_server_waits_until_it_is_resumed() {
    let (worker, _) = worker().await;
    within(worker.sys().suspend()).await.unwrap();
    let mut waiting = worker.echo(1).send().unwrap();
    tokio::time::timeout(ms(3_000), &mut waiting).await.unwrap_err();
    within(worker.sys().resume()).await.unwrap();
    assert_eq!(within(waiting).await, Ok(1));
    let held = worker.hold().send().unwrap();
    within(worker.stop()).await.unwrap();
    assert_eq!(held.await, Err(ended(ExitReason::Normal)));
}
