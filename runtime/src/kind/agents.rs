//! How agents are run.

use std::sync::Arc;

use crate::agent::AgentEngine;
use crate::client::Client;
use crate::current::CALLS_A_UNIT;
use crate::engine::{Core, Host as _, Ran, RuntimeId, When};
use crate::exit::ExitReason;
use crate::kind::{Kind, Nothing, StateHolder};
use crate::life::Life;
use crate::op::{CallOp, CastOp};
use crate::sys::Access;
use crate::waiting::Limit;

/// Of a [`StateHolder`].
#[doc(hidden)]
#[derive(Debug)]
pub enum AgentKind {}

impl<S: StateHolder> Kind<S> for AgentKind {
    type Engine = AgentEngine<S>;
    type Frame = Nothing;
    type Context = ();

    // They run where they are sent.
    const CASTS_A_UNIT: u32 = CALLS_A_UNIT;

    #[inline]
    fn call_now<A: 'static, R: Send + 'static>(
        engine: &AgentEngine<S>,
        op: &'static CallOp<S, A, R>,
        args: A,
        limit: &Limit,
    ) -> Ran<R, A> {
        engine.call_now(&op.handler, args, limit, When::Now)
    }

    fn call_soon<A: 'static, R: Send + 'static>(
        engine: &AgentEngine<S>,
        op: &'static CallOp<S, A, R>,
        args: A,
        limit: &Limit,
    ) -> Ran<R, A> {
        engine.call_now(&op.handler, args, limit, When::Soon)
    }

    #[inline]
    fn cast_now<A: 'static>(engine: &AgentEngine<S>, op: &'static CastOp<S, A>, args: A) -> Result<(), A> {
        let Some(run) = op.run else { return Err(args) };
        engine.cast_here(op.name, op.mutates, args, run)
    }

    fn vacant(life: Arc<Life>, _runtime: Option<RuntimeId>) -> Option<Arc<Client<AgentEngine<S>>>> {
        Some(AgentEngine::vacant(life))
    }

    fn give_up(engine: &AgentEngine<S>, reason: ExitReason) {
        engine.request_end(reason);
    }

    fn access(engine: &AgentEngine<S>, access: Access<S>) {
        engine.access(access);
    }

    fn spot(client: &Client<AgentEngine<S>>) -> &Client {
        client
    }

    fn erase(client: Arc<Client<AgentEngine<S>>>) -> Arc<Client<dyn Core>> {
        client
    }
}
