//! `observe`: what is going on in this process, server by server.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use crate::client::Load;
use crate::engine::Core;
use crate::id::ServerId;
use crate::life::Life;

/// What is known of a live server, at the moment at which somebody looked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Observed {
    /// Which life of which server.
    pub id: ServerId,
    /// The type of its state.
    pub type_name: &'static str,
    /// Whether it is an agent, and has no task.
    pub is_agent: bool,
    /// The texts of its names.
    pub names: Vec<&'static str>,
    /// What [`Spec::label`](crate::Spec::label) has said of it.
    pub label: Option<Arc<str>>,
    /// Where it stands in its life.
    pub status: Status,
    /// How many messages wait, and how many may.
    pub load: Load,
    /// How many messages it has handled. An agent counts from the moment on at which it is listed.
    pub handled: u64,
    /// How many messages it has accepted and will not handle.
    pub undelivered: u64,
    /// The handler that runs: known of one that waits for something, and of all where the server has a `slow` limit, or
    /// while its statistics are switched on.
    pub handler: Option<&'static str>,
    /// Since when that handler has been running; known with a `slow` limit and with statistics only.
    pub since: Option<Instant>,
    /// Whom it is linked to.
    pub links: Vec<ServerId>,
    /// How many wait for its end: monitors, links, and those who stop it.
    pub monitors: usize,
    /// Whose handler has started it: known of servers, and of agents that were started with a name, a label or a key.
    pub parent: Option<ServerId>,
}

/// Where a server stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Its `init` runs.
    Initializing,
    /// It takes messages and handles them.
    Running,
    /// It takes messages, and handles none until it is resumed.
    Suspended,
    /// Its end is decided: `terminate` runs, or what it held is being given back.
    Ending,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Initializing => "initializing",
            Self::Running => "running",
            Self::Suspended => "suspended",
            Self::Ending => "ending",
        })
    }
}

impl Observed {
    pub(crate) fn of(core: &dyn Core) -> Self {
        let life = core.life();
        let running = life.running();
        let ties = life.ties();
        Self {
            id: core.id(),
            type_name: core.name(),
            is_agent: !core.needs_runtime(),
            names: ties.names,
            label: ties.label,
            status: status(life),
            load: core.load(),
            handled: life.handled(),
            undelivered: life.undelivered(),
            handler: running.map(|(handler, _)| handler),
            since: running.and_then(|(_, since)| since).map(crate::time::Instant::into_std),
            links: ties.links,
            monitors: ties.monitors,
            parent: life.parent(),
        }
    }
}

fn status(life: &Life) -> Status {
    if !life.is_alive() {
        Status::Ending
    } else if life.is_suspended() {
        Status::Suspended
    } else if life.has_started() {
        Status::Running
    } else {
        Status::Initializing
    }
}

impl fmt::Display for Observed {
    /// One line: `#12 server Worker "main" running, 3 of 1024 queued, 17 handled, in fetch`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_agent { "agent" } else { "server" };
        write!(f, "{} {kind} {}", self.id, self.type_name)?;
        for name in &self.names {
            write!(f, " {name:?}")?;
        }
        if let Some(label) = &self.label {
            write!(f, " ({label})")?;
        }
        let Load { queued, capacity } = self.load;
        write!(f, " {}, {queued} of {capacity} queued, {} handled", self.status, self.handled)?;
        if let Some(handler) = self.handler {
            write!(f, ", in {handler}")?;
        }
        Ok(())
    }
}

/// Lists every live server of this process, in the order in which they were started.
///
/// An agent is listed from the moment on at which there is anything to be told of it: it has a name, a label or a key in a
/// registry, somebody waits for it, or watches it, or has had to wait for its state. Before that it is nothing but its
/// state, and keeping a list of such agents would cost more than they do.
///
/// This looks at all servers one after the other, without stopping any of them.
///
/// # Examples
///
/// ```
/// use callcast::prelude::*;
///
/// struct Clock;
///
/// #[server]
/// impl Clock {
///     #[init]
///     fn new() -> Self { Self }
///
///     #[call]
///     fn ping(&self) {}
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let clock = Clock::spec().label("wall").start().await?;
/// clock.ping().await?;
/// let line = callcast::observe().into_iter().find(|server| Some(server.id) == clock.id());
/// let line = line.expect("it is alive").to_string();
/// assert!(line.ends_with("server Clock (wall) running, 0 of 1024 queued, 1 handled"), "{line}");
/// # Ok(())
/// # }
/// ```
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
#[must_use]
pub fn observe() -> Vec<Observed> {
    crate::live::all().iter().map(|client| Observed::of(&client.core)).collect()
}
