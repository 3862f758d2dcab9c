//! What can go wrong with a call, a cast, a start and a stop: a type for each.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;

use crate::exit::{ExitReason, Panic};
use crate::id::ServerId;

/// Why a call brought no value.
///
/// `E` is the handler's own error; the default, [`Infallible`], is that of a handler that cannot fail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError<E = Infallible> {
    /// The handler ran and returned this error.
    Handler(E),
    /// The server was gone before the message was sent.
    NoProc,
    /// The server ended before it replied.
    Exit {
        /// Why it ended.
        reason: ExitReason,
        /// Whether the handler of this call had begun.
        started: bool,
    },
    /// No reply came in time.
    Timeout {
        /// Whether the handler of this call had begun, or will run although nobody waits (`#[call(always)]`): where it had
        /// not, it never will, and a retry is safe.
        started: bool,
    },
    /// The mailbox was full, and its overflow policy did not let the call wait; of [`sys`](crate::ClientOf::sys), that too many
    /// questions wait at this server already.
    Full,
    /// The handler dropped its `ReplyTo` without an answer.
    NoReply,
    /// A handler called its own server, which would wait for itself.
    CallingSelf,
    /// The call would have closed a circle of servers that wait for each other.
    Deadlock(Cycle),
    /// An agent's handler, or a closure that runs in an agent, may not call.
    InsideAgent,
    /// `.wait()` on a thread of a runtime, which a server may need to run on.
    WouldBlock,
    /// There was no runtime to run on.
    NoRuntime,
}

impl<E> CallError<E> {
    /// Says whether the handler may have begun; where it has not, the message had no effect and never will.
    #[must_use]
    pub const fn may_have_run(&self) -> bool {
        match self {
            Self::Handler(_) | Self::NoReply => true,
            Self::Exit { started, .. } | Self::Timeout { started } => *started,
            Self::NoProc
            | Self::Full
            | Self::CallingSelf
            | Self::Deadlock(_)
            | Self::InsideAgent
            | Self::WouldBlock
            | Self::NoRuntime => false,
        }
    }

    /// Returns the handler's own error, where it is one.
    #[must_use]
    pub fn into_handler(self) -> Option<E> {
        match self {
            Self::Handler(error) => Some(error),
            _ => None,
        }
    }
}

impl CallError {
    /// Returns the same error, as that of a handler that could have failed.
    #[must_use]
    pub fn widen<E>(self) -> CallError<E> {
        match self {
            Self::Handler(never) => match never {},
            Self::NoProc => CallError::NoProc,
            Self::Exit { reason, started } => CallError::Exit { reason, started },
            Self::Timeout { started } => CallError::Timeout { started },
            Self::Full => CallError::Full,
            Self::NoReply => CallError::NoReply,
            Self::CallingSelf => CallError::CallingSelf,
            Self::Deadlock(cycle) => CallError::Deadlock(cycle),
            Self::InsideAgent => CallError::InsideAgent,
            Self::WouldBlock => CallError::WouldBlock,
            Self::NoRuntime => CallError::NoRuntime,
        }
    }
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handler(error) => fmt::Display::fmt(error, f),
            Self::NoProc => f.write_str(NO_PROC),
            Self::Exit { reason, started: true } => {
                write!(f, "the server ended while it handled the call: {reason}")
            }
            Self::Exit { reason, started: false } => {
                write!(f, "the server ended before it handled the call: {reason}")
            }
            Self::Timeout { started: true } => f.write_str("timed out while the call was being handled"),
            Self::Timeout { started: false } => f.write_str("timed out before the call was handled"),
            Self::Full => f.write_str(FULL),
            Self::NoReply => f.write_str("the handler dropped its `ReplyTo` without an answer"),
            Self::CallingSelf => f.write_str(CALLING_SELF),
            Self::Deadlock(cycle) => fmt::Display::fmt(cycle, f),
            Self::InsideAgent => f.write_str(INSIDE_AGENT),
            Self::WouldBlock => f.write_str(WOULD_BLOCK),
            Self::NoRuntime => f.write_str(NO_RUNTIME),
        }
    }
}

// Of every error that can be shown, boxed ones and `anyhow`'s among them, which are no `Error` themselves: `?` must work
// for these. The price is `source`: what is shown is the handler's error itself, and `into_handler` has its sources.
impl<E: fmt::Debug + fmt::Display> Error for CallError<E> {}

/// Why a cast was not accepted; its handler has not run and never will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CastError {
    /// The server was gone.
    NoProc,
    /// The mailbox was full, and its overflow policy is `reject`, or it was sent by an agent's handler, which cannot wait.
    Full,
    /// No room came in time.
    Timeout,
    /// A handler would have waited for room in its own server's full mailbox.
    CallingSelf,
    /// `.wait()` on a thread of a runtime, which a server may need to run on.
    WouldBlock,
    /// There was no runtime to run on.
    NoRuntime,
}

impl CastError {
    /// Says whether the handler may have begun: never, a cast that is refused is not handled.
    #[must_use]
    pub const fn may_have_run(&self) -> bool {
        false
    }
}

impl fmt::Display for CastError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoProc => NO_PROC,
            Self::Full => FULL,
            Self::Timeout => "timed out while waiting for room in the mailbox",
            Self::CallingSelf => "the server would wait for room in its own mailbox",
            Self::WouldBlock => WOULD_BLOCK,
            Self::NoRuntime => NO_RUNTIME,
        })
    }
}

impl Error for CastError {}

/// Why a message could not be sent now, and the message itself.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError<T> {
    /// The server was gone.
    NoProc(T),
    /// The mailbox was full.
    Full(T),
    /// An agent's handler, or a closure that runs in an agent, may not call.
    InsideAgent(T),
}

impl<T> SendError<T> {
    /// Returns the message that was not sent.
    #[must_use]
    pub fn into_message(self) -> T {
        match self {
            Self::NoProc(message) | Self::Full(message) | Self::InsideAgent(message) => message,
        }
    }

    /// Says whether the handler may have begun: never, the message is here.
    #[must_use]
    pub const fn may_have_run(&self) -> bool {
        false
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoProc(_) => "NoProc(..)",
            Self::Full(_) => "Full(..)",
            Self::InsideAgent(_) => "InsideAgent(..)",
        })
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoProc(_) => NO_PROC,
            Self::Full(_) => FULL,
            Self::InsideAgent(_) => INSIDE_AGENT,
        })
    }
}

impl<T> Error for SendError<T> {}

/// Why a server or an agent did not start; nothing of it is left.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError<E = Infallible> {
    /// `init` returned this error.
    Init(E),
    /// `init` panicked.
    Panicked(Panic),
    /// `init` did not return in time; it is dropped at its next await point.
    Timeout,
    /// The name is taken by this server; `init` has not run.
    AlreadyStarted(ServerId),
    /// It was ended from outside before `init` had returned.
    Exit(ExitReason),
    /// The handler that starts it is being waited for by the server it waits for.
    Deadlock(Cycle),
    /// A server runs on a tokio runtime, and there was none.
    NoRuntime,
}

impl<E> StartError<E> {
    /// Returns the error of `init`, where it is one.
    #[must_use]
    pub fn into_init(self) -> Option<E> {
        match self {
            Self::Init(error) => Some(error),
            _ => None,
        }
    }

    /// Says whether `init` may have begun.
    #[must_use]
    pub const fn may_have_run(&self) -> bool {
        matches!(self, Self::Init(_) | Self::Panicked(_) | Self::Timeout | Self::Exit(_))
    }
}

impl StartError {
    /// Returns the same error, as that of an `init` that could have failed: for whoever starts one of several servers.
    #[must_use]
    pub fn widen<E>(self) -> StartError<E> {
        match self {
            Self::Init(never) => match never {},
            Self::Panicked(panic) => StartError::Panicked(panic),
            Self::Timeout => StartError::Timeout,
            Self::AlreadyStarted(id) => StartError::AlreadyStarted(id),
            Self::Exit(reason) => StartError::Exit(reason),
            Self::Deadlock(cycle) => StartError::Deadlock(cycle),
            Self::NoRuntime => StartError::NoRuntime,
        }
    }
}

impl<E: fmt::Display> fmt::Display for StartError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Init(error) => fmt::Display::fmt(error, f),
            Self::Panicked(panic) => fmt::Display::fmt(panic, f),
            Self::Timeout => f.write_str("`init` did not return in time"),
            Self::AlreadyStarted(id) => write!(f, "the name or the key is taken by server {id}"),
            Self::Exit(reason) => write!(f, "the server ended before `init` had returned: {reason}"),
            Self::Deadlock(cycle) => fmt::Display::fmt(cycle, f),
            Self::NoRuntime => f.write_str(NO_RUNTIME),
        }
    }
}

// As for `CallError`.
impl<E: fmt::Debug + fmt::Display> Error for StartError<E> {}

/// Why a stop was not seen to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopError {
    /// The server was gone already.
    NoProc,
    /// It had not ended in time; it has been asked to, and will.
    Timeout,
    /// A handler would have waited for the end of its own server; `ctx.stop(reason)` is the way to do that.
    CallingSelf,
    /// The stop would have closed a circle of servers that wait for each other.
    Deadlock(Cycle),
    /// An agent's handler, or a closure that runs in an agent, may not wait for anything.
    InsideAgent,
    /// `.wait()` on a thread of a runtime, which a server may need to run on.
    WouldBlock,
}

impl StopError {
    /// Says whether it had any effect: only a stop that timed out has asked the server to end.
    #[must_use]
    pub const fn may_have_run(&self) -> bool {
        matches!(self, Self::Timeout)
    }
}

impl fmt::Display for StopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProc => f.write_str(NO_PROC),
            Self::Timeout => f.write_str("the server has not ended in time"),
            Self::CallingSelf => f.write_str("the server would wait for its own end"),
            Self::Deadlock(cycle) => fmt::Display::fmt(cycle, f),
            Self::InsideAgent => f.write_str(INSIDE_AGENT),
            Self::WouldBlock => f.write_str(WOULD_BLOCK),
        }
    }
}

impl Error for StopError {}

/// The servers on a circle of calls, from the one that would have closed it back to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    pub(crate) servers: Vec<(&'static str, ServerId)>,
}

impl Cycle {
    /// Returns the names and ids of the servers, each once, in the order in which they wait for each other.
    #[must_use]
    pub fn servers(&self) -> &[(&'static str, ServerId)] {
        &self.servers
    }
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call would close a circle of servers that wait for each other: ")?;
        for (name, id) in &self.servers {
            write!(f, "{name} {id} → ")?;
        }
        match self.servers.first() {
            Some((name, id)) => write!(f, "{name} {id}"),
            None => Ok(()),
        }
    }
}

const NO_PROC: &str = "the server is gone";
const FULL: &str = "the mailbox is full";
const CALLING_SELF: &str = "the server would wait for itself";
const INSIDE_AGENT: &str = "an agent's handler may not call: make it a `#[server]`, or call from outside";
const WOULD_BLOCK: &str = "`.wait()` would block a thread of the runtime: use `.await` there";
const NO_RUNTIME: &str = "a server needs a tokio runtime, and there is none here";
