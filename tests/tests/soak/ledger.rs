//! What really happened, written down outside the servers.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use callcast::{CallError, ExitReason};

use crate::PRODUCERS;
use crate::bits::{Bits, Mail};
use crate::faults::{Fault, Faults};
use crate::tree::{SEATS, TARGETS};
use crate::watchdog::Watched;

/// What all texts of the killer's begin with; behind it stands the number of what it did.
pub(crate) const MARK: &str = "soak ";
/// So many faults are told one by one.
const TOLD: usize = 20;

/// What the killer may have done to a target; the reasons that follow from it are true ones.
#[derive(Clone, Copy)]
#[repr(u32)]
pub(crate) enum Deed {
    Stopped = 1,
    Killed = 2,
    /// By a panic, an error or a stop with a text.
    Marked = 4,
    /// By the hand of its supervisor, and then it was down for a while.
    Terminated = 8,
}

/// What is counted for people to read, and to know that the soak has soaked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Count {
    Answered,
    Accepted,
    Dropped,
    NoProc,
    TimedOut,
    Full,
    Normal,
    Shutdown,
    ShutdownWith,
    Killed,
    Panicked,
    Failed,
    Downs,
}

const COUNTS: [Count; 13] = [
    Count::Answered,
    Count::Accepted,
    Count::Dropped,
    Count::NoProc,
    Count::TimedOut,
    Count::Full,
    Count::Normal,
    Count::Shutdown,
    Count::ShutdownWith,
    Count::Killed,
    Count::Panicked,
    Count::Failed,
    Count::Downs,
];

/// A place in which one incarnation comes after the other.
struct Seat {
    /// The last message of each producer that was handled here, whatever the incarnation.
    last: Vec<AtomicU64>,
    /// A state is here.
    is_taken: AtomicBool,
    /// A handler runs here.
    is_busy: AtomicBool,
}

/// Where a producer stands.
#[derive(Default)]
struct Stand {
    number: AtomicU64,
    target: AtomicUsize,
}

pub(crate) struct Ledger {
    handled: Bits,
    /// Those that will never be handled, as an error has said.
    refused: Bits,
    seats: Vec<Seat>,
    /// The deeds that were done to each target.
    deeds: Vec<AtomicU32>,
    /// How many there were.
    acts: AtomicU64,
    starts: AtomicU64,
    counts: Vec<AtomicU64>,
    faults: Faults,
    wrongs: Mutex<Vec<String>>,
    /// Grows as long as anything goes on.
    progress: AtomicU64,
    phase: Mutex<&'static str>,
    /// What the killer is about.
    act: Mutex<String>,
    stands: Vec<Stand>,
}

impl Ledger {
    pub(crate) fn new(each: u64) -> Arc<Self> {
        let seat = |_| Seat {
            last: (0..PRODUCERS).map(|_| AtomicU64::new(0)).collect(),
            is_taken: AtomicBool::new(false),
            is_busy: AtomicBool::new(false),
        };
        // A few more, for the last look at all servers.
        let each = each + TARGETS as u64;
        Arc::new(Self {
            handled: Bits::new(PRODUCERS, each),
            refused: Bits::new(PRODUCERS, each),
            seats: (0..SEATS).map(seat).collect(),
            deeds: (0..TARGETS).map(|_| AtomicU32::new(0)).collect(),
            acts: AtomicU64::new(0),
            starts: AtomicU64::new(0),
            counts: COUNTS.iter().map(|_| AtomicU64::new(0)).collect(),
            faults: Faults::default(),
            wrongs: Mutex::default(),
            progress: AtomicU64::new(0),
            phase: Mutex::new("sending"),
            act: Mutex::default(),
            stands: (0..PRODUCERS).map(|_| Stand::default()).collect(),
        })
    }

    pub(crate) fn wrong(&self, what: String) {
        let mut wrongs = self.wrongs.lock().expect("nothing panics under it");
        if wrongs.len() < TOLD {
            eprintln!("wrong: {what}");
        }
        wrongs.push(what);
    }

    pub(crate) fn count(&self, count: Count) {
        self.counts[count as usize].fetch_add(1, SeqCst);
        match count {
            Count::Dropped => self.faults.inject(Fault::Cancel),
            Count::TimedOut => self.faults.inject(Fault::TimeOut),
            _ => {}
        }
    }

    fn counted(&self, count: Count) -> u64 {
        self.counts[count as usize].load(SeqCst)
    }

    /// The number of a message to this target that the first producer has not used.
    pub(crate) fn last_number(&self, target: usize) -> u64 {
        self.handled.each() - target as u64
    }

    pub(crate) fn sending(&self, mail: Mail, target: usize) {
        let stand = &self.stands[mail.producer];
        stand.number.store(mail.number, SeqCst);
        stand.target.store(target, SeqCst);
        self.progress.fetch_add(1, SeqCst);
    }

    pub(crate) fn killing(&self, act: String) {
        *self.act.lock().expect("nothing panics under it") = act;
    }

    pub(crate) fn goes_on(&self, phase: &'static str) {
        *self.phase.lock().expect("nothing panics under it") = phase;
        self.progress.fetch_add(1, SeqCst);
    }

    /// An incarnation has come; the one before it must be gone.
    pub(crate) fn comes(&self, seat: usize) {
        self.starts.fetch_add(1, SeqCst);
        if self.seats[seat].is_taken.swap(true, SeqCst) {
            self.wrong(format!("seat {seat}: an `init` while the state before it was there"));
        }
    }

    pub(crate) fn leaves(&self, seat: usize) {
        if !self.seats[seat].is_taken.swap(false, SeqCst) {
            self.wrong(format!("seat {seat}: a state was dropped twice"));
        }
    }

    /// A handler begins.
    pub(crate) fn begins(&self, seat: usize, mail: Mail) {
        let Mail { producer, number } = mail;
        let here = &self.seats[seat];
        if here.is_busy.swap(true, SeqCst) {
            self.wrong(format!("seat {seat}: two handlers at once, at {mail:?}"));
        }
        let last = here.last[producer].swap(number, SeqCst);
        if last >= number {
            self.wrong(format!("seat {seat}: {mail:?} after {last}"));
        }
        if self.handled.set(mail) {
            self.wrong(format!("seat {seat}: {mail:?} was handled twice"));
        }
    }

    pub(crate) fn ends(&self, seat: usize) {
        self.seats[seat].is_busy.store(false, SeqCst);
    }

    /// Somebody was told that it has not been handled and never will be.
    pub(crate) fn refuse(&self, mail: Mail) {
        self.refused.set(mail);
    }

    /// The killer is about to do this; returns a number for the text of it.
    pub(crate) fn inject(&self, fault: Fault, target: usize, deed: Deed) -> u64 {
        self.faults.inject(fault);
        self.will(target, deed)
    }

    /// As a consequence of what the killer is about to do, this may happen to a target.
    pub(crate) fn will(&self, target: usize, deed: Deed) -> u64 {
        self.deeds[target].fetch_or(deed as u32, SeqCst);
        self.acts.fetch_add(1, SeqCst) * TARGETS as u64 + target as u64
    }

    pub(crate) fn killed_a_supervisor(&self) {
        self.faults.inject(Fault::Kill);
    }

    pub(crate) fn has_done(&self, target: usize, deed: Deed) -> bool {
        self.deeds[target].load(SeqCst) & deed as u32 != 0
    }

    /// Whether the killer has given this text to this target.
    fn is_marked(&self, target: usize, text: &str) -> bool {
        let number = text.strip_prefix(MARK).and_then(|number| number.parse::<u64>().ok());
        let targets = TARGETS as u64;
        self.has_done(target, Deed::Marked)
            && number.is_some_and(|number| {
                number % targets == target as u64 && number / targets < self.acts.load(SeqCst)
            })
    }

    /// An end of a server is told: it must be one that it was given.
    pub(crate) fn reason(&self, target: usize, reason: &ExitReason) {
        let (count, is_true) = match reason {
            ExitReason::Normal => (Count::Normal, self.has_done(target, Deed::Stopped)),
            ExitReason::Shutdown => (Count::Shutdown, self.has_done(target, Deed::Terminated)),
            ExitReason::Killed => (Count::Killed, self.has_done(target, Deed::Killed)),
            ExitReason::ShutdownWith(text) => (Count::ShutdownWith, self.is_marked(target, text)),
            ExitReason::Panicked(panic) => (Count::Panicked, self.is_marked(target, panic.message())),
            ExitReason::Failed(failure) => (Count::Failed, self.is_marked(target, failure.message())),
            _ => return self.wrong(format!("target {target}: no reason of the killer's: {reason:?}")),
        };
        self.count(count);
        if !is_true {
            self.wrong(format!("target {target}: not a true reason: {reason:?}"));
        }
    }

    pub(crate) fn answer(&self, mail: Mail, number: u64) {
        self.count(Count::Answered);
        if number != mail.number {
            self.wrong(format!("{mail:?} has the answer to {number}"));
        }
        if !self.handled.has(mail) {
            self.wrong(format!("{mail:?} was answered and not handled"));
        }
    }

    /// A call has failed; says of what it is known to be allowed.
    pub(crate) fn error(&self, mail: Mail, target: usize, error: &CallError, allowed: Allowed) {
        if !error.may_have_run() {
            self.refuse(mail);
        }
        match error {
            CallError::Exit { reason, .. } => self.reason(target, reason),
            CallError::NoProc if allowed.no_proc => self.count(Count::NoProc),
            CallError::Timeout { .. } if allowed.timeout => self.count(Count::TimedOut),
            _ => self.wrong(format!("target {target}, {mail:?}: {error:?}")),
        }
    }

    pub(crate) fn figures(&self) -> String {
        let mut figures = format!("{} messages", self.progress());
        for count in COUNTS {
            write!(figures, ", {count:?} {}", self.counted(count)).expect("a string takes all");
        }
        let (acts, starts) = (self.acts.load(SeqCst), self.starts.load(SeqCst));
        write!(figures, "; {acts} deeds, {starts} starts\n{}", self.faults).expect("a string takes all");
        figures
    }

    /// What can be known when all is over.
    pub(crate) fn assert_right(&self) {
        let both = self.refused.common(&self.handled);
        if both != 0 {
            self.wrong(format!("{both} messages were handled, though an error said not"));
        }
        for (no, seat) in self.seats.iter().enumerate() {
            if seat.is_taken.load(SeqCst) || seat.is_busy.load(SeqCst) {
                self.wrong(format!("seat {no} was not left"));
            }
        }
        for count in COUNTS {
            // These depend on the machine.
            if self.counted(count) == 0 && !matches!(count, Count::Full | Count::TimedOut) {
                self.wrong(format!("it has not soaked: there is no {count:?}"));
            }
        }
        let wrongs = self.wrongs.lock().expect("nothing panics under it");
        assert!(wrongs.is_empty(), "{} faults, the first of them: {}", wrongs.len(), wrongs[0]);
    }
}

impl Watched for Ledger {
    fn progress(&self) -> u64 {
        self.progress.load(SeqCst)
    }

    /// What each producer was about.
    fn standing(&self) -> String {
        let phase = *self.phase.lock().expect("nothing panics under it");
        let act = self.act.lock().expect("nothing panics under it").clone();
        let mut standing = format!("{phase}, {}\nthe killer: {act}\n", self.figures());
        for (producer, stand) in self.stands.iter().enumerate() {
            let (number, target) = (stand.number.load(SeqCst), stand.target.load(SeqCst));
            let is_handled = self.handled.has(Mail { producer, number });
            writeln!(standing, "  {producer}: at {number}, to target {target}, handled: {is_handled}")
                .expect("a string takes all");
        }
        standing
    }
}

/// Which errors are no fault.
#[derive(Clone, Copy)]
pub(crate) struct Allowed {
    pub(crate) no_proc: bool,
    pub(crate) timeout: bool,
}
