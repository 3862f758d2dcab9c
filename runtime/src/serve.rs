//! One life of a server, from `init` to `terminate`: what its task does at each step.

mod init;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use tokio::task::coop;

use crate::contain::{Payload, attributed};
use crate::context::Context;
use crate::current::{self, Activity};
use crate::deadlock;
use crate::driver::LastWord;
use crate::engine::Core as _;
use crate::exit::{ExitReason, Fault, Panic, drop_contained, run_contained};
use crate::frame::{End, Frame};
use crate::handling::Handling;
use crate::kind::{BackgroundTask, Message as _};
use crate::quiet;
use crate::reply::Caller;
pub(crate) use crate::serve::init::{Report, Starter, Tries, live};
use crate::server::Item;
use crate::sys::show;
use crate::time::Until;

/// All that is left to be done of a server: what its task polls.
pub(crate) type Work<S> = Pin<Box<dyn Future<Output = Served<S>> + Send>>;

/// What some work has come to.
pub(crate) enum Served<S: BackgroundTask> {
    /// The server goes on.
    Goes(Box<Frame<S>>),
    /// Nothing is to be done until a message comes.
    Idle(Box<Frame<S>>),
    /// The task has had its share, and is polled again.
    Yields(Box<Frame<S>>),
    /// `terminate` is still to be run: by a future of its own, so that none of the others is as large as both.
    Ends(Box<Frame<S>>, End),
    Ended(Option<LastWord>),
    /// `init` has brought no state, and another may run.
    Unborn(LastWord),
}

/// Runs a handler that may have to wait, and then whatever comes, until there is nothing more.
pub(crate) async fn serve<S: BackgroundTask>(mut frame: Box<Frame<S>>, first: Later<S>) -> Served<S> {
    let mut next = first;
    loop {
        if let Err(end) = handle(&mut frame, next).await {
            return Served::Ends(frame, end);
        }
        coop::consume_budget().await;
        next = match std::future::poll_fn(|cx| Poll::Ready(frame.run(cx))).await {
            Step::Later(later) => later,
            Step::Idle => return Served::Idle(frame),
            Step::Yield => return Served::Yields(frame),
            Step::End(end) => return Served::Ends(frame, end),
        };
    }
}

/// What running a server without a future has come to.
pub(crate) enum Step<S: BackgroundTask> {
    /// There is nothing to be done, and the task is woken when there is.
    Idle,
    /// The task has had its share, and is polled again.
    Yield,
    /// A handler that may have to wait.
    Later(Later<S>),
    End(End),
}

/// A message for a handler that may have to wait.
pub(crate) enum Later<S: BackgroundTask> {
    /// With the time that its caller has.
    Request(S::Request, Until),
    Cast(S::Cast),
    Info(S::Info),
}

/// How many messages are taken out together at most: a tick that is due stands behind no more than these.
const BATCH: usize = 256;

/// How many messages cost the task a unit of its budget.
const MESSAGES_A_UNIT: u32 = 8;

impl<S: BackgroundTask> Frame<S> {
    /// Runs the handlers that cannot wait, one message after the other.
    pub(crate) fn run(&mut self, cx: &mut TaskContext<'_>) -> Step<S> {
        let mut activity = activity(&self.ctx);
        current::during(&mut activity, || self.run_messages(cx))
    }

    fn run_messages(&mut self, cx: &mut TaskContext<'_>) -> Step<S> {
        for handled in 0_u32.. {
            if let Some(reason) = self.ctx.stopping.take() {
                return Step::End(reason.into());
            }
            if self.ctx.client.core.life().is_wanted() {
                if self.ctx.client.core.life().is_killed() {
                    // The task ends it, when it looks before the next message.
                    cx.waker().wake_by_ref();
                    return Step::Yield;
                }
                if let Some(step) = self.obey() {
                    return step;
                }
                if self.ctx.client.core.life().is_suspended() {
                    return self.serve_suspended();
                }
            }
            // A flooded server lets others run.
            if handled % MESSAGES_A_UNIT == MESSAGES_A_UNIT - 1 && current::pay(cx).is_pending() {
                return Step::Yield;
            }
            let Some(item) = self.next(cx) else { return Step::Idle };
            match self.handle_now(item) {
                Ok(None) => {}
                Ok(Some(later)) => return Step::Later(later),
                Err(end) => return Step::End(end),
            }
        }
        Step::Yield
    }

    /// What `next` has put ahead, then what is queued, then the quiet that nothing has broken.
    fn next(&mut self, cx: &mut TaskContext<'_>) -> Option<Item<S>> {
        let Self { ctx, quiet, .. } = self;
        if let Some(info) = ctx.take_next() {
            return Some(Item::Info(info));
        }
        if ctx.batch.get_mut().is_empty() {
            ctx.poll_timers(cx);
            ctx.client.core.mailbox.take_batch(ctx.batch.get_mut(), BATCH, cx);
        }
        let core = &ctx.client.core;
        let Some(entry) = ctx.batch.get_mut().pop_front() else {
            return match quiet::poll::<S>(quiet, cx) {
                Poll::Ready(info) => Some(Item::Info(info)),
                Poll::Pending => None,
            };
        };
        core.mailbox.begun(&entry);
        if entry.message.is_message() {
            core.life().count_handled();
        }
        Some(entry.message)
    }

    /// Runs a handler that cannot wait; gives a message back whose handler can.
    fn handle_now(&mut self, item: Item<S>) -> Result<Option<Later<S>>, End> {
        match item {
            Item::Request(request) => self.request_now(request),
            Item::Cast(cast) => {
                let name = cast.name();
                let now = self.contain(name, |state, ctx| state.handle_cast_now(cast, ctx))?;
                self.broken();
                done_or(now, Later::Cast)
            }
            Item::Info(info) => self.info_now(info),
            Item::Tick(timer) => match take_tick(&mut self.ctx, timer)? {
                Some(info) => self.info_now(info),
                None => Ok(None),
            },
            Item::Down(monitor, down) => match self.ctx.demonitor(monitor).then(|| S::down(down)).flatten() {
                Some(info) => self.info_now(info),
                None => Ok(None),
            },
            Item::Exit(exit) => {
                // One that has been unlinked meanwhile is none of its business.
                match self.ctx.client.core.life().forget_link(exit.id).then(|| S::exit(exit)).flatten() {
                    Some(info) => self.info_now(info),
                    None => Ok(None),
                }
            }
            Item::Access(access) => {
                self.run_access(access);
                Ok(None)
            }
            Item::Fence(done) => {
                done.send_unnoted(());
                Ok(None)
            }
            Item::Stop(reason) => Err(reason.into()),
            Item::JobPanicked(panic) => Err(ExitReason::Panicked(panic).into()),
            Item::Unused if self.ctx.client.core.is_unused() => Err(ExitReason::Normal.into()),
            Item::Unused => Ok(None),
        }
    }

    fn request_now(&mut self, request: S::Request) -> Result<Option<Later<S>>, End> {
        let name = request.name();
        let Some(until) = S::caller(&request).and_then(Caller::begin) else {
            contained_drop::<S, _>(request, name)?;
            return Ok(None);
        };
        current::serve_until(until);
        let now = self.contain(name, |state, ctx| state.handle_request_now(request, ctx));
        current::serve_until(Until::default());
        self.ctx.settle_handed_on();
        match now? {
            Ok(()) => {
                self.broken();
                Ok(None)
            }
            Err(request) => Ok(Some(Later::Request(request, until))),
        }
    }

    fn info_now(&mut self, info: S::Info) -> Result<Option<Later<S>>, End> {
        let name = info.name();
        let now = self.contain(name, |state, ctx| state.handle_info_now(info, ctx))?;
        done_or(now, Later::Info)
    }

    /// Runs a handler, and holds back its panic.
    fn contain<T>(
        &mut self,
        handler: &'static str,
        run: impl FnOnce(&mut S, &mut Context<S>) -> T,
    ) -> Result<T, End> {
        let Self { state, ctx, .. } = self;
        let _handling = Handling::begin::<S>(ctx.client.core.life(), handler);
        let result = catch_unwind(AssertUnwindSafe(|| run(state, ctx)));
        // It awaits nothing any more, whatever it has kept of the calls that it made.
        if let Some(waited) = current::take_waited() {
            deadlock::forget(&waited);
        }
        result.map_err(|payload| panicked::<S>(payload, handler))
    }
}

fn done_or<S: BackgroundTask, M>(
    now: Result<Result<(), Fault>, M>,
    later: impl FnOnce(M) -> Later<S>,
) -> Result<Option<Later<S>>, End> {
    match now {
        Ok(done) => Ok(done.map(|()| None)?),
        Err(message) => Ok(Some(later(message))),
    }
}

/// Runs a handler that may have to wait.
async fn handle<S: BackgroundTask>(frame: &mut Frame<S>, later: Later<S>) -> Result<(), End> {
    let Frame { state, ctx, .. } = frame;
    match later {
        Later::Request(request, until) => {
            let name = request.name();
            let activity = Activity::of(ctx.id(), S::NAME, until);
            let noted = begin(ctx, name);
            let handled = watched::<S, _>(activity, noted, name, state.handle_request(request, ctx)).await;
            ctx.client.core.life().waiting.leave();
            ctx.settle_handed_on();
            frame.broken();
            handled
        }
        Later::Cast(cast) => {
            let name = cast.name();
            let (activity, noted) = (activity(ctx), begin(ctx, name));
            let handled = watched::<S, _>(activity, noted, name, state.handle_cast(cast, ctx)).await;
            ctx.client.core.life().waiting.leave();
            frame.broken();
            Ok(handled??)
        }
        Later::Info(info) => {
            let name = info.name();
            let (activity, noted) = (activity(ctx), begin(ctx, name));
            let handled = watched::<S, _>(activity, noted, name, state.handle_info(info, ctx)).await;
            ctx.client.core.life().waiting.leave();
            Ok(handled??)
        }
    }
}

async fn after_init<S: BackgroundTask>(state: &mut S, ctx: &mut Context<S>) -> Result<(), End> {
    let name = "after_init";
    let (activity, noted) = (activity(ctx), begin(ctx, name));
    let handled = watched::<S, _>(activity, noted, name, state.after_init(ctx)).await;
    ctx.client.core.life().waiting.leave();
    Ok(handled??)
}

/// Notes that a handler runs that may wait, for whoever looks meanwhile.
fn begin<S: BackgroundTask>(ctx: &Context<S>, handler: &'static str) -> Option<Box<Handling>> {
    let life = ctx.client.core.life();
    life.waiting.enter(handler);
    Handling::begin::<S>(life, handler)
}

/// A handler under its server's name and its watchdog's eye; its panic is why the server ends.
async fn watched<S: BackgroundTask, F: Future>(
    activity: Activity,
    noted: Option<Box<Handling>>,
    handler: &'static str,
    handling: F,
) -> Result<F::Output, End> {
    let outcome = attributed(activity, handling).await;
    drop(noted);
    outcome.map_err(|payload| panicked::<S>(payload, handler))
}

/// The message of a timer; the closure that makes it is the user's.
fn take_tick<S: BackgroundTask>(
    ctx: &mut Context<S>,
    timer: crate::timers::TimerId,
) -> Result<Option<S::Info>, End> {
    catch_unwind(AssertUnwindSafe(|| ctx.take_tick(timer)))
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
    if end.reason.is_failure() {
        show(&state, life);
    }
    life.begin_exit(end.reason.clone());
    // Whoever waits hears it now: `terminate` may take its time.
    life.end_orphans();
    client.core.jobs.abort();
    let mut left = client.core.close(std::mem::take(ctx.batch.get_mut()));
    if !S::TAKES_LEFT {
        // One by one: of two that panic in their drop, a vector's own drop would abort the process.
        left.drain(..).for_each(drop_contained);
    }
    ctx.failure = end.error;
    let activity = activity(&ctx);
    life.waiting.enter("terminate");
    let done = attributed(activity, state.terminate(&end.reason, left, &mut ctx)).await;
    life.waiting.leave();
    let failed = match done {
        Ok(Ok(())) => None,
        Ok(Err(fault)) => {
            drop_contained(fault.error);
            Some(ExitReason::Failed(fault.failure))
        }
        Err(payload) => Some(ExitReason::Panicked(Panic::new(payload, S::NAME, "terminate"))),
    };
    if let Some(reason) = failed {
        show(&state, life);
        life.replace_reason(reason);
    }
    if let Some(reply) = ctx.take_last_reply() {
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

fn activity<S: BackgroundTask>(ctx: &Context<S>) -> Activity {
    Activity::of(ctx.id(), S::NAME, Until::default())
}
