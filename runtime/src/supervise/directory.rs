//! What a supervisor's children are called and where they are, for whoever looks without asking it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Weak};

use crate::client::Client;
use crate::engine::Core;
use crate::id::ServerId;
use crate::supervise::child::{About, AnyServer};
use crate::supervise::post::AnyPost;
use crate::supervise::rules::{No, Status};
use crate::sync::Lock;

/// Whether a child has children of its own.
///
/// With the feature `serde` it is `Serialize`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ChildKind {
    /// A server, an agent or a task.
    Worker,
    /// A supervisor.
    Supervisor,
}

/// What a child is at.
///
/// With the feature `serde` it is `Serialize`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ChildStatus {
    /// It is not there, and is not started again by itself.
    Down,
    /// It has ended or failed to start, and will be started again: OTP's `restarting`.
    Restarting,
    /// Its `init` runs.
    Starting,
    /// It is there.
    Running,
    /// It has been told to end.
    Stopping,
}

impl From<Status> for ChildStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Down => Self::Down,
            Status::Waiting => Self::Restarting,
            Status::Starting => Self::Starting,
            Status::Running => Self::Running,
            Status::Stopping => Self::Stopping,
        }
    }
}

/// The children of one supervisor.
#[derive(Default)]
pub(crate) struct Directory {
    entries: Lock<Entries>,
}

#[derive(Default)]
struct Entries {
    /// What the supervisor itself is called, where it has no supervisor that knows.
    own_id: Option<Arc<str>>,
    by_number: BTreeMap<No, Entry>,
    /// The last of each id that was added.
    by_id: HashMap<Arc<str>, No>,
}

struct Entry {
    about: About,
    post: Arc<dyn AnyPost>,
    server: Option<Weak<Client<dyn Core>>>,
    status: ChildStatus,
    restarts: u64,
    /// Those of the same id that were added before and after it.
    siblings: (Option<No>, Option<No>),
}

impl Entries {
    /// One has gone: those of its id stand next to each other.
    fn part(&mut self, gone: &Entry) {
        let (before, after) = gone.siblings;
        if let Some(before) = before.and_then(|before| self.by_number.get_mut(&before)) {
            before.siblings.1 = after;
        }
        match (before, after) {
            (_, Some(after)) => {
                if let Some(after) = self.by_number.get_mut(&after) {
                    after.siblings.0 = before;
                }
            }
            (Some(before), None) => {
                self.by_id.insert(Arc::clone(&gone.about.id), before);
            }
            (None, None) => {
                self.by_id.remove(&gone.about.id);
            }
        }
    }
}

/// A child, as the directory shows it.
pub(crate) struct Shown {
    pub(crate) about: About,
    pub(crate) server: Option<AnyServer>,
    pub(crate) status: ChildStatus,
    pub(crate) restarts: u64,
}

impl Directory {
    pub(crate) fn set_own_id(&self, id: Arc<str>) {
        self.entries.lock().own_id = Some(id);
    }

    pub(crate) fn own_id(&self) -> Option<Arc<str>> {
        self.entries.lock().own_id.clone()
    }

    pub(crate) fn add(&self, no: No, about: About, post: Arc<dyn AnyPost>) {
        let mut entries = self.entries.lock();
        let before = entries.by_id.insert(Arc::clone(&about.id), no);
        if let Some(before) = before.and_then(|before| entries.by_number.get_mut(&before)) {
            before.siblings.1 = Some(no);
        }
        let (status, siblings) = (ChildStatus::Starting, (before, None));
        entries.by_number.insert(no, Entry { about, post, server: None, status, restarts: 0, siblings });
    }

    /// Notes a start; each but the first is a restart.
    pub(crate) fn starts(&self, no: No, server: &AnyServer) {
        if let Some(entry) = self.entries.lock().by_number.get_mut(&no) {
            entry.restarts += u64::from(entry.server.is_some());
            entry.server = Some(Arc::downgrade(server));
        }
    }

    pub(crate) fn note(&self, no: No, status: ChildStatus) {
        if let Some(entry) = self.entries.lock().by_number.get_mut(&no) {
            entry.status = status;
        }
    }

    /// The supervisor has ended.
    pub(crate) fn clear(&self) {
        let entries = std::mem::take(&mut *self.entries.lock());
        drop(entries);
    }

    pub(crate) fn remove(&self, no: No) {
        let mut entries = self.entries.lock();
        let entry = entries.by_number.remove(&no);
        if let Some(entry) = &entry {
            entries.part(entry);
        }
        drop(entries);
        drop(entry);
    }

    /// The place of the child of this id, or the last of them that was started, and the type of its server.
    pub(crate) fn post(&self, id: &str) -> Option<(Arc<dyn AnyPost>, &'static str)> {
        let entries = self.entries.lock();
        let entry = entries.by_number.get(entries.by_id.get(id)?)?;
        Some((Arc::clone(&entry.post), entry.about.name))
    }

    pub(crate) fn number(&self, id: &str) -> Option<No> {
        self.entries.lock().by_id.get(id).copied()
    }

    /// All of them, in the order in which they are started.
    pub(crate) fn show(&self) -> Vec<Shown> {
        let entries = self.entries.lock();
        let shown = entries.by_number.values().map(|entry| Shown {
            about: entry.about.clone(),
            server: entry.server.as_ref().and_then(Weak::upgrade),
            status: entry.status,
            restarts: entry.restarts,
        });
        shown.collect()
    }
}

impl Shown {
    /// The incarnation that is there now.
    pub(crate) fn server_id(&self) -> Option<ServerId> {
        let is_there = matches!(self.status, ChildStatus::Running | ChildStatus::Stopping);
        self.server.as_ref().filter(|_| is_there).map(|server| server.core.id())
    }
}
