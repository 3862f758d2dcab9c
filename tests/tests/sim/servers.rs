//! The servers at the leaves, what they are told to do, and what they write down.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use callcast::prelude::*;
use tokio::time::Instant;

use crate::journal::Note;
use crate::plan::AtEnd;

/// What one `init` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitDoes {
    Work,
    Fail,
    Panic,
    Ignore,
}

/// What the next `init`s do, by the paths of their servers; they work where nothing is said.
pub(crate) type Scripts = BTreeMap<String, VecDeque<InitDoes>>;

/// What all servers of one tree share.
#[derive(Debug, Default)]
pub(crate) struct Shared(Mutex<State>);

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) scripts: Scripts,
    /// What has happened, in order.
    pub(crate) journal: Vec<Note>,
    pub(crate) began: Option<Instant>,
    /// How often each has begun.
    begun: BTreeMap<String, u32>,
    /// Whose state exists.
    pub(crate) alive: BTreeSet<(String, u32)>,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn note(&mut self, path: &str, text: String) {
        let since = self.began.map(|began| began.elapsed()).unwrap_or_default();
        let at = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        self.journal.push(Note { at, path: path.to_owned(), text });
    }
}

/// What a server is started with.
#[derive(Clone, Debug)]
pub(crate) struct Badge {
    pub(crate) path: String,
    pub(crate) at_end: AtEnd,
    pub(crate) shared: Arc<Shared>,
}

/// The error of an `init` or a handler that was told to fail.
#[derive(Debug)]
pub(crate) struct Told;

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it was told to fail")
    }
}

impl std::error::Error for Told {}

/// One incarnation: it is among the living while this exists.
#[derive(Debug)]
pub(crate) struct Life {
    badge: Badge,
    number: u32,
}

impl Life {
    fn begin(badge: Badge) -> Result<Option<Self>, Told> {
        let (number, does) = {
            let mut state = badge.shared.state();
            let number = state.begun.get(&badge.path).map_or(1, |last| last + 1);
            state.begun.insert(badge.path.clone(), number);
            let next = state.scripts.get_mut(&badge.path).and_then(VecDeque::pop_front);
            let does = next.unwrap_or(InitDoes::Work);
            state.note(&badge.path, format!("init {}#{number} {does:?}", badge.path));
            if does == InitDoes::Work {
                state.alive.insert((badge.path.clone(), number));
            }
            (number, does)
        };
        match does {
            InitDoes::Work => Ok(Some(Self { badge, number })),
            InitDoes::Fail => Err(Told),
            InitDoes::Panic => panic!("simulated: init"),
            InitDoes::Ignore => Ok(None),
        }
    }

    fn note(&self, what: &str) {
        let line = format!("{what} {}#{}", self.badge.path, self.number);
        self.badge.shared.state().note(&self.badge.path, line);
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.badge.shared.state().alive.remove(&(self.badge.path.clone(), self.number));
    }
}

pub(crate) struct Worker(Life);

#[callcast::server]
impl Worker {
    #[init]
    pub(crate) fn new(badge: Badge) -> Result<Option<Self>, Told> {
        Ok(Life::begin(badge)?.map(Self))
    }

    #[call]
    pub(crate) fn number(&self) -> u32 {
        self.0.number
    }

    #[call]
    pub(crate) fn crash(&mut self) {
        panic!("simulated: crash");
    }

    #[cast]
    pub(crate) fn fail(&mut self) -> Result<(), Told> {
        Err(Told)
    }

    #[cast]
    pub(crate) fn leave(&mut self, reason: ExitReason, ctx: &mut Context<Self>) {
        ctx.stop(reason);
    }

    #[cast]
    pub(crate) async fn nap(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
        self.0.note("napped");
    }

    #[terminate]
    async fn end(&mut self) {
        self.0.note("end");
        match self.0.badge.at_end {
            AtEnd::Quiet => {}
            AtEnd::Panics => panic!("simulated: terminate"),
            AtEnd::Takes(millis) => {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                self.0.note("ended");
            }
        }
    }
}

pub(crate) struct Keeper(Life);

#[callcast::agent]
impl Keeper {
    #[init]
    pub(crate) fn new(badge: Badge) -> Result<Option<Self>, Told> {
        Ok(Life::begin(badge)?.map(Self))
    }

    #[call]
    pub(crate) fn number(&self) -> u32 {
        self.0.number
    }

    #[call]
    pub(crate) fn crash(&mut self) {
        panic!("simulated: crash");
    }

    #[cast]
    pub(crate) fn fail(&mut self) -> Result<(), Told> {
        Err(Told)
    }
}
