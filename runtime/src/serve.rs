//! One life of a server, from `init` to `terminate`, as one future.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::client::Core as _;
use crate::contain::{Payload, attributed};
use crate::context::Context;
use crate::current::Activity;
use crate::deadlock::Node;
use crate::driver::LastWord;
use crate::error::StartError;
use crate::exit::{ExitReason, Fault, Panic, drop_contained, run_contained};
use crate::kind::{BackgroundTask, Message};
use crate::log::Watchdog;
use crate::reply::{Caller, ReplyTo};
use crate::server::Item;
use crate::spec::{InitFuture, InitOutput};
use crate::time::{self, Instant, Sleep};

/// What the starter is told: whether there is a server, or why there is none.
pub(crate) type Report<E> = Result<bool, StartError<E>>;

/// Why a server ends, with the handler's own error where there is one.
struct End {
    reason: ExitReason,
    error: Option<Box<dyn Error + Send + Sync>>,
}

impl From<ExitReason> for End {
    fn from(reason: ExitReason) -> Self {
        Self { reason, error: None }
    }
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self { reason: ExitReason::Failed(fault.failure), error: Some(fault.error) }
    }
}

/// `init`, then, if that brings a state, everything else.
pub(crate) async fn live<S, A, R>(
    mut ctx: Context<S>,
    init: fn(A, &mut Context<S>) -> InitFuture<'_, R>,
    args: A,
    starter: ReplyTo<Report<R::Error>>,
) -> Option<LastWord>
where
    S: BackgroundTask,
    A: Send + 'static,
    R: InitOutput<S>,
{
    let activity = activity(&ctx, None);
    let output = attributed(activity, async { init(args, &mut ctx).await }).await;
    let (reason, report) = match output.map(InitOutput::into_state) {
        Ok(Ok(Some(mut state))) => match prepare(&mut ctx) {
            Ok(quiet) => {
                starter.send(Ok(true));
                let end = serve(&mut state, &mut ctx, quiet).await;
                terminate(state, ctx, end).await;
                return None;
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
    Some(Box::new(move || starter.send(report)))
}

/// Arms the timers; their periods are expressions of the user's.
fn prepare<S: BackgroundTask>(ctx: &mut Context<S>) -> Result<Quiet, Payload> {
    catch_unwind(AssertUnwindSafe(|| {
        S::schedule(ctx);
        Quiet::new::<S>()
    }))
}

/// Handles messages until there is a reason to end.
async fn serve<S: BackgroundTask>(state: &mut S, ctx: &mut Context<S>, mut quiet: Quiet) -> End {
    if let Err(end) = after_init(state, ctx).await {
        return end;
    }
    quiet.broken();
    loop {
        if let Some(reason) = ctx.stopping.take() {
            return reason.into();
        }
        // One unit of tokio's budget a message: a flooded server lets others run.
        tokio::task::coop::consume_budget().await;
        let handled = match next(ctx, &mut quiet).await {
            Next::Item(item) => handle(state, ctx, item, &mut quiet).await,
            Next::Info(info) => handle_info(state, ctx, info).await,
        };
        if let Err(end) = handled {
            return end;
        }
    }
}

enum Next<S: BackgroundTask> {
    Item(Item<S>),
    Info(S::Info),
}

/// What `next` has put ahead, then what is queued, then the quiet that nothing has broken.
async fn next<S: BackgroundTask>(ctx: &mut Context<S>, quiet: &mut Quiet) -> Next<S> {
    if let Some(info) = ctx.next.get_mut().pop_front() {
        return Next::Info(info);
    }
    let client = Arc::clone(&ctx.client);
    std::future::poll_fn(|cx| {
        ctx.timers.get_mut().poll(cx, |timer| client.core.push_free(Item::Tick(timer)));
        if let Poll::Ready(item) = client.core.mailbox.poll_pop(cx) {
            return Poll::Ready(Next::Item(item));
        }
        match quiet.poll(cx) {
            Poll::Ready(()) => match S::idle() {
                Some((_, info)) => Poll::Ready(Next::Info(info)),
                None => Poll::Pending,
            },
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn handle<S: BackgroundTask>(
    state: &mut S,
    ctx: &mut Context<S>,
    item: Item<S>,
    quiet: &mut Quiet,
) -> Result<(), End> {
    match item {
        Item::Request { request, caller } => {
            let handled = handle_request(state, ctx, request, caller).await;
            quiet.broken();
            handled
        }
        Item::Cast(cast) => {
            let handled = handle_cast(state, ctx, cast).await;
            quiet.broken();
            handled
        }
        Item::Info(info) => handle_info(state, ctx, info).await,
        Item::Tick(timer) => match take_tick(ctx, timer)? {
            Some(info) => handle_info(state, ctx, info).await,
            None => Ok(()),
        },
        Item::Stop(reason) => Err(reason.into()),
        Item::JobPanicked(panic) => Err(ExitReason::Panicked(panic).into()),
        Item::Unused if ctx.client.core.is_unused() => Err(ExitReason::Normal.into()),
        Item::Unused => Ok(()),
    }
}

async fn handle_request<S: BackgroundTask>(
    state: &mut S,
    ctx: &mut Context<S>,
    request: S::Request,
    caller: Arc<dyn Caller>,
) -> Result<(), End> {
    let name = Message::name(&request);
    if !caller.begin() {
        return contained_drop::<S, _>(request, name);
    }
    let activity = activity(ctx, caller.deadline());
    let node = activity.node;
    let watchdog = watchdog(ctx, name);
    let handled = attributed(activity, state.handle_request(request, ctx)).await;
    drop(watchdog);
    // Whoever has the reply now, it is no longer this handler that its caller waits for.
    caller.release(node);
    if !caller.is_answered() {
        ctx.client.core.life().remember(&caller);
    }
    handled.map_err(|payload| panicked::<S>(payload, name))
}

async fn handle_cast<S: BackgroundTask>(
    state: &mut S,
    ctx: &mut Context<S>,
    cast: S::Cast,
) -> Result<(), End> {
    let name = Message::name(&cast);
    let watchdog = watchdog(ctx, name);
    let handled = attributed(activity(ctx, None), state.handle_cast(cast, ctx)).await;
    drop(watchdog);
    Ok(handled.map_err(|payload| panicked::<S>(payload, name))??)
}

async fn handle_info<S: BackgroundTask>(
    state: &mut S,
    ctx: &mut Context<S>,
    info: S::Info,
) -> Result<(), End> {
    let name = Message::name(&info);
    let watchdog = watchdog(ctx, name);
    let handled = attributed(activity(ctx, None), state.handle_info(info, ctx)).await;
    drop(watchdog);
    Ok(handled.map_err(|payload| panicked::<S>(payload, name))??)
}

async fn after_init<S: BackgroundTask>(state: &mut S, ctx: &mut Context<S>) -> Result<(), End> {
    let name = "after_init";
    let watchdog = watchdog(ctx, name);
    let handled = attributed(activity(ctx, None), state.after_init(ctx)).await;
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
async fn terminate<S: BackgroundTask>(mut state: S, mut ctx: Context<S>, end: End) {
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
    let activity = activity(&ctx, None);
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
}

fn panicked<S: BackgroundTask>(payload: Payload, handler: &'static str) -> End {
    ExitReason::Panicked(Panic::new(payload, S::NAME, handler)).into()
}

fn watchdog<S: BackgroundTask>(ctx: &Context<S>, handler: &'static str) -> Option<Watchdog> {
    let core = &ctx.client.core;
    core.options.slow.map(|limit| Watchdog::new(core.life(), handler, limit))
}

fn activity<S: BackgroundTask>(ctx: &Context<S>, deadline: Option<Instant>) -> Activity {
    let server = ctx.id();
    Activity {
        server,
        name: S::NAME,
        node: Node::server(server),
        deadline,
        waited: false,
        occupies_server: true,
    }
}

/// How long no call and no cast has come, for `#[idle]`: once per quiet time.
struct Quiet {
    limit: Option<Duration>,
    /// When the quiet has lasted; none when that was said already.
    sleep: Option<Sleep>,
}

impl Quiet {
    fn new<S: BackgroundTask>() -> Self {
        let mut quiet = Self { limit: S::idle().map(|(limit, _)| limit), sleep: None };
        quiet.broken();
        quiet
    }

    fn broken(&mut self) {
        self.sleep = self.limit.and_then(time::after).map(Sleep::until);
    }

    fn poll(&mut self, cx: &mut std::task::Context<'_>) -> Poll<()> {
        let Some(sleep) = &mut self.sleep else { return Poll::Pending };
        if sleep.poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.sleep = None;
        Poll::Ready(())
    }
}
