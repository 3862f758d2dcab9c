//! How a message is made and sent, for agents and servers alike.

use std::sync::Arc;
use std::task::Context;

use crate::blocking;
use crate::cast::{BegunCast, WaitingCast};
use crate::current::{self, Activity};
use crate::deadlock::Edge;
use crate::engine::{self, Core as _, Engine as _, Spot as _};
use crate::error::{CallError, CastError, SendError};
use crate::exit::drop_contained;
use crate::id::ServerId;
use crate::kind::{Protocol, Shared};
use crate::life::Life;
use crate::mailbox::{Push, Pushed};
use crate::op::{CallOp, CastOp};
use crate::pool;
use crate::reply::{ReplyTo, SharedCaller, Slot};
use crate::swap::Entered;
use crate::time::Until;
use crate::waiting::{Begun, Limit, Waiting};

/// Makes a call that could not be run where it was made: sends its message, unless it is refused.
fn call_later<S: Protocol, A: 'static, R: Send + 'static>(
    client: &Shared<S>,
    op: &'static CallOp<S, A, R>,
    args: A,
    limit: Limit,
) -> Begun<R> {
    let activity = match current::may_call(client.core.id()) {
        Ok(activity) => activity,
        Err(error) => return Begun::Done(Err(error)),
    };
    let args = match engine::begun(&client.core, op.call_soon(&client.core, args, &limit)) {
        Ok(begun) => return begun,
        Err(args) => args,
    };
    let until = until(client, op, limit, activity.as_ref());
    let slot = pool::take::<R>(until, op.handler.always);
    if let Err(error) = wait_for::<S, R>(client, &slot, activity.as_ref()) {
        return Begun::Done(Err(error));
    }
    match push_call(client, op, args, &slot, Push::Policy, true) {
        Pushed::Accepted(ticket) | Pushed::Waiting(ticket) => Begun::Sent(Waiting::new(slot, ticket, until)),
        Pushed::Closed(request) => refused(request, CallError::NoProc),
        Pushed::Full(request) | Pushed::Dropped(request) => refused(request, CallError::Full),
    }
}

/// Makes a call that could not be run where it was made, and looks for its reply.
#[cold]
#[inline(never)]
pub(crate) fn call_and_poll<S: Protocol, A: 'static, R: Send + 'static>(
    client: &Shared<S>,
    op: &'static CallOp<S, A, R>,
    args: A,
    limit: Limit,
    cx: &mut Context<'_>,
) -> Begun<R> {
    match call_later(client, op, args, limit) {
        Begun::Sent(waiting) => waiting.polled(client.core.as_core(), cx),
        done @ Begun::Done(_) => done,
    }
}

/// Makes a call to a server that has been looked up for it.
pub(crate) fn call_found<S: Protocol, A: 'static, R: Send + 'static>(
    client: &Shared<S>,
    op: &'static CallOp<S, A, R>,
    args: A,
    limit: Limit,
    cx: &mut Context<'_>,
) -> Begun<R> {
    match engine::begun(&client.core, op.call_now(&client.core, args, &limit)) {
        Ok(Begun::Sent(waiting)) => waiting.polled(client.core.as_core(), cx),
        Ok(done) => done,
        Err(args) => call_and_poll(client, op, args, limit, cx),
    }
}

/// The message of a call that there is nobody to send to.
pub(crate) fn unsent_call<S: Protocol, A: 'static, R: Send + 'static>(
    op: &'static CallOp<S, A, R>,
    args: A,
) -> S::Call {
    let slot = Slot::<R>::new(Until::default(), op.handler.always);
    let nobody = Life::of(ServerId::NOBODY, S::NAME);
    (op.request)(args, ReplyTo::new(slot, nobody)).into()
}

/// Makes a call that could not be run where it was made, and blocks this thread until it is answered.
#[cold]
#[inline(never)]
pub(crate) fn call_and_wait<S: Protocol, A: 'static, R: Send + 'static>(
    client: &Shared<S>,
    op: &'static CallOp<S, A, R>,
    args: A,
    limit: Limit,
    entered: Option<Entered>,
) -> Result<R, CallError> {
    let core = &client.core;
    current::may_call(core.id())?;
    if core.needs_runtime() && blocking::is_runtime_thread() {
        return Err(CallError::WouldBlock);
    }
    let begun = engine::begun(core, op.call_now(core, args, &limit));
    let begun = begun.unwrap_or_else(|args| call_later(client, op, args, limit));
    // It is delivered: others need not wait for that.
    drop(entered);
    match begun {
        Begun::Done(result) => result,
        Begun::Sent(mut waiting) => waiting.wait(core.as_core()),
    }
}

fn refused<M, R>(message: M, error: CallError) -> Begun<R> {
    drop_contained(message);
    Begun::Done(Err(error))
}

/// Sends the message of a call now, or gives it back.
pub(crate) fn send_call<S: Protocol, A: 'static, R: Send + 'static>(
    client: &Shared<S>,
    op: &'static CallOp<S, A, R>,
    args: A,
    limit: Limit,
) -> Result<Waiting<R>, SendError<S::Call>> {
    let mut until = until(client, op, limit, current::activity().as_ref());
    // Its time runs from now on, whoever awaits it when.
    until.settle();
    let slot = Slot::<R>::new(until, op.handler.always);
    if current::is_inside_agent() {
        return Err(SendError::InsideAgent(request(client, op, args, &slot).into()));
    }
    match push_call(client, op, args, &slot, Push::Now, false) {
        Pushed::Accepted(ticket) | Pushed::Waiting(ticket) => {
            client.core.sent(ticket);
            Ok(Waiting::new(slot, ticket, until))
        }
        Pushed::Closed(request) => Err(SendError::NoProc(request.into())),
        Pushed::Full(request) | Pushed::Dropped(request) => Err(SendError::Full(request.into())),
    }
}

/// Sends a cast that could not be run where it was made; where it has to wait for room, or at an agent for its turn, it
/// says so.
#[cold]
#[inline(never)]
pub(crate) fn cast_later<S: Protocol, A: 'static>(
    client: &Shared<S>,
    op: &'static CastOp<S, A>,
    args: A,
    limit: Limit,
) -> BegunCast {
    let engine = &client.core;
    // Neither an agent's handler nor the server's own can wait for room.
    let own = current::is_occupying(engine.id());
    let can_wait = !own && !current::is_inside_agent();
    let push = if can_wait { Push::Policy } else { Push::Now };
    match engine.push_cast((op.message)(args), op.mutates, push, can_wait) {
        Pushed::Accepted(ticket) if !can_wait => {
            engine.sent(ticket);
            BegunCast::Done(Ok(()))
        }
        Pushed::Accepted(_) if !engine.casts_run_themselves() => BegunCast::Done(Ok(())),
        Pushed::Accepted(ticket) | Pushed::Waiting(ticket) => {
            let deadline = limit.until(engine.options().timeout, current::activity().as_ref()).moment();
            BegunCast::Waiting(WaitingCast::new(ticket, deadline))
        }
        Pushed::Closed(cast) => refused_cast(cast, Err(CastError::NoProc)),
        Pushed::Full(cast) if own && engine.options().overflow == crate::Overflow::Wait => {
            refused_cast(cast, Err(CastError::CallingSelf))
        }
        Pushed::Full(cast) => refused_cast(cast, Err(CastError::Full)),
        Pushed::Dropped(cast) => refused_cast(cast, Ok(())),
    }
}

fn refused_cast<M>(cast: M, result: Result<(), CastError>) -> BegunCast {
    drop_contained(cast);
    BegunCast::Done(result)
}

/// Sends a cast that could not be run where it was made, or gives it back.
#[cold]
#[inline(never)]
pub(crate) fn send_cast<S: Protocol, A: 'static>(
    client: &Shared<S>,
    op: &'static CastOp<S, A>,
    args: A,
) -> Result<(), SendError<S::Cast>> {
    let engine = &client.core;
    match engine.push_cast((op.message)(args), op.mutates, Push::Now, false) {
        Pushed::Accepted(ticket) | Pushed::Waiting(ticket) => {
            engine.sent(ticket);
            Ok(())
        }
        Pushed::Closed(cast) => Err(SendError::NoProc(cast)),
        Pushed::Full(cast) => Err(SendError::Full(cast)),
        Pushed::Dropped(cast) => {
            drop_contained(cast);
            Ok(())
        }
    }
}

fn until<S: Protocol, A: 'static, R: Send + 'static>(
    client: &Shared<S>,
    op: &'static CallOp<S, A, R>,
    limit: Limit,
    activity: Option<&Activity>,
) -> Until {
    let timeout = op.handler.timeout;
    limit.until(timeout.map_or_else(|| client.core.options().timeout, |timeout| timeout()), activity)
}

fn request<S: Protocol, A: 'static, R: Send + 'static>(
    client: &Shared<S>,
    op: &'static CallOp<S, A, R>,
    args: A,
    slot: &Arc<Slot<R>>,
) -> S::Request {
    (op.request)(args, ReplyTo::new(Arc::clone(slot), Arc::clone(client.core.life())))
}

fn push_call<S: Protocol, A: 'static, R: Send + 'static>(
    client: &Shared<S>,
    op: &'static CallOp<S, A, R>,
    args: A,
    slot: &Arc<Slot<R>>,
    push: Push,
    attended: bool,
) -> Pushed<S::Request> {
    let caller = || -> SharedCaller { Arc::<Slot<R>>::clone(slot) };
    client.core.push_request(request(client, op, args, slot), &caller, op.handler.mutates, push, attended)
}

/// Notes that a handler waits for a server, before the message is sent; an agent waits for nobody.
fn wait_for<S: Protocol, R>(
    client: &Shared<S>,
    slot: &Slot<R>,
    activity: Option<&Activity>,
) -> Result<(), CallError> {
    let core = &client.core;
    if let Some(activity) = activity.filter(|_| core.needs_runtime()) {
        slot.set_edge(Edge::new(activity, core.id(), core.name()).map_err(CallError::Deadlock)?);
    }
    Ok(())
}
