//! `Monitor`: waiting for the end of a server without asking for it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::blocking;
use crate::error::CallError;
use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::life::{Ended, Life};
use crate::watch::Down;

/// The end of a server or an agent, to be awaited: [`Client::monitor`](crate::Client::monitor) gives it.
///
/// It gives the [`Down`] when everything of the server is gone, so that whatever the server held is free by then. It
/// keeps nothing alive. There may be any number of monitors of one server, each with its own `Down`.
///
/// There is no limit of time. A server that awaits its own in a handler waits until somebody kills it: nothing else ends it meanwhile.
///
/// # Cancel safety
///
/// Dropping it takes the monitor back, and disturbs nobody.
#[must_use = "nothing waits for the end until this is awaited, or `.wait()`ed for"]
pub struct Monitor {
    id: ServerId,
    /// None where the server had gone before.
    ended: Option<Ended>,
}

impl Monitor {
    /// Of a server, or of a place that nobody is in.
    pub(crate) fn new(life: Option<Arc<Life>>) -> Self {
        let id = life.as_ref().map_or(ServerId::NOBODY, |life| life.id());
        Self { id, ended: life.filter(|life| !life.has_ended()).map(Ended::new) }
    }

    /// Returns the id of the server that is monitored; that of nobody, where a name led to none.
    #[must_use]
    pub const fn id(&self) -> ServerId {
        self.id
    }

    /// Blocks this thread until the server has ended.
    ///
    /// # Errors
    ///
    /// [`CallError::WouldBlock`] on a thread of a runtime, which the server may need to end.
    pub fn wait(mut self) -> Result<Down, CallError> {
        if self.ended.is_some() && blocking::is_runtime_thread() {
            return Err(CallError::WouldBlock);
        }
        blocking::block_on(None, |cx| self.poll_down(cx)).ok_or(CallError::Timeout { started: false })
    }

    fn poll_down(&mut self, cx: &Context<'_>) -> Poll<Down> {
        let id = self.id;
        match &mut self.ended {
            Some(ended) => ended.poll(cx).map(|reason| Down { id, reason }),
            None => Poll::Ready(Down { id, reason: ExitReason::NoProc }),
        }
    }
}

impl Future for Monitor {
    type Output = Down;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Down> {
        self.poll_down(cx)
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").field("id", &self.id).finish_non_exhaustive()
    }
}
