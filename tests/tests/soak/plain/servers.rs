//! One server of each kind, a place in which two of them take turns, and all ways to reach them.

#![allow(clippy::needless_pass_by_value, reason = "handlers own their arguments")]

use std::sync::Arc;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Name, Swap};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::bits::Mail;
use crate::plain::book::Book;

/// Each handles what it gets in the order in which it was sent.
pub(crate) const PLACES: usize = 4;
/// How the places are reached; see [`World::start`].
pub(crate) const WAYS: usize = 13;

const SWAPPED: usize = 3;
/// A timer rounds up to a millisecond: this is longer than any limit below one.
const TOO_LATE: Duration = Duration::from_millis(2);

/// What a server writes into the book.
#[derive(Clone)]
pub(crate) struct Desk {
    book: Arc<Book>,
    place: usize,
}

/// There while a handler runs.
struct Handling<'a>(&'a Desk);

impl Desk {
    fn handle(&self, mail: Mail) -> Handling<'_> {
        self.book.begins(self.place, mail);
        Handling(self)
    }
}

impl Drop for Handling<'_> {
    fn drop(&mut self) {
        self.0.book.ends(self.0.place);
    }
}

/// What all of them take.
#[protocol]
pub(crate) trait Sink {
    #[call]
    fn accept(&mut self, mail: Mail) -> u64;

    /// Takes some time, at times.
    #[call]
    fn accept_slowly(&mut self, mail: Mail) -> u64;

    /// Takes longer than its caller waits, at a server.
    #[call]
    fn accept_too_slowly(&mut self, mail: Mail) -> u64;

    #[cast]
    fn put(&mut self, mail: Mail);
}

pub(crate) struct Store(Desk);

#[agent(mailbox = 32, timeout = "300s", protocols(Sink))]
impl Store {
    #[init]
    pub(crate) fn new(desk: Desk) -> Self {
        Self(desk)
    }

    #[call]
    pub(crate) fn take(&mut self, mail: Mail) -> u64 {
        drop(self.0.handle(mail));
        mail.number
    }

    #[call]
    pub(crate) fn later(&mut self, mail: Mail) -> u64 {
        self.take(mail)
    }

    #[call]
    pub(crate) fn too_late(&mut self, mail: Mail) -> u64 {
        self.take(mail)
    }

    #[cast]
    pub(crate) fn note(&mut self, mail: Mail) {
        self.take(mail);
    }
}

#[agent]
impl Sink for Store {
    fn accept(&mut self, mail: Mail) -> u64 {
        self.take(mail)
    }

    fn accept_slowly(&mut self, mail: Mail) -> u64 {
        self.take(mail)
    }

    fn accept_too_slowly(&mut self, mail: Mail) -> u64 {
        self.take(mail)
    }

    fn put(&mut self, mail: Mail) {
        self.take(mail);
    }
}

macro_rules! server {
    ($name:ident, $($option:tt)*) => {
        pub(crate) struct $name(Desk);

        #[server(mailbox = 32, timeout = "300s", protocols(Sink), $($option)*)]
        impl $name {
            #[init]
            pub(crate) fn new(desk: Desk) -> Self {
                Self(desk)
            }

            #[call]
            pub(crate) fn take(&mut self, mail: Mail) -> u64 {
                drop(self.0.handle(mail));
                mail.number
            }

            #[call]
            pub(crate) fn later(&mut self, mail: Mail, reply: ReplyTo<u64>, ctx: &mut Context<Self>) {
                drop(self.0.handle(mail));
                ctx.reply_with(reply, async move {
                    yield_now().await;
                    mail.number
                });
            }

            #[call]
            pub(crate) async fn too_late(&mut self, mail: Mail) -> u64 {
                let _handling = self.0.handle(mail);
                sleep(TOO_LATE).await;
                mail.number
            }

            #[cast]
            pub(crate) fn note(&mut self, mail: Mail) {
                drop(self.0.handle(mail));
            }
        }

        #[server]
        impl Sink for $name {
            fn accept(&mut self, mail: Mail) -> u64 {
                self.take(mail)
            }

            async fn accept_slowly(&mut self, mail: Mail) -> u64 {
                let _handling = self.0.handle(mail);
                for _ in 0..mail.number % 4 {
                    yield_now().await;
                }
                mail.number
            }

            async fn accept_too_slowly(&mut self, mail: Mail) -> u64 {
                self.too_late(mail).await
            }

            fn put(&mut self, mail: Mail) {
                drop(self.0.handle(mail));
            }
        }
    };
}

server!(Worker, inline = false);
server!(Quick, inline = true);

static STORE: Name<Store> = Name::new("plain store");
static WORKER: Name<Worker> = Name::new("plain worker");
static QUICK: Name<SinkProtocol> = Name::new("plain quick");

/// A client, of whichever type.
#[derive(Clone)]
pub(crate) enum Door {
    Store(StoreClient),
    Worker(WorkerClient),
    Quick(QuickClient),
    Sink(SinkClient),
}

/// The same code for a client of whichever type; where it is one of the protocol, its methods have other names.
macro_rules! through {
    ($door:expr, $client:ident . ($own:ident | $protocol:ident) ($mail:expr), $call:ident => $body:expr) => {
        match $door {
            $crate::plain::servers::Door::Store($client) => {
                let $call = $client.$own($mail);
                $body
            }
            $crate::plain::servers::Door::Worker($client) => {
                let $call = $client.$own($mail);
                $body
            }
            $crate::plain::servers::Door::Quick($client) => {
                let $call = $client.$own($mail);
                $body
            }
            $crate::plain::servers::Door::Sink($client) => {
                let $call = $client.$protocol($mail);
                $body
            }
        }
    };
}
pub(crate) use through;

pub(crate) struct World {
    pub(crate) book: Arc<Book>,
    pub(crate) ways: [Door; WAYS],
    place: Swap<SinkProtocol>,
}

impl World {
    pub(crate) async fn start(book: &Arc<Book>) -> Self {
        let desk = |place| Desk { book: Arc::clone(book), place };
        let store = Store::spec(desk(0)).name(&STORE).start().expect("the name is free");
        let worker = Worker::spec(desk(1)).name(&WORKER).start().await.expect("the name is free");
        let quick = Quick::spec(desk(2)).name(&QUICK).start().await.expect("the name is free");
        let place = Swap::new(Store::start(desk(SWAPPED)).expect("an agent starts"));
        let ways = [
            Door::Store(store.clone()),
            Door::Store(STORE.client()),
            Door::Sink(STORE.client().into()),
            Door::Sink(store.into()),
            Door::Worker(worker.clone()),
            Door::Worker(WORKER.client()),
            Door::Sink(WORKER.client().into()),
            Door::Sink(worker.into()),
            Door::Quick(quick.clone()),
            Door::Sink(QUICK.client()),
            Door::Sink(quick.into()),
            Door::Sink(place.client()),
            Door::Sink(place.client()),
        ];
        Self { book: Arc::clone(book), ways, place }
    }

    /// Ends those that have a name; whoever is in the place, too.
    pub(crate) async fn stop(&self) {
        STORE.client().stop().await.expect("it lives");
        WORKER.client().stop().await.expect("it lives");
        QUICK.client().stop().await.expect("it lives");
        self.place.client().stop().await.expect("it lives");
    }
}

/// Replaces the server in the place, each time that it has its turn.
pub(crate) async fn swap(world: Arc<World>, mut turn: mpsc::Receiver<()>) {
    let desk = || Desk { book: Arc::clone(&world.book), place: SWAPPED };
    let mut swaps = 0_u32;
    while turn.recv().await.is_some() {
        let next: SinkClient = match swaps % 3 {
            0 => Worker::start(desk()).await.expect("there is a runtime").into(),
            1 => Quick::start(desk()).await.expect("there is a runtime").into(),
            _ => Store::start(desk()).expect("an agent starts").into(),
        };
        let old = world.place.swap(next).await.expect("it leads to another server");
        drop(old.stop().await);
        swaps += 1;
        world.book.swapped();
    }
}
