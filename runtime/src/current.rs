//! What this thread runs at the moment: whose handler calls, and how much time it has left.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::deadlock::Node;
use crate::error::CallError;
use crate::id::ServerId;
use crate::life::Life;
use crate::time::Instant;

/// A handler, or a `reply_with` future, that is being polled.
#[derive(Debug)]
pub(crate) struct Activity {
    pub(crate) server: ServerId,
    pub(crate) name: &'static str,
    /// Where it stands in the graph of who waits for whom.
    pub(crate) node: Node,
    /// When the caller of this handler gives up: what the handler calls has no longer.
    pub(crate) deadline: Option<Instant>,
    /// Whether it has awaited a call that the graph knows of.
    pub(crate) waited: AtomicBool,
    /// Whether the server is busy while this goes on; a `reply_with` future leaves it free.
    pub(crate) occupies_server: bool,
}

#[derive(Default)]
struct Running {
    activity: Option<Arc<Activity>>,
    /// The agents whose handlers are on this thread's stack, the innermost last.
    agents: Vec<ServerId>,
}

thread_local! {
    static RUNNING: RefCell<Running> = RefCell::default();
}

/// Nothing runs on a thread whose locals are gone already.
fn with<T>(f: impl FnOnce(&mut Running) -> T) -> Option<T> {
    RUNNING.try_with(|running| f(&mut running.borrow_mut())).ok()
}

/// Runs `f` as part of an activity.
pub(crate) fn during<T>(activity: &Arc<Activity>, f: impl FnOnce() -> T) -> T {
    struct Restore(Option<Arc<Activity>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let previous = self.0.take();
            with(|running| running.activity = previous);
        }
    }
    let _restore = Restore(with(|running| running.activity.replace(Arc::clone(activity))).flatten());
    f()
}

/// Runs `f` as a handler of an agent.
pub(crate) fn inside_agent<T>(agent: ServerId, f: impl FnOnce() -> T) -> T {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            with(|running| running.agents.pop());
        }
    }
    with(|running| running.agents.push(agent));
    let _leave = Leave;
    f()
}

/// The activity that is being polled, unless an agent's handler runs within it.
pub(crate) fn activity() -> Option<Arc<Activity>> {
    with(|running| if running.agents.is_empty() { running.activity.clone() } else { None }).flatten()
}

pub(crate) fn is_inside_agent() -> bool {
    with(|running| !running.agents.is_empty()).unwrap_or(false)
}

/// How many agents' handlers are on this thread's stack.
pub(crate) fn agent_depth() -> usize {
    with(|running| running.agents.len()).unwrap_or(0)
}

/// Whether a handler of this server or agent is what runs here.
pub(crate) fn is_running(server: ServerId) -> bool {
    with(|running| {
        running.agents.contains(&server)
            || running.activity.as_ref().is_some_and(|activity| activity.server == server)
    })
    .unwrap_or(false)
}

/// Whether what runs here keeps this server or agent from its next message.
pub(crate) fn is_occupying(server: ServerId) -> bool {
    with(|running| {
        running.agents.contains(&server)
            || running
                .activity
                .as_ref()
                .is_some_and(|activity| activity.server == server && activity.occupies_server)
    })
    .unwrap_or(false)
}

/// Refuses a call that the caller could only hang on.
pub(crate) fn may_call(target: &Life) -> Result<Option<Arc<Activity>>, CallError> {
    with(|running| {
        if running.agents.contains(&target.id()) {
            return Err(CallError::CallingSelf);
        }
        if !running.agents.is_empty() {
            return Err(CallError::InsideAgent);
        }
        match &running.activity {
            Some(activity) if activity.server == target.id() && activity.occupies_server => {
                Err(CallError::CallingSelf)
            }
            activity => Ok(activity.clone()),
        }
    })
    .unwrap_or(Ok(None))
}
