//! Children of an actor of the crate `kameo`.

use std::convert::Infallible;
use std::time::Duration;

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn as _};
use kameo::message::{Context, Message};

use super::{Starts, tell};

#[derive(Actor)]
pub(crate) struct Parent;

pub(crate) struct Child;

impl Actor for Child {
    type Args = Starts<()>;
    type Error = Infallible;

    async fn on_start(starts: Starts<()>, _this: ActorRef<Self>) -> Result<Self, Infallible> {
        tell(starts.as_ref(), ());
        Ok(Self)
    }
}

pub(crate) struct Crash;

impl Message<Crash> for Child {
    type Reply = ();

    async fn handle(&mut self, _crash: Crash, _ctx: &mut Context<Self, ()>) {
        panic!("as it is told");
    }
}

pub(crate) fn start() -> ActorRef<Parent> {
    Parent::spawn(Parent)
}

pub(crate) async fn start_child(parent: &ActorRef<Parent>, starts: Starts<()>) -> ActorRef<Child> {
    Child::supervise(parent, starts).restart_limit(u32::MAX, Duration::from_secs(1)).spawn().await
}

/// Returns whether it went well.
pub(crate) async fn stop(parent: ActorRef<Parent>) -> bool {
    let stopped = parent.stop_gracefully().await;
    parent.wait_for_shutdown().await;
    stopped.is_ok()
}
