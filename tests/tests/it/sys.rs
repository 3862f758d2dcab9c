//! `sys`: looks into agents and servers while they run, and a hand on them.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Name, StopError, TraceEvent};
use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use crate::support::{
    Door, Gate, Log, at_once, current_thread, door, gate, lasting, ms, on_thread, settle, within,
};

/// What the three kinds have in common: each test is written once, and run for each of them.
macro_rules! kinds {
    ($($attribute:ident $options:tt $name:ident;)*) => {$(
        #[derive(Clone, Debug, PartialEq)]
        struct $name {
            value: u32,
        }

        #[$attribute $options]
        impl $name {
            #[init]
            fn new(value: u32) -> Self {
                Self { value }
            }

            #[call]
            fn get(&self) -> u32 {
                self.value
            }

            #[call]
            fn add(&mut self, n: u32) -> u32 {
                self.value += n;
                self.value
            }

            #[cast]
            fn note(&mut self, n: u32) {
                self.value = self.value * 10 + n;
            }

            #[cast]
            fn crash(&mut self) {
                panic!("it crashed");
            }

            #[call]
            fn block(&self, gate: Gate) {
                gate.pass();
            }
        }
    )*};
}

kinds! {
    agent (mailbox = 4) Holder;
    server (mailbox = 4) Worker;
    server (mailbox = 4, inline = true) Quick;
}

/// Runs a test for an agent, a server, and a server that runs where it is called.
macro_rules! for_each_kind {
    (async fn $name:ident($client:ident) $body:block) => {
        mod $name {
            use super::*;

            #[tokio::test(start_paused = true)]
            async fn of_an_agent() {
                let $client = Holder::start(1).unwrap();
                $body
            }

            #[tokio::test(start_paused = true)]
            async fn of_a_server() {
                let $client = Worker::start(1).await.unwrap();
                $body
            }

            #[tokio::test(start_paused = true)]
            async fn of_an_inline_server() {
                let $client = Quick::start(1).await.unwrap();
                $body
            }
        }
    };
}

/// A future that counts how often it is polled.
struct Counted<F> {
    future: F,
    polls: Arc<AtomicU32>,
}

impl<F: Future + Unpin> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        self.polls.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.future).poll(cx)
    }
}

for_each_kind! {
    async fn a_suspended_one_handles_nothing_until_it_is_resumed(client) {
        for round in 0..2 {
            at_once(client.sys().suspend()).await.unwrap();
            at_once(client.sys().suspend()).await.unwrap();
            assert_eq!(lasting(ms(20), client.get().timeout(ms(20))).await, Err(CallError::Timeout { started: false }));
            client.note(round).send().unwrap();
            let waiting = client.get().send().unwrap();
            settle().await;
            at_once(client.sys().resume()).await.unwrap();
            at_once(client.sys().resume()).await.unwrap();
            let expected = [10, 101][round as usize];
            assert_eq!(at_once(waiting).await, Ok(expected));
            assert_eq!(at_once(client.get()).await, Ok(expected));
        }
    }
}

for_each_kind! {
    async fn a_call_to_a_suspended_one_has_its_default_limit(client) {
        at_once(client.sys().suspend()).await.unwrap();
        assert_eq!(lasting(Duration::from_secs(5), client.get()).await, Err(CallError::Timeout { started: false }));
        at_once(client.sys().resume()).await.unwrap();
        assert_eq!(at_once(client.get()).await, Ok(1));
    }
}

for_each_kind! {
    async fn a_cast_to_a_suspended_one_is_accepted_and_its_mailbox_is_bounded(client) {
        at_once(client.sys().suspend()).await.unwrap();
        for n in 1..=4 {
            client.note(n).send().unwrap();
        }
        assert!(client.load().is_full());
        client.note(5).send().unwrap_err();
        assert_eq!(lasting(ms(30), client.note(5).timeout(ms(30))).await, Err(CastError::Timeout));
        let patient = tokio::spawn({
            let client = client.clone();
            async move { client.note(6).await }
        });
        settle().await;
        assert!(!patient.is_finished());
        // What `sys` asks needs no room.
        assert_eq!(at_once(client.sys().with_state(|state| state.value)).await, Ok(1));
        at_once(client.sys().resume()).await.unwrap();
        within(patient).await.unwrap().unwrap();
        assert_eq!(at_once(client.get()).await, Ok(112_346));
    }
}

for_each_kind! {
    async fn p74_a_suspended_one_can_be_killed_stopped_and_terminated(client) {
        at_once(client.sys().suspend()).await.unwrap();
        client.note(1).send().unwrap();
        let held = client.get().send().unwrap();
        assert_eq!(at_once(client.kill()).await, Ok(ExitReason::Killed));
        assert_eq!(held.await, Err(CallError::Exit { reason: ExitReason::Killed, started: false }));
        assert_eq!(at_once(client.sys().resume()).await, Err(CallError::NoProc));
    }
}

for_each_kind! {
    async fn p74_a_suspended_one_can_be_stopped(client) {
        at_once(client.sys().suspend()).await.unwrap();
        client.note(1).send().unwrap();
        let held = client.get().send().unwrap();
        assert_eq!(at_once(client.stop_with(ExitReason::Shutdown)).await, Ok(ExitReason::Shutdown));
        assert_eq!(held.await, Err(CallError::Exit { reason: ExitReason::Shutdown, started: false }));
        assert_eq!(client.undelivered(), 1);
    }
}

for_each_kind! {
    async fn p74_a_suspended_one_can_be_terminated(client) {
        at_once(client.sys().suspend()).await.unwrap();
        let held = client.get().send().unwrap();
        assert_eq!(at_once(client.sys().terminate(ExitReason::Shutdown)).await, Ok(ExitReason::Shutdown));
        assert_eq!(held.await, Err(CallError::Exit { reason: ExitReason::Shutdown, started: false }));
        assert_eq!(at_once(client.sys().terminate(ExitReason::Normal)).await, Err(StopError::NoProc));
    }
}

for_each_kind! {
    async fn those_who_wait_at_a_suspended_one_are_not_polled_again_and_again(client) {
        at_once(client.sys().suspend()).await.unwrap();
        let polls = Arc::new(AtomicU32::new(0));
        let waiting: Vec<_> = (0..2).map(|_| {
            let (client, polls) = (client.clone(), Arc::clone(&polls));
            tokio::spawn(async move { Counted { future: client.get().no_timeout(), polls }.await })
        }).collect();
        for _ in 0..10 {
            settle().await;
            at_once(client.sys().with_state(|_| ())).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(100)).await;
        // A few looks before it waits for good, and one for each look at the state at the most.
        let polls = polls.load(Ordering::Relaxed);
        assert!((2..=40).contains(&polls), "{polls} polls");
        at_once(client.sys().resume()).await.unwrap();
        for waiting in waiting {
            assert_eq!(within(waiting).await.unwrap(), Ok(1));
        }
    }
}

for_each_kind! {
    async fn a_look_at_the_state_sees_the_casts_before_it(client) {
        client.note(1).send().unwrap();
        client.note(2).send().unwrap();
        assert_eq!(at_once(client.sys().state()).await.map(|state| state.value), Ok(112));
        client.note(3).await.unwrap();
        assert_eq!(at_once(client.sys().with_state(|state| state.value)).await, Ok(1123));
    }
}

for_each_kind! {
    async fn a_suspended_one_shows_its_state_as_it_is(client) {
        at_once(client.sys().suspend()).await.unwrap();
        client.note(1).send().unwrap();
        assert_eq!(at_once(client.sys().state()).await.map(|state| state.value), Ok(1));
        let old = at_once(client.sys().replace_state(|old| { let mut new = old.clone(); new.value = 7; new })).await;
        assert_eq!(old.map(|old| old.value), Ok(1));
        assert_eq!(at_once(client.sys().with_state(|state| state.value)).await, Ok(7));
        at_once(client.sys().resume()).await.unwrap();
        assert_eq!(at_once(client.get()).await, Ok(71));
    }
}

for_each_kind! {
    async fn a_panic_of_a_look_is_its_callers_own(client) {
        for suspended in [false, true] {
            if suspended {
                at_once(client.sys().suspend()).await.unwrap();
            }
            let looked = AssertUnwindSafe(client.sys().with_state(|_| -> u32 { panic!("mine") })).catch_unwind();
            assert_eq!(at_once(looked).await.unwrap_err().downcast_ref(), Some(&"mine"));
            let replaced = AssertUnwindSafe(client.sys().replace_state(|_| panic!("mine too"))).catch_unwind();
            assert_eq!(at_once(replaced).await.unwrap_err().downcast_ref(), Some(&"mine too"));
            assert_eq!(at_once(client.sys().with_state(|state| state.value)).await, Ok(1));
        }
        at_once(client.sys().resume()).await.unwrap();
        assert_eq!(at_once(client.get()).await, Ok(1));
    }
}

for_each_kind! {
    async fn what_is_asked_of_the_dead_is_noproc(client) {
        client.crash().await.unwrap();
        settle().await;
        assert!(!client.is_alive());
        assert_eq!(at_once(client.sys().suspend()).await, Err(CallError::NoProc));
        assert_eq!(at_once(client.sys().resume()).await, Err(CallError::NoProc));
        assert_eq!(at_once(client.sys().state()).await, Err(CallError::NoProc));
        assert_eq!(at_once(client.sys().replace_state(Clone::clone)).await, Err(CallError::NoProc));
        assert_eq!(at_once(client.sys().status()).await, Err(CallError::NoProc));
        assert_eq!(at_once(client.sys().terminate(ExitReason::Normal)).await, Err(StopError::NoProc));
    }
}

for_each_kind! {
    async fn statistics_are_kept_while_they_are_on(client) {
        assert!(client.sys().statistics().is_none());
        client.sys().start_statistics();
        let begin = client.sys().statistics().expect("they are on");
        assert_eq!((begin.handled, begin.replies, begin.queued, begin.longest), (0, 0, 0, None));
        assert_eq!(at_once(client.add(1)).await, Ok(2));
        client.note(3).await.unwrap();
        assert_eq!(at_once(client.get()).await, Ok(23));
        client.sys().start_statistics();
        let counted = client.sys().statistics().expect("they go on");
        assert_eq!((counted.handled, counted.replies, counted.since), (3, 2, begin.since));
        assert!(counted.longest.is_some());
        client.sys().stop_statistics();
        assert!(client.sys().statistics().is_none());
        at_once(client.get()).await.unwrap();
        client.sys().start_statistics();
        let again = client.sys().statistics().expect("they are on again");
        assert_eq!((again.handled, again.replies), (0, 0), "what was before is forgotten");
        client.sys().stop_statistics();
        assert_eq!(at_once(client.get()).await, Ok(23));
    }
}

fn line(event: &TraceEvent) -> String {
    match event {
        TraceEvent::Handling { handler } => format!("+{handler}"),
        TraceEvent::Handled { handler, .. } => format!("-{handler}"),
        TraceEvent::Replied => "reply".to_owned(),
        other => format!("{other:?}"),
    }
}

for_each_kind! {
    async fn a_trace_shows_each_step_in_order_to_all_who_listen(client) {
        at_once(client.get()).await.unwrap();
        let mut traces = [client.sys().trace(), client.sys().trace()];
        at_once(client.add(1)).await.unwrap();
        client.note(1).await.unwrap();
        at_once(client.get()).await.unwrap();
        at_once(client.stop()).await.unwrap();
        let expected = ["+add", "reply", "-add", "+note", "-note", "+get", "reply", "-get"];
        for trace in &mut traces {
            let mut lines = Vec::new();
            while let Some(event) = at_once(trace.next()).await {
                lines.push(line(&event));
            }
            assert_eq!(lines, expected);
            assert!(at_once(trace.next()).await.is_none(), "it stays at its end");
        }
    }
}

for_each_kind! {
    async fn a_trace_wakes_who_waits_for_it_also_at_the_end(client) {
        let mut trace = client.sys().trace();
        let listening = tokio::spawn(async move {
            let mut count = 0;
            while trace.next().await.is_some() {
                count += 1;
            }
            count
        });
        settle().await;
        at_once(client.get()).await.unwrap();
        settle().await;
        assert!(!listening.is_finished());
        at_once(client.kill()).await.unwrap();
        assert_eq!(within(listening).await.unwrap(), 3);
    }
}

for_each_kind! {
    async fn a_status_is_what_is_shown(client) {
        assert_eq!(at_once(client.sys().status()).await, Ok(None), "it shows nothing");
        assert!(format!("{:?} {:?}", client.sys(), client.sys().status()).starts_with("Sys { server: "));
    }
}

/// What an agent alone can tell: whether its messages went through the queue.
#[tokio::test(start_paused = true)]
async fn an_agent_runs_where_it_is_called_again_when_nobody_looks_any_more() {
    let agent = Holder::start(1).unwrap();
    let queued = |agent: &HolderClient| {
        let before = agent.enqueued();
        assert_eq!(agent.get().wait(), Ok(1));
        agent.note(0).wait().unwrap();
        let after = agent.enqueued();
        at_once(agent.sys().replace_state(|_| Holder { value: 1 })).now_or_never().unwrap().unwrap();
        after - before
    };
    assert_eq!(queued(&agent), 0);
    let (first, second) = (agent.sys().trace(), agent.sys().trace());
    assert_eq!(queued(&agent), 2);
    drop(first);
    assert_eq!(queued(&agent), 2);
    agent.sys().start_statistics();
    drop(second);
    assert_eq!(queued(&agent), 2);
    agent.sys().stop_statistics();
    assert_eq!(queued(&agent), 0);
    at_once(agent.sys().suspend()).await.unwrap();
    at_once(agent.sys().resume()).await.unwrap();
    assert_eq!(queued(&agent), 0);
}

#[tokio::test(start_paused = true)]
async fn an_inline_server_runs_where_it_is_called_again_when_nobody_looks_any_more() {
    let quick = Quick::start(1).await.unwrap();
    settle().await;
    let trace = quick.sys().trace();
    at_once(quick.get()).await.unwrap();
    let queued = quick.enqueued();
    assert_eq!(queued, 1);
    drop(trace);
    settle().await;
    at_once(quick.get()).await.unwrap();
    assert_eq!(quick.enqueued(), queued);
}

#[tokio::test(start_paused = true)]
async fn those_who_watch_an_agent_are_told_of_its_new_state() {
    let agent = Holder::start(1).unwrap();
    let mut changes = agent.watch();
    let waiting = tokio::spawn(agent.wait_until(|holder| holder.value == 9).into_future());
    settle().await;
    assert!(changes.changed().now_or_never().is_none());
    at_once(agent.sys().replace_state(|_| Holder { value: 9 })).await.unwrap();
    assert_eq!(at_once(changes.changed()).await, Some(()));
    within(waiting).await.unwrap().unwrap();
}

/// Everything in one server that only servers have.
struct Full {
    log: Log<&'static str>,
    door: Option<Door>,
}

#[server]
impl Full {
    #[init]
    fn new(log: Log<&'static str>) -> Self {
        Self { log, door: None }
    }

    #[call]
    async fn pass(&mut self, door: Door) {
        door.pass().await;
        self.log.push("passed");
    }

    #[call]
    async fn suspend_itself(&mut self, ctx: &mut Context<Self>) -> Result<(), CallError> {
        ctx.client().sys().suspend().await
    }

    #[call]
    async fn terminate_itself(&mut self, ctx: &mut Context<Self>) -> Result<ExitReason, StopError> {
        ctx.client().sys().terminate(ExitReason::Normal).await
    }

    #[call]
    fn link(&mut self, other: FullClient, ctx: &mut Context<Self>) {
        ctx.link(&other);
    }

    #[call]
    fn ring_after(&mut self, delay: Duration, ctx: &mut Context<Self>) {
        ctx.send_after(delay, FullInfo::ring());
    }

    #[info]
    fn ring(&mut self) {
        self.log.push("ring");
    }

    #[call]
    fn ping(&self) {}

    #[cast]
    fn note(&mut self, line: &'static str) {
        self.log.push(line);
    }

    #[cast]
    fn linger(&mut self, door: Door) {
        self.door = Some(door);
    }

    #[terminate]
    async fn close(&mut self) {
        if let Some(door) = self.door.take() {
            door.pass().await;
        }
        self.log.push("terminate");
    }
}

async fn full() -> (FullClient, Log<&'static str>) {
    let log = Log::default();
    (Full::start(log.clone()).await.unwrap(), log)
}

#[tokio::test(start_paused = true)]
async fn terminate_runs_for_a_suspended_server_that_is_stopped_or_terminated_and_not_for_a_kill() {
    for (end, lines) in [("stop", &["terminate"][..]), ("terminate", &["terminate"]), ("kill", &[])] {
        let (full, log) = full().await;
        at_once(full.sys().suspend()).await.unwrap();
        full.note("never").send().unwrap();
        match end {
            "stop" => at_once(full.stop()).await.unwrap(),
            "terminate" => at_once(full.sys().terminate(ExitReason::Normal)).await.unwrap(),
            _ => at_once(full.kill()).await.unwrap(),
        };
        assert_eq!(log.take(), lines, "{end}");
        assert_eq!(full.undelivered(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn p74_a_link_ends_a_suspended_server() {
    let ((full, log), (other, _)) = (full().await, full().await);
    full.link(other.clone()).await.unwrap();
    at_once(full.sys().suspend()).await.unwrap();
    let monitor = full.monitor();
    at_once(other.stop_with(ExitReason::Shutdown)).await.unwrap();
    assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    assert_eq!(log.take(), ["terminate"]);
}

#[tokio::test(start_paused = true)]
async fn timers_ring_when_their_server_is_resumed() {
    let (full, log) = full().await;
    full.ring_after(ms(10)).await.unwrap();
    full.ring_after(ms(200)).await.unwrap();
    at_once(full.sys().suspend()).await.unwrap();
    tokio::time::sleep(ms(100)).await;
    assert!(log.is_empty());
    at_once(full.sys().resume()).await.unwrap();
    settle().await;
    assert_eq!(log.take(), ["ring"]);
    tokio::time::sleep(ms(101)).await;
    assert_eq!(log.take(), ["ring"], "that of later is as late as ever");
}

#[tokio::test(start_paused = true)]
async fn suspend_waits_for_the_handler_that_runs() {
    let (full, log) = full().await;
    let (door, mut key) = door();
    let passing = full.pass(door).send().unwrap();
    full.note("queued").send().unwrap();
    key.entered().await;
    let mut suspending = pin!(full.sys().suspend());
    assert!(tokio::time::timeout(ms(10), &mut suspending).await.is_err());
    key.open();
    at_once(suspending).await.unwrap();
    assert_eq!(at_once(passing).await, Ok(()));
    settle().await;
    assert_eq!(log.take(), ["passed"]);
    at_once(full.sys().resume()).await.unwrap();
    at_once(full.ping()).await.unwrap();
    assert_eq!(log.take(), ["queued"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_of_a_busy_server_waits_no_longer_than_it_says_and_is_not_done_then() {
    let (full, _) = full().await;
    let (door, mut key) = door();
    let passing = full.pass(door).no_timeout().send().unwrap();
    key.entered().await;
    let touched = Arc::new(AtomicU32::new(0));
    let touch = || {
        let touched = Arc::clone(&touched);
        full.sys().with_state(move |_| touched.fetch_add(1, Ordering::Relaxed))
    };
    let timed_out = lasting(ms(20), touch().timeout(ms(20))).await;
    assert_eq!(timed_out, Err(CallError::Timeout { started: false }));
    let mut dropped = Box::pin(touch());
    assert!((&mut dropped).now_or_never().is_none());
    drop(dropped);
    assert_eq!(lasting(Duration::from_secs(5), touch()).await, Err(CallError::Timeout { started: false }));
    key.open();
    at_once(passing).await.unwrap();
    at_once(full.ping()).await.unwrap();
    assert_eq!(touched.load(Ordering::Relaxed), 0);
    assert_eq!(at_once(touch()).await, Ok(0));
}

/// What has no limit of its own is not over before its test.
struct Patient(u32);

#[agent(timeout = "1h")]
impl Patient {
    #[init]
    const fn new(value: u32) -> Self {
        Self(value)
    }

    #[call]
    fn get(&self) -> u32 {
        self.0
    }

    #[call]
    fn block(&self, gate: Gate) {
        gate.pass();
    }
}

/// On a clock that runs: a paused one would not wait for the other threads that have the agent here.
#[tokio::test]
async fn what_is_asked_of_a_busy_agent_waits_no_longer_than_it_says_and_is_not_done_then() {
    let agent = Patient::start(1).unwrap();
    let (gate, key) = gate();
    let busy = std::thread::spawn({
        let agent = agent.clone();
        move || agent.block(gate).wait()
    });
    key.entered();
    let touched = Arc::new(AtomicU32::new(0));
    let touch = || {
        let touched = Arc::clone(&touched);
        agent.sys().with_state(move |_| touched.fetch_add(1, Ordering::Relaxed))
    };
    assert_eq!(within(touch().timeout(ms(20))).await, Err(CallError::Timeout { started: false }));
    let mut dropped = Box::pin(touch());
    assert!((&mut dropped).now_or_never().is_none());
    drop(dropped);
    key.open();
    busy.join().unwrap().unwrap();
    assert_eq!(within(agent.get()).await, Ok(1));
    assert_eq!(touched.load(Ordering::Relaxed), 0);
    assert_eq!(within(touch()).await, Ok(0));
}

#[tokio::test(start_paused = true)]
async fn terminate_goes_ahead_of_what_is_queued() {
    let (full, log) = full().await;
    let (door, mut key) = door();
    let passing = full.pass(door).send().unwrap();
    full.note("never").send().unwrap();
    let queued = full.ping().send().unwrap();
    key.entered().await;
    let mut terminating = pin!(full.sys().terminate(ExitReason::Shutdown));
    assert!((&mut terminating).now_or_never().is_none(), "the handler that runs is waited for");
    key.open();
    assert_eq!(at_once(terminating).await, Ok(ExitReason::Shutdown));
    assert_eq!(at_once(passing).await, Ok(()));
    assert_eq!(at_once(queued).await, Err(CallError::Exit { reason: ExitReason::Shutdown, started: false }));
    assert_eq!(log.take(), ["passed", "terminate"]);
}

#[tokio::test(start_paused = true)]
async fn p01_what_a_server_asks_of_itself_is_refused() {
    let (full, _) = full().await;
    assert_eq!(at_once(full.suspend_itself()).await, Err(CallError::Handler(CallError::CallingSelf)));
    assert_eq!(at_once(full.terminate_itself()).await, Err(CallError::Handler(StopError::CallingSelf)));
    at_once(full.ping()).await.unwrap();
}

#[test]
fn what_an_agent_asks_is_refused() {
    let (agent, other) = (Agent::new(1), Holder::start(1).unwrap());
    let asked = agent.get(move |_| other.sys().state().wait()).wait().unwrap();
    assert_eq!(asked, Err(CallError::InsideAgent));
    let itself = agent.clone();
    let asked = agent.get(move |_| itself.sys().suspend().wait()).wait().unwrap();
    assert_eq!(asked, Err(CallError::CallingSelf));
    assert_eq!(agent.get(|n| *n).wait(), Ok(1));
}

#[test]
fn a_plain_thread_can_wait_for_what_it_asks() {
    let runtime = crate::support::multi_thread();
    let worker = runtime.block_on(Worker::start(1)).unwrap();
    let asked = on_thread(move || {
        worker.sys().suspend().wait()?;
        let value = worker.sys().with_state(|worker| worker.value).wait()?;
        worker.sys().resume().wait()?;
        worker.get().wait().map(|got| (value, got))
    });
    assert_eq!(asked, Ok((1, 1)));
    current_thread().block_on(async {
        let worker = Worker::start(1).await.unwrap();
        assert_eq!(worker.sys().suspend().wait(), Err(CallError::WouldBlock));
        assert_eq!(worker.get().await, Ok(1));
        let agent = Holder::start(2).unwrap();
        assert_eq!(agent.sys().state().wait().map(|holder| holder.value), Ok(2));
    });
}

#[tokio::test(start_paused = true)]
async fn by_a_name_it_is_asked_of_whoever_is_there() {
    static NAME: Name<Worker> = Name::new("sys");
    assert_eq!(at_once(NAME.client().sys().suspend()).await, Err(CallError::NoProc));
    assert!(NAME.client().sys().statistics().is_none());
    NAME.client().sys().start_statistics();
    assert!(at_once(NAME.client().sys().trace().next()).await.is_none(), "nobody is there");
    assert_eq!(at_once(NAME.client().sys().terminate(ExitReason::Normal)).await, Err(StopError::NoProc));
    for value in [1, 2] {
        let worker = Worker::spec(value).name(&NAME).start().await.unwrap();
        at_once(NAME.client().sys().suspend()).await.unwrap();
        assert_eq!(at_once(NAME.client().sys().state()).await, Ok(Worker { value }));
        let client = NAME.client();
        assert_eq!(client.get().timeout(ms(5)).await, Err(CallError::Timeout { started: false }));
        at_once(NAME.client().sys().resume()).await.unwrap();
        assert_eq!(at_once(client.get()).await, Ok(value));
        at_once(NAME.client().sys().terminate(ExitReason::Shutdown)).await.unwrap();
        assert!(!worker.is_alive());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_of_one_that_ends_meanwhile_hears_of_its_end() {
    let (full, _) = full().await;
    let (door, mut key) = door();
    let passing = full.pass(door).send().unwrap();
    key.entered().await;
    let mut look = Box::pin(full.sys().with_state(|_| ()));
    assert!((&mut look).now_or_never().is_none());
    at_once(full.kill()).await.unwrap();
    let killed = |started| CallError::Exit { reason: ExitReason::Killed, started };
    assert_eq!(at_once(look).await, Err(killed(false)));
    assert_eq!(at_once(passing).await, Err(killed(true)));
}

#[tokio::test(start_paused = true)]
async fn the_longest_handler_is_known_with_its_time() {
    let (full, _) = full().await;
    full.sys().start_statistics();
    let (door, mut key) = door();
    let passing = full.pass(door).send().unwrap();
    key.entered().await;
    full.ping().send().unwrap().detach();
    assert_eq!(full.sys().statistics().unwrap().queued, 1);
    tokio::time::sleep(ms(50)).await;
    key.open();
    at_once(passing).await.unwrap();
    at_once(full.ping()).await.unwrap();
    assert_eq!(full.sys().statistics().unwrap().longest, Some(("pass", ms(50))));
    assert_eq!(full.sys().statistics().unwrap().queued, 0);
}

/// Shows its state, if it is in the mood.
struct Moody(bool);

#[agent]
impl Moody {
    #[init]
    fn new(good: bool) -> Self {
        Self(good)
    }

    #[call]
    fn ping(&self) {}

    #[format_status]
    fn shown(&self) -> &'static str {
        assert!(self.0, "in a bad mood");
        "in a good mood"
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_that_panics_is_said_so_and_harms_nobody() {
    for (good, shown) in [(true, "in a good mood"), (false, "`format_status` panicked")] {
        let moody = Moody::start(good).unwrap();
        assert_eq!(at_once(moody.sys().status()).await.unwrap().as_deref(), Some(shown));
        at_once(moody.ping()).await.unwrap();
        at_once(moody.sys().suspend()).await.unwrap();
        assert_eq!(at_once(moody.sys().status()).await.unwrap().as_deref(), Some(shown));
    }
}

#[tokio::test]
async fn an_agent_that_is_suspended_while_a_handler_runs_stops_after_it() {
    let agent = Holder::start(1).unwrap();
    let (gate, key) = gate();
    let busy = std::thread::spawn({
        let agent = agent.clone();
        move || agent.block(gate).wait()
    });
    key.entered();
    let (suspended, hears) = oneshot::channel();
    let suspending = std::thread::spawn({
        let agent = agent.clone();
        move || suspended.send(agent.sys().suspend().wait()).unwrap()
    });
    let queued = agent.get().send().unwrap();
    key.open();
    assert_eq!(within(hears).await.unwrap(), Ok(()));
    suspending.join().unwrap();
    busy.join().unwrap().unwrap();
    within(agent.sys().resume()).await.unwrap();
    assert_eq!(within(queued).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_suspend_that_is_given_up_is_not_done() {
    #[derive(Default)]
    struct Slow;
    #[server]
    impl Slow {
        #[init]
        fn new() -> Self {
            Self
        }
        #[call]
        async fn block(&self, door: Door) {
            door.pass().await;
        }
        #[call]
        fn ping(&self) {}
    }
    let slow = Slow::start().await.unwrap();
    let (door, mut key) = door();
    let blocked = tokio::spawn({
        let slow = slow.clone();
        async move { slow.block(door).await }
    });
    key.entered().await;
    let suspended = slow.sys().suspend().timeout(Duration::from_millis(10)).await;
    assert_eq!(suspended, Err(CallError::Timeout { started: false }));
    key.open();
    blocked.await.unwrap().unwrap();
    slow.ping().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_trace_of_the_dead_is_over() {
    let agent = Agent::new(0);
    agent.stop().await.unwrap();
    assert_eq!(at_once(ClientOf::sys(&agent).trace().next()).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_cast_to_a_suspended_agent_is_accepted_at_once_and_handled_when_it_is_resumed() {
    let agent = Agent::new(0);
    agent.sys().suspend().await.unwrap();
    at_once(agent.cast(|n| *n += 1).no_timeout()).await.unwrap();
    assert_eq!(agent.sys().with_state(|holder| format!("{holder:?}")).await.unwrap(), "Holder(0)");
    agent.sys().resume().await.unwrap();
    assert_eq!(agent.get(|n| *n).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn looks_are_no_replies() {
    let agent = Agent::new(0);
    agent.sys().start_statistics();
    agent.sys().with_state(|_| ()).await.unwrap();
    agent.sys().suspend().await.unwrap();
    agent.sys().resume().await.unwrap();
    agent.with(|_| ()).await.unwrap();
    let statistics = agent.sys().statistics().unwrap();
    assert_eq!((statistics.handled, statistics.replies), (0, 0));
}
