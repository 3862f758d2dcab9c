//! `run_until_signal`: a program whose life is that of its tree.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

#[cfg(unix)]
use tokio::runtime::Handle;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::ExitReason;
use crate::life::Ended;
use crate::log;
use crate::supervise::child::AnyServer;
use crate::supervise::directory::Directory;
use crate::supervise::supervisor::SupervisorClient;

/// How long a whole shutdown may take, where nothing is said: what most process managers wait before they kill.
const DEFAULT_LIMIT: Duration = Duration::from_secs(30);

/// What a shell says of a program that a signal has ended: this and the number of the signal.
const BY_SIGNAL: u8 = 128;

impl SupervisorClient {
    /// Waits for SIGTERM or SIGINT (Ctrl-C), then stops the supervisor, and with it the tree, in reverse order of the starts.
    ///
    /// A signal that comes after this call and before it is awaited is not lost: call it before anybody is told that the
    /// program is ready.
    ///
    /// A second signal kills what is left. So does a shutdown that takes longer than 30 s, or than
    /// [`shutdown_limit`](RunUntilSignal::shutdown_limit) says; what has not stopped then is said in the log, by
    /// its name and the handler that runs. Where the supervisor ends by itself, so does the wait.
    ///
    /// Awaited, it gives the program's exit code:
    ///
    /// | the tree | code |
    /// | --- | ---: |
    /// | was stopped by a signal, and has ended in time | 0 |
    /// | has ended by itself, with `Normal` | 0 |
    /// | has ended by itself, with any other reason: it gave up, or failed | 1 |
    /// | was killed by a second signal | 128 and its number |
    /// | was killed because it took too long | 1 |
    ///
    /// It needs the feature `signal`, and a runtime with its I/O enabled, as under `#[tokio::main]`.
    /// [A service from start to shutdown](crate::guide::service) has a whole program.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::process::ExitCode;
    /// use callcast::Supervisor;
    ///
    /// #[tokio::main]
    /// async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    ///     let tree = Supervisor::one_for_one().start().await?;
    ///     Ok(tree.run_until_signal().await?)
    /// }
    /// ```
    pub fn run_until_signal(&self) -> RunUntilSignal {
        RunUntilSignal { server: self.server(), signals: Signals::new(), limit: DEFAULT_LIMIT }
    }
}

/// A program that runs until it is told to end: see [`SupervisorClient::run_until_signal`]. It needs the feature `signal`.
#[must_use = "nothing is waited for before this is awaited"]
pub struct RunUntilSignal {
    server: Option<AnyServer>,
    signals: io::Result<Signals>,
    limit: Duration,
}

impl RunUntilSignal {
    /// Kills what has not stopped after this long.
    pub fn shutdown_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    async fn run(self) -> io::Result<ExitCode> {
        let mut signals = self.signals?;
        let Some(server) = self.server else { return Ok(ExitCode::FAILURE) };
        let mut ended = Ended::new(Arc::clone(server.core.life()));
        tokio::select! {
            reason = std::future::poll_fn(|cx| ended.poll(cx)) => return Ok(code_of(&reason)),
            _ = signals.next() => server.core.request_stop(ExitReason::Shutdown, true),
        }
        let code = tokio::select! {
            _ = std::future::poll_fn(|cx| ended.poll(cx)) => return Ok(ExitCode::SUCCESS),
            number = signals.next() => ExitCode::from(BY_SIGNAL + number),
            () = tokio::time::sleep(self.limit) => {
                say_what_is_left(&server);
                ExitCode::FAILURE
            }
        };
        kill(&server);
        Ok(code)
    }
}

impl IntoFuture for RunUntilSignal {
    type Output = io::Result<ExitCode>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for RunUntilSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunUntilSignal").field("limit", &self.limit).finish_non_exhaustive()
    }
}

const fn code_of(reason: &ExitReason) -> ExitCode {
    match reason {
        ExitReason::Normal => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The signals that ask a program to end.
#[cfg(unix)]
#[derive(Debug)]
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        // tokio panics where there is no runtime.
        Handle::try_current().map_err(io::Error::other)?;
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// The number of the next one.
    async fn next(&mut self) -> u8 {
        let kind = tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.interrupt.recv() => SignalKind::interrupt(),
        };
        u8::try_from(kind.as_raw_value()).unwrap_or_default()
    }
}

/// Ctrl-C, where there are no signals; it is listened for from the first wait on.
#[cfg(not(unix))]
#[derive(Debug)]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> u8 {
        match tokio::signal::ctrl_c().await {
            Ok(()) => 2,
            // Nothing will ever be heard.
            Err(_) => std::future::pending().await,
        }
    }
}

/// Says which servers have not stopped, and what they are doing.
fn say_what_is_left(server: &AnyServer) {
    if server.core.life().has_ended() {
        return;
    }
    for child in below(server) {
        say_what_is_left(&child);
    }
    log::overdue(server.core.life());
}

/// Kills a supervisor and all below it, which it may not get to any more.
fn kill(server: &AnyServer) {
    // First a look: one that is killed forgets them.
    let below: Vec<_> = below(server).collect();
    server.core.request_kill();
    for child in &below {
        kill(child);
    }
}

fn below(server: &AnyServer) -> impl Iterator<Item = AnyServer> + use<> {
    let directory: Option<Arc<Directory>> = server.core.life().directory();
    directory.into_iter().flat_map(|directory| directory.show()).filter_map(|child| child.server)
}
