//! How a child is stopped: asked to, and killed where it does not end in time.

use std::sync::Arc;

use crate::exit::ExitReason;
use crate::life::Ended;
use crate::log;
use crate::supervise::child::AnyServer;
use crate::supervise::policy::Shutdown;
use crate::time::{self, Instant, Sleep};

/// Asks a child to end, as its spec says.
pub(crate) fn order(server: &AnyServer, shutdown: Shutdown) {
    let core = &server.core;
    if !core.life().has_started() {
        // What has no state yet has nothing to finish.
        return core.request_kill();
    }
    match shutdown {
        Shutdown::Drain(_) | Shutdown::Infinity => core.request_drain(ExitReason::Shutdown),
        Shutdown::After(_) => core.request_end(ExitReason::Shutdown),
        Shutdown::Kill => core.request_kill(),
    }
}

/// Kills a child that has had its time, and says what it was doing.
pub(crate) fn cut_short(server: &AnyServer) {
    log::overdue(server.core.life());
    server.core.request_kill();
}

/// A child that has been asked to end, and is killed where nobody waits for that any more.
pub(crate) struct Stopping {
    server: AnyServer,
    ended: Ended,
    deadline: Option<Instant>,
}

impl Stopping {
    pub(crate) fn begin(server: &AnyServer, shutdown: Shutdown) -> Self {
        order(server, shutdown);
        let deadline = match shutdown {
            Shutdown::Drain(limit) | Shutdown::After(limit) => time::after(limit),
            Shutdown::Infinity | Shutdown::Kill => None,
        };
        Self { ended: Ended::new(Arc::clone(server.core.life())), server: Arc::clone(server), deadline }
    }

    /// Waits for its end, and kills it where its time is over.
    pub(crate) async fn wait(mut self) {
        let mut sleep = self.deadline.map(Sleep::until);
        std::future::poll_fn(|cx| {
            if self.ended.poll(cx).is_ready() {
                return std::task::Poll::Ready(());
            }
            if let Some(timer) = &mut sleep
                && timer.poll(cx).is_ready()
            {
                sleep = None;
                cut_short(&self.server);
                return self.ended.poll(cx).map(drop);
            }
            std::task::Poll::Pending
        })
        .await;
    }
}

impl Drop for Stopping {
    fn drop(&mut self) {
        if !self.server.core.life().has_ended() {
            self.server.core.request_kill();
        }
    }
}
