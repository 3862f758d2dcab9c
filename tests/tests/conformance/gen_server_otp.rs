//! GS-O: OTP's tests of `gen_server`.

use std::sync::Arc;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Pending, SendError, StopError};
use futures_util::future::select_all;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::{Barrier, oneshot};
use tokio::time::{Instant, sleep, timeout_at};

use crate::support::{
    Log, Narcissus, Oops, WorkerClient, dropped, ended, idler, ms, shutdown_with, unhandled, within, worker,
};

// Starting.

/// How an `init` goes.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Start,
    Fail,
    Ignore,
    Panic,
    Hang,
}

/// A server that starts as it is told.
struct Starter {
    log: Log,
    _guard: oneshot::Sender<()>,
}

#[server]
impl Starter {
    #[init]
    async fn new(fate: Fate, log: Log, guard: oneshot::Sender<()>) -> Result<Option<Self>, Oops> {
        match fate {
            Fate::Start => Ok(Some(Self { log, _guard: guard })),
            Fate::Fail => Err(Oops),
            Fate::Ignore => Ok(None),
            Fate::Panic => panic!("boom"),
            Fate::Hang => std::future::pending().await,
        }
    }

    #[call]
    fn ping(&mut self) -> u32 {
        1
    }

    #[terminate]
    fn close(&mut self) {
        self.log.push("terminate");
    }
}

struct AgentStarter;

#[agent]
impl AgentStarter {
    #[init]
    fn new(fate: Fate, _guard: oneshot::Sender<()>) -> Result<Option<Self>, Oops> {
        match fate {
            Fate::Start => Ok(Some(Self)),
            Fate::Fail => Err(Oops),
            Fate::Ignore => Ok(None),
            Fate::Panic | Fate::Hang => panic!("boom"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn gs_o_01_an_anonymous_server_starts_and_stops() {
    let (worker, _) = worker().await;
    assert_eq!(worker.echo(5).await, Ok(5));
    within(worker.stop()).await.unwrap();
    assert_eq!(worker.echo(5).await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn gs_o_02_a_quick_init_meets_its_limit() {
    let (guard, _dropped) = oneshot::channel();
    let start = Starter::spec(Fate::Start, Log::default(), guard).start_timeout(ms(1000)).start();
    let starter = within(start).await.unwrap().unwrap();
    sleep(ms(2000)).await;
    assert_eq!(starter.ping().await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn gs_o_03_an_init_that_takes_too_long_is_ended() {
    let (guard, guarded) = oneshot::channel();
    let since = Instant::now();
    let start = Starter::spec(Fate::Hang, Log::default(), guard).start_timeout(ms(100)).start();
    assert_eq!(within(start).await.unwrap_err(), StartError::Timeout);
    assert_eq!(since.elapsed(), ms(100));
    dropped(guarded).await;
}

#[tokio::test(start_paused = true)]
async fn gs_o_05_start_returns_the_error_of_init() {
    let (guard, _dropped) = oneshot::channel();
    let start = Starter::start(Fate::Fail, Log::default(), guard);
    assert_eq!(within(start).await.unwrap_err(), StartError::Init(Oops));
    let (guard, _dropped) = oneshot::channel();
    assert_eq!(AgentStarter::start(Fate::Fail, guard).unwrap_err(), StartError::Init(Oops));
}

#[tokio::test(start_paused = true)]
async fn gs_o_06_of_an_init_that_fails_nothing_is_left() {
    let (log, (guard, mut guarded)) = (Log::default(), oneshot::channel());
    within(Starter::start(Fate::Fail, log.clone(), guard)).await.unwrap_err();
    assert_eq!(guarded.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    assert_eq!(log.lines(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn gs_o_08_a_monitored_server_gives_one_down_with_its_reason() {
    let (worker, log) = worker().await;
    let (id, monitor) = (worker.id().unwrap(), worker.monitor());
    within(worker.stop_with(ExitReason::Shutdown)).await.unwrap();
    assert_eq!(within(monitor).await, Down::new(id, ExitReason::Shutdown));
    assert_eq!(log.lines(), ["terminate: it was shut down"]);
}

#[tokio::test(start_paused = true)]
async fn gs_o_26_servers_fail_to_start_again_and_again_and_leave_nothing() {
    for fate in [Fate::Fail, Fate::Ignore, Fate::Panic, Fate::Hang].into_iter().cycle().take(20) {
        let (guard, guarded) = oneshot::channel();
        let spec = Starter::spec(fate, Log::default(), guard).start_timeout(ms(100));
        match (fate, within(spec.start()).await) {
            (Fate::Fail, Err(StartError::Init(Oops)))
            | (Fate::Ignore, Ok(None))
            | (Fate::Hang, Err(StartError::Timeout)) => {}
            (Fate::Panic, Err(StartError::Panicked(panic))) => assert_eq!(panic.message(), "boom"),
            (_, started) => panic!("{fate:?}: {started:?}"),
        }
        dropped(guarded).await;
    }
}

#[test]
fn gs_o_26_agents_fail_to_start_again_and_again_and_leave_nothing() {
    for fate in [Fate::Fail, Fate::Ignore, Fate::Panic].into_iter().cycle().take(15) {
        let (guard, mut guarded) = oneshot::channel();
        match (fate, AgentStarter::start(fate, guard)) {
            (Fate::Fail, Err(StartError::Init(Oops))) | (Fate::Ignore, Ok(None)) => {}
            (Fate::Panic, Err(StartError::Panicked(panic))) => assert_eq!(panic.message(), "boom"),
            (_, started) => panic!("{fate:?}: {started:?}"),
        }
        assert_eq!(guarded.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    }
}

// Ending.

#[tokio::test(start_paused = true)]
async fn gs_o_14_stop_ends_an_anonymous_server_once() {
    let (worker, _) = worker().await;
    assert_eq!(within(worker.stop()).await, Ok(ExitReason::Normal));
    assert!(!worker.is_alive());
    assert_eq!(within(worker.stop()).await, Err(StopError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn gs_o_15_stop_takes_a_reason() {
    let (worker, log) = worker().await;
    assert_eq!(within(worker.stop_with(shutdown_with("other"))).await, Ok(shutdown_with("other")));
    assert!(!worker.is_alive());
    assert_eq!(log.lines(), ["terminate: it was shut down: other"]);
}

#[tokio::test(start_paused = true)]
async fn gs_o_22_a_shutdown_from_a_call_reaches_its_caller_and_is_no_failure() {
    let (worker, _) = worker().await;
    let reason = shutdown_with("R");
    assert_eq!(worker.halt_unanswered(reason.clone()).await, Err(ended(reason.clone())));
    assert!(!reason.is_failure());
}

#[tokio::test(start_paused = true)]
async fn gs_o_23_a_shutdown_from_a_cast_reaches_all_who_wait() {
    let (worker, _) = worker().await;
    let held = worker.hold().send().unwrap();
    worker.end(shutdown_with("R")).await.unwrap();
    let queued = worker.echo(1).send().unwrap();
    assert_eq!(held.await, Err(ended(shutdown_with("R"))));
    assert_eq!(queued.await, Err(unhandled(shutdown_with("R"))));
}

#[tokio::test(start_paused = true)]
async fn gs_o_25_a_crash_reaches_its_caller_and_all_who_wait() {
    let (worker, _) = worker().await;
    let held = worker.hold().send().unwrap();
    let Err(CallError::Exit { reason, started: true }) = worker.boom().await else {
        panic!("the call ends with the panic");
    };
    let ExitReason::Panicked(panic) = &reason else { panic!("{reason:?}") };
    assert_eq!((panic.server(), panic.handler(), panic.message()), ("Worker", "boom", "boom"));
    assert!(reason.is_failure());
    assert_eq!(held.await, Err(ended(reason)));
    assert_eq!(worker.echo(1).await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn gs_o_47_a_call_meets_a_kill_while_it_waits_or_after() {
    let (worker, log) = worker().await;
    let held = worker.hold().send().unwrap();
    assert_eq!(worker.wanted().await, Ok(1));
    assert_eq!(within(worker.kill()).await, Ok(ExitReason::Killed));
    assert_eq!(held.await, Err(ended(ExitReason::Killed)));
    assert_eq!(worker.hold().await, Err(CallError::NoProc));
    assert_eq!(log.lines(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gs_o_47_a_call_that_races_with_a_kill_ends_with_it() {
    for _ in 0..200 {
        let (worker, _) = worker().await;
        let (victim, barrier) = (worker.clone(), Arc::new(Barrier::new(2)));
        let killer = {
            let barrier = Arc::clone(&barrier);
            tokio::spawn(async move {
                barrier.wait().await;
                victim.kill().await
            })
        };
        within(barrier.wait()).await;
        match worker.hold().timeout(Duration::from_mins(1)).await {
            Err(CallError::NoProc | CallError::Exit { reason: ExitReason::Killed, .. }) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(within(killer).await.unwrap(), Ok(ExitReason::Killed));
    }
}

struct NoFarewell;

#[server]
impl NoFarewell {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn hold(&mut self, reply: ReplyTo<()>, ctx: &mut Context<Self>) {
        ctx.reply_with(reply, std::future::pending());
    }

    #[cast]
    fn fail(&mut self) -> Result<(), Oops> {
        Err(Oops)
    }
}

#[tokio::test(start_paused = true)]
async fn gs_o_73_a_server_without_terminate_ends_with_the_reason_it_was_given() {
    let server = within(NoFarewell::start()).await.unwrap();
    assert_eq!(within(server.stop()).await, Ok(ExitReason::Normal));

    let server = within(NoFarewell::start()).await.unwrap();
    assert_eq!(within(server.stop_with(shutdown_with("test"))).await, Ok(shutdown_with("test")));

    let server = within(NoFarewell::start()).await.unwrap();
    let held = server.hold().send().unwrap();
    server.fail().await.unwrap();
    let Err(CallError::Exit { reason: ExitReason::Failed(failure), started: true }) = held.await else {
        panic!("the call ends with the failure");
    };
    assert_eq!((failure.handler(), failure.message()), ("fail", "oops"));
}

struct BadFarewell {
    held: Vec<ReplyTo<()>>,
}

#[server]
impl BadFarewell {
    #[init]
    fn new() -> Self {
        Self { held: Vec::new() }
    }

    #[call]
    fn hold(&mut self, reply: ReplyTo<()>) {
        self.held.push(reply);
    }

    #[cast]
    fn fail(&mut self) -> Result<(), Oops> {
        Err(Oops)
    }

    #[terminate]
    fn close(&mut self) {
        panic!("no farewell")
    }
}

fn is_the_farewells(reason: &ExitReason) -> bool {
    matches!(reason, ExitReason::Panicked(panic) if (panic.handler(), panic.message()) == ("terminate", "no farewell"))
}

#[tokio::test(start_paused = true)]
async fn gs_o_66_a_crash_in_terminate_replaces_the_reason() {
    let server = within(BadFarewell::start()).await.unwrap();
    let held = server.hold().send().unwrap();
    server.fail().await.unwrap();
    let Err(CallError::Exit { reason, started: true }) = held.await else {
        panic!("the call ends with the server")
    };
    assert!(is_the_farewells(&reason), "{reason:?}");
}

#[tokio::test(start_paused = true)]
async fn gs_o_78_a_crash_in_terminate_is_what_stop_returns() {
    let server = within(BadFarewell::start()).await.unwrap();
    let reason = within(server.stop()).await.unwrap();
    assert!(is_the_farewells(&reason), "{reason:?}");
}

// Calls and casts.

#[tokio::test(start_paused = true)]
async fn gs_o_27_a_delayed_reply_arrives() {
    let (worker, _) = worker().await;
    let since = Instant::now();
    assert_eq!(worker.echo(1).await, Ok(1));
    assert_eq!(since.elapsed(), ms(0));
    assert_eq!(worker.later(ms(50), 2).await, Ok(2));
    assert_eq!(since.elapsed(), ms(50));
}

#[tokio::test(start_paused = true)]
async fn gs_o_28_a_call_before_the_idle_time_is_over_restarts_it() {
    let (idler, log) = idler().await;
    sleep(ms(500)).await;
    idler.call().await.unwrap();
    sleep(ms(900)).await;
    idler.call().await.unwrap();
    assert_eq!(log.lines(), [""; 0]);
    sleep(ms(1500)).await;
    idler.call().await.unwrap();
    assert_eq!(log.lines(), ["idle"]);
}

#[tokio::test(start_paused = true)]
async fn gs_o_29_a_call_waits_as_long_as_it_says() {
    let (worker, _) = worker().await;
    assert_eq!(worker.slow(ms(1), 1).timeout(ms(30)).await, Ok(1));
    let since = Instant::now();
    assert_eq!(worker.slow(ms(30), 2).timeout(ms(1)).await, Err(CallError::Timeout { started: true }));
    assert_eq!(since.elapsed(), ms(1));
}

#[tokio::test(start_paused = true)]
async fn gs_o_49_a_call_to_itself_is_refused_whatever_its_timeout() {
    let narcissus = within(Narcissus::start()).await.unwrap();
    let refused = Err(CallError::Handler(CallError::CallingSelf));
    assert_eq!(narcissus.call_itself().await, refused);
    assert_eq!(narcissus.call_itself_for_ever().await, refused);
}

/// A server with room for one.
struct Narrow;

#[server(mailbox = 1)]
impl Narrow {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    async fn work(&mut self, begun: oneshot::Sender<()>) {
        begun.send(()).expect("the test waits");
        std::future::pending::<()>().await;
    }

    #[cast]
    fn note(&mut self) {}
}

#[tokio::test(start_paused = true)]
async fn gs_o_51_a_cast_does_not_wait_for_a_server_that_is_busy() {
    let (worker, _) = worker().await;
    worker.work(Duration::from_hours(1), "done").await.unwrap();
    for _ in 0..100 {
        assert_eq!(worker.note("queued").now_or_never(), Some(Ok(())));
    }
}

#[tokio::test(start_paused = true)]
async fn gs_o_51_a_cast_waits_for_room_no_longer_than_it_says() {
    let narrow = within(Narrow::start()).await.unwrap();
    let (begun, begins) = oneshot::channel();
    narrow.work(begun).await.unwrap();
    within(begins).await.unwrap();
    assert_eq!(narrow.note().now_or_never(), Some(Ok(())));
    assert!(matches!(narrow.note().send(), Err(SendError::Full(NarrowCast::Note))));
    let since = Instant::now();
    assert_eq!(narrow.note().timeout(ms(20)).await, Err(CastError::Timeout));
    assert_eq!(since.elapsed(), ms(20));
}

// Requests that are sent now and answered later.

#[tokio::test(start_paused = true)]
async fn gs_o_31_a_request_is_answered_now_or_later() {
    let (worker, _) = worker().await;
    assert_eq!(worker.echo(1).send().unwrap().await, Ok(1));
    assert_eq!(worker.later(ms(50), 2).send().unwrap().await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn gs_o_32_each_request_gets_its_own_reply() {
    let (worker, _) = worker().await;
    let first = worker.later(ms(20), 1).send().unwrap();
    let second = worker.later(ms(10), 2).send().unwrap();
    assert_eq!((first.await, second.await), (Ok(1), Ok(2)));
}

#[tokio::test(start_paused = true)]
async fn gs_o_33_a_request_can_be_looked_at() {
    let (worker, _) = worker().await;
    let mut held = worker.hold().send().unwrap();
    assert_eq!((&mut held).now_or_never(), None);
    worker.release(4).await.unwrap();
    assert_eq!(worker.wanted().await, Ok(0));
    assert_eq!((&mut held).now_or_never(), Some(Ok(4)));
}

#[tokio::test(start_paused = true)]
async fn gs_o_34_a_request_outlives_an_impatient_wait() {
    let (worker, _) = worker().await;
    let mut later = worker.later(ms(50), 3).send().unwrap();
    tokio::time::timeout(ms(0), &mut later).await.unwrap_err();
    assert_eq!(later.await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn gs_o_35_a_request_to_a_server_that_ends_says_why() {
    let (worker, _) = worker().await;
    let held = worker.hold().send().unwrap();
    within(worker.stop_with(shutdown_with("over"))).await.unwrap();
    assert_eq!(held.await, Err(ended(shutdown_with("over"))));
}

/// A request with a label.
async fn labelled(label: char, request: Pending<u32>) -> (char, Result<u32, CallError>) {
    (label, request.await)
}

fn later(worker: &WorkerClient, time: u64, n: u32) -> Pending<u32> {
    worker.later(ms(time), n).send().expect("there is room")
}

#[tokio::test(start_paused = true)]
async fn gs_o_38_requests_come_back_as_they_are_answered() {
    let (worker, _) = worker().await;
    let outside = later(&worker, 25, 9);
    let mut requests: FuturesUnordered<_> = [('a', 30), ('b', 10), ('c', 20)]
        .into_iter()
        .map(|(label, time)| labelled(label, later(&worker, time, 1)))
        .collect();
    for (label, left) in [('b', 2), ('c', 1), ('a', 0)] {
        assert_eq!(requests.next().await, Some((label, Ok(1))));
        assert_eq!(requests.len(), left);
    }
    assert_eq!(requests.next().await, None);
    assert_eq!(outside.await, Ok(9));
}

#[tokio::test(start_paused = true)]
async fn gs_o_39_requests_that_are_dropped_at_a_deadline_are_abandoned() {
    let (worker, _) = worker().await;
    let mut requests: FuturesUnordered<_> =
        [later(&worker, 10, 1), worker.hold().send().unwrap(), worker.hold().send().unwrap()]
            .into_iter()
            .collect();
    let deadline = Instant::now() + ms(50);
    assert_eq!(timeout_at(deadline, requests.next()).await.unwrap(), Some(Ok(1)));
    timeout_at(deadline, requests.next()).await.unwrap_err();
    assert_eq!(worker.wanted().await, Ok(2));
    drop(requests);
    assert_eq!(worker.wanted().await, Ok(0));
    worker.release(2).await.unwrap();
    assert_eq!(worker.echo(3).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn gs_o_40_a_server_that_ends_fails_its_own_requests_only() {
    let (worker, _) = worker().await;
    let (other, _) = crate::support::worker().await;
    let mut requests: FuturesUnordered<_> = [
        labelled('a', later(&worker, 10, 1)),
        labelled('b', other.hold().send().unwrap()),
        labelled('c', later(&worker, 20, 3)),
    ]
    .into_iter()
    .collect();
    within(other.stop_with(ExitReason::Shutdown)).await.unwrap();
    assert_eq!(requests.next().await, Some(('b', Err(ended(ExitReason::Shutdown)))));
    assert_eq!(requests.next().await, Some(('a', Ok(1))));
    assert_eq!(requests.next().await, Some(('c', Ok(3))));
    assert_eq!(requests.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn gs_o_41_whoever_waits_for_the_first_of_several_keeps_the_rest() {
    let (worker, _) = worker().await;
    let mut requests = vec![later(&worker, 30, 30), later(&worker, 10, 10), later(&worker, 20, 20)];
    for n in [10, 20, 30] {
        let (reply, _, rest) = select_all(requests).await;
        assert_eq!(reply, Ok(n));
        requests = rest;
    }
    assert!(requests.is_empty());
}

#[tokio::test(start_paused = true)]
async fn gs_o_42_requests_that_are_kept_at_a_deadline_can_be_waited_for_again() {
    let (worker, _) = worker().await;
    let mut requests: FuturesUnordered<_> =
        [later(&worker, 10, 1), later(&worker, 100, 2), later(&worker, 200, 3)].into_iter().collect();
    let deadline = Instant::now() + ms(50);
    assert_eq!(timeout_at(deadline, requests.next()).await.unwrap(), Some(Ok(1)));
    timeout_at(deadline, requests.next()).await.unwrap_err();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests.next().await, Some(Ok(2)));
    assert_eq!(requests.next().await, Some(Ok(3)));
}

#[tokio::test(start_paused = true)]
async fn gs_o_44_several_requests_can_be_looked_at() {
    let (worker, _) = worker().await;
    let mut requests: FuturesUnordered<_> =
        [labelled('a', worker.hold().send().unwrap()), labelled('b', later(&worker, 10, 2))]
            .into_iter()
            .collect();
    assert_eq!(requests.next().now_or_never(), None);
    worker.release(1).await.unwrap();
    assert_eq!(worker.wanted().await, Ok(0));
    assert_eq!(requests.next().now_or_never(), Some(Some(('a', Ok(1)))));
    assert_eq!(requests.next().now_or_never(), None);
    assert_eq!(requests.next().await, Some(('b', Ok(2))));
    assert_eq!(requests.next().now_or_never(), Some(None));
}

#[tokio::test(start_paused = true)]
async fn gs_o_45_a_server_that_ends_shows_when_its_requests_are_looked_at() {
    let (worker, _) = worker().await;
    let (other, _) = crate::support::worker().await;
    let mut requests: FuturesUnordered<_> =
        [labelled('a', worker.hold().send().unwrap()), labelled('b', other.hold().send().unwrap())]
            .into_iter()
            .collect();
    assert_eq!(requests.next().now_or_never(), None);
    within(other.stop_with(ExitReason::Shutdown)).await.unwrap();
    assert_eq!(requests.next().now_or_never(), Some(Some(('b', Err(ended(ExitReason::Shutdown))))));
    assert_eq!(requests.next().now_or_never(), None);
    worker.release(1).await.unwrap();
    assert_eq!(requests.next().await, Some(('a', Ok(1))));
}

// What a server tells itself.

/// Logs what it does, and what it goes on with.
struct Steps {
    log: Log,
    held: Option<ReplyTo<u32>>,
}

#[server]
impl Steps {
    #[init]
    fn new(log: Log, ctx: &mut Context<Self>) -> Self {
        ctx.client().note("queued in init").send().expect("there is room");
        ctx.next(StepsInfo::go("init"));
        Self { log, held: None }
    }

    #[call]
    fn reply(&mut self, ctx: &mut Context<Self>) -> u32 {
        self.log.push("call");
        ctx.next(StepsInfo::go("call"));
        1
    }

    #[call]
    fn reply_later(&mut self, reply: ReplyTo<u32>, ctx: &mut Context<Self>) {
        self.log.push("call without reply");
        self.held = Some(reply);
        ctx.next(StepsInfo::go("call without reply"));
    }

    #[cast]
    fn cast(&mut self, ctx: &mut Context<Self>) {
        self.log.push("cast");
        ctx.next(StepsInfo::go("cast"));
    }

    /// Has an info come by itself.
    #[cast]
    fn send_info(&mut self, ctx: &mut Context<Self>) {
        ctx.spawn(std::future::ready("info"), StepsInfo::told);
    }

    #[info]
    fn told(&mut self, line: &'static str, ctx: &mut Context<Self>) {
        self.log.push(line);
        ctx.client().note("queued in info").send().expect("there is room");
        ctx.next(StepsInfo::go("info"));
    }

    #[cast]
    fn note(&mut self, line: &'static str) {
        self.log.push(line);
    }

    #[cast]
    fn finish(&mut self, ctx: &mut Context<Self>) {
        ctx.next(StepsInfo::go("chain"));
    }

    #[info]
    fn go(&mut self, from: &'static str, ctx: &mut Context<Self>) {
        self.log.push(format!("go on from {from}"));
        match from {
            "call without reply" => self.held.take().expect("it was held").send(2),
            "chain" => ctx.next(StepsInfo::go("end")),
            "end" => ctx.stop(ExitReason::Normal),
            _ => {}
        }
    }

    #[info]
    fn tick(&mut self) {
        self.log.push("tick");
    }

    /// Has a timer's info come.
    #[call]
    fn tick_after(&mut self, time: Duration, ctx: &mut Context<Self>) {
        ctx.send_after(time, StepsInfo::tick());
    }

    /// Has an info stop it.
    #[call]
    fn halt_after(&mut self, time: Duration, ctx: &mut Context<Self>) {
        ctx.send_after(time, StepsInfo::halt());
    }

    #[info]
    fn halt(&mut self, ctx: &mut Context<Self>) {
        ctx.stop(shutdown_with("an info says so"));
    }

    #[call]
    fn hold(&mut self, reply: ReplyTo<u32>) {
        self.held = Some(reply);
    }

    #[terminate]
    fn close(&mut self, reason: &ExitReason) {
        self.log.push(format!("terminate: {reason}"));
    }
}

async fn steps() -> (StepsClient, Log) {
    let log = Log::default();
    let steps = within(Steps::start(log.clone())).await.expect("it cannot fail");
    (steps, log)
}

#[tokio::test(start_paused = true)]
async fn gs_o_46_what_is_next_goes_before_what_is_queued() {
    let (steps, log) = steps().await;
    // All of these stand in line before the server can begin.
    let now = steps.reply().send().unwrap();
    steps.note("a").send().unwrap();
    let later = steps.reply_later().send().unwrap();
    steps.note("b").send().unwrap();
    steps.cast().send().unwrap();
    steps.note("c").send().unwrap();
    assert_eq!((now.await, later.await), (Ok(1), Ok(2)));
    assert_eq!(steps.reply().await, Ok(1));
    let expected = [
        "go on from init",
        "queued in init",
        "call",
        "go on from call",
        "a",
        "call without reply",
        "go on from call without reply",
        "b",
        "cast",
        "go on from cast",
        "c",
        "call",
    ];
    assert_eq!(log.lines()[..expected.len()], expected);
}

#[tokio::test(start_paused = true)]
async fn gs_o_46_an_info_has_a_next_too() {
    let (steps, log) = steps().await;
    steps.send_info().await.unwrap();
    sleep(ms(1)).await;
    let expected = ["go on from init", "queued in init", "info", "go on from info", "queued in info"];
    assert_eq!(log.lines(), expected);
}

#[tokio::test(start_paused = true)]
async fn gs_o_46_what_is_next_can_have_a_next_and_can_stop() {
    let (steps, log) = steps().await;
    let held = steps.hold().send().unwrap();
    steps.finish().await.unwrap();
    steps.note("never").await.unwrap();
    assert_eq!(held.await, Err(ended(ExitReason::Normal)));
    let expected = [
        "go on from init",
        "queued in init",
        "go on from chain",
        "go on from end",
        "terminate: it stopped normally",
    ];
    assert_eq!(log.lines(), expected);
}

#[tokio::test(start_paused = true)]
async fn gs_o_52_an_info_is_handled_and_can_stop_the_server() {
    let (steps, log) = steps().await;
    let held = steps.hold().send().unwrap();
    steps.tick_after(ms(10)).await.unwrap();
    steps.halt_after(ms(20)).await.unwrap();
    steps.tick_after(ms(30)).await.unwrap();
    let since = Instant::now();
    assert_eq!(held.await, Err(ended(shutdown_with("an info says so"))));
    assert_eq!(since.elapsed(), ms(20));
    assert_eq!(log.lines()[2..], ["tick", "terminate: it was shut down: an info says so"]);
}

#[tokio::test(start_paused = true)]
async fn gs_o_54_a_server_is_idle_after_init_a_call_and_a_cast_but_not_for_an_info() {
    let (idler, log) = idler().await;
    sleep(ms(1001)).await;
    assert_eq!(log.lines(), ["idle"], "after init");
    sleep(ms(5000)).await;
    assert_eq!(log.lines(), ["idle"], "once per quiet time");
    idler.call().await.unwrap();
    sleep(ms(1001)).await;
    assert_eq!(log.lines(), ["idle", "idle"], "after a call");
    idler.cast().await.unwrap();
    sleep(ms(1001)).await;
    assert_eq!(log.lines(), ["idle", "idle", "idle"], "after a cast");
    idler.tick_after(ms(500)).await.unwrap();
    sleep(ms(1001)).await;
    assert_eq!(log.lines()[3..], ["tick", "idle"], "an info does not break the quiet");
}

#[tokio::test(start_paused = true)]
async fn gs_o_54_a_look_at_the_state_does_not_break_the_quiet() {
    let (idler, log) = idler().await;
    for _ in 0..3 {
        sleep(ms(300)).await;
        within(idler.sys().with_state(|_| ())).await.unwrap();
    }
    sleep(ms(101)).await;
    assert_eq!(log.lines(), ["idle"]);
}
