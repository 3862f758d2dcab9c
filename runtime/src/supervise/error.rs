//! What can go wrong between a supervisor and its children.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::error::{CallError, StartError};
use crate::id::ServerId;

/// Why a supervisor did not start; nothing of it or its children is left.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SupervisorError {
    /// Two children have the same id.
    Duplicate(Arc<str>),
    /// A child is significant, and the supervisor's [`AutoShutdown`](crate::AutoShutdown) is `Never`; or it is
    /// significant and permanent, and so never ends for good.
    Significant(Arc<str>),
    /// A [`DynamicSupervisor`](crate::DynamicSupervisor), or one with `max_children`, which is the same, cannot have this.
    Dynamic(&'static str),
    /// It was told to end before all of its children had started.
    Stopped,
    /// This child did not start; those before it have been stopped again.
    Child {
        /// Its id.
        id: Arc<str>,
        /// The [`StartError`] of its start.
        error: Arc<dyn Error + Send + Sync>,
    },
}

impl fmt::Display for SupervisorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(id) => {
                write!(f, "two children have the id `{id}`: give one of them another, by `.id(…)`")
            }
            Self::Significant(id) => write!(
                f,
                "child `{id}` is significant: the supervisor needs an `auto_shutdown`, and the child a `restart` other than \
                 `Permanent`"
            ),
            Self::Dynamic(what) => {
                write!(f, "a supervisor of children that are started at run time cannot have {what}")
            }
            Self::Stopped => f.write_str("it was told to end before all of its children had started"),
            Self::Child { id, error } => write!(f, "child `{id}` did not start: {error}"),
        }
    }
}

impl Error for SupervisorError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Child { error, .. } => Some(&**error),
            _ => None,
        }
    }
}

/// Why a child was not started; nothing of it is left.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartChildError<E = std::convert::Infallible> {
    /// Its start failed.
    Start(StartError<E>),
    /// A child of this id runs.
    AlreadyStarted(ServerId),
    /// There is a child of this id, which does not run at the moment.
    AlreadyPresent,
    /// The supervisor has as many children as it may have.
    MaxChildren,
    /// The supervisor takes no child that is significant.
    Significant,
    /// The supervisor could not be asked, or has ended before it answered.
    Supervisor(CallError),
}

impl<E: fmt::Display> fmt::Display for StartChildError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(error) => fmt::Display::fmt(error, f),
            Self::AlreadyStarted(id) => write!(f, "server {id} runs as the child of this id"),
            Self::AlreadyPresent => f.write_str("there is a child of this id, which does not run"),
            Self::MaxChildren => f.write_str("the supervisor has as many children as it may have"),
            Self::Significant => f.write_str("the supervisor takes no significant child"),
            Self::Supervisor(error) => write!(f, "the supervisor: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> Error for StartChildError<E> {}

/// Why nothing was done with a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChildError {
    /// The supervisor has no such child.
    NotFound,
    /// It runs.
    Running,
    /// It is about to be started again.
    Restarting,
    /// It was to be started, and did not start.
    NotStarted,
}

impl fmt::Display for ChildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "there is no such child",
            Self::Running => "the child runs",
            Self::Restarting => "the child is about to be started again",
            Self::NotStarted => "the child did not start",
        })
    }
}

impl Error for ChildError {}

/// Why no client of a child was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoChild {
    /// The supervisor has no child of this id, or has not started.
    NotFound,
    /// The child of this id is a server of another type, whose name this is.
    OtherType(&'static str),
}

impl fmt::Display for NoChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such child"),
            Self::OtherType(name) => write!(f, "the child of this id is a `{name}`"),
        }
    }
}

impl Error for NoChild {}
