//! One life of one server: who it is, whether it has ended, and why.

mod company;
mod notes;

use std::sync::atomic::AtomicU64 as Statistic;
use std::sync::{Arc, OnceLock, Weak};

use crate::contain::wake;
use crate::current;
use crate::exit::ExitReason;
use crate::handling::Current;
use crate::id::ServerId;
use crate::life::company::Company;
pub(crate) use crate::life::company::{Begun, Ended, Hold, Tell, Ties, Watch};
use crate::life::notes::Rare;
use crate::mutants::mutant;
use crate::sync::Lock;
use crate::sync::atomic::{AtomicU8, Ordering};
use crate::sys::Questions;

/// What everybody who has to do with an incarnation shares; it outlives the server and holds nothing of it.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct Life {
    id: ServerId,
    /// The type's name, for logs and errors.
    name: &'static str,
    /// What can be known without the lock: see the constants below.
    flags: AtomicU8,
    /// Messages that were accepted and never handled.
    undelivered: Statistic,
    /// Messages that were handled; written by whoever runs the server.
    handled: Statistic,
    /// Whose handler has started it.
    parent: Option<ServerId>,
    /// The handler that waits for something.
    pub(crate) waiting: Current,
    /// What few have.
    rare: OnceLock<Box<Rare>>,
    state: Lock<State>,
}

/// The kill was asked for; looked at by whoever runs the server.
const KILLED: u8 = 1;
/// The end is decided: set under the lock, together with the reason.
const ENDING: u8 = 2;
/// `init` has brought a state.
const STARTED: u8 = 4;
/// There are system messages for whoever runs the server.
const SIGNALLED: u8 = 8;
/// No messages are handled.
const SUSPENDED: u8 = 16;
/// What it does is noted.
const OBSERVED: u8 = 32;
/// Somebody waits for `init`.
const AWAITED: u8 = 64;
/// Somebody sees to what is left to be done at the end.
const FINISHING: u8 = 128;

#[derive(Default)]
struct State {
    /// Why the server ends; set before anything of it is dropped, so that each dropped reply can say so.
    reason: Option<ExitReason>,
    /// Whether a handler has asked for the end, whatever the reason will be.
    stopping: bool,
    /// Whether everything of it is gone.
    ended: bool,
    /// Those of `sys` that it has not come to.
    questions: Questions,
    /// Made when there is something to be put in.
    company: Option<Box<Company>>,
}

impl Life {
    /// Of a server that is being started.
    pub(crate) fn new(name: &'static str) -> Arc<Self> {
        Self::child_of(current::activity().map(|activity| activity.server), ServerId::next(), name)
    }

    /// Of one that a supervisor starts.
    pub(crate) fn child(parent: ServerId, name: &'static str) -> Arc<Self> {
        Self::child_of(Some(parent), ServerId::next(), name)
    }

    /// Of one that has been started without anybody having had to know more of it.
    pub(crate) fn of(id: ServerId, name: &'static str) -> Arc<Self> {
        Self::child_of(None, id, name)
    }

    fn child_of(parent: Option<ServerId>, id: ServerId, name: &'static str) -> Arc<Self> {
        Arc::new(Self {
            id,
            name,
            flags: AtomicU8::new(0),
            undelivered: Statistic::new(0),
            handled: Statistic::new(0),
            parent,
            waiting: Current::default(),
            rare: OnceLock::new(),
            state: Lock::new(State::default()),
        })
    }

    pub(crate) fn id(&self) -> ServerId {
        self.id
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Counts the questions of `sys` that wait here.
    pub(crate) fn questions<T>(&self, count: impl FnOnce(&mut Questions) -> T) -> T {
        count(&mut self.state.lock().questions)
    }

    /// Why it ends, from the moment at which that is decided.
    pub(crate) fn reason(&self) -> Option<ExitReason> {
        self.state.lock().reason.clone()
    }

    /// Whether the end is not decided yet.
    pub(crate) fn is_alive(&self) -> bool {
        self.flags.load(Ordering::Acquire) & ENDING == 0
    }

    /// Decides the reason; the first to say one wins.
    pub(crate) fn begin_exit(&self, reason: ExitReason) {
        let mut state = self.state.lock();
        if state.reason.is_none() {
            state.reason = Some(reason);
            self.flags.fetch_or(ENDING, Ordering::AcqRel);
        }
    }

    /// `init` has brought a state: wakes those who wait for that.
    pub(crate) fn begin_life(&self) {
        // Whoever waits says so first, and looks at the flag again when its waker is in.
        if self.flags.fetch_or(STARTED, Ordering::AcqRel) & AWAITED == 0 {
            return;
        }
        let waiting = self.state.lock().bonds_mut().map(|bonds| std::mem::take(&mut bonds.starters));
        waiting.into_iter().flatten().for_each(|(_, waker)| wake(waker));
    }

    /// Whether messages wait: it is suspended, or has no state yet.
    pub(crate) fn is_held(&self) -> bool {
        let flags = self.flags.load(Ordering::Acquire);
        flags & SUSPENDED != 0 || flags & STARTED == 0
    }

    /// Whether `init` has brought a state.
    pub(crate) fn has_started(&self) -> bool {
        self.flags.load(Ordering::Acquire) & STARTED != 0
    }

    /// Replaces the reason by that of a `terminate` that failed.
    pub(crate) fn replace_reason(&self, reason: ExitReason) {
        self.state.lock().reason = Some(reason);
    }

    /// A kill is carried out: it is why the server ends, also where another end had begun and has not come.
    pub(crate) fn cut_short(&self) {
        let mut state = self.state.lock();
        if !state.ended {
            state.reason = Some(ExitReason::Killed);
            self.flags.fetch_or(ENDING, Ordering::AcqRel);
        }
    }

    /// A handler has asked for the end: a reply that is dropped from now on ends with the reason.
    pub(crate) fn announce_exit(&self) {
        self.state.lock().stopping = true;
    }

    pub(crate) fn is_exit_announced(&self) -> bool {
        self.state.lock().stopping
    }

    /// An `init` has failed, and another may run: what the first has asked for is none of the other's business.
    pub(crate) fn forget_attempt(&self) {
        self.state.lock().stopping = false;
    }

    /// Whether nobody has begun to see to what is left to be done at the end.
    pub(crate) fn begin_finish(&self) -> bool {
        self.flags.fetch_or(FINISHING, Ordering::AcqRel) & FINISHING == 0
    }

    /// Says to all who wait that everything of the server is gone.
    pub(crate) fn finish(&self) {
        mutant!("life_tells_before_it_gives_back" => { self.tell(); return self.release(); });
        self.release();
        self.tell();
    }

    fn tell(&self) {
        let (company, reason) = {
            let mut state = self.state.lock();
            state.ended = true;
            let reason = state.reason.clone().unwrap_or(ExitReason::Normal);
            (state.company.take(), reason)
        };
        // After the end is noted: whoever listens looks for that when he does.
        if let Some(rare) = self.rare.get() {
            rare.probe.traces.close();
        }
        let Some(mut company) = company else { return };
        for orphan in company.orphans.drain(..) {
            orphan.end(&reason);
        }
        for caller in company.handed_on.iter().filter_map(Weak::upgrade) {
            caller.end(&reason);
        }
        // With it go the links: nobody is told of others' ends any more.
        let starters = company.bonds.take().map(|mut bonds| std::mem::take(&mut bonds.starters));
        starters.into_iter().flatten().for_each(|(_, waker)| wake(waker));
        for waiter in company.waiters.take() {
            waiter.tell(&reason);
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.state.lock().ended
    }

    /// Asks for a kill; returns whether nobody had. Whoever asks then wakes who runs the server.
    pub(crate) fn kill(&self) -> bool {
        self.flags.fetch_or(KILLED, Ordering::AcqRel) & KILLED == 0
    }

    pub(crate) fn is_killed(&self) -> bool {
        self.flags.load(Ordering::Acquire) & KILLED != 0
    }

    /// Has whoever runs the server look for what goes ahead of its messages.
    pub(crate) fn signal(&self) {
        self.flags.fetch_or(SIGNALLED, Ordering::AcqRel);
    }

    /// Whether there is something that goes ahead of the messages: a kill, what has been signalled, that it is suspended.
    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        self.flags.load(Ordering::Acquire) & (KILLED | SIGNALLED | SUSPENDED) != 0
    }

    /// Whether a call may not run where it is made: the same, or what the server does is noted.
    #[inline]
    pub(crate) fn must_queue(&self) -> bool {
        self.flags.load(Ordering::Acquire) & (KILLED | SIGNALLED | SUSPENDED | OBSERVED) != 0
    }

    /// Takes the signal, before that is looked at which it was given for.
    pub(crate) fn take_signal(&self) -> bool {
        self.flags.fetch_and(!SIGNALLED, Ordering::AcqRel) & SIGNALLED != 0
    }

    fn set_flag(&self, flag: u8, on: bool) -> bool {
        let before = if on {
            self.flags.fetch_or(flag, Ordering::AcqRel)
        } else {
            self.flags.fetch_and(!flag, Ordering::AcqRel)
        };
        (before & flag != 0) != on
    }

    /// Says whether that has changed anything.
    pub(crate) fn set_suspended(&self, on: bool) -> bool {
        self.set_flag(SUSPENDED, on)
    }

    pub(crate) fn is_suspended(&self) -> bool {
        self.flags.load(Ordering::Acquire) & SUSPENDED != 0
    }

    pub(crate) const fn parent(&self) -> Option<ServerId> {
        self.parent
    }
}
