//! One life of one server: who it is, whether it has ended, and who waits for that.

use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};

use crate::contain::wake;
use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::mutants::mutant;
use crate::reply::{Caller, SharedCaller};
use crate::sync::Lock;
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What everybody who has to do with an incarnation shares; it outlives the server and holds nothing of it.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct Life {
    id: ServerId,
    /// The type's name, for logs and errors.
    name: &'static str,
    /// Set once, when the kill is asked for; looked at by whoever runs the server.
    killed: AtomicBool,
    /// Messages that were accepted and never handled.
    undelivered: AtomicU64,
    state: Lock<State>,
}

#[derive(Default)]
struct State {
    /// Why the server ends; set before anything of it is dropped, so that each dropped reply can say so.
    reason: Option<ExitReason>,
    /// Whether a handler has asked for the end, whatever the reason will be.
    stopping: bool,
    /// Whether everything of it is gone.
    ended: bool,
    /// Made when there is something to be put in.
    company: Option<Box<Company>>,
}

/// Those who are told of the end.
#[derive(Default)]
struct Company {
    /// Replies that a panic dropped, or a handler that has asked for the end: they end with the reason, which is not
    /// known yet.
    orphans: Vec<SharedCaller>,
    /// Replies that handlers have handed on: their callers hear of the end as all others do.
    handed_on: Vec<Weak<dyn Caller + Send + Sync>>,
    /// How many of these there may be before those are looked for that were answered meanwhile.
    handed_on_limit: usize,
    /// Who waits for the end, by the number that `Ended` or `Watch` has.
    waiters: Vec<(u64, Waiter)>,
    next_waiter: u64,
}

/// How somebody is told of the end.
enum Waiter {
    Task(Waker),
    /// Runs when everything of the server is gone, on whatever thread that comes about.
    Told(Tell),
}

/// What is to be done with the reason.
pub(crate) type Tell = Box<dyn FnOnce(ExitReason) + Send>;

impl Waiter {
    fn tell(self, reason: &ExitReason) {
        match self {
            Self::Task(waker) => wake(waker),
            Self::Told(tell) => tell(reason.clone()),
        }
    }
}

impl Company {
    fn add(&mut self, waiter: Waiter) -> u64 {
        self.next_waiter += 1;
        self.waiters.push((self.next_waiter, waiter));
        self.next_waiter
    }

    fn remove(&mut self, number: u64) -> Option<Waiter> {
        let index = self.waiters.iter().position(|(waiter, _)| *waiter == number)?;
        Some(self.waiters.swap_remove(index).1)
    }
}

impl State {
    fn company(&mut self) -> &mut Company {
        self.company.get_or_insert_default()
    }
}

impl Life {
    pub(crate) fn new(name: &'static str) -> Arc<Self> {
        Self::of(ServerId::next(), name)
    }

    pub(crate) fn of(id: ServerId, name: &'static str) -> Arc<Self> {
        Arc::new(Self {
            id,
            name,
            killed: AtomicBool::new(false),
            undelivered: AtomicU64::new(0),
            state: Lock::new(State::default()),
        })
    }

    pub(crate) fn id(&self) -> ServerId {
        self.id
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Why it ends, from the moment at which that is decided.
    pub(crate) fn reason(&self) -> Option<ExitReason> {
        self.state.lock().reason.clone()
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.state.lock().reason.is_none()
    }

    /// Decides the reason; the first to say one wins.
    pub(crate) fn begin_exit(&self, reason: ExitReason) {
        self.state.lock().reason.get_or_insert(reason);
    }

    /// Replaces the reason by that of a `terminate` that failed.
    pub(crate) fn replace_reason(&self, reason: ExitReason) {
        self.state.lock().reason = Some(reason);
    }

    /// A handler has asked for the end: a reply that is dropped from now on ends with the reason.
    pub(crate) fn announce_exit(&self) {
        self.state.lock().stopping = true;
    }

    pub(crate) fn is_exit_announced(&self) -> bool {
        self.state.lock().stopping
    }

    /// A reply that was dropped while this server ends; it is answered with the reason when that is known.
    pub(crate) fn adopt(&self, caller: SharedCaller) {
        let mut state = self.state.lock();
        match state.reason.clone() {
            None => state.company().orphans.push(caller),
            Some(reason) => {
                drop(state);
                caller.end(&reason);
            }
        }
    }

    /// A reply that a handler has not given itself: it may be anywhere.
    pub(crate) fn remember(&self, caller: &SharedCaller) {
        let mut state = self.state.lock();
        let company = state.company();
        if company.handed_on.len() >= company.handed_on_limit {
            company.handed_on.retain(|caller| caller.upgrade().is_some_and(|caller| !caller.is_answered()));
            company.handed_on_limit = (2 * company.handed_on.len()).max(16);
        }
        company.handed_on.push(Arc::downgrade(caller));
    }

    /// Answers the replies that were dropped before; their callers wait no longer than for the reason.
    pub(crate) fn end_orphans(&self) {
        let (orphans, reason) = {
            let mut state = self.state.lock();
            let orphans = state.company.as_mut().map(|company| std::mem::take(&mut company.orphans));
            (orphans.unwrap_or_default(), state.reason.clone().unwrap_or(ExitReason::Normal))
        };
        for orphan in orphans {
            orphan.end(&reason);
        }
    }

    /// Says to all who wait that everything of the server is gone.
    pub(crate) fn finish(&self) {
        self.end_orphans();
        let (company, reason) = {
            let mut state = self.state.lock();
            state.ended = true;
            let reason = state.reason.clone().unwrap_or(ExitReason::Normal);
            (state.company.take(), reason)
        };
        let Some(Company { handed_on, waiters, .. }) = company.map(|company| *company) else { return };
        for caller in handed_on.iter().filter_map(Weak::upgrade) {
            caller.end(&reason);
        }
        for (_, waiter) in waiters {
            waiter.tell(&reason);
        }
    }

    /// Has somebody told of the end, until the `Watch` is dropped; gives it back where the end has come.
    pub(crate) fn watch(self: &Arc<Self>, tell: Tell) -> Result<Watch, Tell> {
        let mut state = self.state.lock();
        mutant!("life_takes_a_monitor_after_its_end" => state.ended = false);
        if state.ended {
            return Err(tell);
        }
        let number = state.company().add(Waiter::Told(tell));
        Ok(Watch { life: Arc::clone(self), number })
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.state.lock().ended
    }

    /// Takes a waiter out, and drops it when the lock is free again.
    fn forget(&self, number: u64) {
        let waiter = self.state.lock().company.as_mut().and_then(|company| company.remove(number));
        drop(waiter);
    }

    /// Asks for a kill; returns whether nobody had. Whoever asks then wakes who runs the server.
    pub(crate) fn kill(&self) -> bool {
        !self.killed.swap(true, Ordering::AcqRel)
    }

    pub(crate) fn is_killed(&self) -> bool {
        self.killed.load(Ordering::Acquire)
    }

    pub(crate) fn count_undelivered(&self, messages: u64) {
        // A statistic: nothing is read because of it.
        self.undelivered.fetch_add(messages, Ordering::Relaxed);
    }

    pub(crate) fn undelivered(&self) -> u64 {
        self.undelivered.load(Ordering::Relaxed)
    }
}

/// Waits for the end of a life; dropping it leaves nothing behind.
pub(crate) struct Ended {
    life: Arc<Life>,
    /// The number under which the waker is kept, once there is one.
    waiter: Option<u64>,
}

impl Ended {
    pub(crate) fn new(life: Arc<Life>) -> Self {
        Self { life, waiter: None }
    }

    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<ExitReason> {
        let mut state = self.life.state.lock();
        if state.ended {
            return Poll::Ready(state.reason.clone().unwrap_or(ExitReason::Normal));
        }
        let company = state.company();
        let earlier = self.waiter.and_then(|number| company.remove(number));
        self.waiter = Some(company.add(Waiter::Task(cx.waker().clone())));
        drop(state);
        drop(earlier);
        Poll::Pending
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        if let Some(number) = self.waiter {
            self.life.forget(number);
        }
    }
}

/// Has somebody told of the end; dropping it takes that back.
pub(crate) struct Watch {
    life: Arc<Life>,
    number: u64,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.life.forget(self.number);
    }
}
