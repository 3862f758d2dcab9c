//! `Stop`: ending a server from outside, and waiting for that.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::blocking;
use crate::client::Client;
use crate::current;
use crate::deadlock::Edge;
use crate::engine::Core;
use crate::error::{CallError, StopError};
use crate::exit::ExitReason;
use crate::life::Ended;
use crate::time::{self, Sleep};

/// The end of a server, to be asked for when this is first polled, or by [`send`](Self::send) or [`wait`](Self::wait).
///
/// Awaited, it gives the reason for which the server ended, when everything of it is gone.
///
/// # Cancel safety
///
/// What has been asked for happens, whether or not somebody waits for it.
#[must_use = "a stop does nothing until it is awaited, or sent with `.send()` or `.wait()`"]
pub struct Stop<'a> {
    client: &'a Client,
    /// What is asked for, until it has been.
    order: Option<Order>,
    limit: Option<Duration>,
    sleep: Option<Sleep>,
    /// There once the end has been asked for.
    ended: Option<Ended>,
    /// The wait as the graph of waiting servers has it, where a handler waits.
    edge: Option<Edge>,
}

/// How a server is asked to end.
pub(crate) enum Order {
    /// Behind what was sent before.
    Stop(ExitReason),
    /// Ahead of its messages.
    Terminate(ExitReason),
    /// At its next await point.
    Kill,
}

impl<'a> Stop<'a> {
    pub(crate) fn new(client: &'a Client, order: Order) -> Self {
        Self { client, order: Some(order), limit: None, sleep: None, ended: None, edge: None }
    }

    /// Stops waiting after this long; the server has been asked to end all the same.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Asks for the end, and does not wait for it.
    ///
    /// # Errors
    ///
    /// [`StopError::NoProc`] where the server is gone already, or is about to end; but one that is about to end can be killed.
    pub fn send(mut self) -> Result<(), StopError> {
        let client = self.client;
        client
            .now(|core| {
                // One that is about to end can still be killed.
                let is_late = match self.order {
                    Some(Order::Kill) => core.life().has_ended(),
                    _ => !core.is_alive(),
                };
                if is_late {
                    return Err(StopError::NoProc);
                }
                self.request(core, false);
                Ok(())
            })
            .unwrap_or(Err(StopError::NoProc))
    }

    /// Asks for the end, and blocks this thread until it has come.
    ///
    /// # Errors
    ///
    /// As for `.await`, and [`StopError::WouldBlock`] for a server on a thread of a runtime.
    pub fn wait(mut self) -> Result<ExitReason, StopError> {
        let may_wait = |core: &dyn Core| {
            current::may_call(core.id()).map_err(|error| refused(&error))?;
            if core.needs_runtime() && blocking::is_runtime_thread() {
                return Err(StopError::WouldBlock);
            }
            Ok(())
        };
        self.client.now(may_wait).unwrap_or(Err(StopError::NoProc))?;
        self.begin()?;
        let Some(mut ended) = self.ended.take() else { return Err(StopError::NoProc) };
        blocking::block_on(self.limit, |cx| ended.poll(cx)).ok_or(StopError::Timeout)
    }

    fn begin(&mut self) -> Result<(), StopError> {
        let client = self.client;
        client.now(|core| self.begin_with(core)).unwrap_or(Err(StopError::NoProc))
    }

    /// Asks the server that is there now, and stays with that one.
    fn begin_with(&mut self, core: &dyn Core) -> Result<(), StopError> {
        let life = core.life();
        if life.has_ended() {
            return Err(StopError::NoProc);
        }
        // A kill is carried out whether or not this caller may wait for it.
        if matches!(self.order, Some(Order::Kill)) {
            core.request_kill();
        }
        let activity = current::may_call(life.id()).map_err(|error| refused(&error))?;
        if let Some(activity) = activity {
            self.edge = Some(Edge::new(&activity, life.id(), life.name()).map_err(StopError::Deadlock)?);
        }
        self.ended = Some(Ended::new(Arc::clone(life)));
        self.request(core, true);
        Ok(())
    }

    fn request(&mut self, core: &dyn Core, awaited: bool) {
        match self.order.take() {
            Some(Order::Stop(reason)) => core.request_stop(reason, awaited),
            Some(Order::Terminate(reason)) => core.request_end(reason),
            Some(Order::Kill) => core.request_kill(),
            None => {}
        }
    }
}

fn refused(error: &CallError) -> StopError {
    match error {
        CallError::CallingSelf => StopError::CallingSelf,
        _ => StopError::InsideAgent,
    }
}

impl Future for Stop<'_> {
    type Output = Result<ExitReason, StopError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.ended.is_none() {
            self.begin()?;
        }
        if let Some(ended) = &mut self.ended
            && let Poll::Ready(reason) = ended.poll(cx)
        {
            self.edge = None;
            return Poll::Ready(Ok(reason));
        }
        let Some(deadline) = self.limit.and_then(time::after) else { return Poll::Pending };
        self.sleep.get_or_insert_with(|| Sleep::until(deadline)).poll(cx).map(|()| Err(StopError::Timeout))
    }
}

impl fmt::Debug for Stop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").field("client", &self.client).finish_non_exhaustive()
    }
}
