#![doc = include_str!("../README.md")]
//!
//! # Guides
//!
//! - [Testing code that uses servers](guide::testing)
//! - [A service from start to shutdown](guide::service)
#![doc(test(attr(deny(warnings), allow(dead_code, unused_variables))))]
#![cfg_attr(
    any(callcast_loom, callcast_shuttle),
    allow(
        dead_code,
        clippy::must_use_candidate,
        clippy::unused_self,
        reason = "a model leaves out what nobody looks at"
    )
)]

// Ahead of all others: what it says of `thread_local!` holds from here on.
#[cfg_attr(any(callcast_loom, callcast_shuttle), macro_use)]
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
mod fit;
mod frame;
mod groups;
mod handler;
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
#[cfg(all(test, any(callcast_loom, callcast_shuttle)))]
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
mod probe;
mod protocol;
mod quiet;
mod registry;
mod reply;
mod send;
mod serve;
mod server;
mod spec;
mod speech;
mod stage;
mod start;
mod stop;
mod stream;
mod stub;
mod supervise;
mod swap;
mod sys;
mod system;
mod time;
mod timers;
mod unpack;
mod waiting;
mod watch;

pub mod guide;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
use __private as private;

// The attributes.
pub use callcast_macros::{
    after_init, agent, call, cast, down, every, exit, format_status, idle, info, init, protocol, server,
    terminate,
};

// The two kinds, and what they have in common.
pub use crate::kind::{BackgroundTask, GenServer, Message, Protocol, StateHolder};
pub use crate::options::{DEFAULT_MAILBOX, DEFAULT_TIMEOUT, Options, Overflow};
pub use crate::protocol::Speaks;

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
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
pub use crate::observe::observe;
pub use crate::observe::{Observed, Status};
pub use crate::registry::{
    Answers, Duplicate, DuplicateRegistry, Entry, Events, GetOrStart, KeyGuard, RegisterError, Registry,
    RegistryEvent, Unique, UpdateError,
};
pub use crate::stop::Stop;
pub use crate::stream::{REPLY_STREAM_CAPACITY, Replies};
pub use crate::swap::{Swap, SwapError};
pub use crate::sys::{Statistics, Sys, SysCall, Trace, TraceEvent};
pub use crate::unpack::{Fallible, IsResult, Plain};

// Tests of what uses servers.
pub use crate::probe::{Expected, Probe, Received};

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
        Agent, CallError, CastError, ClientOf, Context, Down, Exit, ExitReason, Registry, Replies,
        ReplyStream, ReplyTo, StartError, after_init, agent, call, cast, down, every, exit, format_status,
        idle, info, init, protocol, server, terminate,
    };
}
