//! What an engine is to the clients of its server: where messages go in, and what it tells of itself.

use std::sync::Arc;
use std::task::{Context, Poll};

use crate::client::Load;
use crate::error::CallError;
use crate::exit::{ExitReason, Outcome};
use crate::handler::Handler;
use crate::id::ServerId;
use crate::kind::{GenServer, Protocol};
use crate::life::Life;
use crate::mailbox::{Push, Pushed, Ticket};
use crate::options::Options;
use crate::reply::{ReplyTo, SharedCaller};
use crate::sys::Question;
use crate::waiting::{Begun, Limit, Waiting};
use crate::watch::Exit;

/// Which runtime a server runs on.
pub(crate) type RuntimeId = tokio::runtime::Id;

/// Where a client leads: to one server, or to a place in which there may be one.
#[doc(hidden)]
pub trait Spot: Send + Sync {
    /// The name of the server's type.
    fn name(&self) -> &'static str;
    /// Shows the server that is there now, if any.
    fn show(&self, look: &mut dyn FnMut(&dyn Core));
    /// What tells it from other places.
    fn address(&self) -> *const () {
        std::ptr::from_ref(self).cast()
    }
}

/// What an engine tells of its server, whatever the type of that is.
#[doc(hidden)]
pub trait Core: Spot {
    fn id(&self) -> ServerId;
    fn is_alive(&self) -> bool;
    /// What outlives the server, for those who wait for it.
    fn life(&self) -> &Arc<Life>;
    fn load(&self) -> Load;
    /// How many messages were handed on to it that have no place within its bound.
    fn beyond(&self) -> usize;
    /// How many messages have been queued so far.
    fn enqueued(&self) -> u64;
    /// Queues the end of the server, for somebody who waits for it or does not.
    fn request_stop(&self, reason: ExitReason, awaited: bool);
    /// A server that this one is linked to has ended.
    fn linked_ended(&self, exit: Exit);
    /// This server was linked to a place that nobody is in.
    fn linked_to_nobody(&self) {
        self.life().add_link(ServerId::NOBODY, None);
        self.linked_ended(Exit::new(ServerId::NOBODY, ExitReason::NoProc));
    }
    /// Asks for the end of the server ahead of all messages, at its next await point.
    fn request_kill(&self);
    /// Asks for the end of the server ahead of all messages, when the running handler has ended.
    fn request_end(&self, reason: ExitReason);
    /// Takes no more messages, handles those that are queued, and ends.
    fn request_drain(&self, reason: ExitReason);
    /// Looks whether what the server does is to be noted.
    fn look_observed(&self);
    /// Whether a plain thread that waits for it may be what it needs to run on.
    fn needs_runtime(&self) -> bool;
    /// The caller of this message has nothing better to do: runs what stands ahead of it, where that can be, and says
    /// whether it can.
    fn attend(&self, ticket: Ticket, cx: &Context<'_>) -> bool;
    /// Whether a cast has been accepted, while its sender waits for that.
    fn poll_accepted(&self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<(), ()>>;
    /// The sender of this message has gone: takes it out where it has no place yet, and says whether it did.
    fn withdraw(&self, ticket: Ticket) -> bool;
    /// Has the server handle no messages, or go on, and answers when it does.
    fn set_suspended(&self, on: bool, done: Question<()>);
    /// Answers when what was sent before has been handled.
    fn fence(&self, done: ReplyTo<()>);
    /// A message that no future sees to has been queued.
    fn sent(&self, ticket: Ticket);
    /// Messages of others have been queued, up to this one, by somebody who waits for none of them.
    fn handed(&self, last: Ticket);
    /// Whether the sender of a cast that has its place waits for its turn, and runs it then.
    fn casts_run_themselves(&self) -> bool;
    /// What the server's attribute says.
    fn options(&self) -> Options;
    /// The same, whatever its type.
    fn as_core(&self) -> &dyn Core;
    /// Another client has come.
    fn retain(&self) {}
    /// A client has gone.
    fn release(&self) {}
    /// Why a call was [`Ran::Over`].
    fn why_over(&self, started: bool) -> CallError {
        match self.life().reason() {
            Some(reason) if started => CallError::Exit { reason, started },
            _ => CallError::NoProc,
        }
    }
}

/// What became of a call that was to run where it was made. It is small: the value of one that did stays in registers.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub enum Ran<R, A> {
    Value(R),
    /// It has begun, and its handler waits for something.
    Waits(Waiting<R>),
    /// The server has ended, before or while the handler ran.
    Over {
        started: bool,
    },
    /// The call would close a circle of servers that wait for each other.
    Refused(CallError),
    /// It cannot run here and now.
    Later(A),
}

/// When a call is to run on its caller's thread.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Now,
    /// After a few looks more, before its message is queued.
    Soon,
}

/// How the messages of a protocol reach a server that speaks it: its own, or another's.
#[doc(hidden)]
pub trait Engine<P: Protocol>: Core {
    fn push_request(
        &self,
        request: P::Request,
        caller: &dyn Fn() -> SharedCaller,
        mutates: bool,
        push: Push,
        attended: bool,
    ) -> Pushed<P::Request>;

    fn push_cast(&self, cast: P::Cast, mutates: bool, push: Push, attended: bool) -> Pushed<P::Cast>;
}

/// What runs the handlers of one server.
#[doc(hidden)]
pub trait Host: Core + Sized + 'static {
    /// Whose handlers it runs.
    type Server: GenServer;

    /// Runs a call on this thread, where that can be.
    fn call_now<A: 'static, R: Send + 'static>(
        &self,
        handler: &'static Handler<Self::Server, A, R>,
        args: A,
        limit: &Limit,
        when: When,
    ) -> Ran<R, A>;

    /// Runs a cast on this thread, where that can be; else its arguments come back.
    fn cast_now<A: 'static, R: Outcome + 'static>(
        &self,
        handler: &'static Handler<Self::Server, A, R>,
        args: A,
    ) -> Result<(), A>;
}

/// The call that has been begun, or its arguments.
pub(crate) fn begun<R, A>(core: &(impl Core + ?Sized), ran: Ran<R, A>) -> Result<Begun<R>, A> {
    Ok(match ran {
        Ran::Value(value) => Begun::Done(Ok(value)),
        Ran::Waits(waiting) => Begun::Sent(waiting),
        Ran::Over { started } => Begun::Done(Err(core.why_over(started))),
        Ran::Refused(error) => Begun::Done(Err(error)),
        Ran::Later(args) => return Err(args),
    })
}
