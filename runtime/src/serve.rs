//! One life of a server, from `init` to `terminate`, as one future.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use crate::client::Core as _;
use crate::contain::{Payload, attributed};
use crate::context::Context;
use crate::current::Activity;
use crate::driver::LastWord;
use crate::error::StartError;
use crate::exit::{ExitReason, Panic, drop_contained, run_contained};
use crate::frame::{End, Frame, Quiet, poll_quiet};
use crate::kind::{BackgroundTask, Message as _};
use crate::log::Watchdog;
use crate::reply::{Caller, ReplyTo};
use crate::server::Item;
use crate::spec::{InitFuture, InitOutput};

/// What the starter is told: whether there is a server, or why there is none.
pub(crate) type Report<E> = Result<bool, StartError<E>>;

/// All that is left to be done of a server: what its task polls.
pub(crate) type Work<S> = Pin<Box<dyn Future<Output = Served<S>> + Send>>;

/// Why there is nothing more to poll.
pub(crate) enum Served<S: BackgroundTask> {
    /// Nothing is to be done until a message comes.
    Idle(Box<Frame<S>>),
    Ended(Option<LastWord>),
}

/// `init`, then, if that brings a state, everything else.
pub(crate) async fn live<S, A, R>(
    mut ctx: Context<S>,
    init: fn(A, &mut Context<S>) -> InitFuture<'_, R>,
    args: A,
    starter: ReplyTo<Report<R::Error>>,
) -> Served<S>
where
    S: BackgroundTask,
    A: Send + 'static,
    R: InitOutput<S>,
{
    let activity = Activity::of(ctx.id(), S::NAME, None);
    let output = attributed(activity, async { init(args, &mut ctx).await }).await;
    let (reason, report) = match output.map(InitOutput::into_state) {
        Ok(Ok(Some(state))) => match prepare(&mut ctx) {
            Ok(quiet) => {
                starter.send(Ok(true));
                // Boxed, and what follows as well: a server that lives has done with its `init`.
                return begin(Box::new(Frame { state, ctx, quiet })).await;
            }
            Err(payload) => {
                drop_contained(state);
                let panic = Panic::new(payload, S::NAME, "init");
                (ExitReason::Panicked(panic.clone()), Err(StartError::Panicked(panic)))
            }
        },
        Ok(Ok(None)) => (ExitReason::Normal, Ok(false)),
        Ok(Err(error)) => (ExitReason::Normal, Err(StartError::Init(error))),
        Err(payload) => {
            let panic = Panic::new(payload, S::NAME, "init");
            (ExitReason::Panicked(panic.clone()), Err(StartError::Panicked(panic)))
        }
    };
    ctx.client.core.life().begin_exit(reason);
    drop_contained(ctx);
    Served::Ended(Some(Box::new(move || starter.send(report))))
}

/// Arms the timers; their periods are expressions of the user's.
fn prepare<S: BackgroundTask>(ctx: &mut Context<S>) -> Result<Option<Box<Quiet>>, Payload> {
    catch_unwind(AssertUnwindSafe(|| {
        S::schedule(ctx);
        S::idle().map(|(limit, _)| Box::new(Quiet::new(limit)))
    }))
}

/// `after_init`, and then messages.
async fn begin<S: BackgroundTask>(mut frame: Box<Frame<S>>) -> Served<S> {
    let Frame { state, ctx, .. } = &mut *frame;
    if let Err(end) = after_init(state, ctx).await {
        return terminate(frame, end).await;
    }
    frame.broken();
    serve(frame).await
}

/// Handles messages until there are none, or there is a reason to end.
pub(crate) async fn serve<S: BackgroundTask>(mut frame: Box<Frame<S>>) -> Served<S> {
    loop {
        if let Some(reason) = frame.ctx.stopping.take() {
            return terminate(frame, reason.into()).await;
        }
        // One unit of tokio's budget a message: a flooded server lets others run.
        tokio::task::coop::consume_budget().await;
        let handled = match next(&mut frame).await {
            Some(Next::Item(item)) => handle(&mut frame, item).await,
            Some(Next::Info(info)) => handle_info(&mut frame, info).await,
            None => return Served::Idle(frame),
        };
        if let Err(end) = handled {
            return terminate(frame, end).await;
        }
    }
}

enum Next<S: BackgroundTask> {
    Item(Item<S>),
    Info(S::Info),
}

/// What `next` has put ahead, then what is queued, then the quiet that nothing has broken; or nothing, and the task is
/// woken when there is something again.
async fn next<S: BackgroundTask>(frame: &mut Frame<S>) -> Option<Next<S>> {
    let Frame { ctx, quiet, .. } = frame;
    if let Some(info) = ctx.next.get_mut().pop_front() {
        return Some(Next::Info(info));
    }
    let core = &ctx.client.core;
    let timers = ctx.timers.get_mut();
    std::future::poll_fn(|cx| {
        timers.poll(cx, |timer| core.push_free(Item::Tick(timer)));
        if let Poll::Ready(item) = core.mailbox.poll_pop(cx) {
            return Poll::Ready(Some(Next::Item(item)));
        }
        match poll_quiet::<S>(quiet, cx) {
            Poll::Ready(info) => Poll::Ready(Some(Next::Info(info))),
            Poll::Pending => Poll::Ready(None),
        }
    })
    .await
}

async fn handle<S: BackgroundTask>(frame: &mut Frame<S>, item: Item<S>) -> Result<(), End> {
    match item {
        Item::Request { request, caller } => {
            let handled = handle_request(frame, request, caller).await;
            frame.broken();
            handled
        }
        Item::Cast(cast) => {
            let handled = handle_cast(frame, cast).await;
            frame.broken();
            handled
        }
        Item::Info(info) => handle_info(frame, info).await,
        Item::Tick(timer) => match take_tick(&mut frame.ctx, timer)? {
            Some(info) => handle_info(frame, info).await,
            None => Ok(()),
        },
        Item::Stop(reason) => Err(reason.into()),
        Item::JobPanicked(panic) => Err(ExitReason::Panicked(panic).into()),
        Item::Unused if frame.ctx.client.core.is_unused() => Err(ExitReason::Normal.into()),
        Item::Unused => Ok(()),
    }
}

async fn handle_request<S: BackgroundTask>(
    frame: &mut Frame<S>,
    request: S::Request,
    caller: Arc<dyn Caller>,
) -> Result<(), End> {
    let Frame { state, ctx, .. } = frame;
    let name = request.name();
    if !caller.begin() {
        return contained_drop::<S, _>(request, name);
    }
    let activity = Activity::of(ctx.id(), S::NAME, caller.deadline());
    let watchdog = watchdog(ctx, name);
    let handled = attributed(activity, state.handle_request(request, ctx)).await;
    drop(watchdog);
    // Whoever has the reply now, it is no longer this handler that its caller waits for.
    caller.release(activity.node);
    if !caller.is_answered() {
        ctx.client.core.life().remember(&caller);
    }
    handled.map_err(|payload| panicked::<S>(payload, name))
}

async fn handle_cast<S: BackgroundTask>(frame: &mut Frame<S>, cast: S::Cast) -> Result<(), End> {
    let Frame { state, ctx, .. } = frame;
    let name = cast.name();
    let watchdog = watchdog(ctx, name);
    let handled = attributed(activity(ctx), state.handle_cast(cast, ctx)).await;
    drop(watchdog);
    Ok(handled.map_err(|payload| panicked::<S>(payload, name))??)
}

async fn handle_info<S: BackgroundTask>(frame: &mut Frame<S>, info: S::Info) -> Result<(), End> {
    let Frame { state, ctx, .. } = frame;
    let name = info.name();
    let watchdog = watchdog(ctx, name);
    let handled = attributed(activity(ctx), state.handle_info(info, ctx)).await;
    drop(watchdog);
    Ok(handled.map_err(|payload| panicked::<S>(payload, name))??)
}

async fn after_init<S: BackgroundTask>(state: &mut S, ctx: &mut Context<S>) -> Result<(), End> {
    let name = "after_init";
    let watchdog = watchdog(ctx, name);
    let handled = attributed(activity(ctx), state.after_init(ctx)).await;
    drop(watchdog);
    Ok(handled.map_err(|payload| panicked::<S>(payload, name))??)
}

/// The message of a timer; the closure that makes it is the user's.
fn take_tick<S: BackgroundTask>(
    ctx: &mut Context<S>,
    timer: crate::timers::TimerId,
) -> Result<Option<S::Info>, End> {
    catch_unwind(AssertUnwindSafe(|| ctx.timers.get_mut().take(timer)))
        .map_err(|payload| panicked::<S>(payload, "a timer"))
}

/// Drops a message that nobody waits for any more: a panic in that is as one in its handler.
fn contained_drop<S: BackgroundTask, T>(message: T, name: &'static str) -> Result<(), End> {
    catch_unwind(AssertUnwindSafe(|| drop(message))).map_err(|payload| panicked::<S>(payload, name))
}

/// The end of a server that was not killed: refuses what comes, then `terminate`, then the last reply, then the state.
pub(crate) async fn terminate<S: BackgroundTask>(frame: Box<Frame<S>>, end: End) -> Served<S> {
    let Frame { mut state, mut ctx, .. } = *frame;
    let client = Arc::clone(&ctx.client);
    let life = client.core.life();
    life.begin_exit(end.reason.clone());
    // Whoever waits hears it now: `terminate` may take its time.
    life.end_orphans();
    client.core.jobs.abort();
    let mut left = client.core.close();
    if !S::TAKES_LEFT {
        // One by one: of two that panic in their drop, a vector's own drop would abort the process.
        left.drain(..).for_each(drop_contained);
    }
    ctx.failure = end.error;
    let activity = activity(&ctx);
    let done = attributed(activity, state.terminate(&end.reason, left, &mut ctx)).await;
    match done {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => {
            life.replace_reason(ExitReason::Failed(fault.failure));
            drop_contained(fault.error);
        }
        Err(payload) => life.replace_reason(ExitReason::Panicked(Panic::new(payload, S::NAME, "terminate"))),
    }
    if let Some(reply) = ctx.last_reply.get_mut().take() {
        // A caller that has gone has its reply dropped here.
        run_contained(reply);
    }
    drop_contained(state);
    drop_contained(ctx);
    Served::Ended(None)
}

pub(crate) fn panicked<S: BackgroundTask>(payload: Payload, handler: &'static str) -> End {
    ExitReason::Panicked(Panic::new(payload, S::NAME, handler)).into()
}

fn watchdog<S: BackgroundTask>(ctx: &Context<S>, handler: &'static str) -> Option<Watchdog> {
    let core = &ctx.client.core;
    S::options().slow.map(|limit| Watchdog::new(core.life(), handler, limit))
}

fn activity<S: BackgroundTask>(ctx: &Context<S>) -> Activity {
    Activity::of(ctx.id(), S::NAME, None)
}
