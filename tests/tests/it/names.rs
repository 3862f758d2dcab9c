//! Names: who has one, from when to when, and what a client does that goes by one.

use std::sync::atomic::{AtomicU32, Ordering};

use callcast::prelude::*;
use callcast::{Client, Name, SendError, StopError};

use crate::support::{Door, Key, LONG, at_once, door, multi_thread, on_thread, settle, within};

/// A state that counts how often it has been made.
struct Counter {
    value: i64,
}

#[agent]
impl Counter {
    #[init]
    fn new(value: i64, made: &'static AtomicU32) -> Result<Self, String> {
        made.fetch_add(1, Ordering::Relaxed);
        match value {
            -1 => Err("negative".to_owned()),
            -2 => panic!("very negative"),
            value => Ok(Self { value }),
        }
    }

    #[call]
    fn get(&self) -> i64 {
        self.value
    }

    #[cast]
    fn add(&mut self, n: i64) {
        self.value += n;
    }

    #[call]
    fn panics(&self) {
        panic!("gone");
    }
}

/// A server that can be slow to begin, and slow to end.
struct Desk {
    last: Option<Door>,
}

#[server(mailbox = 2)]
impl Desk {
    #[init]
    async fn new(first: Option<Door>) -> Result<Self, String> {
        if let Some(door) = first {
            door.pass().await;
        }
        Ok(Self { last: None })
    }

    #[call]
    fn ask(&self) -> u32 {
        42
    }

    #[call]
    async fn ask_by(&self, name: &'static Name<Self>) -> Result<u32, CallError> {
        name.client().ask().await
    }

    #[call]
    async fn start_by(&self, name: &'static Name<Self>) -> bool {
        matches!(Self::spec(None).name(name).start().await, Err(StartError::AlreadyStarted(_)))
    }

    #[call]
    async fn block(&self, door: Door) {
        door.pass().await;
    }

    #[cast]
    fn tell(&self) {}

    #[cast]
    fn linger(&mut self, door: Door) {
        self.last = Some(door);
    }

    #[cast]
    fn fail(&self) -> Result<(), String> {
        Err("broken".to_owned())
    }

    #[terminate]
    async fn close(&mut self) {
        if let Some(door) = self.last.take() {
            door.pass().await;
        }
    }
}

/// Has a named server wait in its `terminate`.
async fn lingering(name: &'static Name<Desk>) -> (DeskClient, Key) {
    let desk = Desk::spec(None).name(name).start().await.unwrap();
    let (door, mut key) = door();
    desk.linger(door).await.unwrap();
    desk.fail().await.unwrap();
    key.entered().await;
    (desk, key)
}

#[test]
fn a_taken_name_says_whose_it_is_before_init_runs() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    static NAME: Name<Counter> = Name::new("taken");
    let first = Counter::spec(1, &MADE).name(&NAME).start().unwrap();
    let second = Counter::spec(2, &MADE).name(&NAME).start();
    assert_eq!(second.err(), Some(StartError::AlreadyStarted(first.id().unwrap())));
    assert_eq!(MADE.load(Ordering::Relaxed), 1);
    assert_eq!(NAME.client().get().wait().unwrap(), 1);
}

#[test]
fn an_agent_lives_by_its_name_until_it_is_stopped() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    static NAME: Name<Counter> = Name::new("keeper");
    drop(Counter::spec(7, &MADE).name(&NAME).start().unwrap());
    assert_eq!(NAME.client().get().wait().unwrap(), 7);
    NAME.client().stop().wait().unwrap();
    assert!(NAME.whereis().is_none());
    assert_eq!(NAME.client().stop().wait(), Err(StopError::NoProc));
}

#[test]
fn nothing_is_left_of_an_agent_that_did_not_start() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    static NAME: Name<Counter> = Name::new("failing");
    for _ in 0..5 {
        assert_eq!(
            Counter::spec(-1, &MADE).name(&NAME).start().err(),
            Some(StartError::Init("negative".to_owned()))
        );
        assert!(matches!(Counter::spec(-2, &MADE).name(&NAME).start(), Err(StartError::Panicked(_))));
        assert!(NAME.whereis().is_none());
    }
    drop(Counter::spec(0, &MADE).name(&NAME).start().unwrap());
}

#[test]
fn p67_a_name_is_free_when_its_agent_panics_before_the_caller_hears_of_it() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    static NAME: Name<Counter> = Name::new("panicking");
    for value in 0..3 {
        let counter = Counter::spec(value, &MADE).name(&NAME).start().unwrap();
        assert!(matches!(counter.panics().wait(), Err(CallError::Exit { .. })));
    }
}

#[test]
fn a_claim_that_is_refused_gives_back_those_before_it() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    static FREE: Name<Counter> = Name::new("free");
    static TAKEN: Name<Counter> = Name::new("taken");
    let holder = Counter::spec(0, &MADE).name(&TAKEN).start().unwrap();
    let both = Counter::spec(1, &MADE).name(&FREE).name(&TAKEN).start();
    assert_eq!(both.err(), Some(StartError::AlreadyStarted(holder.id().unwrap())));
    assert!(FREE.whereis().is_none());
    drop(Counter::spec(2, &MADE).name(&FREE).start().unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_client_by_name_goes_to_whoever_is_there() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    static NAME: Name<Counter> = Name::new("place");
    let client = NAME.client();
    assert_eq!(client.get().await, Err(CallError::NoProc));
    assert_eq!(client.add(1).await, Err(CastError::NoProc));
    assert!(matches!(client.get().send(), Err(SendError::NoProc(CounterCall::Get))));
    assert!(matches!(client.add(1).send(), Err(SendError::NoProc(CounterCast::Add { n: 1 }))));
    assert_eq!((client.id(), client.is_alive(), client.undelivered()), (None, false, 0));
    assert_eq!(at_once(client.monitor()).await.reason, ExitReason::NoProc);
    assert_eq!(client.with(|counter| counter.value).await, Err(CallError::NoProc));
    assert_eq!(client.watch().changed().await, None);
    assert_eq!(client.wait_until(|_| true).await, Err(CallError::NoProc));

    for value in [1, 10] {
        let counter = Counter::spec(value, &MADE).name(&NAME).start().unwrap();
        assert_eq!(client.id(), counter.id());
        client.add(5).await.unwrap();
        assert_eq!(client.get().await.unwrap(), value + 5);
        assert_eq!(client.get().send().unwrap().await.unwrap(), value + 5);
        assert_eq!(client.with(|counter| counter.value).await.unwrap(), value + 5);
        let found = NAME.whereis().unwrap();
        assert!(
            found.same_place(&counter) && !found.same_place(&client) && client.same_place(&NAME.client())
        );
        client.kill().await.unwrap();
        assert_eq!(found.get().await, Err(CallError::NoProc), "it does not follow the name");
    }
    assert!(client.downgrade().upgrade().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_call_by_name_stays_with_the_server_that_it_was_made_to() {
    static NAME: Name<Desk> = Name::new("desk");
    let desk = Desk::spec(None).name(&NAME).start().await.unwrap();
    let client = NAME.client();
    let (door, mut key) = door();
    let blocking = tokio::spawn(async move { client.block(door).await });
    key.entered().await;
    let client = NAME.client();
    let mut asking = Box::pin(client.ask());
    assert!(tokio::time::timeout(std::time::Duration::from_millis(1), &mut asking).await.is_err());
    desk.kill().await.unwrap();
    let next = Desk::spec(None).name(&NAME).start().await.unwrap();
    assert!(matches!(blocking.await.unwrap(), Err(CallError::Exit { started: true, .. })));
    assert_eq!(
        asking.await,
        Err(CallError::Exit { reason: ExitReason::Killed, started: false }),
        "it is not made again"
    );
    assert_eq!(NAME.client().ask().await.unwrap(), 42);
    // Dropped while it waits, and while it waits for room.
    let (door, mut key) = self::door();
    let blocking = tokio::spawn(async move { NAME.client().block(door).await });
    key.entered().await;
    let client = NAME.client();
    client.tell().await.unwrap();
    client.tell().await.unwrap();
    assert!(next.load().is_full());
    let mut waiting = Box::pin(client.tell());
    assert!(tokio::time::timeout(std::time::Duration::from_millis(1), &mut waiting).await.is_err());
    assert_eq!(next.load().queued, 3);
    drop(waiting);
    assert_eq!(next.load().queued, 2);
    key.open();
    blocking.await.unwrap().unwrap();
    next.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_is_there_by_name_while_its_init_runs() {
    static NAME: Name<Desk> = Name::new("starting");
    let (door, mut key) = door();
    let starting = tokio::spawn(Desk::spec(Some(door)).name(&NAME).start());
    key.entered().await;
    let found = NAME.whereis().expect("it has its name already");
    let asking = found.ask().send().unwrap();
    assert!(matches!(
        Desk::spec(None).name(&NAME).start().await,
        Err(StartError::AlreadyStarted(id)) if Some(id) == found.id()
    ));
    key.open();
    starting.await.unwrap().unwrap();
    assert_eq!(asking.await.unwrap(), 42);
    found.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_given_up_gives_its_name_back() {
    static NAME: Name<Desk> = Name::new("given up");
    let (door, mut key) = door();
    let starting = tokio::spawn(Desk::spec(Some(door)).name(&NAME).start());
    key.entered().await;
    let monitor = NAME.whereis().unwrap().monitor();
    starting.abort();
    within(monitor).await;
    Desk::spec(None).name(&NAME).start().await.unwrap().stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn p67_there_are_never_two_owners_and_the_next_waits_for_the_end_of_the_last() {
    static NAME: Name<Desk> = Name::new("one owner");
    let (last, key) = lingering(&NAME).await;
    assert!(!last.is_alive());
    assert!(NAME.whereis().is_none(), "nobody is sent to one that ends");
    let mut next = tokio::spawn(Desk::spec(None).name(&NAME).start());
    assert!(tokio::time::timeout(LONG, &mut next).await.is_err(), "`terminate` still runs");
    key.open();
    let next = within(next).await.unwrap().unwrap();
    assert_eq!(NAME.whereis().unwrap().id(), next.id());
    next.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_start_waits_no_longer_for_the_last_than_its_timeout() {
    static NAME: Name<Desk> = Name::new("no time");
    let (_last, key) = lingering(&NAME).await;
    let limit = std::time::Duration::from_secs(1);
    let next = Desk::spec(None).name(&NAME).start_timeout(limit).start();
    assert!(matches!(crate::support::lasting(limit, next).await, Err(StartError::AlreadyStarted(_))));
    key.open();
}

#[tokio::test(start_paused = true)]
async fn p67_a_name_is_free_before_any_down_and_before_stop_returns() {
    static NAME: Name<Desk> = Name::new("free");
    for _ in 0..3 {
        let desk = Desk::spec(None).name(&NAME).start().await.unwrap();
        let monitor = desk.monitor();
        desk.stop().await.unwrap();
        assert!(NAME.whereis().is_none());
        monitor.await;
        let desk = Desk::spec(None).name(&NAME).start().await.unwrap();
        let monitor = desk.monitor();
        desk.fail().await.unwrap();
        assert!(matches!(monitor.await.reason, ExitReason::Failed(_)));
        assert!(NAME.whereis().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn p01_calling_oneself_by_name_is_refused() {
    static NAME: Name<Desk> = Name::new("self");
    let desk = Desk::spec(None).name(&NAME).start().await.unwrap();
    assert_eq!(at_once(desk.ask_by(&NAME)).await, Err(CallError::Handler(CallError::CallingSelf)));
    assert!(desk.start_by(&NAME).await.unwrap());
    desk.stop().await.unwrap();
}

#[test]
fn p81_a_runtime_that_is_shut_down_gives_the_names_back() {
    static NAME: Name<Desk> = Name::new("runtime");
    on_thread(|| {
        for _ in 0..3 {
            let runtime = multi_thread();
            let desk = runtime.block_on(Desk::spec(None).name(&NAME).start()).unwrap();
            drop(runtime);
            assert!(NAME.whereis().is_none());
            assert_eq!(desk.ask().wait(), Err(CallError::NoProc));
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_a_name_one_gets_it_and_it_is_never_lost() {
    static NAME: Name<Desk> = Name::new("race");
    for _ in 0..50 {
        let starts: Vec<_> = (0..4).map(|_| tokio::spawn(Desk::spec(None).name(&NAME).start())).collect();
        let mut winners = Vec::new();
        for start in starts {
            match within(start).await.unwrap() {
                Ok(desk) => winners.push(desk),
                Err(error) => assert!(matches!(error, StartError::AlreadyStarted(_)), "{error}"),
            }
        }
        assert_eq!(winners.len(), 1);
        assert_eq!(NAME.whereis().unwrap().id(), winners[0].id());
        winners[0].stop().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_client_by_name_has_in_common_with_all_others() {
    static NAME: Name<Desk> = Name::new("common");
    let desk = Desk::spec(None).name(&NAME).start().await.unwrap();
    let client = NAME.client();
    assert!(format!("{client:?}").contains(&desk.id().unwrap().to_string()));
    assert_eq!(NAME.text(), "common");
    assert!(format!("{NAME:?}").contains("common"));
    let weak = client.downgrade();
    assert_eq!(weak.upgrade().unwrap().ask().await.unwrap(), 42);
    let (load, enqueued) = (client.load(), client.enqueued());
    assert_eq!((load, enqueued), (desk.load(), desk.enqueued()));
    assert_eq!(Client::stop_with(&client, ExitReason::Shutdown).await.unwrap(), ExitReason::Shutdown);
    settle().await;
    assert_eq!(client.load().capacity, 0);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_claimed_twice_is_claimed_once() {
    static NAME: Name<Desk> = Name::new("twice");
    static COUNTER: Name<Counter> = Name::new("twice");
    static MADE: AtomicU32 = AtomicU32::new(0);
    let desk = at_once(Desk::spec(None).name(&NAME).name(&NAME).start()).await.unwrap();
    assert_eq!(NAME.whereis().unwrap().id(), desk.id());
    desk.stop().await.unwrap();
    assert!(NAME.whereis().is_none());
    let counter = Counter::spec(1, &MADE).name(&COUNTER).name(&COUNTER).start().unwrap();
    counter.stop().wait().unwrap();
    assert!(COUNTER.whereis().is_none());
}

#[tokio::test(start_paused = true)]
async fn after_a_start_that_took_too_long_the_next_gets_its_name() {
    static NAME: Name<Desk> = Name::new("too long");
    for _ in 0..3 {
        let limit = std::time::Duration::from_secs(1);
        let (door, key) = door();
        let late = Desk::spec(Some(door)).name(&NAME).start_timeout(limit).start().await;
        assert!(matches!(late, Err(StartError::Timeout)));
        // At once, before anything else has run.
        let desk = within(Desk::spec(None).name(&NAME).start()).await.unwrap();
        desk.stop().await.unwrap();
        drop(key);
    }
}

#[tokio::test(start_paused = true)]
async fn where_a_name_leads_to_nobody_there_is_nobody_to_wait_for() {
    static NAME: Name<Desk> = Name::new("nobody");
    assert!(!NAME.client().load().is_full());
}

/// Has a job of its own while its `init` waits, so that its end takes more than one step.
struct Pair;

#[server]
impl Pair {
    #[init]
    async fn new(door: Option<Door>, ctx: &mut Context<Self>) -> Self {
        if let Some(door) = door {
            ctx.spawn(std::future::pending(), |()| PairInfo::done());
            door.pass().await;
        }
        Self
    }

    #[info]
    fn done(&mut self) {}
}

#[tokio::test(start_paused = true)]
async fn p67_a_start_that_is_killed_is_told_when_its_name_is_free() {
    static NAME: Name<Pair> = Name::new("killed");
    let (door, mut key) = door();
    let starting = tokio::spawn(async move {
        let started = Pair::spec(Some(door)).name(&NAME).start().await;
        (started, callcast::observe())
    });
    key.entered().await;
    let id = NAME.whereis().unwrap().id();
    NAME.client().kill().send().unwrap();
    let (started, there) = within(starting).await.unwrap();
    assert!(matches!(started, Err(StartError::Exit(ExitReason::Killed))));
    assert!(
        there.iter().all(|server| Some(server.id) != id),
        "it is still there when its starter hears of it"
    );
    Pair::spec(None).name(&NAME).start().await.unwrap().stop().await.unwrap();
}
