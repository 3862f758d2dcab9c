//! Whatever is called at the same time gives the answers of one register that does one thing after another, in the
//! order of sending.
//!
//! Threads and tasks call an agent or a server in every way that a client has, and note when. A checker then looks for
//! an order of all that in which a plain number gives the same answers (Wing and Gong 1993; states seen once are not
//! tried again). A call that was given up may have been handled once or never; one whose error says that it has not
//! begun, never.
//!
//! `CALLCAST_SEED` repeats the programs of a failure, `CALLCAST_HISTORIES` asks for so many of each register, and
//! `--nocapture` shows the figures.

#![allow(missing_docs, reason = "the macro's items in a test")]
#![allow(
    clippy::unused_self,
    clippy::unused_async,
    reason = "handlers have a receiver, and some wait for nothing"
)]

mod checker;
mod perform;
mod places;
mod programs;
mod registers;
#[path = "../said/mod.rs"]
mod said;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use callcast::Name;
use tokio::runtime::{Builder, Runtime};

use crate::checker::{Cause, Event, Fate, Op, is_linearizable};
use crate::perform::{Clock, block_here, pause, perform};
use crate::places::{PlaceClient, Quick, SWAPS, Slow, Swapped};
use crate::programs::{How, Route, Step, programs};
use crate::registers::{Cell, InlineServer, NarrowCell, NarrowServer, Register, Server};
use crate::said::say;

fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("there are threads")
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be had")
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
    histories: u64,
    events: usize,
    unknown: usize,
    refused: usize,
    cancelled: usize,
    timed_out: usize,
    enqueued: u64,
}

impl Tally {
    fn add(&mut self, events: &[Event]) {
        let count = |is: fn(&Fate) -> bool| events.iter().filter(|event| is(&event.fate)).count();
        self.histories += 1;
        self.events += events.len();
        self.unknown += count(|fate| matches!(fate, Fate::Unknown(_)));
        self.refused += count(|fate| matches!(fate, Fate::Refused(_)));
        self.cancelled += count(|fate| fate.cause() == Some(Cause::Cancelled));
        self.timed_out += count(|fate| fate.cause() == Some(Cause::TimedOut));
    }

    fn print(&self, of: &str) {
        let Self { histories, events, unknown, refused, cancelled, timed_out, enqueued } = self;
        let faults = cancelled + timed_out;
        say(format_args!(
            "{of}: {histories} histories, {events} operations, {unknown} unknown, {refused} refused, {enqueued} queued\n\
             faults injected: {faults} (cancels {cancelled}, time-outs {timed_out})"
        ));
    }
}

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

/// How much room there is for what waits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Enough,
    /// Where there is no room, what would be unknown is refused: how much of it is the machine's affair.
    Little,
}

fn check<R: Register>(of: &str, room: Room, histories: u64, start: impl Fn(&Runtime) -> R) -> Tally {
    let own = multi_thread();
    let foreign = Arc::new(current_thread());
    let first = variable("CALLCAST_SEED", 1);
    let mut tally = Tally::default();
    for seed in first..first + variable("CALLCAST_HISTORIES", histories) {
        let register = start(&own);
        let events = history(&register, seed, &own, &foreign);
        let wrong = events.iter().any(|event| matches!(event.fate, Fate::Wrong(_)));
        assert!(!wrong && is_linearizable(&events), "CALLCAST_SEED={seed}\n{}", print(&events));
        tally.add(&events);
        tally.enqueued += register.enqueued();
    }
    tally.print(of);
    let given_up = if room == Room::Little { tally.unknown + tally.refused } else { tally.unknown };
    assert!(10 * given_up >= tally.events && tally.refused > 0, "{tally:?}");
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
    let tally = check("agents", Room::Enough, 500, |_| Cell::start().unwrap());
    assert!(tally.enqueued > 0 && tally.enqueued < tally.events as u64, "both ways are taken: {tally:?}");
    check("agents with little room", Room::Little, 100, |_| NarrowCell::start().unwrap());
}

#[test]
fn servers_are_linearizable() {
    check("servers", Room::Enough, 200, |runtime| runtime.block_on(Server::start()).unwrap());
}

#[test]
fn inline_servers_are_linearizable() {
    check("inline servers", Room::Enough, 500, |runtime| runtime.block_on(InlineServer::start()).unwrap());
    let narrow = |runtime: &Runtime| runtime.block_on(NarrowServer::start()).unwrap();
    check("inline servers with little room", Room::Little, 100, narrow);
}

#[test]
fn what_a_name_leads_to_is_linearizable() {
    static NAME: Name<Cell> = Name::new("a register");
    check("named agents", Room::Enough, 200, |_| {
        // A name keeps its agent.
        drop(NAME.client().stop().wait());
        drop(Cell::spec().name(&NAME).start().unwrap());
        NAME.client()
    });
    drop(NAME.client().stop().wait());
}

#[test]
fn protocols_are_linearizable() {
    check("agents behind a protocol", Room::Enough, 200, |_| PlaceClient::from(Quick::start(0).unwrap()));
    check("servers behind a protocol", Room::Enough, 100, |runtime| {
        PlaceClient::from(runtime.block_on(Slow::start(0)).unwrap())
    });
}

#[test]
fn a_place_is_linearizable_while_its_server_is_replaced() {
    let tally = check("swapped", Room::Enough, 200, Swapped::start);
    let swaps = SWAPS.load(Ordering::Relaxed);
    eprintln!("{swaps} swaps");
    assert!(swaps >= tally.histories, "{swaps} swaps are no test");
}
