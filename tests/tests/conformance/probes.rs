//! PX: what a real BEAM was seen to do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Name, SendError, TimerId};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::support::{Log, Worker, WorkerClient, ended, idler, ms, shutdown_with, within, worker};

#[tokio::test(start_paused = true)]
async fn px_01_the_reply_of_a_handler_that_stops_goes_out_after_terminate() {
    let (worker, log) = worker().await;
    let monitor = worker.monitor();
    assert_eq!(worker.halt(shutdown_with("boom")).await, Ok(1));
    assert_eq!(log.lines(), ["terminate: it was shut down: boom"]);
    assert_eq!(within(monitor).await.reason, shutdown_with("boom"));
}

#[tokio::test(start_paused = true)]
async fn px_02_a_handler_that_stops_without_a_reply_ends_its_call_with_the_reason() {
    let (worker, _) = worker().await;
    assert_eq!(worker.halt_unanswered(ExitReason::Normal).await, Err(ended(ExitReason::Normal)));
}

#[tokio::test(start_paused = true)]
async fn px_03_terminate_and_the_caller_get_the_same_crash() {
    let (worker, log) = worker().await;
    let Err(CallError::Exit { reason, started: true }) = worker.boom().await else {
        panic!("the call ends with the panic");
    };
    assert!(matches!(&reason, ExitReason::Panicked(panic) if panic.message() == "boom"), "{reason:?}");
    within(worker.stop()).await.ok();
    assert_eq!(log.lines(), [format!("terminate: {reason}")]);
}

#[tokio::test(start_paused = true)]
async fn px_05_a_late_reply_is_dropped_and_the_work_is_done() {
    let (worker, log) = worker().await;
    assert_eq!(worker.slow(ms(80), 1).timeout(ms(10)).await, Err(CallError::Timeout { started: true }));
    assert_eq!(worker.echo(2).await, Ok(2));
    assert_eq!(log.lines(), ["slow 1"]);
}

#[tokio::test(start_paused = true)]
async fn px_08_a_call_and_a_cast_cancel_the_idle_time() {
    let (idler, log) = idler().await;
    sleep(ms(900)).await;
    idler.call().await.unwrap();
    sleep(ms(900)).await;
    idler.cast().await.unwrap();
    sleep(ms(900)).await;
    assert_eq!(log.lines(), [""; 0]);
    sleep(ms(101)).await;
    assert_eq!(log.lines(), ["idle"]);
}

/// Queues a message to itself, and goes on with another.
struct Forward {
    log: Log,
}

#[server]
impl Forward {
    #[init]
    fn new(log: Log) -> Self {
        Self { log }
    }

    #[call]
    fn go(&mut self, ctx: &mut Context<Self>) {
        ctx.client().queued().send().expect("there is room");
        ctx.next(ForwardInfo::next());
    }

    #[call]
    fn sync(&mut self) {}

    #[cast]
    fn queued(&mut self) {
        self.log.push("queued");
    }

    #[info]
    fn next(&mut self) {
        self.log.push("next");
    }
}

#[tokio::test(start_paused = true)]
async fn px_09_what_is_next_goes_before_a_message_to_itself() {
    let log = Log::default();
    let forward = within(Forward::start(log.clone())).await.unwrap();
    forward.go().await.unwrap();
    forward.sync().await.unwrap();
    assert_eq!(log.lines(), ["next", "queued"]);
}

#[tokio::test(start_paused = true)]
async fn px_10_casts_and_a_call_are_handled_in_the_order_of_their_sending() {
    let (worker, log) = worker().await;
    for line in ["1", "2", "3", "4", "5"] {
        worker.note(line).await.unwrap();
    }
    assert_eq!(worker.slow(ms(0), 6).await, Ok(6));
    assert_eq!(log.lines(), ["1", "2", "3", "4", "5", "slow 6"]);
}

/// design.md promises more than the row: told is better.
#[tokio::test(start_paused = true)]
async fn px_11_a_cast_to_a_dead_name_is_told() {
    static NAME: Name<Worker> = Name::new("px-11");
    within(within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap().stop()).await.unwrap();
    assert_eq!(NAME.client().note("lost").await, Err(CastError::NoProc));
    assert!(matches!(NAME.client().note("lost").send(), Err(SendError::NoProc(_))));
}

#[tokio::test(start_paused = true)]
async fn px_12_a_call_to_a_dead_name_is_noproc() {
    static NAME: Name<Worker> = Name::new("px-12");
    within(within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap().stop()).await.unwrap();
    assert_eq!(NAME.client().echo(1).await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn px_14_terminate_runs_on_a_shutdown() {
    let (worker, log) = worker().await;
    assert_eq!(within(worker.stop_with(ExitReason::Shutdown)).await, Ok(ExitReason::Shutdown));
    assert_eq!(log.lines(), ["terminate: it was shut down"]);
}

#[tokio::test(start_paused = true)]
async fn px_15_a_shutdown_stands_behind_queued_casts() {
    let (worker, log) = worker().await;
    for line in ["1", "2", "3"] {
        worker.note(line).send().unwrap();
    }
    assert_eq!(within(worker.stop_with(ExitReason::Shutdown)).await, Ok(ExitReason::Shutdown));
    assert_eq!(log.lines(), ["1", "2", "3", "terminate: it was shut down"]);
}

/// Traps exits.
struct Stranger {
    log: Log,
}

#[server]
impl Stranger {
    #[init]
    fn new(log: Log) -> Self {
        Self { log }
    }

    #[call]
    fn link(&mut self, other: WorkerClient, ctx: &mut Context<Self>) {
        ctx.link(&other);
    }

    #[call]
    fn ping(&self) -> u32 {
        1
    }

    #[exit]
    fn ended(&mut self, exit: Exit) {
        self.log.push(exit.reason.to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn px_16_a_server_that_traps_exits_is_told_and_lives() {
    let log = Log::default();
    let stranger = within(Stranger::start(log.clone())).await.unwrap();
    let (worker, _) = worker().await;
    stranger.link(worker.clone()).await.unwrap();
    worker.fail().await.unwrap();
    within(worker.monitor()).await;
    assert_eq!(stranger.ping().await, Ok(1));
    assert_eq!(log.lines(), ["`fail` failed: oops"]);
}

#[tokio::test(start_paused = true)]
async fn px_17_a_kill_cuts_the_handler_and_skips_terminate() {
    let (worker, log) = worker().await;
    let (begun, begins) = oneshot::channel();
    let (_open, gate) = oneshot::channel();
    let gated = worker.gated(begun, gate).send().unwrap();
    within(begins).await.unwrap();
    worker.note("queued").await.unwrap();
    assert_eq!(within(worker.kill()).await, Ok(ExitReason::Killed));
    assert_eq!(gated.await, Err(ended(ExitReason::Killed)));
    assert_eq!(log.lines(), [""; 0]);
}

/// A state that can be cloned.
#[derive(Clone, Debug, PartialEq)]
struct Sum(u32);

#[server]
impl Sum {
    #[init]
    fn new() -> Self {
        Self(0)
    }

    #[cast]
    fn add(&mut self, n: u32) {
        self.0 += n;
    }

    #[call]
    fn get(&self) -> u32 {
        self.0
    }
}

#[tokio::test(start_paused = true)]
async fn px_18_a_suspended_server_shows_its_state_and_handles_nothing() {
    let sum = within(Sum::start()).await.unwrap();
    within(sum.sys().suspend()).await.unwrap();
    sum.add(5).await.unwrap();
    assert_eq!(sum.get().timeout(ms(20)).await, Err(CallError::Timeout { started: false }));
    assert_eq!(within(sum.sys().state()).await, Ok(Sum(0)));
    within(sum.sys().resume()).await.unwrap();
    assert_eq!(sum.get().await, Ok(5));
}

#[tokio::test(start_paused = true)]
async fn px_20_a_taken_name_says_whose_it_is() {
    static NAME: Name<Worker> = Name::new("px-20");
    let first = within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap();
    let second = within(Worker::spec(Log::default()).name(&NAME).start()).await;
    assert_eq!(second.err(), Some(StartError::AlreadyStarted(first.id().unwrap())));
}

#[tokio::test(start_paused = true)]
async fn px_21_a_name_is_free_when_stop_has_returned() {
    static NAME: Name<Worker> = Name::new("px-21");
    for _ in 0..5 {
        let worker = within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap();
        within(worker.stop()).await.unwrap();
        assert!(NAME.whereis().is_none());
    }
}

#[test]
fn px_22_a_panic_in_an_update_ends_the_agent() {
    let agent = Agent::new(1);
    let Err(CallError::Exit { reason: ExitReason::Panicked(panic), started: true }) =
        agent.update(|_| panic!("boom")).wait()
    else {
        panic!("the call ends with the panic");
    };
    assert_eq!(panic.message(), "boom");
    assert_eq!(agent.get(|n| *n).wait(), Err(CallError::NoProc));
}

#[test]
fn px_22_a_panic_in_a_read_is_its_callers_own() {
    let agent = Agent::new(1);
    let read = AssertUnwindSafe(|| agent.with(|_| panic!("boom")).wait());
    let payload = catch_unwind(read).map(|read: Result<(), _>| read).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"boom"));
    assert_eq!(agent.get(|n| *n).wait(), Ok(1));
}

#[tokio::test(start_paused = true)]
async fn px_25_stop_stands_behind_slow_casts() {
    let (worker, log) = worker().await;
    for line in ["1", "2", "3", "4"] {
        worker.work(ms(100), line).send().unwrap();
    }
    let since = Instant::now();
    assert_eq!(within(worker.stop()).await, Ok(ExitReason::Normal));
    assert_eq!(since.elapsed(), ms(400));
    assert_eq!(log.lines(), ["1", "2", "3", "4", "terminate: it stopped normally"]);
}

#[tokio::test(start_paused = true)]
async fn px_28_a_call_whose_caller_dies_is_handled_to_its_end() {
    let (worker, log) = worker().await;
    let (begun, begins) = oneshot::channel();
    let (open, gate) = oneshot::channel();
    let caller = tokio::spawn({
        let worker = worker.clone();
        async move { worker.gated(begun, gate).await }
    });
    within(begins).await.unwrap();
    caller.abort();
    assert!(within(caller).await.unwrap_err().is_cancelled());
    open.send(()).unwrap();
    assert_eq!(worker.echo(1).await, Ok(1));
    assert_eq!(log.lines(), ["gated"]);
}

#[tokio::test(start_paused = true)]
async fn px_34_a_reply_can_be_waited_for_twice() {
    let (worker, _) = worker().await;
    let mut slow = worker.slow(ms(80), 1).send().unwrap();
    tokio::time::timeout(ms(5), &mut slow).await.unwrap_err();
    assert_eq!(slow.await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn px_35_a_job_is_cancelled_with_its_server() {
    let (worker, log) = worker().await;
    let (guard, mut guarded) = oneshot::channel();
    worker.employ(guard).await.unwrap();
    within(worker.stop()).await.unwrap();
    assert_eq!(guarded.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    assert_eq!(log.lines(), ["terminate: it stopped normally"]);
}

/// Sets a timer, and takes it back.
struct Clock {
    log: Log,
    timer: Option<TimerId>,
}

#[server]
impl Clock {
    #[init]
    fn new(log: Log) -> Self {
        Self { log, timer: None }
    }

    #[call]
    fn set(&mut self, time: Duration, ctx: &mut Context<Self>) {
        self.timer = Some(ctx.send_after(time, ClockInfo::ring()));
    }

    #[cast]
    async fn work(&mut self, time: Duration) {
        sleep(time).await;
    }

    #[call]
    fn cancel(&mut self, ctx: &mut Context<Self>) -> bool {
        ctx.cancel(self.timer.expect("it was set"))
    }

    #[info]
    fn ring(&mut self) {
        self.log.push("ring");
    }
}

#[tokio::test(start_paused = true)]
async fn px_36_a_timer_that_is_cancelled_after_it_fired_is_not_handled() {
    let log = Log::default();
    let clock = within(Clock::start(log.clone())).await.unwrap();
    clock.set(ms(10)).await.unwrap();
    clock.work(ms(50)).send().unwrap();
    // Its time comes while the server works, and it stands behind this call.
    assert_eq!(clock.cancel().await, Ok(true));
    assert_eq!(clock.cancel().await, Ok(false));
    sleep(ms(1000)).await;
    assert_eq!(log.lines(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn px_36_a_timer_that_was_handled_has_nothing_to_cancel() {
    let log = Log::default();
    let clock = within(Clock::start(log.clone())).await.unwrap();
    clock.set(ms(10)).await.unwrap();
    sleep(ms(20)).await;
    assert_eq!(log.lines(), ["ring"]);
    assert_eq!(clock.cancel().await, Ok(false));
}
