//! Whatever is called at the same time gives the answers of one register that does one thing after another, in the
//! order of sending.
//!
//! Threads and tasks call an agent or a server in every way that a client has, and note when. A checker then looks for
//! an order of all that in which a plain number gives the same answers (Wing and Gong 1993; states seen once are not
//! tried again). A call that was given up may have been handled once or never; one whose error says that it has not
//! begun, never.
//!
//! `CALLCAST_SEED` repeats the programs of a failure, `CALLCAST_HISTORIES` asks for more of them.

use std::collections::HashSet;
use std::future::poll_fn;
use std::hint;
use std::ops::Deref;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Call, Cast, Client, GenServer, Pending, SendError};
use tokio::runtime::{Handle, Runtime};

use crate::support::{current_thread, multi_thread};

/// What the register can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    /// Gives the value.
    Get,
    /// Adds, and gives the sum.
    Add(u64),
    /// Puts another value in its place, and gives the old one.
    Swap(u64),
}

/// The register as it should be: the value afterwards, and the reply.
const fn step(value: u64, op: Op) -> (u64, u64) {
    match op {
        Op::Get => (value, value),
        Op::Add(n) => (value + n, value + n),
        Op::Swap(n) => (n, value),
    }
}

/// What became of something that was asked of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    Replied(u64),
    /// It is done, and nobody hears what it gave.
    Accepted,
    /// It was given up: it is done once or never.
    Unknown,
    /// An error said that it is never done.
    Refused,
    /// An error that has no place here.
    Wrong(String),
}

#[derive(Clone, Debug)]
struct Event {
    op: Op,
    /// The moment before it was sent.
    call: u64,
    /// A moment at which it had been sent: what was sent after that is handled later.
    sent: u64,
    fate: Fate,
    /// Who asked, and how: for those who read a failure.
    step: Step,
}

/// Whether one register that handles messages in the order of sending could have given these answers.
fn is_linearizable(history: &[Event]) -> bool {
    assert!(history.len() <= 64, "a set of events is a number");
    // A read that nobody heard the answer of says nothing.
    let counts =
        |event: &Event| event.fate != Fate::Refused && !(event.op == Op::Get && event.fate == Fate::Unknown);
    let left = (0..history.len()).filter(|i| counts(&history[*i])).fold(0, |left, i| left | 1 << i);
    goes_on(history, left, 0, &mut HashSet::new())
}

/// Whether what is left can follow upon this value.
fn goes_on(history: &[Event], left: u64, value: u64, seen: &mut HashSet<(u64, u64)>) -> bool {
    let is_left = |i: &usize| left >> i & 1 == 1;
    if (0..history.len()).filter(is_left).all(|i| history[i].fate == Fate::Unknown) {
        return true;
    }
    if !seen.insert((left, value)) {
        return false;
    }
    (0..history.len()).filter(is_left).any(|i| {
        let event = &history[i];
        // What was sent before this comes before it or never.
        let mut after = left & !(1 << i);
        for earlier in (0..history.len()).filter(is_left).filter(|j| history[*j].sent < event.call) {
            if history[earlier].fate != Fate::Unknown {
                return false;
            }
            after &= !(1 << earlier);
        }
        let (next, reply) = step(value, event.op);
        !matches!(event.fate, Fate::Replied(seen) if seen != reply) && goes_on(history, after, next, seen)
    })
}

mod checker {
    use super::{Event, Fate, How, Op, Route, Step, is_linearizable};

    fn event(op: Op, call: u64, sent: u64, fate: Fate) -> Event {
        let step = Step { op, route: Route::Change, how: How::Await, timeout: None, work: 0 };
        Event { op, call, sent, fate, step }
    }

    fn replied(op: Op, call: u64, sent: u64, reply: u64) -> Event {
        event(op, call, sent, Fate::Replied(reply))
    }

    #[test]
    fn accepts_what_overlaps_in_either_order() {
        for read in [0, 1] {
            assert!(is_linearizable(&[replied(Op::Add(1), 0, 3, 1), replied(Op::Get, 1, 2, read)]));
        }
        assert!(is_linearizable(&[replied(Op::Swap(7), 0, 9, 0), replied(Op::Add(1), 1, 2, 8)]));
    }

    #[test]
    fn accepts_what_was_given_up_either_way_but_not_later() {
        for read in [0, 1] {
            assert!(is_linearizable(&[event(Op::Add(1), 0, 1, Fate::Unknown), replied(Op::Get, 2, 3, read)]));
        }
        let late =
            [event(Op::Add(1), 0, 1, Fate::Unknown), replied(Op::Get, 2, 3, 0), replied(Op::Get, 4, 5, 1)];
        assert!(!is_linearizable(&late), "what was sent after it has been handled before it");
        let unsent = late.map(|event| Event { sent: event.sent.max(9 * event.call), ..event });
        assert!(!is_linearizable(&unsent));
        let [mut given_up, first, second] = unsent;
        given_up.sent = u64::MAX;
        assert!(is_linearizable(&[given_up, first, second]), "where nobody knows when it was sent");
    }

    #[test]
    fn rejects_a_lost_update() {
        assert!(!is_linearizable(&[replied(Op::Add(1), 0, 3, 1), replied(Op::Add(1), 1, 2, 1)]));
        let read = replied(Op::Get, 4, 5, 0);
        assert!(!is_linearizable(&[event(Op::Add(1), 0, 1, Fate::Accepted), read]));
    }

    #[test]
    fn rejects_a_stale_read() {
        assert!(!is_linearizable(&[replied(Op::Add(1), 0, 1, 1), replied(Op::Get, 2, 3, 0)]));
    }

    #[test]
    fn rejects_a_duplicate() {
        assert!(!is_linearizable(&[replied(Op::Add(1), 0, 1, 1), replied(Op::Get, 2, 3, 2)]));
        assert!(!is_linearizable(&[event(Op::Add(1), 0, 1, Fate::Unknown), replied(Op::Get, 2, 3, 2)]));
    }

    #[test]
    fn rejects_what_ran_although_it_certainly_had_not() {
        for fate in [Fate::Refused, Fate::Unknown] {
            let ran = is_linearizable(&[event(Op::Add(1), 0, 1, fate.clone()), replied(Op::Get, 2, 3, 1)]);
            assert_eq!(ran, fate == Fate::Unknown);
        }
    }

    #[test]
    fn rejects_another_order_than_that_of_sending() {
        let sent = |first, second| {
            [
                event(Op::Swap(1), 0, 1, Fate::Accepted),
                event(Op::Swap(2), 2, 3, Fate::Accepted),
                replied(Op::Swap(3), 4, 5, first),
                replied(Op::Get, 6, 7, second),
            ]
        };
        assert!(is_linearizable(&sent(2, 3)));
        assert!(!is_linearizable(&sent(1, 3)));
    }
}

/// Which handler is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    Get,
    /// A closure that reads in place, at an agent.
    Read,
    Change,
    /// A handler that awaits between reading and writing, at a server.
    ChangeSlowly,
    Cast,
}

/// How it is asked, and how the answer is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Await,
    Wait,
    /// Polled this often, then dropped.
    Polls(u32),
    Send(Then),
}

/// What becomes of a call that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Await,
    Wait,
    /// Awaited when everything else has been done.
    AwaitLater,
    Polls(u32),
    Drop,
    Detach,
}

/// One line of a program.
#[derive(Clone, Copy, Debug)]
struct Step {
    op: Op,
    route: Route,
    how: How,
    timeout: Option<Duration>,
    /// How long the handler takes: long enough, at times, for others to come meanwhile.
    work: u32,
}

/// Xorshift, so that a seed says it all.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) const fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn step(&mut self, unique: u64) -> Step {
        let (op, route) = match self.below(8) {
            0 => (Op::Get, Route::Get),
            1 => (Op::Get, Route::Read),
            2 | 3 => (self.change(unique), Route::Cast),
            4 => (self.change(unique), Route::ChangeSlowly),
            _ => (self.change(unique), Route::Change),
        };
        let timeout = match self.below(16) {
            0 | 1 => Some(Duration::ZERO),
            2 => Some(Duration::from_micros(self.below(200))),
            _ => None,
        };
        let work = if self.below(2) == 0 { 0 } else { u32::try_from(self.below(300)).unwrap() };
        Step { op, route, how: self.how(), timeout, work }
    }

    /// Each changes the value in a way of its own, so that what is lost, doubled or stale shows.
    const fn change(&mut self, unique: u64) -> Op {
        if self.below(3) == 0 { Op::Swap(unique << 32) } else { Op::Add(1 + unique) }
    }

    fn how(&mut self) -> How {
        let polls = u32::try_from(self.below(4)).unwrap();
        match self.below(11) {
            0 | 1 => How::Await,
            2 => How::Wait,
            3 | 4 => How::Polls(polls),
            5 => How::Send(Then::Await),
            6 => How::Send(if polls == 0 { Then::Detach } else { Then::AwaitLater }),
            7 => How::Send(Then::Polls(polls)),
            8 | 9 => How::Send(Then::Drop),
            _ => How::Send(Then::Wait),
        }
    }
}

/// One order of moments for all threads.
#[derive(Default)]
struct Clock(AtomicU64);

impl Clock {
    fn now(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

type Reading<'a> = Pin<Box<dyn Future<Output = Result<u64, CallError>> + Send + 'a>>;

/// A register behind messages.
trait Register: Clone + Send + Sync + Deref<Target = Client> + 'static {
    type Server: GenServer;

    fn get(&self, work: u32) -> Call<'_, Self::Server, (u32,), u64>;
    fn read(&self) -> Reading<'_>;
    fn change(&self, op: Op, work: u32) -> Call<'_, Self::Server, (Op, u32), u64>;
    fn change_slowly(&self, op: Op, work: u32) -> Call<'_, Self::Server, (Op, u32), u64>;
    fn cast(&self, op: Op, work: u32) -> Cast<'_, Self::Server, (Op, u32)>;
}

/// Takes its time, and at times lets other threads come in between.
pub(crate) fn work(amount: u32) {
    for _ in 0..amount {
        hint::spin_loop();
    }
    if amount % 4 == 1 {
        thread::yield_now();
    }
}

macro_rules! register {
    ($name:ident, $client:ident, $kind:ident($($option:tt)*), $read:expr, { $($slowly:tt)* }) => {
        struct $name {
            value: u64,
        }

        #[$kind($($option)*)]
        impl $name {
            #[init]
            fn new() -> Self {
                Self { value: 0 }
            }

            #[call]
            fn get(&self, amount: u32) -> u64 {
                work(amount);
                self.value
            }

            #[call]
            fn change(&mut self, op: Op, amount: u32) -> u64 {
                let (value, reply) = step(self.value, op);
                work(amount);
                self.value = value;
                reply
            }

            #[call]
            $($slowly)*

            #[cast]
            fn put(&mut self, op: Op, amount: u32) {
                self.change(op, amount);
            }
        }

        impl Register for $client {
            type Server = $name;

            fn get(&self, work: u32) -> Call<'_, $name, (u32,), u64> {
                Self::get(self, work)
            }

            fn read(&self) -> Reading<'_> {
                let read: fn(&Self) -> Reading<'_> = $read;
                read(self)
            }

            fn change(&self, op: Op, work: u32) -> Call<'_, $name, (Op, u32), u64> {
                Self::change(self, op, work)
            }

            fn change_slowly(&self, op: Op, work: u32) -> Call<'_, $name, (Op, u32), u64> {
                Self::change_slowly(self, op, work)
            }

            fn cast(&self, op: Op, work: u32) -> Cast<'_, $name, (Op, u32)> {
                self.put(op, work)
            }
        }
    };
}

macro_rules! agent_register {
    ($name:ident, $client:ident, $($option:tt)*) => {
        register!($name, $client, agent($($option)*), |client| Box::pin(client.with(|register| register.value)), {
            fn change_slowly(&mut self, op: Op, amount: u32) -> u64 {
                self.change(op, 2 * amount)
            }
        });
    };
}

macro_rules! server_register {
    ($name:ident, $client:ident, $($option:tt)*) => {
        register!($name, $client, server($($option)*), |client| Box::pin(client.get(0)), {
            async fn change_slowly(&mut self, op: Op, amount: u32) -> u64 {
                let (value, reply) = step(self.value, op);
                for _ in 0..amount % 4 {
                    tokio::task::yield_now().await;
                }
                self.value = value;
                reply
            }
        });
    };
}

agent_register!(Cell, CellClient, mailbox = 1_024);
agent_register!(NarrowCell, NarrowCellClient, mailbox = 2);
server_register!(Server, ServerClient, mailbox = 1_024);
server_register!(InlineServer, InlineServerClient, inline = true);
server_register!(NarrowServer, NarrowServerClient, inline = true, mailbox = 2);

/// A call that has been made: what became of it, or where its answer comes later.
enum Asked {
    Done(Fate),
    Later(Pending<u64>),
}

impl Step {
    fn fate(self, result: Result<u64, CallError>) -> Fate {
        match result {
            Ok(reply) => Fate::Replied(reply),
            Err(CallError::Timeout { started }) if self.may_time_out() => Fate::given_up(started),
            Err(CallError::WouldBlock) => Fate::Refused,
            Err(error) => Fate::Wrong(format!("{error:?}")),
        }
    }

    fn fate_of_cast(self, result: Result<(), CastError>) -> Fate {
        match result {
            Ok(()) => Fate::Accepted,
            Err(CastError::Timeout) if self.may_time_out() => Fate::Refused,
            Err(CastError::WouldBlock) => Fate::Refused,
            Err(error) => Fate::Wrong(format!("{error:?}")),
        }
    }

    /// Without a limit of its own it takes no five seconds, unless it hangs. What was sent and may not be waited for
    /// where it is counts as timed out too.
    fn may_time_out(self) -> bool {
        self.timeout.is_some() || self.how == How::Send(Then::Wait)
    }
}

impl Fate {
    const fn given_up(may_have_run: bool) -> Self {
        if may_have_run { Self::Unknown } else { Self::Refused }
    }

    fn of_unsent<M>(error: SendError<M>) -> Self {
        match error {
            SendError::Full(_) => Self::Refused,
            error => Self::Wrong(error.to_string()),
        }
    }
}

/// Lets others of this thread come first.
async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls as often as that, then drops: what became of it, and when it had been sent.
async fn polls<F: Future + Unpin>(
    mut future: F,
    most: u32,
    clock: &Clock,
    fate_of: impl Fn(F::Output) -> Fate,
) -> (u64, Fate) {
    if most == 0 {
        return (clock.now(), Fate::Refused);
    }
    // A task that has used up its budget sends at a later poll.
    let sends_at_once = Handle::try_current().is_err();
    let mut sent = u64::MAX;
    for _ in 0..most {
        let polled = poll_fn(|cx| Poll::Ready(Pin::new(&mut future).poll(cx))).await;
        if let Poll::Ready(output) = polled {
            return (sent.min(clock.now()), fate_of(output));
        }
        if sends_at_once {
            sent = sent.min(clock.now());
        }
        pause().await;
    }
    (sent, Fate::Unknown)
}

async fn ask<S: GenServer, A: Send + 'static>(
    call: Call<'_, S, A, u64>,
    step: Step,
    clock: &Clock,
) -> (u64, Asked) {
    let call = match step.timeout {
        Some(limit) => call.timeout(limit),
        None => call,
    };
    let fate = match step.how {
        How::Await => step.fate(call.await),
        How::Wait => step.fate(call.wait()),
        How::Polls(most) => {
            let (sent, fate) = polls(call, most, clock, |result| step.fate(result)).await;
            return (sent, Asked::Done(fate));
        }
        How::Send(then) => {
            let pending = call.send().map_err(Fate::of_unsent);
            let sent = clock.now();
            let asked = match pending {
                Ok(pending) => await_sent(pending, step, then, clock).await,
                Err(fate) => Asked::Done(fate),
            };
            return (sent, asked);
        }
    };
    (clock.now(), Asked::Done(fate))
}

async fn await_sent(pending: Pending<u64>, step: Step, then: Then, clock: &Clock) -> Asked {
    Asked::Done(match then {
        Then::Await => step.fate(pending.await),
        Then::Wait => step.fate(pending.wait()),
        Then::AwaitLater => return Asked::Later(pending),
        Then::Polls(0) | Then::Drop => {
            drop(pending);
            Fate::Unknown
        }
        Then::Polls(most) => polls(pending, most, clock, |result| step.fate(result)).await.1,
        Then::Detach => {
            pending.detach();
            Fate::Accepted
        }
    })
}

async fn tell<S: GenServer, A: Send + 'static>(
    cast: Cast<'_, S, A>,
    step: Step,
    clock: &Clock,
) -> (u64, Fate) {
    let cast = match step.timeout {
        Some(limit) => cast.timeout(limit),
        None => cast,
    };
    let fate = match step.how {
        How::Await => step.fate_of_cast(cast.await),
        How::Wait => step.fate_of_cast(cast.wait()),
        How::Polls(most) => return polls(cast, most, clock, |result| step.fate_of_cast(result)).await,
        How::Send(_) => cast.send().map_or_else(Fate::of_unsent, |()| Fate::Accepted),
    };
    (clock.now(), fate)
}

/// Does what a program says, and notes it.
async fn perform<R: Register>(register: R, program: Vec<Step>, clock: Arc<Clock>) -> Vec<Event> {
    let mut events = Vec::new();
    let mut later = Vec::new();
    for step in program {
        let call = clock.now();
        let (sent, asked) = match step.route {
            Route::Get => ask(register.get(step.work), step, &clock).await,
            Route::Read => {
                let most = if let How::Polls(most) = step.how { most } else { u32::MAX };
                let (sent, fate) = polls(register.read(), most, &clock, |result| step.fate(result)).await;
                (sent, Asked::Done(fate))
            }
            Route::Change => ask(register.change(step.op, step.work), step, &clock).await,
            Route::ChangeSlowly => ask(register.change_slowly(step.op, step.work), step, &clock).await,
            Route::Cast => {
                let (sent, fate) = tell(register.cast(step.op, step.work), step, &clock).await;
                (sent, Asked::Done(fate))
            }
        };
        let mut event = Event { op: step.op, call, sent, fate: Fate::Unknown, step };
        match asked {
            Asked::Done(fate) => {
                event.fate = fate;
                events.push(event);
            }
            Asked::Later(pending) => later.push((event, pending)),
        }
    }
    // Replies come in any order.
    for (mut event, pending) in later.into_iter().rev() {
        event.fate = event.step.fate(pending.await);
        events.push(event);
    }
    events
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Awaits on a plain thread, with no runtime to be seen.
pub(crate) fn block_here<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}

const ACTORS: u64 = 5;
const STEPS: u64 = 6;

fn programs(seed: u64) -> Vec<Vec<Step>> {
    let mut random = Random::new(seed);
    (0..ACTORS).map(|actor| (0..STEPS).map(|n| random.step(1 + actor * STEPS + n)).collect()).collect()
}

/// Two plain threads, two tasks of the server's own runtime, and a runtime of another's.
fn history<R: Register>(register: &R, seed: u64, own: &Runtime, foreign: &Arc<Runtime>) -> Vec<Event> {
    let clock = Arc::new(Clock::default());
    let go = Arc::new(AtomicBool::new(false));
    let mut threads = Vec::new();
    let mut tasks = Vec::new();
    for (actor, program) in programs(seed).into_iter().enumerate() {
        let go = Arc::clone(&go);
        let performed = perform(register.clone(), program, Arc::clone(&clock));
        let performed = async move {
            // All at the same time, and not one after the other as they are started.
            while !go.load(Ordering::Acquire) {
                pause().await;
            }
            performed.await
        };
        match actor {
            0 | 1 => tasks.push(own.spawn(performed)),
            2 | 3 => threads.push(thread::spawn(move || block_here(performed))),
            _ => {
                let foreign = Arc::clone(foreign);
                threads.push(thread::spawn(move || foreign.block_on(performed)));
            }
        }
    }
    go.store(true, Ordering::Release);
    let mut events: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    for task in tasks {
        events.extend(block_here(task).unwrap());
    }
    // Nothing is under way any more: what was accepted shows in what comes last.
    let step = Step { op: Op::Get, route: Route::Get, how: How::Wait, timeout: None, work: 0 };
    events.extend(block_here(perform(register.clone(), vec![step], clock)));
    events.sort_unstable_by_key(|event| event.call);
    events
}

/// What the histories of one register were like: a check of nothing would pass too.
#[derive(Debug, Default)]
struct Tally {
    events: usize,
    unknown: usize,
    refused: usize,
    enqueued: u64,
}

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

fn check<R: Register>(histories: u64, start: impl Fn(&Runtime) -> R) -> Tally {
    let own = multi_thread();
    let foreign = Arc::new(current_thread());
    let first = variable("CALLCAST_SEED", 1);
    let mut tally = Tally::default();
    for seed in first..first + variable("CALLCAST_HISTORIES", histories) {
        let register = start(&own);
        let events = history(&register, seed, &own, &foreign);
        let wrong = events.iter().any(|event| matches!(event.fate, Fate::Wrong(_)));
        assert!(!wrong && is_linearizable(&events), "CALLCAST_SEED={seed}\n{}", print(&events));
        let count = |fate| events.iter().filter(|event| event.fate == fate).count();
        tally.events += events.len();
        tally.unknown += count(Fate::Unknown);
        tally.refused += count(Fate::Refused);
        tally.enqueued += register.enqueued();
    }
    assert!(10 * tally.unknown >= tally.events && tally.refused > 0, "{tally:?}");
    tally
}

fn print(events: &[Event]) -> String {
    let line = |event: &Event| {
        let Step { route, how, timeout, .. } = event.step;
        let (call, sent) = (event.call, event.sent);
        format!("{call:4} to {sent:4}: {:?} by {route:?}, {how:?}, {timeout:?}: {:?}\n", event.op, event.fate)
    };
    events.iter().map(line).collect()
}

#[test]
fn agents_are_linearizable() {
    let tally = check(500, |_| Cell::start().unwrap());
    assert!(tally.enqueued > 0 && tally.enqueued < tally.events as u64, "both ways are taken: {tally:?}");
    check(100, |_| NarrowCell::start().unwrap());
}

#[test]
fn servers_are_linearizable() {
    check(200, |runtime| runtime.block_on(Server::start()).unwrap());
}

#[test]
fn inline_servers_are_linearizable() {
    check(500, |runtime| runtime.block_on(InlineServer::start()).unwrap());
    check(100, |runtime| runtime.block_on(NarrowServer::start()).unwrap());
}
