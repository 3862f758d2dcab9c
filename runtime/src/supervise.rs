//! Supervision: servers that start others, start them again when they fail, and stop them.

mod again;
mod backoff;
mod child;
mod directory;
mod dynamic;
mod elsewhere;
mod error;
mod family;
mod info;
mod intensity;
mod into_child;
mod member;
mod partition;
mod plan;
mod policy;
mod pool;
mod post;
#[cfg(feature = "signal")]
mod program;
mod rules;
mod spec;
mod stop;
mod supervisor;
mod task;
mod tree;

pub use self::again::{Again, Begin, Beginning, Beginnings, Factory, Once, Reported, Restartable};
pub use self::backoff::Backoff;
#[cfg(all(test, any(callcast_loom, callcast_shuttle)))]
pub(crate) use self::child::AnyServer;
pub(crate) use self::directory::Directory;
pub use self::directory::{ChildKind, ChildStatus};
pub use self::dynamic::DynamicSupervisor;
pub use self::error::{ChildError, NoChild, StartChildError, SupervisorError};
pub use self::info::{ChildCounts, ChildInfo, ChildRef};
pub use self::into_child::IntoChild;
pub use self::partition::{PartitionSupervisor, Partitions};
pub use self::plan::{SupervisorInit, SupervisorSpec};
pub use self::policy::{AutoShutdown, Restart, Shutdown};
pub use self::pool::Pool;
#[cfg(all(test, any(callcast_loom, callcast_shuttle)))]
pub(crate) use self::post::Parent;
pub(crate) use self::post::Post;
#[cfg(feature = "signal")]
pub use self::program::RunUntilSignal;
pub(crate) use self::spec::Terms;
pub use self::spec::spec_with;
#[cfg(all(test, any(callcast_loom, callcast_shuttle)))]
pub(crate) use self::stop::Stopping;
pub use self::supervisor::{Supervisor, SupervisorClient};
pub use self::task::{Ending, Task, TaskError, TaskHandle, TaskSupervisor};
pub use self::tree::Tree;
