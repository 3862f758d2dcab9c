#![doc = include_str!("../README.md")]
#![doc(test(attr(deny(warnings), allow(dead_code, unused_variables))))]

// Ahead of all others: what it says of `thread_local!` holds from here on.
#[cfg_attr(callcast_loom, macro_use)]
mod sync;

// Supervisors are servers of this very library, and generated code names it.
extern crate self as callcast;

mod access;
mod agent;
mod background;
mod blocking;
mod call;
mod cast;
mod changes;
mod claim;
mod client;
mod contain;
mod context;
mod current;
mod deadlock;
mod driver;
mod engine;
mod error;
mod exit;
mod feed;
mod frame;
mod groups;
mod handling;
mod holder;
mod id;
mod inline;
mod jobs;
mod kind;
mod launch;
mod life;
mod links;
mod live;
mod log;
mod mailbox;
#[cfg(all(test, callcast_loom))]
mod models;
mod monitor;
mod monitors;
mod mutants;
mod name;
mod observe;
mod op;
mod options;
mod place;
mod pool;
mod quiet;
mod registry;
mod reply;
mod send;
mod serve;
mod server;
mod spec;
mod stage;
mod start;
mod stop;
mod stream;
mod supervise;
mod sys;
mod system;
mod time;
mod timers;
mod unpack;
mod waiting;
mod watch;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
use __private as private;

// The attributes.
pub use callcast_macros::{
    after_init, agent, call, cast, down, every, exit, format_status, idle, info, init, server, terminate,
};

// The two kinds, and what they have in common.
pub use crate::kind::{BackgroundTask, GenServer, Message, StateHolder};
pub use crate::options::{DEFAULT_MAILBOX, DEFAULT_TIMEOUT, Options, Overflow};

// Starting, and what is started.
pub use crate::id::ServerId;
pub use crate::launch::Launch;
pub use crate::spec::{AgentSpec, InitOutput, ServerSpec, Spec, Started};
pub use crate::start::{Start, Starting};

// Supervision.
#[cfg(feature = "signal")]
pub use crate::supervise::RunUntilSignal;
pub use crate::supervise::{
    AutoShutdown, Backoff, ChildCounts, ChildError, ChildInfo, ChildKind, ChildRef, ChildStatus,
    DynamicSupervisor, Ending, Factory, IntoChild, NoChild, Once, PartitionSupervisor, Partitions, Pool,
    Reported, Restart, Restartable, Shutdown, StartChildError, Supervisor, SupervisorClient, SupervisorError,
    SupervisorSpec, Task, TaskError, TaskHandle, TaskSupervisor, Tree, spec_with,
};

// Clients, and what their methods return.
pub use crate::access::With;
pub use crate::call::{Call, Pending};
pub use crate::cast::Cast;
pub use crate::changes::{Changes, Snapshots, WaitUntil};
pub use crate::client::{Client, ClientOf, Load, WeakClient};
pub use crate::groups::{Groups, NotJoined};
pub use crate::holder::{Agent, Holder, HolderSpec};
pub use crate::monitor::Monitor;
pub use crate::name::Name;
#[cfg(not(callcast_loom))]
pub use crate::observe::observe;
pub use crate::observe::{Observed, Status};
pub use crate::registry::{
    Answers, Duplicate, DuplicateRegistry, Entry, Events, GetOrStart, KeyGuard, RegisterError, Registry,
    RegistryEvent, Unique, UpdateError,
};
pub use crate::stop::Stop;
pub use crate::stream::{REPLY_STREAM_CAPACITY, Replies};
pub use crate::sys::{Statistics, Sys, SysCall, Trace, TraceEvent};
pub use crate::unpack::{Fallible, IsResult, Plain};

// What a server's handlers take.
pub use crate::context::Context;
pub use crate::monitors::MonitorId;
pub use crate::reply::ReplyTo;
pub use crate::stream::ReplyStream;
pub use crate::timers::TimerId;
pub use crate::watch::{Down, Exit};

// Errors and reasons.
pub use crate::error::{CallError, CastError, Cycle, SendError, StartError, StopError};
pub use crate::exit::{ExitReason, Failure, Outcome, Panic};

/// What a module that defines or uses servers needs: `use callcast::prelude::*`.
pub mod prelude {
    pub use crate::{
        Agent, CallError, CastError, ClientOf, Context, Down, Exit, ExitReason, Registry, ReplyStream,
        ReplyTo, StartError, after_init, agent, call, cast, down, every, exit, format_status, idle, info,
        init, server, terminate,
    };
}
