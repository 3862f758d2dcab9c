//! The crate `actix`, whose actors live on one thread each.

use std::sync::{Mutex, PoisonError};

use actix::fut::wrap_future;
use actix::{
    Actor, ActorContext as _, ActorFutureExt as _, Addr, Arbiter, ArbiterHandle, AtomicResponse, Context,
    Handler, Message, System,
};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::actors::Actors;
use super::drive;
use crate::flavour::Flavour;
use crate::meter::Sample;

/// The contender.
///
/// On `ct`, everything is on the thread of its `System`. On `mt`, all actors share one arbiter, since talking to another
/// thread is what costs most here, and the callers are tasks of tokio's `multi_thread`, since arbiters have no second
/// thread for them.
pub(crate) struct Actix;

/// The arbiter where actors start; `None`: here.
static PLACE: Mutex<Option<ArbiterHandle>> = Mutex::new(None);

fn set_place(place: Option<ArbiterHandle>) {
    *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
}

fn start<A: Actor<Context = Context<A>> + Send>(actor: A) -> Addr<A> {
    match &*PLACE.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(arbiter) => A::start_in_arbiter(arbiter, |_ctx| actor),
        None => actor.start(),
    }
}

#[derive(Message)]
#[rtype(u64)]
struct Add(u64);

#[derive(Message)]
#[rtype(u64)]
struct AddAsync(u64);

#[derive(Message)]
#[rtype(u64)]
struct AddWaiting(u64);

#[derive(Message)]
#[rtype(u64)]
struct Get;

#[derive(Message)]
#[rtype("()")]
struct Post(u64);

#[derive(Message)]
#[rtype("()")]
struct Stop;

#[derive(Default)]
pub(crate) struct Counter {
    sum: u64,
    /// Told when the actor has ended.
    ended: Option<oneshot::Sender<()>>,
}

impl Actor for Counter {
    type Context = Context<Self>;

    fn stopped(&mut self, _ctx: &mut Context<Self>) {
        if let Some(ended) = self.ended.take() {
            // Whoever waited may have gone.
            _ = ended.send(());
        }
    }
}

impl Handler<Add> for Counter {
    type Result = u64;

    fn handle(&mut self, Add(n): Add, _ctx: &mut Context<Self>) -> u64 {
        self.sum += n;
        self.sum
    }
}

// Its futures cannot borrow the actor: it is lent to what comes after them. Atomic: the next message waits.
impl Handler<AddAsync> for Counter {
    type Result = AtomicResponse<Self, u64>;

    fn handle(&mut self, AddAsync(n): AddAsync, _ctx: &mut Context<Self>) -> Self::Result {
        let future = wrap_future::<_, Self>(async {}).map(move |(), this, _ctx| {
            this.sum += n;
            this.sum
        });
        AtomicResponse::new(Box::pin(future))
    }
}

impl Handler<AddWaiting> for Counter {
    type Result = AtomicResponse<Self, u64>;

    fn handle(&mut self, AddWaiting(n): AddWaiting, _ctx: &mut Context<Self>) -> Self::Result {
        let future = wrap_future::<_, Self>(yield_now()).map(move |(), this, _ctx| {
            this.sum += n;
            this.sum
        });
        AtomicResponse::new(Box::pin(future))
    }
}

impl Handler<Get> for Counter {
    type Result = u64;

    fn handle(&mut self, _get: Get, _ctx: &mut Context<Self>) -> u64 {
        self.sum
    }
}

impl Handler<Post> for Counter {
    type Result = ();

    fn handle(&mut self, Post(n): Post, _ctx: &mut Context<Self>) {
        self.sum += n;
    }
}

impl Handler<Stop> for Counter {
    type Result = ();

    fn handle(&mut self, _stop: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

impl drive::Counter for Addr<Counter> {
    async fn add(&self, n: u64) -> u64 {
        self.send(Add(n)).await.expect("the actor answers")
    }

    async fn add_async(&self, n: u64) -> u64 {
        self.send(AddAsync(n)).await.expect("the actor answers")
    }

    async fn add_waiting(&self, n: u64) -> u64 {
        self.send(AddWaiting(n)).await.expect("the actor answers")
    }

    async fn get(&self) -> u64 {
        self.send(Get).await.expect("the actor answers")
    }

    async fn post(&self, n: u64) {
        self.do_send(Post(n));
    }
}

impl drive::Life for Counter {
    type Client = (Addr<Self>, oneshot::Receiver<()>);

    async fn start() -> Self::Client {
        let (ended, end) = oneshot::channel();
        (start(Self { ended: Some(ended), ..Self::default() }), end)
    }

    async fn stop((actor, end): Self::Client) {
        actor.do_send(Stop);
        end.await.expect("the actor says when it ends");
    }
}

#[derive(Message)]
#[rtype("()")]
struct Meet(Addr<Node>);

#[derive(Message)]
#[rtype("()")]
struct Token(u64);

/// An actor that hands tokens on.
pub(crate) struct Node {
    next: Option<Addr<Self>>,
    done: UnboundedSender<()>,
}

impl Actor for Node {
    type Context = Context<Self>;
}

impl Handler<Meet> for Node {
    type Result = ();

    fn handle(&mut self, Meet(next): Meet, _ctx: &mut Context<Self>) {
        self.next = Some(next);
    }
}

impl Handler<Token> for Node {
    type Result = ();

    fn handle(&mut self, Token(hops): Token, _ctx: &mut Context<Self>) {
        if hops == 0 {
            return self.done.send(()).expect("somebody counts the tokens");
        }
        let next = self.next.as_ref().expect("the next node comes before the first token");
        next.do_send(Token(hops - 1));
    }
}

impl drive::Node for Addr<Node> {
    async fn start(done: UnboundedSender<()>) -> Self {
        start(Node { next: None, done })
    }

    async fn meet(&self, next: Self) {
        self.send(Meet(next)).await.expect("the node answers");
    }

    async fn token(&self, hops: u64) {
        self.do_send(Token(hops));
    }
}

impl Actors for Actix {
    const NAME: &'static str = "actix";
    const UNBOUNDED: Option<&'static str> = Some("who waits for room waits for the answer as well");

    type Counter = Addr<Counter>;
    type Node = Addr<Node>;
    type Life = Counter;

    async fn counter() -> Self::Counter {
        start(Counter::default())
    }

    async fn roomy() -> Self::Counter {
        start(Counter::default())
    }

    fn run(flavour: Flavour, task: impl Future<Output = Sample> + Send + 'static) -> Sample {
        let system = System::new();
        match flavour {
            Flavour::Ct => system.block_on(task),
            Flavour::Mt => {
                let arbiter = Arbiter::new();
                set_place(Some(arbiter.handle()));
                let sample = super::run(flavour, task);
                set_place(None);
                arbiter.stop();
                arbiter.join().expect("the arbiter ends in peace");
                sample
            }
        }
    }
}
