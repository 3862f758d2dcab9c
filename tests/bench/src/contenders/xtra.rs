//! The crate `xtra`, which does not keep the order in which one sender sends.

use tokio::sync::mpsc::UnboundedSender;
use tokio::task::{JoinHandle, yield_now};
use xtra::{Actor, Address, Context, Handler, Mailbox, spawn_tokio};

use super::actors::Actors;
use super::drive;

/// The contender.
pub(crate) struct Xtra;

#[derive(Default)]
pub(crate) struct Counter {
    sum: u64,
}

struct Add(u64);
struct AddWaiting(u64);
struct Get;
struct Post(u64);

impl Actor for Counter {
    type Stop = ();

    async fn stopped(self) {}
}

impl Handler<Add> for Counter {
    type Return = u64;

    async fn handle(&mut self, Add(n): Add, _ctx: &mut Context<Self>) -> u64 {
        self.sum += n;
        self.sum
    }
}

impl Handler<AddWaiting> for Counter {
    type Return = u64;

    async fn handle(&mut self, AddWaiting(n): AddWaiting, _ctx: &mut Context<Self>) -> u64 {
        yield_now().await;
        self.sum += n;
        self.sum
    }
}

impl Handler<Get> for Counter {
    type Return = u64;

    async fn handle(&mut self, _get: Get, _ctx: &mut Context<Self>) -> u64 {
        self.sum
    }
}

impl Handler<Post> for Counter {
    type Return = ();

    async fn handle(&mut self, Post(n): Post, _ctx: &mut Context<Self>) {
        self.sum += n;
    }
}

impl drive::Counter for Address<Counter> {
    const KEEPS_ORDER: bool = false;

    async fn add(&self, n: u64) -> u64 {
        self.send(Add(n)).await.expect("the actor answers")
    }

    async fn add_waiting(&self, n: u64) -> u64 {
        self.send(AddWaiting(n)).await.expect("the actor answers")
    }

    async fn get(&self) -> u64 {
        self.send(Get).await.expect("the actor answers")
    }

    async fn post(&self, n: u64) {
        drop(self.send(Post(n)).detach().await.expect("the actor is there"));
    }
}

impl drive::Life for Counter {
    type Client = (Address<Self>, JoinHandle<()>);

    async fn start() -> Self::Client {
        let (address, mailbox) = Mailbox::bounded(64);
        (address, tokio::spawn(xtra::run(mailbox, Self::default())))
    }

    async fn stop((address, task): Self::Client) {
        drop(address);
        task.await.expect("the actor ends in peace");
    }
}

/// An actor that hands tokens on.
pub(crate) struct Node {
    next: Option<Address<Self>>,
    done: UnboundedSender<()>,
}

struct Meet(Address<Node>);
struct Token(u64);

impl Actor for Node {
    type Stop = ();

    async fn stopped(self) {}
}

impl Handler<Meet> for Node {
    type Return = ();

    async fn handle(&mut self, Meet(next): Meet, _ctx: &mut Context<Self>) {
        self.next = Some(next);
    }
}

impl Handler<Token> for Node {
    type Return = ();

    async fn handle(&mut self, Token(hops): Token, _ctx: &mut Context<Self>) {
        if hops == 0 {
            return self.done.send(()).expect("somebody counts the tokens");
        }
        let next = self.next.as_ref().expect("the next node comes before the first token");
        drive::Node::token(next, hops - 1).await;
    }
}

impl drive::Node for Address<Node> {
    async fn start(done: UnboundedSender<()>) -> Self {
        spawn_tokio(Node { next: None, done }, Mailbox::bounded(64))
    }

    async fn meet(&self, next: Self) {
        self.send(Meet(next)).await.expect("the node answers");
    }

    async fn token(&self, hops: u64) {
        drop(self.send(Token(hops)).detach().await.expect("the node is there"));
    }
}

impl Actors for Xtra {
    const NAME: &'static str = "xtra";

    type Counter = Address<Counter>;
    type Node = Address<Node>;
    type Life = Counter;

    async fn counter() -> Self::Counter {
        spawn_tokio(Counter::default(), Mailbox::bounded(64))
    }

    async fn roomy() -> Self::Counter {
        spawn_tokio(Counter::default(), Mailbox::unbounded())
    }
}
