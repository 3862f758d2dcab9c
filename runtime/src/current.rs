//! What this thread runs at the moment: whose handler calls, and how much time it has left.
//!
//! All of it is plain cells, and every call reads them: nothing here allocates, locks, or has a destructor.

use std::cell::Cell;
use std::task::{Context, Poll, ready};

use tokio::task::coop;

use crate::deadlock::Node;
use crate::error::CallError;
use crate::id::ServerId;
use crate::time::Until;

/// How deep handlers may run within each other, on their callers' threads, before the next message is queued instead.
pub(crate) const DEPTH: usize = 8;

/// How many calls that ran where they were made cost a task one unit of its budget; a unit for each would cost half as
/// much as the call.
pub(crate) const CALLS_A_UNIT: u32 = 32;

/// The same for casts that were queued: so many that they still fit a cache when their server comes to them.
pub(crate) const CASTS_A_UNIT: u32 = 4;

/// A handler, or a `reply_with` future, that is being polled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Activity {
    pub(crate) server: ServerId,
    pub(crate) name: &'static str,
    /// Where it stands in the graph of who waits for whom.
    pub(crate) node: Node,
    /// When the caller of this handler gives up: what the handler calls has no longer.
    pub(crate) until: Until,
    /// Whether it has awaited a call that the graph knows of.
    pub(crate) waited: bool,
    /// Whether the server is busy while this goes on; a `reply_with` future leaves it free.
    pub(crate) occupies_server: bool,
}

struct Here {
    /// Whether there is an activity.
    is_active: Cell<bool>,
    activity: Cell<Activity>,
    /// How many agents' handlers are on this thread's stack, and whose: the innermost last.
    depth: Cell<usize>,
    agents: [Cell<Option<ServerId>>; DEPTH],
    /// How many servers' handlers run within each other on this thread's stack.
    servers: Cell<usize>,
    /// Calls that ran where they were made, since the last unit of a budget was paid.
    unpaid: Cell<u32>,
}

thread_local! {
    static HERE: Here = const {
        Here {
            is_active: Cell::new(false),
            activity: Cell::new(Activity::of(ServerId::NOBODY, "", Until::at(None))),
            depth: Cell::new(0),
            agents: [const { Cell::new(None) }; DEPTH],
            servers: Cell::new(0),
            unpaid: Cell::new(0),
        }
    };
}

impl Here {
    #[inline]
    fn activity(&self) -> Option<Activity> {
        self.is_active.get().then(|| self.activity.get())
    }

    fn has_agent(&self, agent: ServerId) -> bool {
        self.agents[..self.depth.get().min(DEPTH)].iter().any(|running| running.get() == Some(agent))
    }
}

/// Runs `f` as part of an activity.
#[inline]
pub(crate) fn during<T>(activity: &mut Activity, f: impl FnOnce() -> T) -> T {
    struct Restore<'a> {
        here: &'a Here,
        activity: &'a mut Activity,
        previous: Option<Activity>,
    }
    impl Drop for Restore<'_> {
        #[inline]
        fn drop(&mut self) {
            self.activity.waited |= self.here.activity.get().waited;
            self.here.is_active.set(self.previous.is_some());
            if let Some(previous) = self.previous {
                self.here.activity.set(previous);
            }
        }
    }
    HERE.with(|here| {
        let previous = here.activity();
        here.is_active.set(true);
        here.activity.set(*activity);
        let _restore = Restore { here, activity, previous };
        f()
    })
}

/// The activity here goes on with somebody who waits until then.
#[inline]
pub(crate) fn serve_until(until: Until) {
    HERE.with(|here| here.activity.set(Activity { until, ..here.activity.get() }));
}

/// Notes that the activity here awaits a call that the graph knows of.
pub(crate) fn note_waiting(node: Node) {
    HERE.with(|here| {
        let activity = here.activity.get();
        if activity.node == node {
            here.activity.set(Activity { waited: true, ..activity });
        }
    });
}

/// The activity here, if it has awaited a call that the graph knows of since this was asked last.
#[inline]
pub(crate) fn take_waited() -> Option<Activity> {
    HERE.with(|here| {
        let activity = here.activity.get();
        activity.waited.then(|| {
            here.activity.set(Activity { waited: false, ..activity });
            activity
        })
    })
}

/// Whether nothing of ours runs on this thread.
#[inline]
pub(crate) fn is_free() -> bool {
    HERE.with(|here| !here.is_active.get() && here.depth.get() == 0 && here.servers.get() == 0)
}

/// Runs `f` as a handler of an agent. It must not unwind.
#[inline]
pub(crate) fn inside_agent<T>(agent: ServerId, f: impl FnOnce() -> T) -> T {
    // Two short looks: one that `f` runs within is not inlined.
    let depth = HERE.with(|here| {
        let depth = here.depth.get();
        if let Some(place) = here.agents.get(depth) {
            place.set(Some(agent));
        }
        here.depth.set(depth + 1);
        depth
    });
    let result = f();
    HERE.with(|here| here.depth.set(depth));
    result
}

/// The activity that is being polled, unless an agent's handler runs within it.
pub(crate) fn activity() -> Option<Activity> {
    HERE.with(|here| if here.depth.get() == 0 { here.activity() } else { None })
}

#[inline]
pub(crate) fn is_inside_agent() -> bool {
    agent_depth() != 0
}

/// How many agents' handlers are on this thread's stack.
#[inline]
pub(crate) fn agent_depth() -> usize {
    HERE.with(|here| here.depth.get())
}

/// Whether a handler of this server or agent is what runs here.
pub(crate) fn is_running(server: ServerId) -> bool {
    HERE.with(|here| {
        here.has_agent(server) || here.activity().is_some_and(|activity| activity.server == server)
    })
}

/// Whether what runs here keeps this server or agent from its next message.
pub(crate) fn is_occupying(server: ServerId) -> bool {
    HERE.with(|here| {
        here.has_agent(server) || here.activity().is_some_and(|activity| activity.occupies(server))
    })
}

/// Runs `f` as the handler of a server on its caller's thread. It must not unwind.
#[inline]
pub(crate) fn inline<T>(f: impl FnOnce() -> T) -> T {
    HERE.with(|here| {
        let depth = here.servers.get();
        here.servers.set(depth + 1);
        let result = f();
        here.servers.set(depth);
        result
    })
}

/// How many servers' handlers run within each other on this thread's stack.
pub(crate) fn inline_depth() -> usize {
    HERE.with(|here| here.servers.get())
}

impl Activity {
    /// What a server does for somebody who waits until then.
    pub(crate) const fn of(server: ServerId, name: &'static str, until: Until) -> Self {
        Self { server, name, node: Node::server(server), until, waited: false, occupies_server: true }
    }

    pub(crate) fn occupies(&self, server: ServerId) -> bool {
        self.server == server && self.occupies_server
    }
}

/// Refuses a call that the caller could only hang on.
pub(crate) fn may_call(target: ServerId) -> Result<Option<Activity>, CallError> {
    HERE.with(|here| {
        if here.has_agent(target) {
            return Err(CallError::CallingSelf);
        }
        if here.depth.get() != 0 {
            return Err(CallError::InsideAgent);
        }
        match here.activity() {
            Some(activity) if activity.occupies(target) => Err(CallError::CallingSelf),
            activity => Ok(activity),
        }
    })
}

/// Counts a call that may run where it is made, against the budget of the task that makes it: a task that never waits
/// must let others run all the same. Pending once the budget is used up.
#[inline]
pub(crate) fn poll_budget(cx: &mut Context<'_>, calls_a_unit: u32) -> Poll<()> {
    let unpaid = HERE.with(|here| here.unpaid.replace(here.unpaid.get().wrapping_add(1)));
    if unpaid.is_multiple_of(calls_a_unit) { pay(cx) } else { Poll::Ready(()) }
}

/// Uses a unit of the task's budget.
#[cold]
#[inline(never)]
pub(crate) fn pay(cx: &mut Context<'_>) -> Poll<()> {
    ready!(coop::poll_proceed(cx)).made_progress();
    Poll::Ready(())
}
