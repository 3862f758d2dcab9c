//! What an engine is to the clients of its server: where messages go in, and what it tells of itself.

use std::sync::Arc;
use std::task::{Context, Poll};

use crate::client::Load;
use crate::error::CallError;
use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::kind::GenServer;
use crate::life::Life;
use crate::mailbox::{Push, Pushed, Ticket};
use crate::op::{CallOp, CastOp};
use crate::reply::SharedCaller;
use crate::waiting::{Begun, Limit, Waiting};

/// What an engine tells of its server, whatever the type of that is.
#[doc(hidden)]
pub trait Core: Send + Sync {
    fn id(&self) -> ServerId;
    fn name(&self) -> &'static str;
    fn is_alive(&self) -> bool;
    /// What outlives the server, for those who wait for it.
    fn life(&self) -> &Arc<Life>;
    fn load(&self) -> Load;
    /// How many messages have been queued so far.
    fn enqueued(&self) -> u64;
    /// Queues the end of the server.
    fn request_stop(&self, reason: ExitReason);
    /// Asks for the end of the server ahead of all messages.
    fn request_kill(&self);
    /// Whether a plain thread that waits for it may be what it needs to run on.
    fn needs_runtime(&self) -> bool;
    /// The caller of this message has nothing better to do: runs what stands ahead of it, where that can be, and says
    /// whether it can.
    fn attend(&self, ticket: Ticket, cx: &Context<'_>) -> bool;
    /// The sender of this message has gone: takes it out where it has no place yet, and says whether it did.
    fn withdraw(&self, ticket: Ticket) -> bool;
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

/// How messages reach the server, by its kind.
#[doc(hidden)]
pub trait Engine<S: GenServer>: Core + Sized + 'static {
    /// All that a server is, while nothing of it runs.
    type Frame: Send + 'static;

    /// Runs a call on this thread, where that can be.
    fn call_now<A: 'static, R: Send + 'static>(
        &self,
        op: &'static CallOp<S, A, R>,
        args: A,
        limit: Limit,
    ) -> Ran<R, A>;

    /// Looks a few times more whether a call can run on this thread, before its message is queued.
    fn call_soon<A: 'static, R: Send + 'static>(
        &self,
        _op: &'static CallOp<S, A, R>,
        args: A,
        _limit: Limit,
    ) -> Ran<R, A> {
        Ran::Later(args)
    }

    /// Why a call was [`Ran::Over`].
    fn why_over(&self, started: bool) -> CallError {
        match self.life().reason() {
            Some(reason) if started => CallError::Exit { reason, started },
            _ => CallError::NoProc,
        }
    }

    /// The call that has been begun, or its arguments.
    fn begun<R, A>(&self, ran: Ran<R, A>) -> Result<Begun<R>, A> {
        Ok(match ran {
            Ran::Value(value) => Begun::Done(Ok(value)),
            Ran::Waits(waiting) => Begun::Sent(waiting),
            Ran::Over { started } => Begun::Done(Err(self.why_over(started))),
            Ran::Refused(error) => Begun::Done(Err(error)),
            Ran::Later(args) => return Err(args),
        })
    }

    /// Runs a cast on this thread, where that can be; else its arguments come back.
    fn cast_now<A: 'static>(&self, op: &'static CastOp<S, A>, args: A) -> Result<(), A>;

    fn push_request(
        &self,
        request: S::Request,
        caller: impl FnOnce() -> SharedCaller,
        mutates: bool,
        push: Push,
        attended: bool,
    ) -> Pushed<S::Request>;

    fn push_cast(&self, cast: S::Cast, mutates: bool, push: Push, attended: bool) -> Pushed<S::Cast>;

    /// A message that no future sees to has been queued.
    fn sent(&self, ticket: Ticket);

    /// How many casts cost the task that sends them one unit of its budget.
    fn casts_a_unit(&self) -> u32;

    /// Whether the sender of a cast that has its place waits for its turn, and runs it then.
    fn casts_run_themselves(&self) -> bool;

    /// Whether a cast has been accepted, while its sender waits for that.
    fn poll_accepted(&self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<(), ()>>;

    /// Another client has come.
    fn retain(&self) {}

    /// A client has gone.
    fn release(&self) {}
}
