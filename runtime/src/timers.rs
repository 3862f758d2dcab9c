//! A server's own timers.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::exit::drop_contained;
use crate::time::{self, Instant, Sleep};

/// A timer of a server, to be cancelled with [`Context::cancel`](crate::Context::cancel).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimerId(u64);

impl fmt::Debug for TimerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimerId({})", self.0)
    }
}

/// The timers of one incarnation: they end with it.
pub(crate) struct Timers<I> {
    by_id: HashMap<u64, Timer<I>>,
    /// What rings next, by its time; the id keeps those of the same moment apart.
    due: BTreeSet<(Instant, u64)>,
    last: u64,
    /// Armed for the first that is due.
    sleep: Option<(Instant, Sleep)>,
}

type Make<I> = Box<dyn FnMut() -> Option<I> + Send>;

struct Timer<I> {
    period: Option<Duration>,
    /// Makes its message; one that rings once has only one.
    make: Make<I>,
    /// When it rings next; none while its message is queued.
    at: Option<Instant>,
    /// When it was due last.
    rung: Instant,
}

impl<I> Default for Timers<I> {
    fn default() -> Self {
        Self { by_id: HashMap::new(), due: BTreeSet::new(), last: 0, sleep: None }
    }
}

impl<I> Timers<I> {
    /// Rings once, after `delay`.
    pub(crate) fn add_once(&mut self, delay: Duration, make: Make<I>) -> TimerId {
        self.add(delay, None, make)
    }

    /// Rings after `delay`, and then, where there is a period, again and again.
    pub(crate) fn add(&mut self, delay: Duration, period: Option<Duration>, make: Make<I>) -> TimerId {
        self.last += 1;
        let id = self.last;
        self.by_id.insert(id, Timer { period, make, at: None, rung: Instant::now() });
        self.arm(id, time::after(delay));
        TimerId(id)
    }

    /// Drops all timers, one by one: a closure of a user's may panic in its drop.
    pub(crate) fn clear(&mut self) {
        self.due.clear();
        for (_, timer) in self.by_id.drain() {
            drop_contained(timer);
        }
    }

    /// A moment that the clock does not reach never comes.
    fn arm(&mut self, id: u64, at: Option<Instant>) {
        if let Some(timer) = self.by_id.get_mut(&id) {
            timer.at = at;
        }
        if let Some(at) = at {
            self.due.insert((at, id));
        }
    }

    /// Takes a timer back; `false` where it has done all it had to do.
    pub(crate) fn cancel(&mut self, id: TimerId) -> bool {
        let Some(timer) = self.by_id.remove(&id.0) else { return false };
        if let Some(at) = timer.at {
            self.due.remove(&(at, id.0));
        }
        true
    }

    /// Hands over each timer whose time has come, and is woken when the next is due.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, mut ring: impl FnMut(TimerId)) {
        loop {
            let Some(&(at, id)) = self.due.first() else {
                self.sleep = None;
                return;
            };
            if !self.has_come(at, cx) {
                return;
            }
            self.due.remove(&(at, id));
            self.ring(id, at, &mut ring);
        }
    }

    fn has_come(&mut self, at: Instant, cx: &mut Context<'_>) -> bool {
        if at <= Instant::now() {
            return true;
        }
        if self.sleep.as_ref().is_none_or(|(armed, _)| *armed != at) {
            self.sleep = Some((at, Sleep::until(at)));
        }
        let Some((_, sleep)) = &mut self.sleep else { return false };
        let is_ready = sleep.poll(cx) == Poll::Ready(());
        if is_ready {
            self.sleep = None;
        }
        is_ready
    }

    fn ring(&mut self, id: u64, at: Instant, ring: &mut impl FnMut(TimerId)) {
        let Some(timer) = self.by_id.get_mut(&id) else { return };
        timer.at = None;
        timer.rung = at;
        ring(TimerId(id));
    }

    /// The message of a timer that has rung, unless it was cancelled since.
    pub(crate) fn take(&mut self, id: TimerId) -> Option<I> {
        let timer = self.by_id.get_mut(&id.0)?;
        let info = (timer.make)();
        match timer.period {
            // Only now: a tick that would come while this one is queued is skipped.
            Some(period) => {
                let next = next_tick(timer.rung, period);
                self.arm(id.0, next);
            }
            None => {
                self.by_id.remove(&id.0);
            }
        }
        info
    }
}

/// The first tick of a rhythm that is still to come: those that were missed are skipped.
fn next_tick(last: Instant, period: Duration) -> Option<Instant> {
    let now = Instant::now();
    let next = last.checked_add(period)?;
    if next > now || period.is_zero() {
        return Some(next);
    }
    let late = now.saturating_duration_since(last).as_nanos() % period.as_nanos();
    let late = Duration::from_nanos(u64::try_from(late).unwrap_or(u64::MAX));
    now.checked_add(period.saturating_sub(late))
}
