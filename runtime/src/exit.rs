//! Why a server ended.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Why an incarnation of a server or an agent ended.
///
/// `Normal` and the two `Shutdown`s are ends that were asked for; the others are failures
/// ([`is_failure`](Self::is_failure)). It holds text only, never a value of the server's, so that whoever keeps a
/// reason keeps nothing else alive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExitReason {
    /// It stopped by itself, or was asked to by `stop`.
    Normal,
    /// Its supervisor ended it.
    Shutdown,
    /// It was ended on purpose, and this says why.
    ShutdownWith(Arc<str>),
    /// It was killed: its handler ended at the next await point, and `terminate` did not run.
    Killed,
    /// A handler panicked.
    Panicked(Panic),
    /// A handler returned an error.
    Failed(Failure),
    /// There was no server to begin with.
    NoProc,
    /// The tokio runtime that the server ran on was shut down.
    RuntimeGone,
}

impl ExitReason {
    /// The handler that failed, where one did.
    #[cfg(feature = "tracing")]
    pub(crate) fn handler(&self) -> Option<&'static str> {
        match self {
            Self::Panicked(panic) => Some(panic.handler()),
            Self::Failed(failure) => Some(failure.handler()),
            _ => None,
        }
    }

    /// Says whether this end was a failure: killed, panicked or failed.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Killed | Self::Panicked(_) | Self::Failed(_))
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal => f.write_str("it stopped normally"),
            Self::Shutdown => f.write_str("it was shut down"),
            Self::ShutdownWith(why) => write!(f, "it was shut down: {why}"),
            Self::Killed => f.write_str("it was killed"),
            Self::Panicked(panic) => fmt::Display::fmt(panic, f),
            Self::Failed(failure) => fmt::Display::fmt(failure, f),
            Self::NoProc => f.write_str("there was no such server"),
            Self::RuntimeGone => f.write_str("its runtime was shut down"),
        }
    }
}

/// A panic as text: what it said, and in which handler.
///
/// The panic hook is yours: it is called once for each panic, in the server's span where `tracing` has a subscriber, and
/// nothing here replaces or silences it.
///
/// # What cannot be held back
///
/// Rust itself ends the process, and all servers with it:
///
/// - when a second panic goes off while the first one unwinds, as in the `Drop` of a handler's local value. What is printed
///   then has a backtrace, asked for or not, in which the handler stands by its name, `Counter::add`, unless the program is
///   stripped of names;
/// - when a panic hook panics;
/// - when a thread has no stack left: a handler that calls itself without end;
/// - at the first panic, in a program that is built with `panic = "abort"`. There a warning says so when the first server
///   starts, all else works as ever, and a supervisor starts again what has ended otherwise. Which server it was stands in
///   the backtrace, with `RUST_BACKTRACE=1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic(Arc<Text>);

/// What is told of a failure: shared, so that a reason is small, and a call's result with it.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    message: Box<str>,
    /// The server's type, or the error's.
    type_name: &'static str,
    handler: &'static str,
}

impl Panic {
    /// Turns a payload into text, and drops it here: a payload whose own drop panics goes no further.
    pub(crate) fn new(payload: Box<dyn Any + Send>, server: &'static str, handler: &'static str) -> Self {
        let message = payload
            .downcast_ref::<&'static str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("a value that is not text")
            .into();
        drop_contained(payload);
        Self(Arc::new(Text { message, type_name: server, handler }))
    }

    /// Returns what the panic said.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the type of the server that panicked.
    #[must_use]
    pub fn server(&self) -> &'static str {
        self.0.type_name
    }

    /// Returns the handler that panicked, or `init`, `after_init`, `terminate`, `a job`, `a timer`, `drop`.
    #[must_use]
    pub fn handler(&self) -> &'static str {
        self.0.handler
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}::{}` panicked: {}", self.server(), self.handler(), self.message())
    }
}

/// A handler's error as text: what it said, its type, and which handler returned it.
///
/// The error itself is not kept: [`Context::failure`](crate::Context::failure) has it while `terminate` runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(Arc<Text>);

impl Failure {
    /// Returns what the error said, and after it what its sources said, separated by colons.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the type of the error, as [`std::any::type_name`] gives it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.0.type_name
    }

    /// Returns the handler that returned the error.
    #[must_use]
    pub fn handler(&self) -> &'static str {
        self.0.handler
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` failed: {}", self.handler(), self.message())
    }
}

/// A handler's error on its way to `terminate`: the value, and the text that outlives it.
#[derive(Debug)]
pub struct Fault {
    pub(crate) failure: Failure,
    pub(crate) error: Box<dyn Error + Send + Sync>,
}

impl Fault {
    fn new<E: Into<Box<dyn Error + Send + Sync>>>(error: E, handler: &'static str) -> Self {
        let error = error.into();
        let failure = Failure(Arc::new(Text {
            message: message_with_sources(&*error).into(),
            type_name: std::any::type_name::<E>(),
            handler,
        }));
        Self { failure, error }
    }
}

fn message_with_sources(error: &(dyn Error + 'static)) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        message.push_str(": ");
        message.push_str(&error.to_string());
        source = error.source();
    }
    message
}

/// What a cast, an info or a hook may return: nothing, or a `Result` whose error ends the server.
#[diagnostic::on_unimplemented(
    message = "a handler that replies to nobody cannot return `{Self}`",
    label = "returned by this handler",
    note = "it may return nothing, or `Result<(), E>` where `E: Into<Box<dyn Error + Send + Sync>>`: an `Err` ends the server with `Failed`",
    note = "make it a `#[call]` to reply with a value"
)]
pub trait Outcome {
    /// Returns the fault with the handler's name, where there was one.
    ///
    /// # Errors
    ///
    /// The handler's own error.
    fn into_result(self, handler: &'static str) -> Result<(), Fault>;
}

impl Outcome for () {
    fn into_result(self, _handler: &'static str) -> Result<(), Fault> {
        Ok(())
    }
}

/// An error that may end a server.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no error that can end a server",
    label = "this handler's error",
    note = "implement `std::error::Error` for it, as `#[derive(thiserror::Error)]` does, or return a `String`"
)]
pub trait Fatal {
    /// The error, and the text of it that outlives it.
    fn into_fault(self, handler: &'static str) -> Fault;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Box<dyn Error + Send + Sync>>> Fatal for E {
    fn into_fault(self, handler: &'static str) -> Fault {
        Fault::new(self, handler)
    }
}

impl Fatal for Fault {
    fn into_fault(self, _handler: &'static str) -> Self {
        self
    }
}

impl<E: Fatal> Outcome for Result<(), E> {
    fn into_result(self, handler: &'static str) -> Result<(), Fault> {
        self.map_err(|error| error.into_fault(handler))
    }
}

/// Drops a value of a user's; a panic in its `Drop` goes no further than the panic hook.
pub(crate) fn drop_contained<T>(value: T) {
    run_contained(|| drop(value));
}

/// Runs what is not ours; its panic goes no further than the panic hook.
pub(crate) fn run_contained(f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        // A payload can panic in its own drop, and so on without end: after the second it is leaked.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            #[expect(
                clippy::mem_forget,
                reason = "nothing but a leak ends a chain of payloads that panic in their drops"
            )]
            std::mem::forget(again);
        }
    }
}
