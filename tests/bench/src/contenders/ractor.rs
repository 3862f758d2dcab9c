//! The crate `ractor`.

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, call};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::{JoinHandle, yield_now};

use super::actors::Actors;
use super::drive;

/// The contender.
pub(crate) struct Ractor;

pub(crate) enum Message {
    Add(u64, RpcReplyPort<u64>),
    AddWaiting(u64, RpcReplyPort<u64>),
    Get(RpcReplyPort<u64>),
    Post(u64),
}

/// Its actors are described by one type and have their state in another.
pub(crate) struct Counter;

impl Actor for Counter {
    type Msg = Message;
    type State = u64;
    type Arguments = ();

    async fn pre_start(&self, _this: ActorRef<Message>, (): ()) -> Result<u64, ActorProcessingErr> {
        Ok(0)
    }

    async fn handle(
        &self,
        _this: ActorRef<Message>,
        message: Message,
        sum: &mut u64,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Add(n, reply) => {
                *sum += n;
                reply.send(*sum)?;
            }
            Message::AddWaiting(n, reply) => {
                yield_now().await;
                *sum += n;
                reply.send(*sum)?;
            }
            Message::Get(reply) => reply.send(*sum)?,
            Message::Post(n) => *sum += n,
        }
        Ok(())
    }
}

async fn spawn() -> (ActorRef<Message>, JoinHandle<()>) {
    Actor::spawn(None, Counter, ()).await.expect("the actor starts")
}

impl drive::Counter for ActorRef<Message> {
    async fn add(&self, n: u64) -> u64 {
        call!(self, Message::Add, n).expect("the actor answers")
    }

    async fn add_waiting(&self, n: u64) -> u64 {
        call!(self, Message::AddWaiting, n).expect("the actor answers")
    }

    async fn get(&self) -> u64 {
        call!(self, Message::Get).expect("the actor answers")
    }

    async fn post(&self, n: u64) {
        self.cast(Message::Post(n)).expect("the actor is there");
    }
}

impl drive::Life for Counter {
    type Client = (ActorRef<Message>, JoinHandle<()>);

    async fn start() -> Self::Client {
        spawn().await
    }

    async fn stop((actor, task): Self::Client) {
        actor.stop(None);
        task.await.expect("the actor ends in peace");
    }
}

pub(crate) enum Step {
    Meet(ActorRef<Self>, RpcReplyPort<()>),
    Token(u64),
}

/// An actor that hands tokens on.
struct Node {
    done: UnboundedSender<()>,
}

impl Actor for Node {
    type Msg = Step;
    type State = Option<ActorRef<Step>>;
    type Arguments = ();

    async fn pre_start(&self, _this: ActorRef<Step>, (): ()) -> Result<Self::State, ActorProcessingErr> {
        Ok(None)
    }

    async fn handle(
        &self,
        _this: ActorRef<Step>,
        step: Step,
        next: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match (step, &next) {
            (Step::Meet(node, reply), _) => {
                *next = Some(node);
                reply.send(())?;
            }
            (Step::Token(0), _) => self.done.send(())?,
            (Step::Token(hops), Some(next)) => next.cast(Step::Token(hops - 1))?,
            (Step::Token(_), None) => panic!("a token came before the next node did"),
        }
        Ok(())
    }
}

impl drive::Node for ActorRef<Step> {
    async fn start(done: UnboundedSender<()>) -> Self {
        Actor::spawn(None, Node { done }, ()).await.expect("the actor starts").0
    }

    async fn meet(&self, next: Self) {
        call!(self, Step::Meet, next).expect("the actor answers");
    }

    async fn token(&self, hops: u64) {
        self.cast(Step::Token(hops)).expect("the actor is there");
    }
}

impl Actors for Ractor {
    const NAME: &'static str = "ractor";
    const UNBOUNDED: Option<&'static str> = Some("its mailboxes have no bound");

    type Counter = ActorRef<Message>;
    type Node = ActorRef<Step>;
    type Life = Counter;

    async fn counter() -> Self::Counter {
        spawn().await.0
    }

    async fn roomy() -> Self::Counter {
        spawn().await.0
    }
}
