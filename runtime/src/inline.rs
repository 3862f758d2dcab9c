//! A server's handler on its caller's thread: what happens to a call that meets an idle server.
//!
//! The caller takes the run flag instead of waking the task, runs the handler, and stands the server there again. A
//! handler that has to wait leaves its future under the flag, to the task; its reply then goes to a slot, as ever.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::contain::{Payload, attributed};
use crate::current::{self, Activity, DEPTH};
use crate::deadlock::{self, Edge};
use crate::engine::{Core as _, Ran};
use crate::error::CallError;
use crate::frame::Frame;
use crate::handler::{Handler, Handling, How};
use crate::handling::Handling as Noted;
use crate::kind::BackgroundTask;
use crate::pool;
use crate::reply::{Caller as _, ReplyTo};
use crate::serve::{Served, Work, panicked, terminate};
use crate::server::ServerEngine;
use crate::stage::{Standing, Visit};
use crate::waiting::{Limit, Waiting};

type Idle<'a, S> = Visit<'a, Box<Frame<S>>, Work<S>>;

impl<S: BackgroundTask> ServerEngine<S> {
    /// Runs a call's handler here, where the server is idle and this is a thread of its runtime.
    ///
    /// A call with a limit of its own goes to the task: nobody could cut a handler that blocks its caller.
    #[inline]
    pub(crate) fn run_here<A: 'static, R: Send + 'static>(
        &self,
        handler: &'static Handler<S, A, R>,
        args: A,
        limit: Limit,
    ) -> Ran<R, A> {
        let runs_here = matches!(handler.how, How::Run(_) | How::Begins(_) | How::Serves(..));
        if !runs_here || limit.is_explicit() || !self.mailbox.is_empty() {
            return Ran::Later(args);
        }
        let is_free = current::is_free();
        if !is_free && (current::is_inside_agent() || current::inline_depth() >= DEPTH) {
            return Ran::Later(args);
        }
        if !Handle::try_current().is_ok_and(|runtime| runtime.id() == self.runtime) {
            return Ran::Later(args);
        }
        // The mailbox was looked at before: what this caller has sent is in it, or has been handled, or the server is
        // not idle.
        let Some(idle) = self.stage.visit() else { return Ran::Later(args) };
        if self.life().must_queue() {
            return Ran::Later(args);
        }
        let timeout = handler.timeout.map_or_else(|| S::options().timeout, |timeout| timeout());
        if !is_free {
            return self.run_nested(idle, handler, args, limit, timeout);
        }
        let activity = Activity::of(self.id(), S::NAME, limit.until(timeout, None));
        self.run_idle(idle, activity, handler, args, None)
    }

    /// For a caller that is a handler itself: it must not wait for who waits for it, and its own time may be over.
    #[cold]
    fn run_nested<A: 'static, R: Send + 'static>(
        &self,
        idle: Idle<'_, S>,
        handler: &'static Handler<S, A, R>,
        args: A,
        limit: Limit,
        timeout: Duration,
    ) -> Ran<R, A> {
        let caller = current::activity();
        let until = limit.until(timeout, caller.as_ref());
        if until.is_over() {
            return Ran::Later(args);
        }
        let activity = Activity::of(self.id(), S::NAME, until);
        match caller.map(|caller| Edge::new(&caller, self.id(), S::NAME)).transpose() {
            Ok(edge) => self.run_idle(idle, activity, handler, args, edge),
            Err(cycle) => Ran::Refused(CallError::Deadlock(cycle)),
        }
    }

    #[inline]
    fn run_idle<A: 'static, R: Send + 'static>(
        &self,
        mut idle: Idle<'_, S>,
        activity: Activity,
        handler: &'static Handler<S, A, R>,
        args: A,
        edge: Option<Edge>,
    ) -> Ran<R, A> {
        if let How::Run(run) = handler.how {
            return self.run_plain(&mut idle, activity, handler.name, |state| run(state, args));
        }
        let Some(mut frame) = idle.take() else { return Ran::Later(args) };
        // The task's own, so that it is woken for what a handler that suspends waits for, whoever called.
        let waker = frame.waker.take().unwrap_or_else(|| Waker::noop().clone());
        let begun = match handler.how {
            How::Begins(begin) => begin(frame, args),
            How::Serves(run, begin) => begin(run, frame, args),
            _ => {
                idle.put(Standing::Idle(frame));
                return Ran::Later(args);
            }
        };
        self.run_async(idle, activity, handler, begun, waker, edge)
    }

    /// A handler that cannot wait.
    #[inline]
    fn run_plain<A, R>(
        &self,
        idle: &mut Idle<'_, S>,
        mut activity: Activity,
        handler: &'static str,
        run: impl FnOnce(&mut S) -> R,
    ) -> Ran<R, A> {
        let Some(frame) = idle.frame() else { return Ran::Over { started: false } };
        let _handling = Noted::begin::<S>(self.life(), handler);
        self.life().count_handled();
        let state = &mut frame.state;
        let result = self.life().in_span(|| {
            current::inline(|| {
                current::during(&mut activity, || catch_unwind(AssertUnwindSafe(|| run(state))))
            })
        });
        deadlock::forget(&activity);
        match result {
            Ok(value) => {
                if frame.broken() {
                    idle.call_driver();
                }
                Ran::Value(value)
            }
            Err(payload) => {
                self.end_here(idle, payload, handler);
                Ran::Over { started: true }
            }
        }
    }

    /// A handler that may wait: then its rest is the task's to poll, by whose waker it is woken from the start.
    fn run_async<A: 'static, R: Send + 'static>(
        &self,
        mut idle: Idle<'_, S>,
        mut activity: Activity,
        handler: &'static Handler<S, A, R>,
        mut handling: Handling<Frame<S>, R>,
        waker: Waker,
        edge: Option<Edge>,
    ) -> Ran<R, A> {
        let noted = Noted::begin::<S>(self.life(), handler.name);
        self.life().count_handled();
        let mut cx = TaskContext::from_waker(&waker);
        // The handler's panic is held back inside.
        let polled = self.life().in_span(|| {
            current::inline(|| current::during(&mut activity, || handling.as_mut().poll(&mut cx)))
        });
        match polled {
            Poll::Ready((mut frame, result)) => {
                deadlock::forget(&activity);
                if frame.broken() {
                    idle.call_driver();
                }
                frame.waker = Some(waker);
                idle.put(Standing::Idle(frame));
                match result {
                    Ok(value) => Ran::Value(value),
                    Err(payload) => {
                        self.end_here(&mut idle, payload, handler.name);
                        Ran::Over { started: true }
                    }
                }
            }
            Poll::Pending => {
                activity.until.settle();
                let slot = pool::take::<R>(activity.until, handler.always);
                slot.begin();
                if let Some(edge) = edge {
                    slot.set_edge(edge);
                }
                let reply = ReplyTo::new(Arc::clone(&slot), Arc::clone(self.life()));
                let rest = rest(handling, activity, reply, handler.name, noted);
                idle.put(Standing::Running(Box::pin(rest)));
                Ran::Waits(Waiting::begun(slot, activity.until))
            }
        }
    }

    /// A handler has panicked here: the server ends before its caller hears of it, and the task runs its `terminate`.
    #[cold]
    fn end_here(&self, idle: &mut Idle<'_, S>, payload: Payload, handler: &'static str) {
        let end = panicked::<S>(payload, handler);
        self.life().begin_exit(end.reason.clone());
        if let Some(mut frame) = idle.take() {
            self.shut(&mut frame.ctx);
            idle.put(Standing::Running(Box::pin(terminate(frame, end))));
        }
        idle.call_driver();
    }
}

/// What is left of a handler that was begun on its caller's thread.
async fn rest<S: BackgroundTask, R: Send + 'static>(
    handling: Handling<Frame<S>, R>,
    activity: Activity,
    reply: ReplyTo<R>,
    handler: &'static str,
    noted: Option<Box<Noted>>,
) -> Served<S> {
    reply.life().waiting.enter(handler);
    let done = attributed(activity, handling).await;
    reply.life().waiting.leave();
    drop(noted);
    match done {
        Ok((mut frame, Ok(value))) => {
            frame.broken();
            // A caller that has gone has its reply dropped here.
            match catch_unwind(AssertUnwindSafe(|| reply.send(value))) {
                Ok(()) => Served::Goes(frame),
                Err(payload) => Served::Ends(frame, panicked::<S>(payload, handler)),
            }
        }
        Ok((frame, Err(payload))) => {
            let end = panicked::<S>(payload, handler);
            // Before the reply goes, so that its caller hears why.
            frame.ctx.client.core.life().begin_exit(end.reason.clone());
            drop(reply);
            Served::Ends(frame, end)
        }
        // Only a drop between the two can panic here: nothing is left of the server but its reason.
        Err(payload) => {
            reply.life().begin_exit(panicked::<S>(payload, handler).reason);
            Served::Ended(None)
        }
    }
}
