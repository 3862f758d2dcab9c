//! What a client method knows of its handler: how to run it, and which message asks for it.

use std::time::Duration;

use crate::engine::{Ran, When};
use crate::exit::Fault;
use crate::handler::{Begins, Handler, How};
use crate::kind::{EngineOf, Kind as _, Protocol};
use crate::reply::ReplyTo;
use crate::waiting::Limit;

type Via<S, A, R> = fn(&EngineOf<S>, A, &Limit, When) -> Ran<R, A>;

/// A request as what it was made of, where it is the one asked for.
type Parts<S, A, R> = fn(<S as Protocol>::Request) -> Result<(A, ReplyTo<R>), <S as Protocol>::Request>;

/// A call, without its arguments: made once for each client method, as a constant.
#[doc(hidden)]
#[derive(Debug)]
pub struct CallOp<S: Protocol, A: 'static, R: 'static> {
    pub(crate) handler: Handler<S, A, R>,
    /// The message, where the call has to be queued.
    pub(crate) request: fn(A, ReplyTo<R>) -> S::Request,
    /// Of a protocol: the way to whoever speaks it.
    pub(crate) via: Option<Via<S, A, R>>,
    /// Of a protocol, for tests.
    pub(crate) parts: Option<Parts<S, A, R>>,
}

impl<S: Protocol, A: 'static, R: 'static> CallOp<S, A, R> {
    #[must_use]
    pub const fn new(name: &'static str, request: fn(A, ReplyTo<R>) -> S::Request) -> Self {
        Self { handler: <Handler<S, A, R>>::queued().called(name), request, via: None, parts: None }
    }

    #[must_use]
    pub const fn run(mut self, run: fn(&mut S, A) -> R) -> Self {
        self.handler.how = How::Run(run);
        self
    }

    #[must_use]
    pub const fn awaits(mut self, begins: Begins<S, A, R>) -> Self {
        self.handler.how = How::Begins(begins);
        self
    }

    #[must_use]
    pub const fn via(mut self, via: Via<S, A, R>) -> Self {
        self.via = Some(via);
        self
    }

    #[must_use]
    pub const fn parts(mut self, parts: Parts<S, A, R>) -> Self {
        self.parts = Some(parts);
        self
    }

    #[must_use]
    pub const fn mutates(mut self) -> Self {
        self.handler = self.handler.mutates();
        self
    }

    #[must_use]
    pub const fn timeout(mut self, timeout: fn() -> Duration) -> Self {
        self.handler = self.handler.timeout(timeout);
        self
    }

    #[must_use]
    pub const fn always(mut self) -> Self {
        self.handler = self.handler.always();
        self
    }
}

impl<S: Protocol, A: 'static, R: Send + 'static> CallOp<S, A, R> {
    /// Runs it on this thread, where that can be.
    #[inline]
    pub(crate) fn call_now(&'static self, engine: &EngineOf<S>, args: A, limit: &Limit) -> Ran<R, A> {
        S::Kind::call_now(engine, self, args, limit)
    }

    /// Looks a few times more whether that can be, before its message is queued.
    pub(crate) fn call_soon(&'static self, engine: &EngineOf<S>, args: A, limit: &Limit) -> Ran<R, A> {
        S::Kind::call_soon(engine, self, args, limit)
    }
}

type RunCast<S, A> = fn(&mut S, A) -> Result<(), Fault>;

type CastVia<S, A> = fn(&EngineOf<S>, A) -> Result<(), A>;

/// A cast as what it was made of, where it is the one asked for.
type CastParts<S, A> = fn(<S as Protocol>::Cast) -> Result<A, <S as Protocol>::Cast>;

/// A cast, without its arguments: made once for each client method, as a constant.
#[doc(hidden)]
#[derive(Debug)]
pub struct CastOp<S: Protocol, A: 'static> {
    pub(crate) name: &'static str,
    pub(crate) message: fn(A) -> S::Cast,
    pub(crate) run: Option<RunCast<S, A>>,
    /// Of a protocol: the way to whoever speaks it.
    pub(crate) via: Option<CastVia<S, A>>,
    /// Of a protocol, for tests.
    pub(crate) parts: Option<CastParts<S, A>>,
    pub(crate) mutates: bool,
}

impl<S: Protocol, A: 'static> CastOp<S, A> {
    #[must_use]
    pub const fn new(name: &'static str, message: fn(A) -> S::Cast) -> Self {
        Self { name, message, run: None, via: None, parts: None, mutates: false }
    }

    #[must_use]
    pub const fn run(mut self, run: fn(&mut S, A) -> Result<(), Fault>) -> Self {
        self.run = Some(run);
        self
    }

    #[must_use]
    pub const fn via(mut self, via: CastVia<S, A>) -> Self {
        self.via = Some(via);
        self
    }

    #[must_use]
    pub const fn parts(mut self, parts: CastParts<S, A>) -> Self {
        self.parts = Some(parts);
        self
    }

    #[must_use]
    pub const fn mutates(mut self) -> Self {
        self.mutates = true;
        self
    }

    /// Runs it on this thread, where that can be; else its arguments come back.
    #[inline]
    pub(crate) fn cast_now(&'static self, engine: &EngineOf<S>, args: A) -> Result<(), A> {
        S::Kind::cast_now(engine, self, args)
    }
}
