//! The crate `rsactor`.

use rsactor::{Actor, ActorRef, ActorResult, Message, spawn, spawn_with_mailbox_capacity};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::{JoinHandle, yield_now};

use super::actors::Actors;
use super::drive;

/// The contender.
pub(crate) struct Rsactor;

#[derive(Actor, Debug, Default)]
pub(crate) struct Counter {
    sum: u64,
}

struct Add(u64);
struct AddWaiting(u64);
struct Get;
struct Post(u64);

impl Message<Add> for Counter {
    type Reply = u64;

    async fn handle(&mut self, Add(n): Add, _this: &ActorRef<Self>) -> u64 {
        self.sum += n;
        self.sum
    }
}

impl Message<AddWaiting> for Counter {
    type Reply = u64;

    async fn handle(&mut self, AddWaiting(n): AddWaiting, _this: &ActorRef<Self>) -> u64 {
        yield_now().await;
        self.sum += n;
        self.sum
    }
}

impl Message<Get> for Counter {
    type Reply = u64;

    async fn handle(&mut self, _get: Get, _this: &ActorRef<Self>) -> u64 {
        self.sum
    }
}

impl Message<Post> for Counter {
    type Reply = ();

    async fn handle(&mut self, Post(n): Post, _this: &ActorRef<Self>) {
        self.sum += n;
    }
}

impl drive::Counter for ActorRef<Counter> {
    async fn add(&self, n: u64) -> u64 {
        self.ask(Add(n)).await.expect("the actor answers")
    }

    async fn add_waiting(&self, n: u64) -> u64 {
        self.ask(AddWaiting(n)).await.expect("the actor answers")
    }

    async fn get(&self) -> u64 {
        self.ask(Get).await.expect("the actor answers")
    }

    async fn post(&self, n: u64) {
        self.tell(Post(n)).await.expect("the actor is there");
    }
}

impl drive::Life for Counter {
    type Client = (ActorRef<Self>, JoinHandle<ActorResult<Self>>);

    async fn start() -> Self::Client {
        spawn(Self::default())
    }

    async fn stop((actor, task): Self::Client) {
        actor.stop().await;
        task.await.expect("the actor ends in peace");
    }
}

/// An actor that hands tokens on.
#[derive(Actor, Debug)]
pub(crate) struct Node {
    next: Option<ActorRef<Self>>,
    done: UnboundedSender<()>,
}

struct Meet(ActorRef<Node>);
struct Token(u64);

impl Message<Meet> for Node {
    type Reply = ();

    async fn handle(&mut self, Meet(next): Meet, _this: &ActorRef<Self>) {
        self.next = Some(next);
    }
}

impl Message<Token> for Node {
    type Reply = ();

    async fn handle(&mut self, Token(hops): Token, _this: &ActorRef<Self>) {
        if hops == 0 {
            return self.done.send(()).expect("somebody counts the tokens");
        }
        let next = self.next.as_ref().expect("the next node comes before the first token");
        next.tell(Token(hops - 1)).await.expect("the next node is there");
    }
}

impl drive::Node for ActorRef<Node> {
    async fn start(done: UnboundedSender<()>) -> Self {
        spawn(Node { next: None, done }).0
    }

    async fn meet(&self, next: Self) {
        self.ask(Meet(next)).await.expect("the node answers");
    }

    async fn token(&self, hops: u64) {
        self.tell(Token(hops)).await.expect("the node is there");
    }
}

impl Actors for Rsactor {
    const NAME: &'static str = "rsactor";

    type Counter = ActorRef<Counter>;
    type Node = ActorRef<Node>;
    type Life = Counter;

    async fn counter() -> Self::Counter {
        spawn(Counter::default()).0
    }

    // All its mailboxes are bounded: it gets as many places as ours.
    async fn roomy() -> Self::Counter {
        spawn_with_mailbox_capacity(Counter::default(), 1_000_000).0
    }

    async fn bounded() -> Self::Counter {
        spawn_with_mailbox_capacity(Counter::default(), 64).0
    }
}
