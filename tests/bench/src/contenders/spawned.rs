//! The crate `spawned-concurrency`, with actors as tasks.

use spawned_concurrency::message::Message;
use spawned_concurrency::tasks::{Actor, ActorRef, ActorStart as _, Context, Handler};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::yield_now;

use super::actors::Actors;
use super::drive;

/// The contender.
pub(crate) struct Spawned;

#[derive(Default)]
pub(crate) struct Counter {
    sum: u64,
}

struct Add(u64);
struct AddWaiting(u64);
struct Get;
struct Post(u64);
struct Stop;

impl Message for Add {
    type Result = u64;
}

impl Message for AddWaiting {
    type Result = u64;
}

impl Message for Get {
    type Result = u64;
}

impl Message for Post {
    type Result = ();
}

impl Message for Stop {
    type Result = ();
}

impl Actor for Counter {}

impl Handler<Add> for Counter {
    async fn handle(&mut self, Add(n): Add, _ctx: &Context<Self>) -> u64 {
        self.sum += n;
        self.sum
    }
}

impl Handler<AddWaiting> for Counter {
    async fn handle(&mut self, AddWaiting(n): AddWaiting, _ctx: &Context<Self>) -> u64 {
        yield_now().await;
        self.sum += n;
        self.sum
    }
}

impl Handler<Get> for Counter {
    async fn handle(&mut self, _get: Get, _ctx: &Context<Self>) -> u64 {
        self.sum
    }
}

impl Handler<Post> for Counter {
    async fn handle(&mut self, Post(n): Post, _ctx: &Context<Self>) {
        self.sum += n;
    }
}

impl Handler<Stop> for Counter {
    async fn handle(&mut self, _stop: Stop, ctx: &Context<Self>) {
        ctx.stop();
    }
}

impl drive::Counter for ActorRef<Counter> {
    async fn add(&self, n: u64) -> u64 {
        self.request(Add(n)).await.expect("the actor answers")
    }

    async fn add_waiting(&self, n: u64) -> u64 {
        self.request(AddWaiting(n)).await.expect("the actor answers")
    }

    async fn get(&self) -> u64 {
        self.request(Get).await.expect("the actor answers")
    }

    async fn post(&self, n: u64) {
        self.send(Post(n)).expect("the actor is there");
    }
}

impl drive::Life for Counter {
    type Client = ActorRef<Self>;

    async fn start() -> ActorRef<Self> {
        Self::default().start()
    }

    async fn stop(actor: ActorRef<Self>) {
        actor.send(Stop).expect("the actor is there");
        actor.join().await;
    }
}

/// An actor that hands tokens on.
pub(crate) struct Node {
    next: Option<ActorRef<Self>>,
    done: UnboundedSender<()>,
}

struct Meet(ActorRef<Node>);
struct Token(u64);

impl Message for Meet {
    type Result = ();
}

impl Message for Token {
    type Result = ();
}

impl Actor for Node {}

impl Handler<Meet> for Node {
    async fn handle(&mut self, Meet(next): Meet, _ctx: &Context<Self>) {
        self.next = Some(next);
    }
}

impl Handler<Token> for Node {
    async fn handle(&mut self, Token(hops): Token, _ctx: &Context<Self>) {
        if hops == 0 {
            return self.done.send(()).expect("somebody counts the tokens");
        }
        let next = self.next.as_ref().expect("the next node comes before the first token");
        next.send(Token(hops - 1)).expect("the next node is there");
    }
}

impl drive::Node for ActorRef<Node> {
    async fn start(done: UnboundedSender<()>) -> Self {
        Node { next: None, done }.start()
    }

    async fn meet(&self, next: Self) {
        self.request(Meet(next)).await.expect("the node answers");
    }

    async fn token(&self, hops: u64) {
        self.send(Token(hops)).expect("the node is there");
    }
}

impl Actors for Spawned {
    const NAME: &'static str = "spawned";
    const UNBOUNDED: Option<&'static str> = Some("its mailboxes have no bound");

    type Counter = ActorRef<Counter>;
    type Node = ActorRef<Node>;
    type Life = Counter;

    async fn counter() -> Self::Counter {
        Counter::default().start()
    }

    async fn roomy() -> Self::Counter {
        Counter::default().start()
    }
}
