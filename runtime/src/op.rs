//! What a client method knows of its handler: how to run it, and which message asks for it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::contain::Payload;
use crate::engine::Engine;
use crate::exit::Fault;
use crate::kind::{EngineOf, GenServer};
use crate::reply::ReplyTo;

type FrameOf<S> = <EngineOf<S> as Engine<S>>::Frame;

type RunAwaiting<S, A, R> = fn(Box<FrameOf<S>>, A) -> Handling<FrameOf<S>, R>;

/// A handler that has all that its server is, and gives it back when it is done, or has panicked.
#[doc(hidden)]
pub type Handling<F, R> = Pin<Box<dyn Future<Output = (Box<F>, Result<R, Payload>)> + Send>>;

/// A call, without its arguments: made once for each client method, as a constant.
#[doc(hidden)]
#[derive(Debug)]
pub struct CallOp<S: GenServer, A: 'static, R: 'static> {
    pub(crate) name: &'static str,
    /// The message, where the call has to be queued.
    pub(crate) request: fn(A, ReplyTo<R>) -> S::Request,
    /// The handler itself, where it can run on the caller's thread.
    pub(crate) run: Option<fn(&mut S, A) -> R>,
    /// An async handler, begun on the caller's thread with all that its server is.
    pub(crate) awaits: Option<RunAwaiting<S, A, R>>,
    /// Whether the handler has the state to change.
    pub(crate) mutates: bool,
    /// The handler's own timeout.
    pub(crate) timeout: Option<fn() -> Duration>,
    /// Whether it runs although its caller has gone.
    pub(crate) always: bool,
}

impl<S: GenServer, A: 'static, R: 'static> CallOp<S, A, R> {
    #[must_use]
    pub const fn new(name: &'static str, request: fn(A, ReplyTo<R>) -> S::Request) -> Self {
        Self { name, request, run: None, awaits: None, mutates: false, timeout: None, always: false }
    }

    #[must_use]
    pub const fn run(mut self, run: fn(&mut S, A) -> R) -> Self {
        self.run = Some(run);
        self
    }

    #[must_use]
    pub const fn awaits(mut self, awaits: RunAwaiting<S, A, R>) -> Self {
        self.awaits = Some(awaits);
        self
    }

    #[must_use]
    pub const fn mutates(mut self) -> Self {
        self.mutates = true;
        self
    }

    #[must_use]
    pub const fn timeout(mut self, timeout: fn() -> Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    #[must_use]
    pub const fn always(mut self) -> Self {
        self.always = true;
        self
    }
}

type RunCast<S, A> = fn(&mut S, A) -> Result<(), Fault>;

/// A cast, without its arguments: made once for each client method, as a constant.
#[doc(hidden)]
#[derive(Debug)]
pub struct CastOp<S: GenServer, A: 'static> {
    pub(crate) name: &'static str,
    pub(crate) message: fn(A) -> S::Cast,
    pub(crate) run: Option<RunCast<S, A>>,
    pub(crate) mutates: bool,
}

impl<S: GenServer, A: 'static> CastOp<S, A> {
    #[must_use]
    pub const fn new(name: &'static str, message: fn(A) -> S::Cast) -> Self {
        Self { name, message, run: None, mutates: false }
    }

    #[must_use]
    pub const fn run(mut self, run: fn(&mut S, A) -> Result<(), Fault>) -> Self {
        self.run = Some(run);
        self
    }

    #[must_use]
    pub const fn mutates(mut self) -> Self {
        self.mutates = true;
        self
    }
}
