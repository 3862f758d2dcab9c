//! A server's task: polls what is left to be done of it, ends it for a kill, and clears up behind it.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::client::Client;
use crate::contain::Payload;
use crate::engine::Core as _;
use crate::exit::{ExitReason, Panic, drop_contained};
use crate::frame::Frame;
use crate::kind::BackgroundTask;
use crate::serve::{Served, Step, Work, serve, terminate};
use crate::server::ServerEngine;
use crate::stage::Standing;
use crate::sys::show;

/// What is said when everything of a server is gone: to the starter of one that did not start.
pub(crate) type LastWord = Box<dyn FnOnce() + Send>;

/// The task of a server.
///
/// What it polls is boxed: handlers' futures of servers that call each other would nest in each other's types otherwise.
pub(crate) struct Driver<S: BackgroundTask> {
    client: Arc<Client<ServerEngine<S>>>,
    /// What is being done; none while there is nothing to do.
    work: Option<Work<S>>,
    /// The server, while there is nothing to do and nobody else may run it.
    frame: Option<Box<Frame<S>>>,
    last_word: Option<LastWord>,
    age: Age,
    /// Whether `init` has failed, and another may run.
    unborn: bool,
}

/// What a server is at, when its task is polled.
enum Doing<S: BackgroundTask> {
    Nothing(Box<Frame<S>>),
    Work(Work<S>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    /// Not polled yet.
    New,
    Living,
    /// Nothing is left but jobs that are being cancelled.
    Ending,
    /// Everything of the server is gone.
    Finished,
}

impl<S: BackgroundTask> Driver<S> {
    pub(crate) fn new(client: Arc<Client<ServerEngine<S>>>, work: Work<S>) -> Self {
        Self { client, work: Some(work), frame: None, last_word: None, age: Age::New, unborn: false }
    }

    /// Polls the server until nothing of it is left to poll.
    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.age == Age::New {
            self.age = Age::Living;
            // The waker first, then the look: a kill between them wakes this task.
            self.client.core.stage.register_driver(cx.waker());
        }
        let Some(mut doing) = self.take_up() else { return Poll::Pending };
        loop {
            let life = self.client.core.life();
            if life.is_killed() {
                life.note_last();
                if let Doing::Nothing(frame) = &doing {
                    show(&frame.state, life);
                }
                life.cut_short();
                drop_contained(doing);
                return Poll::Ready(());
            }
            let next = match doing {
                Doing::Work(work) => self.poll_future(work, cx),
                Doing::Nothing(frame) => self.run(frame, cx),
            };
            doing = match next {
                ControlFlow::Continue(next) => next,
                ControlFlow::Break(poll) => return poll,
            }
        }
    }

    fn poll_future(&mut self, mut work: Work<S>, cx: &mut Context<'_>) -> ControlFlow<Poll<()>, Doing<S>> {
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(Poll::Pending) => {
                self.work = Some(work);
                ControlFlow::Break(Poll::Pending)
            }
            Ok(Poll::Ready(Served::Goes(frame))) => ControlFlow::Continue(Doing::Nothing(frame)),
            Ok(Poll::Ready(Served::Idle(frame))) => {
                self.park(frame, cx);
                ControlFlow::Break(Poll::Pending)
            }
            Ok(Poll::Ready(Served::Yields(frame))) => {
                self.frame = Some(frame);
                ControlFlow::Break(Poll::Pending)
            }
            Ok(Poll::Ready(Served::Ends(frame, end))) => {
                ControlFlow::Continue(Doing::Work(Box::pin(terminate(frame, end))))
            }
            Ok(Poll::Ready(Served::Ended(last_word))) => {
                self.last_word = last_word;
                self.client.core.life().begin_exit(ExitReason::Normal);
                ControlFlow::Break(Poll::Ready(()))
            }
            Ok(Poll::Ready(Served::Unborn(last_word))) => {
                self.last_word = Some(last_word);
                self.unborn = true;
                ControlFlow::Break(Poll::Ready(()))
            }
            Err(payload) => ControlFlow::Break(self.dropped(payload, work)),
        }
    }

    /// Without a future, and without its box, for as long as no handler has to wait.
    fn run(&mut self, mut frame: Box<Frame<S>>, cx: &mut Context<'_>) -> ControlFlow<Poll<()>, Doing<S>> {
        match catch_unwind(AssertUnwindSafe(|| frame.run(cx))) {
            Ok(Step::Idle) => {
                self.park(frame, cx);
                ControlFlow::Break(Poll::Pending)
            }
            Ok(Step::Yield) => {
                self.frame = Some(frame);
                ControlFlow::Break(Poll::Pending)
            }
            Ok(Step::Later(later)) => ControlFlow::Continue(Doing::Work(Box::pin(serve(frame, later)))),
            Ok(Step::End(end)) => ControlFlow::Continue(Doing::Work(Box::pin(terminate(frame, end)))),
            Err(payload) => ControlFlow::Break(self.dropped(payload, frame)),
        }
    }

    /// Handlers are contained one by one: this was the drop of something between them.
    fn dropped<T>(&self, payload: Payload, left: T) -> Poll<()> {
        self.client.core.life().begin_exit(ExitReason::Panicked(Panic::new(payload, S::NAME, "drop")));
        drop_contained(left);
        Poll::Ready(())
    }

    /// What is to be done now; none where a caller runs the server, who wakes this task when he leaves.
    fn take_up(&mut self) -> Option<Doing<S>> {
        if let Some(work) = self.work.take() {
            return Some(Doing::Work(work));
        }
        if let Some(frame) = self.frame.take() {
            return Some(Doing::Nothing(frame));
        }
        match self.client.core.stage.take_up()? {
            Standing::Idle(frame) => Some(Doing::Nothing(frame)),
            Standing::Running(work) => Some(Doing::Work(work)),
            Standing::Away => None,
        }
    }

    /// Leaves the server for whoever comes first: this task or, where that may be, a caller.
    fn park(&mut self, mut frame: Box<Frame<S>>, cx: &Context<'_>) {
        if !S::options().inline {
            self.frame = Some(frame);
            return;
        }
        if frame.waker.is_none() {
            frame.waker = Some(cx.waker().clone());
        }
        self.frame = self.client.core.stage.park(frame);
    }

    /// The end that all can see, unless another `init` may run.
    fn finish(&mut self) {
        self.age = Age::Finished;
        let core = &self.client.core;
        if self.unborn {
            core.forget_attempt();
        } else {
            core.finish();
        }
        if let Some(last_word) = self.last_word.take() {
            last_word();
        }
    }
}

impl<S: BackgroundTask> Future for Driver<S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.client.core.life().span() {
            Some(span) => span.in_scope(|| self.poll_life(cx)),
            None => self.poll_life(cx),
        }
    }
}

impl<S: BackgroundTask> Driver<S> {
    fn poll_life(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.age != Age::Ending && self.poll_work(cx).is_pending() {
            return Poll::Pending;
        }
        self.age = Age::Ending;
        let jobs = &self.client.core.jobs;
        jobs.abort();
        if jobs.poll_ended(cx).is_pending() {
            return Poll::Pending;
        }
        self.finish();
        Poll::Ready(())
    }
}

impl<S: BackgroundTask> Drop for Driver<S> {
    /// A runtime that is shut down drops its tasks: the clients must hear of it.
    fn drop(&mut self) {
        if self.age == Age::Finished {
            return;
        }
        let client = Arc::clone(&self.client);
        self.unborn = false;
        // The reason is known before the state and the running handler are dropped: each reply in them tells it.
        client.core.life().begin_exit(ExitReason::RuntimeGone);
        drop_contained(self.work.take());
        drop_contained(self.frame.take());
        drop_contained(client.core.stage.abandon());
        client.core.jobs.abort();
        self.finish();
    }
}
