//! How a child is stopped: asked to, and killed where it does not end in time.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::engine::Core;
use crate::exit::ExitReason;
use crate::life::Ended;
use crate::log;
use crate::supervise::child::AnyServer;
use crate::supervise::elsewhere;
use crate::supervise::policy::Shutdown;
use crate::time::{self, Instant, Sleep};

/// How long one that was killed is waited for: it ends at its next await point.
const GRACE: Duration = Duration::from_secs(1);

/// A start that runs on a task of its own, of the server that it starts.
pub(crate) type Starting = (AnyServer, JoinHandle<()>);

/// Waits until these starts are over, whose children have been killed: an `init` that runs on another thread runs on to its
/// end. Those that block their thread are left behind, after the same time for all.
pub(crate) async fn starts_are_over(starts: impl Iterator<Item = &mut Starting>) {
    let mut is_late = time::after(GRACE).map(Sleep::until);
    for (server, start) in starts.filter(|(_, start)| !start.is_finished()) {
        let is_over = std::future::poll_fn(|cx| match Pin::new(&mut *start).poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending => is_late.as_mut().map_or(Poll::Pending, |late| late.poll(cx)).map(|()| false),
        });
        if !is_over.await {
            log::left_behind(server.core.life());
        }
    }
}

/// Asks a child to end, as its spec says; says whether it is killed.
pub(crate) fn order(server: &AnyServer, shutdown: Shutdown) -> bool {
    let life = server.core.life();
    // What has no state yet has nothing to finish, but for a supervisor that has started some of its children.
    let shutdown = match shutdown {
        _ if life.has_started() => shutdown,
        Shutdown::Kill => shutdown,
        _ if life.directory().is_some() => Shutdown::After(Duration::MAX),
        _ => Shutdown::Kill,
    };
    match shutdown {
        Shutdown::Drain(_) | Shutdown::Infinity => server.core.request_drain(ExitReason::Shutdown),
        Shutdown::After(_) => tell(server, |core| core.request_end(ExitReason::Shutdown)),
        Shutdown::Kill => kill(server),
    }
    shutdown == Shutdown::Kill
}

/// Kills a child that has had its time, and says what it was doing.
pub(crate) fn cut_short(server: &AnyServer) {
    log::overdue(server.core.life());
    kill(server);
}

fn kill(server: &AnyServer) {
    tell(server, |core| core.request_kill());
}

/// An agent that is not to be drained ends where it is told so, and its drop is the user's code; a server ends on its own task. What has no
/// state is told here and now: the next attempt is to find it ended.
fn tell(server: &AnyServer, tell: impl FnOnce(&dyn Core) + Send + 'static) {
    if server.core.needs_runtime() || !server.core.life().has_started() {
        return tell(&server.core);
    }
    let server = Arc::clone(server);
    elsewhere::run(move || tell(&server.core));
}

/// A child that has been asked to end, and is killed where nobody waits for that any more.
pub(crate) struct Stopping {
    server: AnyServer,
    ended: Ended,
    /// When its time is over.
    deadline: Option<Instant>,
    /// Of one that is killed: how long it is waited for.
    killed: Option<Grace>,
}

/// When one that was killed is left behind; with no limit, where there is no such time.
#[derive(Clone, Copy)]
struct Grace(Option<Instant>);

impl Grace {
    fn begin() -> Self {
        Self(time::after(GRACE))
    }
}

impl Stopping {
    pub(crate) fn begin(server: &AnyServer, shutdown: Shutdown) -> Self {
        let is_killed = order(server, shutdown) || server.core.life().is_killed();
        let deadline = match shutdown {
            Shutdown::Drain(limit) | Shutdown::After(limit) => time::after(limit),
            Shutdown::Infinity | Shutdown::Kill => None,
        };
        let ended = Ended::new(Arc::clone(server.core.life()));
        Self { server: Arc::clone(server), ended, deadline, killed: is_killed.then(Grace::begin) }
    }

    /// Waits for its end, and kills it where its time is over.
    pub(crate) async fn wait(mut self) {
        self.give_time().await;
        self.has_ended(None).await;
    }

    /// As [`wait`](Self::wait); but one that blocks its thread cannot be killed, and is left behind.
    pub(crate) async fn wait_or_leave(mut self) {
        self.give_time().await;
        self.give_grace().await;
    }

    /// Waits for its end, or until its time is over and it is killed.
    async fn give_time(&mut self) {
        if self.killed.is_none() && !self.has_ended(self.deadline).await {
            cut_short(&self.server);
            self.killed = Some(Grace::begin());
        }
    }

    /// Waits for the end of one that may have been killed.
    async fn give_grace(&mut self) {
        let late = self.killed.and_then(|grace| grace.0);
        if !self.has_ended(late).await {
            log::left_behind(self.server.core.life());
        }
    }

    /// Waits for its end; says whether that has come in time.
    async fn has_ended(&mut self, limit: Option<Instant>) -> bool {
        let mut limit = limit.map(Sleep::until);
        std::future::poll_fn(|cx| match self.ended.poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending => limit.as_mut().map_or(Poll::Pending, |limit| limit.poll(cx)).map(|()| false),
        })
        .await
    }
}

/// Waits for all of these, as [`wait_or_leave`](Stopping::wait_or_leave) for one: none has more time because of another.
pub(crate) async fn wait_for_all(mut stops: Vec<Stopping>) {
    // Whose time is over first is waited for first. Those without a limit come last.
    stops.sort_by_key(|stopping| (stopping.deadline.is_none(), stopping.deadline));
    for stopping in &mut stops {
        stopping.give_time().await;
    }
    for stopping in &mut stops {
        stopping.give_grace().await;
    }
}

impl Drop for Stopping {
    fn drop(&mut self) {
        if !self.server.core.life().has_ended() {
            kill(&self.server);
        }
    }
}
