//! How an end reaches everything that hangs on a server: replies and streams that have been handed on, messages that
//! panic in their drop, a queue that a kill goes ahead of, a state whose drop calls.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use callcast::Agent;
use callcast::prelude::*;

use crate::support::{
    Bomb, Door, Gate, Log, at_once, current_thread, door, gate, lasting, ms, on_thread, settle, within,
    worker,
};

/// Panics when it is dropped, whatever goes on: two of them in one drop would end the process.
struct Mine;

impl Drop for Mine {
    fn drop(&mut self) {
        panic!("a mine went off")
    }
}

/// Hands its replies to tasks that are not its own, and keeps what it is sent.
struct Careless;

#[server]
impl Careless {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    fn answer_elsewhere(&self, reply: ReplyTo<u32>) {
        tokio::spawn(async move {
            std::future::pending::<()>().await;
            reply.send(1);
        });
    }

    #[call]
    fn stream_elsewhere(&self, mut out: ReplyStream<u32>) {
        tokio::spawn(async move {
            while out.send(1).await.is_ok() {
                tokio::time::sleep(ms(10)).await;
            }
        });
    }

    #[call]
    async fn block(&self, door: Door) {
        door.pass().await;
    }

    #[call]
    fn two_mines_next(&self, ctx: &mut Context<Self>) {
        ctx.next(CarelessInfo::kept(Mine));
        ctx.next(CarelessInfo::kept(Mine));
        ctx.stop(ExitReason::Normal);
    }

    #[cast]
    fn keep(&self, _mine: Mine) {}

    #[info]
    fn kept(&self, _mine: Mine) {}
}

#[tokio::test(start_paused = true)]
async fn server_ends_before_replying_reaches_a_caller_whose_reply_was_handed_on() {
    let server = Careless::start().await.unwrap();
    let call = server.answer_elsewhere().no_timeout().send().unwrap();
    settle().await;
    at_once(server.stop()).await.unwrap();
    assert_eq!(at_once(call).await, Err(CallError::Exit { reason: ExitReason::Normal, started: true }));
}

#[tokio::test(start_paused = true)]
async fn a_reply_stream_ends_with_the_server_wherever_its_other_end_is() {
    let server = Careless::start().await.unwrap();
    let mut replies = server.stream_elsewhere().await.unwrap();
    assert_eq!(within(replies.next()).await, Some(1));
    server.kill().await.unwrap();
    // What was sent before is still there.
    while at_once(replies.next()).await.is_some() {}
}

#[tokio::test]
async fn p25_two_messages_that_panic_in_their_drop_do_not_end_the_process() {
    for kill in [false, true] {
        let server = Careless::start().await.unwrap();
        let (door, mut key) = door();
        let _blocked = server.block(door).send().unwrap();
        key.entered().await;
        if !kill {
            server.stop().send().unwrap();
        }
        server.keep(Mine).await.unwrap();
        server.keep(Mine).await.unwrap();
        key.open();
        let ended = if kill { server.kill() } else { server.stop() };
        let expected = if kill { ExitReason::Killed } else { ExitReason::Normal };
        assert_eq!(within(ended).await, Ok(expected));
        assert_eq!(server.undelivered(), 2);
    }
}

/// Those that the task had taken out together with the message before them, and not begun.
#[tokio::test]
async fn p25_two_messages_of_a_batch_that_panic_in_their_drop_do_not_end_the_process() {
    let server = Careless::start().await.unwrap();
    let (door, mut key) = door();
    let _blocked = server.block(door).send().unwrap();
    server.keep(Mine).send().unwrap();
    server.keep(Mine).send().unwrap();
    key.entered().await;
    assert_eq!(within(server.kill()).await, Ok(ExitReason::Killed));
    assert_eq!((server.undelivered(), server.load().queued), (2, 0));
}

/// A runtime that goes drops its task in the middle of a batch.
#[test]
fn p81_a_batch_that_panics_in_its_drop_does_not_end_the_process() {
    let runtime = current_thread();
    let server = runtime.block_on(async {
        let server = Careless::start().await.unwrap();
        let (door, mut key) = door();
        let _blocked = server.block(door).send().unwrap();
        server.keep(Mine).send().unwrap();
        server.keep(Mine).send().unwrap();
        key.entered().await;
        server
    });
    drop(runtime);
    assert_eq!(server.undelivered(), 2);
    assert!(!server.is_alive());
}

#[tokio::test]
async fn p25_two_infos_that_panic_in_their_drop_do_not_end_the_process() {
    let server = Careless::start().await.unwrap();
    assert_eq!(within(server.two_mines_next()).await, Ok(()));
}

/// An agent that counts, and can be held.
struct Held {
    count: u32,
}

#[agent]
impl Held {
    #[init]
    const fn new() -> Self {
        Self { count: 0 }
    }

    #[call]
    fn hold(&self, gate: Gate) {
        gate.pass();
    }

    #[cast]
    fn count(&mut self, log: Log<u32>) {
        self.count += 1;
        log.push(self.count);
    }
}

#[test]
fn kill_of_an_agent_goes_ahead_of_its_queue() {
    let (agent, log) = (Held::start().unwrap(), Log::default());
    let (gate, key) = gate();
    let holder = agent.clone();
    let held = std::thread::spawn(move || holder.hold(gate).wait());
    key.entered();
    for _ in 0..20 {
        agent.count(log.clone()).send().unwrap();
    }
    agent.kill().send().unwrap();
    key.open();
    held.join().unwrap().unwrap();
    assert_eq!(on_thread(move || agent.kill().wait()), Err(callcast::StopError::NoProc));
    assert!(log.is_empty());
}

#[test]
fn a_closure_that_nobody_waits_for_cannot_end_its_agent() {
    let agent = Held::start().unwrap();
    let (gate, key) = gate();
    let holder = agent.clone();
    let held = std::thread::spawn(move || holder.hold(gate).wait());
    key.entered();
    let bomb = Bomb::armed();
    let look = move |_: &Held| drop(bomb);
    assert_eq!(agent.with(look).timeout(ms(1)).wait(), Err(CallError::Timeout { started: false }));
    key.open();
    held.join().unwrap().unwrap();
    assert_eq!(on_thread(move || agent.with(|held| held.count).wait()), Ok(0));
}

/// An agent whose state calls its own agent when it is dropped.
struct Caller;

static CALLER: OnceLock<CallerClient> = OnceLock::new();
static SEEN: OnceLock<Result<(), CallError>> = OnceLock::new();

#[agent]
impl Caller {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    fn ping(&self) {}
}

impl Drop for Caller {
    fn drop(&mut self) {
        let client = CALLER.get().unwrap();
        SEEN.set(client.ping().no_timeout().wait()).unwrap();
    }
}

#[test]
fn a_state_whose_drop_calls_its_own_agent_is_refused_at_once() {
    let client = CALLER.get_or_init(|| Caller::start().unwrap());
    on_thread(|| client.stop().wait()).unwrap();
    assert_eq!(SEEN.get(), Some(&Err(CallError::CallingSelf)));
}

#[tokio::test(start_paused = true)]
async fn timeout_of_a_call_that_runs_without_its_caller_may_have_run() {
    let (worker, log, key) = crate::support::busy_worker().await;
    let error = lasting(ms(10), worker.add_always(1).timeout(ms(10))).await.unwrap_err();
    assert_eq!(error, CallError::Timeout { started: true });
    key.open();
    worker.stop().await.unwrap();
    assert!(!log.is_empty());
}

#[tokio::test]
async fn pending_that_may_not_be_waited_for_is_cancelled_or_may_have_run() {
    let (worker, log) = worker().await;
    let pending = worker.add(1).send().unwrap();
    assert_eq!(pending.wait(), Err(CallError::WouldBlock));
    let (door, mut key) = door();
    let pending = worker.pass(door, 2).send().unwrap();
    key.entered().await;
    assert_eq!(pending.wait(), Err(CallError::Timeout { started: true }));
    key.open();
    worker.stop().await.unwrap();
    assert!(!log.take().contains(&1));
}

#[test]
fn agent_cast_gives_up_waiting_for_its_turn_and_stays_accepted() {
    let (agent, log) = (Held::start().unwrap(), Log::default());
    let (gate, key) = gate();
    let holder = agent.clone();
    let held = std::thread::spawn(move || holder.hold(gate).wait());
    key.entered();
    assert_eq!(agent.count(log.clone()).timeout(ms(1)).wait(), Ok(()));
    assert!(log.is_empty());
    key.open();
    held.join().unwrap().unwrap();
    assert_eq!(on_thread(move || agent.with(|held| held.count).wait()), Ok(1));
}

#[tokio::test(start_paused = true)]
async fn p49_a_loop_of_reads_lets_others_run() {
    let (agent, turns) = (Agent::new(0), std::sync::Arc::new(AtomicUsize::new(0)));
    let other = tokio::spawn({
        let turns = turns.clone();
        async move { turns.fetch_add(1, Ordering::SeqCst) }
    });
    for _ in 0..1_000 {
        agent.with(|n| *n).await.unwrap();
    }
    assert_eq!(turns.load(Ordering::SeqCst), 1);
    other.await.unwrap();
}

fn no_period() -> std::time::Duration {
    panic!("no period")
}

/// A server whose period is an expression of a user's.
struct Broken;

#[server]
impl Broken {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[every(no_period())]
    fn tick(&self) {}
}

#[tokio::test]
async fn a_panic_in_a_period_is_one_of_the_start() {
    let error = within(Broken::start()).await.unwrap_err();
    assert!(matches!(error, StartError::Panicked(panic) if panic.message() == "no period"));
}

/// A server with a timer that is always due.
struct Restless {
    ticks: u32,
}

#[server]
impl Restless {
    #[init]
    fn new(period: std::time::Duration, ctx: &mut Context<Self>) -> Self {
        ctx.every(period, RestlessInfo::tick);
        Self { ticks: 0 }
    }

    #[call]
    const fn ticks(&self) -> u32 {
        self.ticks
    }

    #[info]
    const fn tick(&mut self) {
        self.ticks += 1;
    }
}

#[test]
fn every_with_a_tiny_period_starves_nobody() {
    for period in [std::time::Duration::ZERO, std::time::Duration::from_nanos(10)] {
        let ticks = on_thread(move || {
            crate::support::block_on(async {
                let server = Restless::start(period).await.unwrap();
                while server.ticks().await.unwrap() == 0 {}
                let ticks = server.ticks().await.unwrap();
                server.kill().await.unwrap();
                ticks
            })
        });
        assert!(ticks > 0);
    }
}

/// What the task has taken out of the mailbox together, and not handled, is as undelivered as what it has left there.
#[tokio::test(start_paused = true)]
async fn p05_a_kill_counts_the_casts_behind_the_handler_that_asked_for_it() {
    struct Martyr {
        me: Option<MartyrClient>,
        handled: Log<u32>,
    }
    #[server]
    impl Martyr {
        #[init]
        const fn new(handled: Log<u32>) -> Self {
            Self { me: None, handled }
        }
        #[call]
        fn know(&mut self, me: MartyrClient) {
            self.me = Some(me);
        }
        #[cast]
        fn note(&mut self, n: u32) {
            if n == 2
                && let Some(me) = &self.me
            {
                me.kill().send().unwrap();
            }
            self.handled.push(n);
        }
    }
    let handled = Log::default();
    let martyr = Martyr::start(handled.clone()).await.unwrap();
    martyr.know(martyr.clone()).await.unwrap();
    for n in 1..=5 {
        martyr.note(n).send().unwrap();
    }
    let last = martyr.know(martyr.clone()).send().unwrap();
    assert_eq!(last.await, Err(CallError::Exit { reason: ExitReason::Killed, started: false }));
    assert_eq!(handled.take(), [1, 2]);
    assert_eq!(martyr.undelivered(), 3);
}
