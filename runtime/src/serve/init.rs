//! The beginning of a server: `init`, and what its starter is told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::contain::{Payload, attributed};
use crate::context::Context;
use crate::current::Activity;
use crate::engine::Core as _;
use crate::error::StartError;
use crate::exit::{ExitReason, Panic, drop_contained};
use crate::frame::Frame;
use crate::kind::BackgroundTask;
use crate::life::Life;
use crate::quiet::Quiet;
use crate::reply::ReplyTo;
use crate::serve::{Served, after_init};
use crate::spec::{InitFuture, InitOutput};
use crate::time::Until;

/// What the starter is told: whether there is a server, or why there is none.
pub(crate) type Report<E> = Result<bool, StartError<E>>;

/// Who has started a server, and waits for its `init`: where that is dropped midway, he hears of it when nothing is left
/// of the server.
pub(crate) struct Starter<E: Send + 'static> {
    reply: Option<ReplyTo<Report<E>>>,
    life: Arc<Life>,
}

impl<E: Send + 'static> Starter<E> {
    pub(crate) const fn new(reply: ReplyTo<Report<E>>, life: Arc<Life>) -> Self {
        Self { reply: Some(reply), life }
    }

    fn send(mut self, report: Report<E>) {
        if let Some(reply) = self.reply.take() {
            reply.send_unnoted(report);
        }
    }
}

impl<E: Send + 'static> Drop for Starter<E> {
    fn drop(&mut self) {
        if let Some(reply) = self.reply.take() {
            self.life.at_end(Box::new(move |_| drop(reply)));
        }
    }
}

/// Whether the messages of a server whose `init` fails wait for another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tries {
    One,
    More,
}

/// `init`, then, if that brings a state, everything else.
pub(crate) async fn live<S, A, R>(
    mut ctx: Context<S>,
    init: fn(A, &mut Context<S>) -> InitFuture<'_, R>,
    args: A,
    starter: Starter<R::Error>,
    tries: Tries,
) -> Served<S>
where
    S: BackgroundTask,
    A: Send + 'static,
    R: InitOutput<S, Error: Send>,
{
    let activity = Activity::of(ctx.id(), S::NAME, Until::default());
    let life = Arc::clone(ctx.client.core.life());
    life.waiting.enter("init");
    let output = attributed(activity, async { init(args, &mut ctx).await }).await;
    life.waiting.leave();
    let (reason, report) = match output.map(InitOutput::into_state) {
        Ok(Ok(Some(state))) => match prepare(&mut ctx) {
            Ok(quiet) => {
                life.begin_life();
                starter.send(Ok(true));
                return begin_life(Box::new(Frame { state, ctx, quiet, waker: None })).await;
            }
            Err(payload) => {
                drop_contained(state);
                let panic = Panic::new(payload, S::NAME, "init");
                (ExitReason::Panicked(panic.clone()), Err(StartError::Panicked(panic)))
            }
        },
        Ok(Ok(None)) => (ExitReason::Normal, Ok(false)),
        // No normal end, for those who are linked to it already.
        Ok(Err(error)) => (ExitReason::ShutdownWith("`init` failed".into()), Err(StartError::Init(error))),
        Err(payload) => {
            let panic = Panic::new(payload, S::NAME, "init");
            (ExitReason::Panicked(panic.clone()), Err(StartError::Panicked(panic)))
        }
    };
    // Whoever was linked to it is to hear of an end.
    if tries == Tries::More && report.is_err() && !life.is_linked() {
        drop_contained(ctx);
        return Served::Unborn(Box::new(move || starter.send(report)));
    }
    life.begin_exit(reason);
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
async fn begin_life<S: BackgroundTask>(mut frame: Box<Frame<S>>) -> Served<S> {
    let Frame { state, ctx, .. } = &mut *frame;
    match after_init(state, ctx).await {
        Ok(()) => {
            frame.broken();
            Served::Goes(frame)
        }
        Err(end) => Served::Ends(frame, end),
    }
}
