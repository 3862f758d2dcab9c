//! Starting and ending: init, `after_init`, stop, kill, terminate, servers that nobody uses, weak clients.

use std::time::Duration;

use callcast::StopError;
use callcast::prelude::*;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use crate::support::{Bomb, Door, Log, at_once, busy_worker, door, lasting, ms, settle, within, worker};

/// A server whose `init` does as it is told, and that logs each step of its life.
struct Life {
    log: Log<&'static str>,
}

#[derive(Clone, Copy)]
enum Init {
    Works,
    Fails,
    Ignores,
    Panics,
    Hangs,
}

impl Drop for Life {
    fn drop(&mut self) {
        self.log.push("dropped");
    }
}

#[server]
impl Life {
    #[init]
    async fn new(init: Init, log: Log<&'static str>) -> Result<Option<Self>, String> {
        log.push("init");
        tokio::task::yield_now().await;
        match init {
            Init::Works => Ok(Some(Self { log })),
            Init::Fails => Err("no".to_owned()),
            Init::Ignores => Ok(None),
            Init::Panics => panic!("init"),
            Init::Hangs => {
                let _life = Self { log };
                std::future::pending().await
            }
        }
    }

    #[after_init]
    async fn warm_up(&mut self) {
        tokio::task::yield_now().await;
        self.log.push("after_init");
    }

    #[call]
    fn get(&self) {
        self.log.push("call");
    }

    #[call]
    fn boom(&mut self) {
        panic!("boom")
    }

    #[cast]
    fn fail(&mut self) -> Result<(), String> {
        Err("failed".to_owned())
    }

    #[call]
    fn stop_with_reply(&mut self, ctx: &mut Context<Self>) -> u32 {
        ctx.stop(ExitReason::Shutdown);
        ctx.stop(ExitReason::Normal);
        5
    }

    #[terminate]
    async fn close(&mut self, reason: &ExitReason) {
        tokio::task::yield_now().await;
        self.log.push(match reason {
            ExitReason::Normal => "terminate: normal",
            ExitReason::Shutdown => "terminate: shutdown",
            ExitReason::Panicked(_) => "terminate: panicked",
            ExitReason::Failed(_) => "terminate: failed",
            _ => "terminate: other",
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_life_in_its_order() {
    let log = Log::default();
    let life = Life::start(Init::Works, log.clone()).await.unwrap().unwrap();
    life.get().await.unwrap();
    assert_eq!(life.stop().await, Ok(ExitReason::Normal));
    assert_eq!(log.take(), ["init", "after_init", "call", "terminate: normal", "dropped"]);
}

#[tokio::test(start_paused = true)]
async fn terminate_runs_on_every_end_but_a_kill() {
    type End = fn(&LifeClient);
    let ends: [(End, &str); 5] = [
        (|life| drop(life.stop().send()), "terminate: normal"),
        (|life| drop(life.stop_with(ExitReason::Shutdown).send()), "terminate: shutdown"),
        (|life| life.boom().send().unwrap().detach(), "terminate: panicked"),
        (|life| life.fail().send().unwrap(), "terminate: failed"),
        (|life| drop(life.kill().send()), "dropped"),
    ];
    for (end, expected) in ends {
        let log = Log::default();
        let life = Life::start(Init::Works, log.clone()).await.unwrap().unwrap();
        life.get().await.unwrap();
        log.take();
        let ended = life.stop();
        end(&life);
        at_once(ended).await.unwrap();
        assert_eq!(log.take().first(), Some(&expected));
    }
}

#[tokio::test(start_paused = true)]
async fn init_fails_start_returns_the_error_and_nothing_is_left() {
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let log = Log::default();
    let start = |init| Life::start(init, log.clone());
    assert_eq!(at_once(start(Init::Fails)).await.unwrap_err(), StartError::Init("no".to_owned()));
    assert!(at_once(start(Init::Ignores)).await.unwrap().is_none());
    assert_eq!(log.take(), ["init", "init"], "neither `after_init` nor `terminate` ran");
    settle().await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), tasks);
}

#[tokio::test(start_paused = true)]
async fn p21_panic_in_init_is_start_error_panicked() {
    let log = Log::default();
    match at_once(Life::start(Init::Panics, log.clone())).await.unwrap_err() {
        StartError::Panicked(panic) => {
            assert_eq!((panic.server(), panic.handler(), panic.message()), ("Life", "init", "init"));
        }
        error => panic!("{error:?}"),
    }
    assert_eq!(log.take(), ["init"]);
}

#[tokio::test(start_paused = true)]
async fn p22_init_that_never_ends_is_ended_at_the_start_timeout() {
    let log = Log::default();
    let spec = Life::spec(Init::Hangs, log.clone()).start_timeout(ms(70));
    assert_eq!(lasting(ms(70), spec.start()).await.unwrap_err(), StartError::Timeout);
    settle().await;
    assert_eq!(log.take(), ["init", "dropped"]);
    let works = Life::spec(Init::Works, log.clone()).start_timeout(ms(70));
    assert!(at_once(works.start()).await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn p22_kill_works_during_init() {
    struct Stuck;
    #[server]
    impl Stuck {
        #[init]
        async fn new(log: Log<StuckClient>, ctx: &mut Context<Self>) -> Self {
            log.push(ctx.client());
            std::future::pending().await
        }
        #[call]
        const fn get(&self) -> u32 {
            1
        }
    }
    let clients = Log::default();
    let start = tokio::spawn(Stuck::start(clients.clone()));
    settle().await;
    let stuck = clients.take().pop().unwrap();
    let call = stuck.get().send().unwrap();
    assert_eq!(at_once(stuck.kill()).await, Ok(ExitReason::Killed));
    assert_eq!(at_once(start).await.unwrap().unwrap_err(), StartError::Exit(ExitReason::Killed));
    assert_eq!(at_once(call).await, Err(CallError::Exit { reason: ExitReason::Killed, started: false }));
}

#[tokio::test(start_paused = true)]
async fn p22_a_start_that_is_dropped_ends_its_init() {
    let log = Log::default();
    let mut start = Life::start(Init::Hangs, log.clone());
    assert!((&mut start).now_or_never().is_none());
    settle().await;
    assert_eq!(log.take(), ["init"]);
    drop(start);
    settle().await;
    assert_eq!(log.take(), ["dropped"]);
}

#[tokio::test]
async fn a_start_does_nothing_before_it_is_polled() {
    let log = Log::default();
    drop(Life::start(Init::Works, log.clone()));
    settle().await;
    assert!(log.is_empty());
}

#[tokio::test(start_paused = true)]
async fn after_init_runs_before_any_message_and_after_start_has_returned() {
    struct Cache {
        log: Log<u32>,
        door: Option<Door>,
    }
    #[server]
    impl Cache {
        #[init]
        fn new(log: Log<u32>, door: Door, ctx: &mut Context<Self>) -> Self {
            ctx.client().note(2).send().unwrap();
            Self { log, door: Some(door) }
        }
        #[after_init]
        async fn warm_up(&mut self) -> Result<(), String> {
            self.door.take().unwrap().pass().await;
            self.log.push(1);
            Ok(())
        }
        #[cast]
        fn note(&mut self, n: u32) {
            self.log.push(n);
        }
    }
    let (log, (door, mut key)) = (Log::default(), door());
    let cache = at_once(Cache::start(log.clone(), door)).await.unwrap();
    cache.note(3).await.unwrap();
    key.entered().await;
    assert!(log.is_empty());
    key.open();
    cache.stop().await.unwrap();
    assert_eq!(log.take(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn after_init_that_fails_or_panics_ends_the_server() {
    struct Cache {
        panics: bool,
        door: Option<Door>,
    }
    #[server]
    impl Cache {
        #[init]
        const fn new(panics: bool, door: Door) -> Self {
            Self { panics, door: Some(door) }
        }
        #[after_init]
        async fn warm_up(&mut self) -> Result<(), String> {
            self.door.take().unwrap().pass().await;
            assert!(!self.panics, "cold");
            Err("cold".to_owned())
        }
        #[call]
        const fn get(&self) {}
    }
    for panics in [false, true] {
        let (door, mut key) = door();
        let cache = Cache::start(panics, door).await.unwrap();
        key.entered().await;
        let call = cache.get().send().unwrap();
        key.open();
        match at_once(call).await.unwrap_err() {
            CallError::Exit { reason: ExitReason::Failed(failure), started: false } if !panics => {
                assert_eq!((failure.message(), failure.handler()), ("cold", "warm_up"));
            }
            CallError::Exit { reason: ExitReason::Panicked(panic), started: false } if panics => {
                assert_eq!(panic.message(), "cold");
            }
            error => panic!("{error:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn p06_stop_queues_behind_what_was_sent_before_it() {
    let (worker, log, key) = busy_worker().await;
    worker.note(1).await.unwrap();
    let before = worker.add(2).send().unwrap();
    let mut stop = worker.stop();
    assert_eq!((&mut stop).now_or_never(), None);
    let after = worker.add(3).send().unwrap();
    assert!(worker.is_alive(), "it is asked to end, and has not yet");
    key.open();
    assert_eq!(at_once(stop).await, Ok(ExitReason::Normal));
    assert_eq!(at_once(before).await, Ok(2));
    assert_eq!(at_once(after).await, Err(CallError::Exit { reason: ExitReason::Normal, started: false }));
    assert_eq!(log.take(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn stop_waits_for_ever_unless_it_has_a_timeout() {
    let (worker, _, key) = busy_worker().await;
    assert_eq!(lasting(ms(30), worker.stop().timeout(ms(30))).await, Err(StopError::Timeout));
    assert_eq!(lasting(ms(0), worker.stop().timeout(Duration::ZERO)).await, Err(StopError::Timeout));
    let mut stop = worker.stop().timeout(Duration::MAX);
    assert_eq!((&mut stop).now_or_never(), None);
    tokio::time::sleep(crate::support::LONG * 60).await;
    key.open();
    assert_eq!(at_once(stop).await, Ok(ExitReason::Normal));
}

#[tokio::test(start_paused = true)]
async fn p14_all_who_wait_for_the_end_hear_the_same_reason() {
    let (worker, _, key) = busy_worker().await;
    let reason = ExitReason::ShutdownWith("deploy".into());
    let stops: Vec<_> = (0..50)
        .map(|_| {
            let (worker, reason) = (worker.clone(), reason.clone());
            tokio::spawn(async move { worker.stop_with(reason).await })
        })
        .collect();
    settle().await;
    key.open();
    for stop in at_once(join_all(stops)).await {
        assert_eq!(stop.unwrap(), Ok(reason.clone()));
    }
    assert_eq!(at_once(worker.stop()).await, Err(StopError::NoProc));
    assert_eq!(at_once(worker.kill()).await, Err(StopError::NoProc));
    assert_eq!(worker.stop().send(), Err(StopError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn kill_ends_it_at_the_next_await_point_without_terminate() {
    struct Sleeper {
        log: Log<&'static str>,
    }
    impl Drop for Sleeper {
        fn drop(&mut self) {
            self.log.push("dropped");
        }
    }
    #[server]
    impl Sleeper {
        #[init]
        const fn new(log: Log<&'static str>) -> Self {
            Self { log }
        }
        #[call]
        async fn sleep(&mut self) {
            std::future::pending::<()>().await;
        }
        #[terminate]
        fn close(&mut self) {
            self.log.push("terminate");
        }
    }
    let log = Log::default();
    let sleeper = Sleeper::start(log.clone()).await.unwrap();
    let sleeping = sleeper.sleep().send().unwrap();
    settle().await;
    assert_eq!(at_once(sleeper.kill()).await, Ok(ExitReason::Killed));
    assert_eq!(log.take(), ["dropped"], "and by then everything of it is gone");
    assert_eq!(at_once(sleeping).await, Err(CallError::Exit { reason: ExitReason::Killed, started: true }));
}

#[tokio::test(start_paused = true)]
async fn kill_works_during_terminate() {
    struct Stuck;
    #[server]
    impl Stuck {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[terminate]
        async fn close(&mut self) {
            std::future::pending::<()>().await;
        }
    }
    for is_awaited in [true, false] {
        let stuck = Stuck::start().await.unwrap();
        assert_eq!(stuck.stop().timeout(ms(10)).await, Err(StopError::Timeout));
        let end = stuck.monitor();
        if is_awaited {
            at_once(stuck.kill()).await.unwrap();
        } else {
            assert_eq!(stuck.stop().send(), Err(StopError::NoProc), "it ends already");
            stuck.kill().send().unwrap();
        }
        at_once(end).await;
        assert_eq!(at_once(stuck.stop()).await, Err(StopError::NoProc));
        assert_eq!(stuck.kill().send(), Err(StopError::NoProc));
    }
}

#[tokio::test(start_paused = true)]
async fn stop_by_the_handler_sends_its_reply_after_terminate() {
    let log = Log::default();
    let life = Life::start(Init::Works, log.clone()).await.unwrap().unwrap();
    life.get().await.unwrap();
    let call = life.stop_with_reply().send().unwrap();
    let queued = life.get().send().unwrap();
    assert_eq!(at_once(call).await, Ok(5));
    assert_eq!(
        log.take()[..4],
        ["init", "after_init", "call", "terminate: shutdown"],
        "the first reason stays"
    );
    assert_eq!(at_once(queued).await, Err(CallError::Exit { reason: ExitReason::Shutdown, started: false }));
}

#[tokio::test(start_paused = true)]
async fn undelivered_casts_are_given_to_terminate_and_counted() {
    struct Poller {
        left: Log<PollerCast>,
    }
    #[server(derive(Debug, PartialEq))]
    impl Poller {
        #[init]
        const fn new(left: Log<PollerCast>) -> Self {
            Self { left }
        }
        #[cast]
        fn poll(&mut self, _url: String, _n: u8) {}
        #[call]
        fn end(&mut self, ctx: &mut Context<Self>) {
            ctx.stop(ExitReason::Normal);
        }
        #[call]
        fn boom(&mut self) {
            panic!("boom")
        }
        #[terminate]
        fn close(&mut self, left: Vec<PollerCast>) {
            for cast in left {
                self.left.push(cast);
            }
        }
    }
    for panics in [false, true] {
        let left = Log::default();
        let poller = Poller::start(left.clone()).await.unwrap();
        if panics {
            poller.boom().send().unwrap().detach();
        } else {
            poller.end().send().unwrap().detach();
        }
        let cast = |n| PollerCast::Poll { _url: "u".to_owned(), _n: n };
        for n in 0..3 {
            poller.poll("u".to_owned(), n).await.unwrap();
        }
        within(poller.stop()).await.unwrap();
        assert_eq!(left.take(), [cast(0), cast(1), cast(2)]);
        assert_eq!(poller.undelivered(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_lives_without_clients_unless_it_stops_when_unused() {
    struct Kept(Log<u32>);
    #[server]
    impl Kept {
        #[init]
        const fn new(log: Log<u32>) -> Self {
            Self(log)
        }
        #[every("1s")]
        fn tick(&mut self) {
            self.0.push(1);
        }
    }
    struct Used(Log<u32>);
    #[server(stop_when_unused)]
    impl Used {
        #[init]
        const fn new(log: Log<u32>) -> Self {
            Self(log)
        }
        #[cast]
        fn note(&mut self, n: u32) {
            self.0.push(n);
        }
        #[terminate]
        fn close(&mut self) {
            self.0.push(99);
        }
    }
    let log = Log::default();
    drop(Kept::start(log.clone()).await.unwrap());
    tokio::time::sleep(ms(3_500)).await;
    assert_eq!(log.take(), [1, 1, 1]);

    let log = Log::default();
    let first = Used::start(log.clone()).await.unwrap();
    let second = first.clone();
    let weak = first.downgrade();
    drop(first);
    settle().await;
    assert!(log.is_empty());
    let third = weak.upgrade().unwrap();
    drop(second);
    third.note(1).send().unwrap();
    drop(third);
    settle().await;
    assert_eq!(log.take(), [1, 99], "what was sent is handled, then it ends");
    assert!(weak.upgrade().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_weak_client_keeps_nothing_alive_and_finds_the_living() {
    let (client, _) = worker().await;
    let weak = client.downgrade();
    assert!(weak.upgrade().unwrap().same_place(&client));
    assert!(weak.clone().upgrade().is_some());
    client.stop().await.unwrap();
    assert!(weak.upgrade().is_none(), "although there is a client");
    let agent = Agent::new(1);
    let weak = agent.downgrade();
    assert_eq!(weak.upgrade().unwrap().get(|n| *n).await, Ok(1));
    drop(agent);
    assert!(weak.upgrade().is_none());
}

#[tokio::test(start_paused = true)]
async fn ids_are_never_used_again_and_clients_are_places() {
    let (first, _) = worker().await;
    let (second, _) = worker().await;
    let id = first.id().unwrap();
    assert_ne!(id, second.id().unwrap());
    assert_eq!(first.clone().id(), Some(id));
    assert!(first.same_place(&first.clone()) && !first.same_place(&second));
    assert!(!first.same_place(&Agent::new(0)), "also of another type");
    first.stop().await.unwrap();
    assert_eq!((first.id(), first.is_alive()), (None, false));
    assert!(format!("{first:?}").contains("WorkerClient"));
    assert!(first.same_place(&first.clone()), "the place stays");
}

/// What cannot be held by anybody else is dropped with the server: the state, queued messages, the last error.
#[tokio::test(start_paused = true)]
async fn nothing_leaks_of_a_stopped_server_although_clients_remain() {
    struct Holder {
        held: std::sync::Arc<()>,
    }
    #[server]
    impl Holder {
        #[init]
        const fn new(held: std::sync::Arc<()>) -> Self {
            Self { held }
        }
        #[call]
        fn keep(&mut self, _held: std::sync::Arc<()>, _reply: ReplyTo<()>) {}
        #[cast]
        async fn hang(&mut self, _held: std::sync::Arc<()>) {
            std::future::pending::<()>().await;
        }
        #[after_init]
        fn arm(&mut self, ctx: &mut Context<Self>) {
            let held = std::sync::Arc::clone(&self.held);
            ctx.send_after(crate::support::LONG, HolderInfo::told(std::sync::Arc::clone(&held)));
            ctx.spawn(std::future::pending(), HolderInfo::told);
            let kept = std::sync::Arc::clone(&held);
            ctx.spawn(
                async move {
                    std::future::pending::<()>().await;
                    kept
                },
                HolderInfo::told,
            );
            ctx.next(HolderInfo::told(held));
        }
        #[info]
        fn told(&mut self, _held: std::sync::Arc<()>) {}
    }
    let held = std::sync::Arc::new(());
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    for kills in [true, false] {
        let holder = Holder::start(held.clone()).await.unwrap();
        let call = holder.keep(held.clone()).send().unwrap();
        assert_eq!(at_once(call).await, Err(CallError::NoReply));
        if kills {
            holder.hang(held.clone()).await.unwrap();
            holder.hang(held.clone()).await.unwrap();
            settle().await;
            at_once(holder.kill()).await.unwrap();
        } else {
            at_once(holder.stop()).await.unwrap();
        }
        assert_eq!(std::sync::Arc::strong_count(&held), 1);
        settle().await;
        assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), tasks);
        drop(holder);
    }
}

#[tokio::test]
async fn nothing_leaks_after_100_000_servers() {
    const SERVERS: usize = 100_000;
    let metrics = tokio::runtime::Handle::current().metrics();
    let before = metrics.num_alive_tasks();
    let mut workers = Vec::with_capacity(SERVERS);
    let log = Log::default();
    for _ in 0..SERVERS {
        workers.push(crate::support::Worker::start(log.clone()).await.unwrap());
    }
    assert_eq!(metrics.num_alive_tasks(), before + SERVERS);
    for worker in &workers {
        assert_eq!(worker.add(1).await, Ok(1));
    }
    for worker in &workers {
        worker.stop().await.unwrap();
    }
    assert_eq!(log.take().len(), SERVERS);
    // The task of the last has said that it ends, and does so next.
    settle().await;
    assert_eq!(metrics.num_alive_tasks(), before);
}

#[test]
fn a_bomb_goes_off() {
    assert!(std::panic::catch_unwind(|| drop(Bomb::armed())).is_err());
}

/// Has a timer that rings in an hour, and one that rings each hour.
struct Clock;

#[server]
impl Clock {
    #[init]
    fn new(ctx: &mut Context<Self>) -> Self {
        ctx.send_after(Duration::from_hours(1), ClockInfo::rang());
        Self
    }

    #[every("1h")]
    fn tick(&mut self) {}

    #[info]
    fn rang(&mut self) {}
}

#[tokio::test(start_paused = true)]
async fn p72_no_task_of_a_timer_is_left_when_its_server_has_ended() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    for kills in [true, false] {
        let clock = Clock::start().await.unwrap();
        settle().await;
        at_once(if kills { clock.kill() } else { clock.stop() }).await.unwrap();
        settle().await;
        assert_eq!(tasks(), before);
    }
}
