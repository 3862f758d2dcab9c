//! An actor as one writes it by hand: an enum, a channel, a task, and a oneshot for each reply.

use std::marker::PhantomData;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, yield_now};

use super::{Contender, Offer, batch, drive};

/// Written by hand on a channel of this kind.
pub(crate) struct ByHand<K> {
    name: &'static str,
    kind: PhantomData<K>,
}

impl<K> ByHand<K> {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, kind: PhantomData }
    }
}

/// A kind of channel.
pub(crate) trait Channel: Sized + 'static {
    type Sender<M: Send + 'static>: Clone + Send + Sync + 'static;
    type Receiver<M: Send + 'static>: Send + 'static;

    fn channel<M: Send + 'static>() -> (Self::Sender<M>, Self::Receiver<M>);
    fn send<M: Send + 'static>(sender: &Self::Sender<M>, message: M) -> impl Future<Output = ()> + Send;
    fn recv<M: Send + 'static>(receiver: &mut Self::Receiver<M>) -> impl Future<Output = Option<M>> + Send;

    /// What it has to say to four producers that are to wait for room.
    fn bounded4(n: u64) -> Offer;
}

/// `mpsc::channel(64)`.
pub(crate) struct Bounded;

impl Channel for Bounded {
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

    fn bounded4(n: u64) -> Offer {
        batch(async move { drive::producers(Client::<Self>::spawn().0, n).await })
    }
}

/// `mpsc::unbounded_channel()`.
pub(crate) struct Unbounded;

impl Channel for Unbounded {
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

    fn bounded4(_n: u64) -> Offer {
        Err(super::Skip::NotMeant)
    }
}

enum Message {
    Add(u64, oneshot::Sender<u64>),
    AddWaiting(u64, oneshot::Sender<u64>),
    Get(oneshot::Sender<u64>),
    Post(u64),
}

struct Client<K: Channel>(K::Sender<Message>);

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

    async fn get(&self) -> u64 {
        self.ask(Message::Get).await
    }

    async fn post(&self, n: u64) {
        K::send(&self.0, Message::Post(n)).await;
    }
}

/// The same counter, asked for the sum whose handler waits.
struct Waiting<K: Channel>(Client<K>);

impl<K: Channel> Clone for Waiting<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Channel> drive::Counter for Waiting<K> {
    async fn add(&self, n: u64) -> u64 {
        self.0.ask(|reply| Message::AddWaiting(n, reply)).await
    }

    async fn get(&self) -> u64 {
        self.0.get().await
    }

    async fn post(&self, n: u64) {
        self.0.post(n).await;
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
    Meet(Node<K>),
    Token(u64),
}

/// A client of an actor that hands tokens on.
struct Node<K: Channel>(K::Sender<Step<K>>);

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
                    (Step::Meet(node), _) => next = Some(node),
                    (Step::Token(0), _) => done.send(()).expect("somebody counts the tokens"),
                    (Step::Token(hops), Some(next)) => next.token(hops - 1).await,
                    (Step::Token(_), None) => panic!("a token came before the next node did"),
                }
            }
        });
        Self(sender)
    }

    async fn meet(&self, next: Self) {
        K::send(&self.0, Step::Meet(next)).await;
    }

    async fn token(&self, hops: u64) {
        K::send(&self.0, Step::Token(hops)).await;
    }
}

impl<K: Channel> Contender for ByHand<K> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn agent_read95(&self, n: u64) -> Offer {
        batch(async move { drive::readers(Client::<K>::spawn().0, n).await })
    }

    fn server_call(&self, n: u64) -> Offer {
        batch(async move { drive::calls(Client::<K>::spawn().0, n).await })
    }

    fn server_call_await(&self, n: u64) -> Offer {
        batch(async move { drive::calls(Waiting(Client::<K>::spawn().0), n).await })
    }

    fn server_64(&self, n: u64) -> Offer {
        batch(async move { drive::callers(Client::<K>::spawn().0, 64, n).await })
    }

    fn server_cast1(&self, n: u64) -> Offer {
        batch(async move { drive::casts(Client::<K>::spawn().0, n).await })
    }

    fn server_cast4(&self, n: u64) -> Offer {
        batch(async move { drive::producers(Client::<K>::spawn().0, n).await })
    }

    fn server_bounded4(&self, n: u64) -> Offer {
        K::bounded4(n)
    }

    fn pingpong(&self, n: u64) -> Offer {
        batch(drive::ring::<Node<K>>(2, 1, n))
    }

    fn ring(&self, n: u64) -> Offer {
        batch(drive::ring::<Node<K>>(1000, 1, n))
    }

    fn ring64(&self, n: u64) -> Offer {
        batch(drive::ring::<Node<K>>(1000, 64, n))
    }

    fn spawn_server(&self, n: u64) -> Offer {
        batch(drive::lives::<Client<K>>(n))
    }

    fn memory_server(&self, n: u64) -> Offer {
        batch(drive::idle::<Client<K>>(n))
    }
}
