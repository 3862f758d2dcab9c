//! How servers are run.

use std::sync::Arc;

use crate::client::Client;
use crate::context::Context;
use crate::current::CASTS_A_UNIT;
use crate::engine::{Core, Host as _, Ran, RuntimeId, When};
use crate::exit::ExitReason;
use crate::frame::Frame;
use crate::kind::{BackgroundTask, Kind};
use crate::life::Life;
use crate::op::{CallOp, CastOp};
use crate::server::ServerEngine;
use crate::sys::Access;
use crate::waiting::Limit;

/// Of a [`BackgroundTask`].
#[doc(hidden)]
#[derive(Debug)]
pub enum ServerKind {}

impl<S: BackgroundTask> Kind<S> for ServerKind {
    type Engine = ServerEngine<S>;
    type Frame = Frame<S>;
    type Context = Context<S>;

    const CASTS_A_UNIT: u32 = CASTS_A_UNIT;

    #[inline]
    fn call_now<A: 'static, R: Send + 'static>(
        engine: &ServerEngine<S>,
        op: &'static CallOp<S, A, R>,
        args: A,
        limit: &Limit,
    ) -> Ran<R, A> {
        engine.call_now(&op.handler, args, limit, When::Now)
    }

    fn call_soon<A: 'static, R: Send + 'static>(
        _engine: &ServerEngine<S>,
        _op: &'static CallOp<S, A, R>,
        args: A,
        _limit: &Limit,
    ) -> Ran<R, A> {
        Ran::Later(args)
    }

    fn cast_now<A: 'static>(_engine: &ServerEngine<S>, _op: &'static CastOp<S, A>, args: A) -> Result<(), A> {
        Err(args)
    }

    fn vacant(life: Arc<Life>, runtime: Option<RuntimeId>) -> Option<Arc<Client<ServerEngine<S>>>> {
        Some(ServerEngine::vacant(life, runtime?))
    }

    fn give_up(engine: &ServerEngine<S>, reason: ExitReason) {
        engine.give_up(reason);
    }

    fn access(engine: &ServerEngine<S>, access: Access<S>) {
        engine.access(access);
    }

    fn spot(client: &Client<ServerEngine<S>>) -> &Client {
        client
    }

    fn erase(client: Arc<Client<ServerEngine<S>>>) -> Arc<Client<dyn Core>> {
        client
    }
}
