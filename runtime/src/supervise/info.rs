//! What a supervisor says of its children, and what it is asked about them.

use std::sync::Arc;

use crate::id::ServerId;
use crate::supervise::directory::{ChildKind, ChildStatus, Shown};
use crate::supervise::policy::Restart;

/// What is asked of a supervisor about one child.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ChildRef {
    /// The id that its spec gave it.
    Id(Arc<str>),
    /// Its incarnation: the one that is there, or was there last.
    Server(ServerId),
}

impl From<&str> for ChildRef {
    fn from(id: &str) -> Self {
        Self::Id(id.into())
    }
}

impl From<String> for ChildRef {
    fn from(id: String) -> Self {
        Self::Id(id.into())
    }
}

impl From<ServerId> for ChildRef {
    fn from(id: ServerId) -> Self {
        Self::Server(id)
    }
}

/// A child, as [`which_children`](crate::SupervisorClient::which_children) lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildInfo {
    /// The id that its spec gave it, or the name of its type.
    pub id: Arc<str>,
    /// The incarnation that is there now.
    pub server: Option<ServerId>,
    /// The name of its type.
    pub type_name: &'static str,
    /// Whether it has children of its own.
    pub kind: ChildKind,
    /// When it is started again.
    pub restart: Restart,
    /// What it is at.
    pub status: ChildStatus,
    /// How often it has been started again.
    pub restarts: u64,
}

impl From<Shown> for ChildInfo {
    fn from(shown: Shown) -> Self {
        Self {
            server: shown.server_id(),
            id: shown.about.id,
            type_name: shown.about.name,
            kind: shown.about.kind,
            restart: shown.about.restart,
            status: shown.status,
            restarts: shown.restarts,
        }
    }
}

/// How many children a supervisor has, by what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildCounts {
    /// All of them, whether or not they run.
    pub specs: usize,
    /// Those that run.
    pub active: usize,
    /// Those that are supervisors, whether or not they run.
    pub supervisors: usize,
    /// Those that are not.
    pub workers: usize,
}
