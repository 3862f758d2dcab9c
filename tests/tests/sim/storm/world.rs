//! All that those who act in one storm share: who is there, who has done what, and what has gone wrong.

use std::collections::{BTreeMap, VecDeque};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use callcast::{Name, Registry, Restart, ServerId, SupervisorClient};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::check::Awaited;
use super::faults::{Fault, Tally};
use super::ledger::Message;
use super::options::Options;
use super::servers::{Kind, PlainClient, WorkClient, WorkProtocol};
use super::trace::{NOBODY, Trace};

/// What the next `init` of a server does, in the place of its work.
#[derive(Clone, Copy, Debug)]
pub(crate) enum InitDoes {
    Fail,
    Panic,
    Ignore,
    /// Milliseconds.
    Takes(u64),
    Hang,
}

/// What the next `terminate` of a server does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EndDoes {
    Fail,
    Panic,
    /// Milliseconds.
    Takes(u64),
    Hang,
}

/// A place for one incarnation after the other.
pub(crate) struct Slot {
    pub(crate) path: String,
    /// Its supervisor; one that has none is started by hand.
    pub(crate) sup: Option<usize>,
    pub(crate) kind: Kind,
    pub(crate) restart: Restart,
    /// Follows it.
    pub(crate) client: Option<WorkClient>,
    /// The same, for those who link themselves to it.
    pub(crate) plain: Option<PlainClient>,
    pub(crate) name: Option<usize>,
    pub(crate) key: Option<u32>,
    pub(crate) inits: VecDeque<InitDoes>,
    pub(crate) ends: VecDeque<EndDoes>,
    /// Whether its next state panics when it is dropped.
    pub(crate) armed: bool,
    /// The incarnation that is there.
    pub(crate) here: Option<usize>,
    /// Somebody has stopped it by hand, or has tried to start it; or its `init` did not want to.
    pub(crate) by_hand: bool,
    /// Somebody has suspended it, or is about to.
    pub(crate) is_held: bool,
    /// Whom each incarnation watches.
    pub(crate) watches: Vec<usize>,
    pub(crate) link: Option<usize>,
    /// When each `init` began.
    pub(crate) begun: Vec<u64>,
}

/// A supervisor.
pub(crate) struct Sup {
    pub(crate) path: String,
    /// None while it has not been started.
    pub(crate) client: Option<SupervisorClient>,
    pub(crate) most: usize,
    /// Milliseconds.
    pub(crate) window: u64,
    /// Its children have nothing to do with each other, and are started again at once.
    pub(crate) is_plain: bool,
    pub(crate) is_dynamic: bool,
    /// Depth below the root.
    pub(crate) depth: usize,
    /// The workers that it was given.
    pub(crate) slots: Vec<usize>,
    /// When somebody asked it to start a child.
    pub(crate) by_hand: Vec<u64>,
    /// The incarnation that was seen last, and when it was seen first.
    pub(crate) seen: Option<(ServerId, u64)>,
}

/// One incarnation, from the beginning of its `init` to the drop of its state.
pub(crate) struct Life {
    pub(crate) slot: usize,
    /// Known of a server from the beginning, of an agent when somebody has looked.
    pub(crate) id: Option<ServerId>,
    /// Stays with it, so that what has become of its messages can be seen; an agent would be kept alive by it.
    pub(crate) handle: Option<WorkClient>,
    pub(crate) ended: Option<u64>,
    pub(crate) is_busy: bool,
    /// Whether it is between its `init` and its `terminate`.
    pub(crate) is_open: bool,
    /// Of each sender, the last that was handled.
    pub(crate) last: BTreeMap<u64, u64>,
}

/// What one server has of another's end.
#[derive(Default)]
pub(crate) struct Watched {
    pub(crate) made: u32,
    pub(crate) told: u32,
}

pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) trace: Trace,
    pub(crate) faults: Tally,
    /// Nothing is to go wrong any more.
    pub(crate) is_calm: bool,
    pub(crate) slots: Vec<Slot>,
    pub(crate) sups: Vec<Sup>,
    pub(crate) lives: Vec<Life>,
    pub(crate) ids: BTreeMap<ServerId, usize>,
    pub(crate) messages: Vec<Message>,
    /// How many messages each has sent.
    pub(crate) senders: BTreeMap<u64, u64>,
    /// Who has each name, and each key.
    pub(crate) named: BTreeMap<usize, usize>,
    pub(crate) keyed: BTreeMap<u32, usize>,
    pub(crate) watched: BTreeMap<(usize, ServerId), Watched>,
    pub(crate) monitors: Vec<Awaited>,
    /// When time was put forward, and to when.
    pub(crate) jumps: Vec<(u64, u64)>,
    /// The first slot and the first supervisor of the tree that is there now.
    pub(crate) tree: (usize, usize),
    /// The place of those who want to know who has a name.
    pub(crate) looker: Option<usize>,
    /// How the trees are made.
    pub(crate) trees: String,
    /// The first promise that was broken.
    pub(crate) wrong: Option<String>,
    began: Instant,
}

pub(crate) struct World {
    state: Mutex<State>,
    pub(crate) registry: Registry<u32, WorkProtocol>,
    pub(crate) names: &'static [Name<WorkProtocol>],
    calm: Notify,
    /// What its servers' labels begin with.
    pub(crate) label: String,
}

/// How many names there are; the last few are for servers that no supervisor has.
pub(crate) const NAMES: usize = 12;
pub(crate) const LONE_NAMES: usize = 3;

/// Names live for ever, so each thread has but one set of them.
fn names() -> &'static [Name<WorkProtocol>] {
    thread_local! {
        static NAMED: &'static [Name<WorkProtocol>] =
            Box::leak((0..NAMES).map(|_| Name::new("a name of the storm")).collect());
    }
    NAMED.with(|names| *names)
}

impl World {
    pub(crate) fn new(options: Options) -> Arc<Self> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let state = State {
            options,
            trace: Trace::default(),
            faults: Tally::default(),
            is_calm: false,
            slots: Vec::new(),
            sups: Vec::new(),
            lives: Vec::new(),
            ids: BTreeMap::new(),
            messages: Vec::new(),
            senders: BTreeMap::new(),
            named: BTreeMap::new(),
            keyed: BTreeMap::new(),
            watched: BTreeMap::new(),
            monitors: Vec::new(),
            jumps: Vec::new(),
            tree: (0, 0),
            looker: None,
            trees: String::new(),
            wrong: None,
            began: Instant::now(),
        };
        Arc::new(Self {
            state: Mutex::new(state),
            registry: Registry::unique(),
            names: names(),
            calm: Notify::new(),
            label: format!("storm {}/", LAST.fetch_add(1, Ordering::Relaxed)),
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, where nobody has it.
    pub(crate) fn try_state(&self) -> Option<MutexGuard<'_, State>> {
        match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(state)) => Some(state.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// From now on nothing goes wrong, and what hangs goes on.
    pub(crate) fn calm_down(&self) {
        let mut state = self.state();
        state.is_calm = true;
        for slot in &mut state.slots {
            slot.inits.clear();
            slot.ends.clear();
            slot.armed = false;
        }
        state.note("calm", NOBODY, 0);
        drop(state);
        self.calm.notify_waiters();
    }

    pub(crate) async fn until_calm(&self) {
        let mut calm = pin!(self.calm.notified());
        calm.as_mut().enable();
        let is_calm = self.state().is_calm;
        if !is_calm {
            calm.await;
        }
    }
}

impl State {
    /// Milliseconds since the beginning.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn note(&mut self, what: &'static str, slot: usize, number: u64) {
        let now = self.now();
        self.trace.note(now, what, slot, number);
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        self.faults.count(fault);
    }

    /// What the seed is like, its trees, and what has happened last.
    pub(crate) fn story(&self) -> String {
        format!("{:#?}\n{}{}\n{}", self.options, self.trees, self.trace, self.faults)
    }

    /// A promise is broken; the first says most.
    pub(crate) fn broken(&mut self, why: impl FnOnce() -> String) {
        if self.wrong.is_none() {
            self.wrong = Some(format!("at {}: {}", self.now(), why()));
        }
    }

    /// Says of an incarnation which server it is.
    pub(crate) fn know(&mut self, life: usize, id: ServerId) {
        self.lives[life].id = Some(id);
        self.ids.insert(id, life);
    }

    /// The number of the incarnation with this id, where one has been seen.
    pub(crate) fn life(&self, id: ServerId) -> Option<&Life> {
        self.ids.get(&id).map(|life| &self.lives[*life])
    }

    pub(crate) fn name_of(&self, slot: usize) -> String {
        format!("s{slot} ({}, {:?})", self.slots[slot].path, self.slots[slot].kind)
    }

    /// When what was to end at this moment could end: time that was put forward lets nobody end before it has landed.
    pub(crate) fn moment(&self, deadline: u64) -> u64 {
        self.jumps.iter().fold(deadline, |at, (from, to)| if *from < at && at < *to { *to } else { at })
    }

    /// Time is about to be put forward.
    pub(crate) fn jump(&mut self, time: u64) {
        let from = self.now();
        self.jumps.push((from, from + time));
        self.fault(Fault::ClockJump);
        self.note("jump", NOBODY, time);
    }
}
