//! Ours.

use tokio::sync::mpsc::UnboundedSender;
use tokio::task::yield_now;

use super::{Contender, OURS, Offer, batch, drive};

/// Ours: servers that their callers may run.
pub(crate) struct Callcast;

/// The same without `inline = true`.
pub(crate) struct CallcastDefault;

/// Writes a counter, and what the drivers want of its client.
macro_rules! counter {
    ($(#[$kind:meta])+ $counter:ident, $client:ident, $(#[$add:meta])* { $($asyncness:tt)* } $wait:block) => {
        struct $counter {
            sum: u64,
        }

        $(#[$kind])+
        impl $counter {
            #[init]
            fn new() -> Self {
                Self { sum: 0 }
            }

            #[call]
            $(#[$add])*
            $($asyncness)* fn add(&mut self, n: u64) -> u64 {
                $wait
                self.sum += n;
                self.sum
            }

            #[call]
            fn get(&self) -> u64 {
                self.sum
            }

            #[cast]
            fn post(&mut self, n: u64) {
                self.sum += n;
            }
        }

        impl drive::Counter for $client {
            async fn add(&self, n: u64) -> u64 {
                self.add(n).await.expect("the counter answers")
            }

            // Each kind of handler is a server of its own.
            fn add_waiting(&self, n: u64) -> impl Future<Output = u64> + Send {
                drive::Counter::add(self, n)
            }

            async fn get(&self) -> u64 {
                self.get().await.expect("the counter answers")
            }

            async fn post(&self, n: u64) {
                self.post(n).await.expect("the counter is there");
            }

            fn queued(&self) -> Option<u64> {
                Some(self.enqueued())
            }
        }
    };
}

use ::callcast::prelude::*;

counter!(#[agent] Agent, AgentClient, {} {});
counter!(#[server(inline = true)] Plain, PlainClient, {} {});
counter!(#[server] PlainDefault, PlainDefaultClient, {} {});
counter!(#[server(inline = true)] Async, AsyncClient, { async } {});
counter!(#[server] AsyncDefault, AsyncDefaultClient, { async } {});
counter!(#[server(inline = true)] Waiting, WaitingClient, { async } { yield_now().await; });
counter!(#[server] WaitingDefault, WaitingDefaultClient, { async } { yield_now().await; });
counter!(#[server(mailbox = 1_000_000)] Roomy, RoomyClient, {} {});
counter!(#[server(mailbox = 64)] Bounded, BoundedClient, {} {});

struct Node {
    next: Option<NodeClient>,
    done: UnboundedSender<()>,
}

#[server]
impl Node {
    #[init]
    fn new(done: UnboundedSender<()>) -> Self {
        Self { next: None, done }
    }

    #[call]
    fn meet(&mut self, next: NodeClient) {
        self.next = Some(next);
    }

    #[cast]
    fn token(&mut self, hops: u64) {
        if hops == 0 {
            return self.done.send(()).expect("somebody counts the tokens");
        }
        let next = self.next.as_ref().expect("the next node comes before the first token");
        next.token(hops - 1).send().expect("the next node is there, and has room");
    }
}

impl drive::Node for NodeClient {
    async fn start(done: UnboundedSender<()>) -> Self {
        Node::start(done).await.expect("the node starts")
    }

    async fn meet(&self, next: Self) {
        self.meet(next).await.expect("the node answers");
    }

    async fn token(&self, hops: u64) {
        self.token(hops).await.expect("the node is there");
    }
}

impl drive::Life for PlainDefault {
    type Client = PlainDefaultClient;

    async fn start() -> Self::Client {
        Self::start().await.expect("the server starts")
    }

    async fn stop(client: Self::Client) {
        client.stop().await.expect("the server is there until it is stopped");
    }
}

impl drive::Life for Agent {
    type Client = AgentClient;

    async fn start() -> Self::Client {
        Self::start().expect("the agent starts")
    }

    async fn stop(client: Self::Client) {
        drop(client);
    }
}

/// A batch with a counter of this type and the driver that is named.
macro_rules! with {
    ($counter:ident, $driver:ident($($arg:expr),+)) => {
        batch(async move {
            let counter = $counter::start().await.expect("the server starts");
            drive::$driver(counter, $($arg),+).await
        })
    };
}

fn agent() -> AgentClient {
    Agent::start().expect("the agent starts")
}

impl Contender for Callcast {
    fn name(&self) -> &'static str {
        OURS
    }

    fn agent_call(&self, n: u64) -> Offer {
        batch(drive::calls(agent(), n))
    }

    fn agent_cast(&self, n: u64) -> Offer {
        batch(drive::casts(agent(), n))
    }

    fn agent_64(&self, n: u64) -> Offer {
        batch(drive::callers(agent(), 64, n))
    }

    fn agent_read95(&self, n: u64) -> Offer {
        batch(drive::readers(agent(), n))
    }

    fn server_call(&self, n: u64) -> Offer {
        with!(Plain, calls(n))
    }

    fn server_call_async(&self, n: u64) -> Offer {
        with!(Async, calls(n))
    }

    fn server_call_await(&self, n: u64) -> Offer {
        with!(Waiting, calls(n))
    }

    fn server_64(&self, n: u64) -> Offer {
        with!(Plain, callers(64, n))
    }

    fn server_cast1(&self, n: u64) -> Offer {
        with!(Roomy, casts(n))
    }

    fn server_cast4(&self, n: u64) -> Offer {
        with!(Roomy, producers(n))
    }

    fn server_bounded4(&self, n: u64) -> Offer {
        with!(Bounded, producers(n))
    }

    fn pingpong(&self, n: u64) -> Offer {
        batch(drive::ring::<NodeClient>(2, 1, n))
    }

    fn ring(&self, n: u64) -> Offer {
        batch(drive::ring::<NodeClient>(1000, 1, n))
    }

    fn ring64(&self, n: u64) -> Offer {
        batch(drive::ring::<NodeClient>(1000, 64, n))
    }

    fn spawn_server(&self, n: u64) -> Offer {
        batch(drive::lives::<PlainDefault>(n))
    }

    fn spawn_agent(&self, n: u64) -> Offer {
        batch(drive::lives::<Agent>(n))
    }

    fn memory_server(&self, n: u64) -> Offer {
        batch(drive::idle::<PlainDefault>(n))
    }

    fn memory_agent(&self, n: u64) -> Offer {
        batch(drive::idle::<Agent>(n))
    }
}

impl Contender for CallcastDefault {
    fn name(&self) -> &'static str {
        "callcast-default"
    }

    // No agent has the option: they run where they are called.
    fn agent_call(&self, _n: u64) -> Offer {
        Err(super::Skip::NotMeant)
    }

    fn agent_64(&self, _n: u64) -> Offer {
        Err(super::Skip::NotMeant)
    }

    fn server_call(&self, n: u64) -> Offer {
        with!(PlainDefault, calls(n))
    }

    fn server_call_async(&self, n: u64) -> Offer {
        with!(AsyncDefault, calls(n))
    }

    fn server_call_await(&self, n: u64) -> Offer {
        with!(WaitingDefault, calls(n))
    }

    fn server_64(&self, n: u64) -> Offer {
        with!(PlainDefault, callers(64, n))
    }
}
