//! An actor as one writes it by hand: an enum, a channel, a task, and a oneshot for each reply.

use std::marker::PhantomData;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, yield_now};

use super::actors::Actors;
use super::drive;

/// Written by hand on a channel of this kind.
pub(crate) struct ByHand<K> {
    kind: PhantomData<K>,
}

impl<K> ByHand<K> {
    pub(crate) const fn new() -> Self {
        Self { kind: PhantomData }
    }
}

/// A kind of channel.
pub(crate) trait Channel: Sized + 'static {
    const NAME: &'static str;
    const UNBOUNDED: Option<&'static str>;

    type Sender<M: Send + 'static>: Clone + Send + Sync + 'static;
    type Receiver<M: Send + 'static>: Send + 'static;

    fn channel<M: Send + 'static>() -> (Self::Sender<M>, Self::Receiver<M>);
    fn send<M: Send + 'static>(sender: &Self::Sender<M>, message: M) -> impl Future<Output = ()> + Send;
    fn recv<M: Send + 'static>(receiver: &mut Self::Receiver<M>) -> impl Future<Output = Option<M>> + Send;
}

/// `mpsc::channel(64)`.
pub(crate) struct Bounded;

impl Channel for Bounded {
    const NAME: &'static str = "by-hand";
    const UNBOUNDED: Option<&'static str> = None;

    type Sender<M: Send + 'static> = mpsc::Sender<M>;
    type Receiver<M: Send + 'static> = mpsc::Receiver<M>;

    fn channel<M: Send + 'static>() -> (Self::Sender<M>, Self::Receiver<M>) {
        mpsc::channel(64)
    }

    async fn send<M: Send + 'static>(sender: &Self::Sender<M>, message: M) {
        sender.send(message).await.unwrap_or_else(|_| panic!("the actor is gone"));
    }

    async fn recv<M: Send + 'static>(receiver: &mut Self::Receiver<M>) -> Option<M> {
        receiver.recv().await
    }
}

/// `mpsc::unbounded_channel()`.
pub(crate) struct Unbounded;

impl Channel for Unbounded {
    const NAME: &'static str = "by-hand-unbounded";
    const UNBOUNDED: Option<&'static str> = Some("its channel has no bound");

    type Sender<M: Send + 'static> = mpsc::UnboundedSender<M>;
    type Receiver<M: Send + 'static> = mpsc::UnboundedReceiver<M>;

    fn channel<M: Send + 'static>() -> (Self::Sender<M>, Self::Receiver<M>) {
        mpsc::unbounded_channel()
    }

    async fn send<M: Send + 'static>(sender: &Self::Sender<M>, message: M) {
        sender.send(message).unwrap_or_else(|_| panic!("the actor is gone"));
    }

    async fn recv<M: Send + 'static>(receiver: &mut Self::Receiver<M>) -> Option<M> {
        receiver.recv().await
    }
}

enum Message {
    Add(u64, oneshot::Sender<u64>),
    AddWaiting(u64, oneshot::Sender<u64>),
    Get(oneshot::Sender<u64>),
    Post(u64),
}

pub(crate) struct Client<K: Channel>(K::Sender<Message>);

impl<K: Channel> Client<K> {
    fn spawn() -> (Self, JoinHandle<()>) {
        let (sender, mut receiver) = K::channel();
        let task = tokio::spawn(async move {
            let mut sum = 0;
            while let Some(message) = K::recv(&mut receiver).await {
                handle(&mut sum, message).await;
            }
        });
        (Self(sender), task)
    }

    async fn ask(&self, message: impl FnOnce(oneshot::Sender<u64>) -> Message) -> u64 {
        let (reply, answer) = oneshot::channel();
        K::send(&self.0, message(reply)).await;
        answer.await.expect("the actor answers")
    }
}

async fn handle(sum: &mut u64, message: Message) {
    // A caller that has gone does not want its reply.
    match message {
        Message::Add(n, reply) => {
            *sum += n;
            _ = reply.send(*sum);
        }
        Message::AddWaiting(n, reply) => {
            yield_now().await;
            *sum += n;
            _ = reply.send(*sum);
        }
        Message::Get(reply) => _ = reply.send(*sum),
        Message::Post(n) => *sum += n,
    }
}

impl<K: Channel> Clone for Client<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Channel> drive::Counter for Client<K> {
    async fn add(&self, n: u64) -> u64 {
        self.ask(|reply| Message::Add(n, reply)).await
    }

    async fn add_waiting(&self, n: u64) -> u64 {
        self.ask(|reply| Message::AddWaiting(n, reply)).await
    }

    async fn get(&self) -> u64 {
        self.ask(Message::Get).await
    }

    async fn post(&self, n: u64) {
        K::send(&self.0, Message::Post(n)).await;
    }
}

impl<K: Channel> drive::Life for Client<K> {
    type Client = (Self, JoinHandle<()>);

    async fn start() -> Self::Client {
        Self::spawn()
    }

    async fn stop((client, task): Self::Client) {
        drop(client);
        task.await.expect("the actor ends in peace");
    }
}

enum Step<K: Channel> {
    Meet(Node<K>, oneshot::Sender<()>),
    Token(u64),
}

/// A client of an actor that hands tokens on.
pub(crate) struct Node<K: Channel>(K::Sender<Step<K>>);

impl<K: Channel> Clone for Node<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Channel> drive::Node for Node<K> {
    async fn start(done: mpsc::UnboundedSender<()>) -> Self {
        let (sender, mut receiver) = K::channel();
        tokio::spawn(async move {
            let mut next: Option<Self> = None;
            while let Some(step) = K::recv(&mut receiver).await {
                match (step, &next) {
                    (Step::Meet(node, reply), _) => {
                        next = Some(node);
                        _ = reply.send(());
                    }
                    (Step::Token(0), _) => done.send(()).expect("somebody counts the tokens"),
                    (Step::Token(hops), Some(next)) => next.token(hops - 1).await,
                    (Step::Token(_), None) => panic!("a token came before the next node did"),
                }
            }
        });
        Self(sender)
    }

    async fn meet(&self, next: Self) {
        let (reply, answer) = oneshot::channel();
        K::send(&self.0, Step::Meet(next, reply)).await;
        answer.await.expect("the actor answers");
    }

    async fn token(&self, hops: u64) {
        K::send(&self.0, Step::Token(hops)).await;
    }
}

impl<K: Channel> Actors for ByHand<K> {
    const NAME: &'static str = K::NAME;
    const UNBOUNDED: Option<&'static str> = K::UNBOUNDED;

    type Counter = Client<K>;
    type Node = Node<K>;
    type Life = Client<K>;

    async fn counter() -> Client<K> {
        Client::spawn().0
    }

    async fn roomy() -> Client<K> {
        Client::spawn().0
    }
}
