//! A handler, as whoever may run it knows it: how to run it, and how to take its message apart.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use crate::contain::{Payload, contained};
use crate::context::Context;
use crate::exit::{Fault, Outcome};
use crate::frame::Frame;
use crate::kind::{BackgroundTask, ContextOf, Kind, Protocol};
use crate::reply::ReplyTo;

type FrameOf<S> = <<S as Protocol>::Kind as Kind<S>>::Frame;

pub(crate) type Begins<S, A, R> = fn(Box<FrameOf<S>>, A) -> Handling<FrameOf<S>, R>;

/// A handler that has all that its server is, and gives it back when it is done, or has panicked.
#[doc(hidden)]
pub type Handling<F, R> = Pin<Box<dyn Future<Output = (Box<F>, Result<R, Payload>)> + Send>>;

/// A handler that waits, with the state lent to it.
#[doc(hidden)]
pub type BoxFuture<'a, R> = Pin<Box<dyn Future<Output = R> + Send + 'a>>;

type Lent<S, A, R> = fn(&mut S, &mut ContextOf<S>, A) -> R;
type Serves<S, A, R> = for<'a> fn(&'a mut S, &'a mut ContextOf<S>, A) -> BoxFuture<'a, R>;
type BeginsServing<S, A, R> = fn(Serves<S, A, R>, Box<FrameOf<S>>, A) -> Handling<FrameOf<S>, R>;
type Replies<S, A, R> = fn(&mut S, &mut ContextOf<S>, A, ReplyTo<R>);
type ServesReplies<S, A, R> = for<'a> fn(&'a mut S, &'a mut ContextOf<S>, A, ReplyTo<R>) -> BoxFuture<'a, ()>;

/// Of a call, which somebody waits for.
#[doc(hidden)]
#[derive(Debug)]
pub enum Asked {}

/// Of a cast, which nobody does.
#[doc(hidden)]
#[derive(Debug)]
pub enum Told {}

/// What a handler has to be of that is given the reply to keep.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a cast has no reply",
    label = "the protocol says `#[cast]`",
    note = "take no `ReplyTo` and no `ReplyStream` here, or make it a `#[call]` in the protocol"
)]
pub trait HasReply {}

impl HasReply for Asked {}

/// A handler, as whoever may run it knows it: of a call, or of a cast.
#[doc(hidden)]
pub struct Handler<S: Protocol, A: 'static, R: 'static, W = Asked> {
    pub(crate) name: &'static str,
    pub(crate) how: How<S, A, R>,
    /// Whether the handler has the state to change.
    pub(crate) mutates: bool,
    /// The handler's own timeout.
    pub(crate) timeout: Option<fn() -> Duration>,
    /// Whether it runs although its caller has gone.
    pub(crate) always: bool,
    waits: PhantomData<fn() -> W>,
}

/// How a handler is run.
pub(crate) enum How<S: Protocol, A: 'static, R: 'static> {
    /// By its message only.
    Queued,
    /// By whoever has the state.
    Run(fn(&mut S, A) -> R),
    /// An async one, begun by whoever has all that its server is.
    Begins(Begins<S, A, R>),
    /// By the server's task: with its context,
    Lent(Lent<S, A, R>),
    /// … as a future, or begun by whoever has all that its server is,
    Serves(Serves<S, A, R>, BeginsServing<S, A, R>),
    /// … with the reply to be sent by the handler,
    Replies(Replies<S, A, R>),
    /// … or both.
    ServesReplies(ServesReplies<S, A, R>),
}

impl<S: Protocol, A: 'static, R: 'static, W> Handler<S, A, R, W> {
    const fn new(how: How<S, A, R>) -> Self {
        Self { name: "", how, mutates: false, timeout: None, always: false, waits: PhantomData }
    }

    #[must_use]
    pub const fn queued() -> Self {
        Self::new(How::Queued)
    }

    #[must_use]
    pub const fn run(run: fn(&mut S, A) -> R) -> Self {
        Self::new(How::Run(run))
    }

    #[must_use]
    pub const fn lent(run: Lent<S, A, R>) -> Self {
        Self::new(How::Lent(run))
    }

    #[must_use]
    pub const fn replies(run: Replies<S, A, R>) -> Self
    where
        W: HasReply,
    {
        Self::new(How::Replies(run))
    }

    #[must_use]
    pub const fn serves_replies(run: ServesReplies<S, A, R>) -> Self
    where
        W: HasReply,
    {
        Self::new(How::ServesReplies(run))
    }

    /// As it is called in the protocol, for whoever runs either.
    #[must_use]
    pub const fn called(self, name: &'static str) -> Handler<S, A, R> {
        let Self { how, mutates, timeout, always, .. } = self;
        Handler { name, how, mutates, timeout, always, waits: PhantomData }
    }
}

impl<S: Protocol, A: 'static, R: 'static> Handler<S, A, R> {
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

impl<S: BackgroundTask, A: Send + 'static, R: Send + 'static, W> Handler<S, A, R, W> {
    #[must_use]
    pub const fn serves(run: Serves<S, A, R>) -> Self {
        Self::new(How::Serves(run, begin_serving::<S, A, R>))
    }
}

/// Begins a handler on its caller's thread, with all that its server is.
fn begin_serving<S: BackgroundTask, A: Send + 'static, R: Send + 'static>(
    run: Serves<S, A, R>,
    mut frame: Box<Frame<S>>,
    args: A,
) -> Handling<Frame<S>, R> {
    Box::pin(async move {
        let Frame { state, ctx, .. } = &mut *frame;
        let result = contained(run(state, ctx, args)).await;
        (frame, result)
    })
}

/// The message is taken apart, and its handler run: by the task of a server, or by whoever has an agent's state.
impl<S: Protocol, A: 'static, R: 'static> Handler<S, A, R> {
    /// Runs the handler of a call, and replies; gives the message back if it can wait.
    ///
    /// # Errors
    ///
    /// What the message was made of.
    pub fn call_now(
        &self,
        server: &mut S,
        ctx: &mut ContextOf<S>,
        args: A,
        reply: ReplyTo<R>,
    ) -> Result<(), (A, ReplyTo<R>)> {
        match self.how {
            How::Run(run) => {
                let value = run(server, args);
                ctx.answer(reply, value);
            }
            How::Lent(run) => {
                let value = run(server, ctx, args);
                ctx.answer(reply, value);
            }
            How::Replies(run) => {
                let reply = ctx.hand_on(reply);
                run(server, ctx, args, reply);
            }
            How::Queued | How::Begins(_) | How::Serves(..) | How::ServesReplies(_) => {
                return Err((args, reply));
            }
        }
        Ok(())
    }

    /// Runs the handler of a call, and replies.
    pub fn call<'a>(
        &self,
        server: &'a mut S,
        ctx: &'a mut ContextOf<S>,
        args: A,
        reply: ReplyTo<R>,
    ) -> BoxFuture<'a, ()>
    where
        S: BackgroundTask,
        A: Send,
        R: Send,
    {
        match self.how {
            How::Serves(run, _) => Box::pin(async move {
                let value = run(server, ctx, args).await;
                ctx.answer(reply, value);
            }),
            How::ServesReplies(run) => {
                let reply = ctx.hand_on(reply);
                run(server, ctx, args, reply)
            }
            _ => {
                drop(self.call_now(server, ctx, args, reply));
                Box::pin(std::future::ready(()))
            }
        }
    }
}

impl<S: Protocol, A: 'static, R: Outcome + 'static, W> Handler<S, A, R, W> {
    /// Runs the handler of a cast; gives the message back if it can wait.
    ///
    /// # Errors
    ///
    /// What the message was made of.
    pub fn cast_now(
        &self,
        server: &mut S,
        ctx: &mut ContextOf<S>,
        args: A,
        name: &'static str,
    ) -> Result<Result<(), Fault>, A> {
        match self.how {
            How::Run(run) => Ok(run(server, args).into_result(name)),
            How::Lent(run) => Ok(run(server, ctx, args).into_result(name)),
            _ => Err(args),
        }
    }

    /// Runs the handler of a cast.
    pub fn cast<'a>(
        &self,
        server: &'a mut S,
        ctx: &'a mut ContextOf<S>,
        args: A,
        name: &'static str,
    ) -> BoxFuture<'a, Result<(), Fault>>
    where
        S: BackgroundTask,
        A: Send,
    {
        if let How::Serves(run, _) = self.how {
            return Box::pin(async move { run(server, ctx, args).await.into_result(name) });
        }
        let done = self.cast_now(server, ctx, args, name).unwrap_or(Ok(()));
        Box::pin(std::future::ready(done))
    }
}

impl<S: Protocol, A: 'static, R: 'static, W> Clone for Handler<S, A, R, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Protocol, A: 'static, R: 'static, W> Copy for Handler<S, A, R, W> {}

impl<S: Protocol, A: 'static, R: 'static> Clone for How<S, A, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Protocol, A: 'static, R: 'static> Copy for How<S, A, R> {}

impl<S: Protocol, A: 'static, R: 'static, W> fmt::Debug for Handler<S, A, R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler").field("server", &S::NAME).field("name", &self.name).finish_non_exhaustive()
    }
}

/// Who sends the reply of a handler that has returned it.
#[doc(hidden)]
pub trait Answering {
    /// Sends it, unless the server is about to end and sends it then.
    fn answer<R>(&mut self, reply: ReplyTo<R>, value: R);
    /// The handler sends it.
    fn hand_on<R>(&mut self, reply: ReplyTo<R>) -> ReplyTo<R>;
}

/// An agent's handlers have no context.
impl Answering for () {
    fn answer<R>(&mut self, reply: ReplyTo<R>, value: R) {
        reply.send(value);
    }

    fn hand_on<R>(&mut self, reply: ReplyTo<R>) -> ReplyTo<R> {
        reply
    }
}

impl<S: BackgroundTask> Answering for Context<S> {
    fn answer<R>(&mut self, reply: ReplyTo<R>, value: R) {
        Self::answer(self, reply, value);
    }

    fn hand_on<R>(&mut self, reply: ReplyTo<R>) -> ReplyTo<R> {
        Self::hand_on(self, reply)
    }
}
