//! Children of an actor of the crate `ractor`, which starts those again that fail: the crate leaves that to its users.

use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, SupervisionEvent};

use super::{Starts, tell};

/// Its state is what a child is started with.
pub(crate) struct Parent;

impl Actor for Parent {
    type Msg = ();
    type State = Starts<ActorRef<()>>;
    type Arguments = Starts<ActorRef<()>>;

    async fn pre_start(
        &self,
        _this: ActorRef<()>,
        starts: Starts<ActorRef<()>>,
    ) -> Result<Starts<ActorRef<()>>, ActorProcessingErr> {
        Ok(starts)
    }

    async fn handle_supervisor_evt(
        &self,
        this: ActorRef<()>,
        event: SupervisionEvent,
        starts: &mut Starts<ActorRef<()>>,
    ) -> Result<(), ActorProcessingErr> {
        if let SupervisionEvent::ActorFailed(..) = event {
            Actor::spawn_linked(None, Child, starts.clone(), this.get_cell()).await?;
        }
        Ok(())
    }
}

pub(crate) struct Child;

impl Actor for Child {
    type Msg = ();
    type State = ();
    type Arguments = Starts<ActorRef<()>>;

    async fn pre_start(
        &self,
        this: ActorRef<()>,
        starts: Starts<ActorRef<()>>,
    ) -> Result<(), ActorProcessingErr> {
        tell(starts.as_ref(), this);
        Ok(())
    }

    async fn handle(&self, _this: ActorRef<()>, (): (), (): &mut ()) -> Result<(), ActorProcessingErr> {
        panic!("as it is told");
    }
}

pub(crate) async fn start(starts: Starts<ActorRef<()>>) -> ActorRef<()> {
    Actor::spawn(None, Parent, starts).await.expect("the actor starts").0
}

pub(crate) async fn start_child(parent: ActorCell, starts: Starts<ActorRef<()>>) -> ActorRef<()> {
    Actor::spawn_linked(None, Child, starts, parent).await.expect("the actor starts").0
}

/// Returns whether it went well.
pub(crate) async fn stop(parent: ActorRef<()>) -> bool {
    parent.stop_children_and_wait(None, None).await;
    parent.stop_and_wait(None, None).await.is_ok()
}
