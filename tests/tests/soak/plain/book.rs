//! What became of each message, written down outside the servers.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use crate::bits::{Bits, Mail};
use crate::faults::{Fault, Faults};
use crate::plain::PRODUCERS;
use crate::plain::servers::{PLACES, WAYS};
use crate::watchdog::Watched;

/// So many mistakes are told one by one.
const TOLD: usize = 20;

/// What has been handled at a place.
#[derive(Default)]
struct Page {
    /// The last message of each producer.
    last: [AtomicU64; PRODUCERS],
    /// A handler runs.
    is_busy: AtomicBool,
    handled: AtomicU64,
}

pub(crate) struct Book {
    handled: Bits,
    /// Those that must be handled in the end: they were answered, or accepted and not given up.
    surely: Bits,
    /// Those that must not: an error said so, or they were never polled.
    never: Bits,
    pages: [Page; PLACES],
    /// For each producer: its last message, and the way that it took.
    stands: [(AtomicU64, AtomicUsize); PRODUCERS],
    sent: AtomicU64,
    swaps: AtomicU64,
    faults: Faults,
    phase: Mutex<&'static str>,
    wrongs: Mutex<Vec<String>>,
}

impl Book {
    pub(crate) fn new(each: u64) -> Arc<Self> {
        let bits = || Bits::new(PRODUCERS, each + WAYS as u64);
        Arc::new(Self {
            handled: bits(),
            surely: bits(),
            never: bits(),
            pages: Default::default(),
            stands: Default::default(),
            sent: AtomicU64::new(0),
            swaps: AtomicU64::new(0),
            faults: Faults::default(),
            phase: Mutex::new("sending"),
            wrongs: Mutex::default(),
        })
    }

    pub(crate) fn wrong(&self, what: String) {
        let mut wrongs = self.wrongs.lock().expect("nothing panics under it");
        if wrongs.len() < TOLD {
            eprintln!("wrong: {what}");
        }
        wrongs.push(what);
    }

    pub(crate) fn goes_on(&self, phase: &'static str) {
        *self.phase.lock().expect("nothing panics under it") = phase;
        self.sent.fetch_add(1, SeqCst);
    }

    pub(crate) fn swapped(&self) {
        self.swaps.fetch_add(1, SeqCst);
    }

    pub(crate) fn inject(&self, fault: Fault) {
        self.faults.inject(fault);
    }

    /// The number of the last call of the first producer by this way.
    pub(crate) fn last_number(&self, way: usize) -> u64 {
        self.handled.each() - way as u64
    }

    pub(crate) fn sending(&self, mail: Mail, way: usize) {
        let (number, by) = &self.stands[mail.producer];
        number.store(mail.number, SeqCst);
        by.store(way, SeqCst);
        self.sent.fetch_add(1, SeqCst);
    }

    /// It must be handled, sooner or later.
    pub(crate) fn surely(&self, mail: Mail) {
        self.surely.set(mail);
    }

    /// It must never be handled.
    pub(crate) fn never(&self, mail: Mail) {
        self.never.set(mail);
    }

    pub(crate) fn answer(&self, mail: Mail, number: u64) {
        self.surely(mail);
        if number != mail.number {
            self.wrong(format!("{mail:?} has the answer to {number}"));
        }
        if !self.handled.has(mail) {
            self.wrong(format!("{mail:?} was answered and not handled"));
        }
    }

    /// A handler begins.
    pub(crate) fn begins(&self, place: usize, mail: Mail) {
        let page = &self.pages[place];
        if page.is_busy.swap(true, SeqCst) {
            self.wrong(format!("place {place}: two handlers at once, at {mail:?}"));
        }
        let last = page.last[mail.producer].swap(mail.number, SeqCst);
        if last >= mail.number {
            self.wrong(format!("place {place}: {mail:?} after {last}"));
        }
        if self.handled.set(mail) {
            self.wrong(format!("place {place}: {mail:?} was handled twice"));
        }
        page.handled.fetch_add(1, SeqCst);
    }

    pub(crate) fn ends(&self, place: usize) {
        self.pages[place].is_busy.store(false, SeqCst);
    }

    pub(crate) fn figures(&self) -> String {
        let handled: Vec<_> = self.pages.iter().map(|page| page.handled.load(SeqCst)).collect();
        let (sent, swaps) = (self.sent.load(SeqCst), self.swaps.load(SeqCst));
        let (surely, never) = (self.surely.count(), self.never.count());
        let (lost, all) = (self.surely.beyond(&self.handled), self.handled.count());
        format!(
            "{sent} messages, {all} handled (at each place {handled:?}), {surely} of them known to be, {never} known \
             not to be, {lost} lost; {swaps} swaps\n{}",
            self.faults
        )
    }

    /// What can be known when all is over.
    pub(crate) fn assert_right(&self) {
        let lost = self.surely.beyond(&self.handled);
        let revived = self.never.common(&self.handled);
        assert_eq!((lost, revived), (0, 0), "lost, and handled though an error said that they were not");
        for (place, page) in self.pages.iter().enumerate() {
            assert!(!page.is_busy.load(SeqCst) && page.handled.load(SeqCst) > 0, "place {place}");
        }
        let faults = [Fault::Cancel, Fault::TimeOut].map(|fault| self.faults.count(fault));
        assert!(self.swaps.load(SeqCst) > 0 && !faults.contains(&0), "it has not soaked");
        let wrongs = self.wrongs.lock().expect("nothing panics under it");
        assert!(wrongs.is_empty(), "{} mistakes, the first of them: {}", wrongs.len(), wrongs[0]);
    }
}

impl Watched for Book {
    fn progress(&self) -> u64 {
        self.sent.load(SeqCst)
    }

    fn standing(&self) -> String {
        let phase = *self.phase.lock().expect("nothing panics under it");
        let mut standing = format!("{phase}, {}\n", self.figures());
        for (producer, (number, way)) in self.stands.iter().enumerate() {
            let (number, way) = (number.load(SeqCst), way.load(SeqCst));
            let is_handled = self.handled.has(Mail { producer, number });
            writeln!(standing, "  {producer}: at {number}, by way {way}, handled: {is_handled}")
                .expect("a string takes all");
        }
        standing
    }
}
