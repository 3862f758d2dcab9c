//! Handlers on their callers' threads: what an agent that is free does with a call or a cast.

use crate::agent::{AgentEngine, queue};
use crate::current::{self, DEPTH};
use crate::engine::{Host, Ran, When};
use crate::exit::{Fault, Outcome};
use crate::handler::{Handler, How};
use crate::kind::StateHolder;
use crate::sync::atomic::Ordering;
use crate::waiting::Limit;

impl<S: StateHolder> Host for AgentEngine<S> {
    type Server = S;

    #[expect(
        clippy::inline_always,
        reason = "few callers in the crate, and half as slow again where it is not inlined"
    )]
    #[inline(always)]
    fn call_now<A: 'static, R: Send + 'static>(
        &self,
        handler: &'static Handler<S, A, R>,
        args: A,
        _limit: &Limit,
        when: When,
    ) -> Ran<R, A> {
        if when == When::Soon {
            return self.call_soon(handler, args);
        }
        let How::Run(run) = handler.how else { return Ran::Later(args) };
        // A call from inside an agent is refused, where there is time to say which way.
        if current::is_inside_agent() {
            return Ran::Later(args);
        }
        let Some(mut hold) = self.enter() else { return Ran::Later(args) };
        let Some(live) = hold.live() else { return Ran::Over { started: false } };
        match self.contain(handler.name, || run(live, args)) {
            Ok(value) => {
                if handler.mutates {
                    self.changed();
                }
                Ran::Value(value)
            }
            Err(payload) => {
                hold.panicked(payload, handler.name);
                Ran::Over { started: true }
            }
        }
    }

    #[inline]
    fn cast_now<A: 'static, R: Outcome + 'static>(
        &self,
        handler: &'static Handler<S, A, R>,
        args: A,
    ) -> Result<(), A> {
        let How::Run(run) = handler.how else { return Err(args) };
        let run = |state: &mut S, args| run(state, args).into_result(handler.name);
        self.cast_here(handler.name, handler.mutates, args, run)
    }
}

impl<S: StateHolder> AgentEngine<S> {
    /// Looks a few times more whether a call can run here, before its message is queued.
    #[cold]
    fn call_soon<A: 'static, R: Send + 'static>(
        &self,
        handler: &'static Handler<S, A, R>,
        mut args: A,
    ) -> Ran<R, A> {
        // No look opens the gate of one that is suspended, or whose steps are noted.
        if self.contended.get().is_some_and(|contended| contended.life.must_queue()) {
            return Ran::Later(args);
        }
        for pause in queue::looks() {
            pause.take();
            if self.queued.load(Ordering::Relaxed) == 0 {
                match self.call_now(handler, args, &Limit::default(), When::Now) {
                    Ran::Later(again) => args = again,
                    ran => return ran,
                }
            }
        }
        Ran::Later(args)
    }

    /// Runs a cast on this thread, where that can be; else its arguments come back.
    #[expect(clippy::inline_always, reason = "as for `call_now`")]
    #[inline(always)]
    pub(crate) fn cast_here<A>(
        &self,
        name: &'static str,
        mutates: bool,
        args: A,
        run: impl FnOnce(&mut S, A) -> Result<(), Fault>,
    ) -> Result<(), A> {
        if current::agent_depth() >= DEPTH {
            return Err(args);
        }
        let Some(mut hold) = self.enter() else { return Err(args) };
        // Where it has ended, the queue is closed: it hands the message back.
        let Some(live) = hold.live() else { return Err(args) };
        match self.contain(name, || run(live, args)) {
            Ok(Ok(())) => {
                if mutates {
                    self.changed();
                }
            }
            // A cast that ends its agent was accepted all the same.
            Ok(Err(fault)) => hold.failed(fault),
            Err(payload) => hold.panicked(payload, name),
        }
        Ok(())
    }
}
