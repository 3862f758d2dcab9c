//! Ours, through the client of a protocol: what late binding costs.

use callcast::prelude::*;
use tokio::task::yield_now;

use super::{Contender, Offer, batch, drive};

/// The counters of [`super::callcast`], behind one client.
pub(crate) struct ByProtocol;

#[protocol]
trait Adding {
    #[call]
    fn add(&mut self, n: u64) -> u64;

    #[call]
    fn get(&self) -> u64;

    #[cast]
    fn post(&mut self, n: u64);
}

/// Writes a counter that speaks the protocol.
macro_rules! counter {
    ($(#[$kind:meta])+ $(@$speaks:ident)? $counter:ident, { $($asyncness:tt)* } $wait:block) => {
        struct $counter {
            sum: u64,
        }

        $(#[$kind])+
        impl $counter {
            #[init]
            fn new() -> Self {
                Self { sum: 0 }
            }
        }

        counter!(@handlers $($speaks)? $counter, { $($asyncness)* } $wait);
    };
    (@handlers agent $counter:ident, { } $wait:block) => {
        #[agent]
        impl Adding for $counter {
            fn add(&mut self, n: u64) -> u64 {
                self.sum += n;
                self.sum
            }

            fn get(&self) -> u64 {
                self.sum
            }

            fn post(&mut self, n: u64) {
                self.sum += n;
            }
        }
    };
    (@handlers server $counter:ident, { $($asyncness:tt)* } $wait:block) => {
        #[server]
        impl Adding for $counter {
            $($asyncness)* fn add(&mut self, n: u64) -> u64 {
                $wait
                self.sum += n;
                self.sum
            }

            fn get(&self) -> u64 {
                self.sum
            }

            fn post(&mut self, n: u64) {
                self.sum += n;
            }
        }
    };
}

counter!(#[agent(protocols(Adding))] @agent Agent, {} {});
counter!(#[server(inline = true, protocols(Adding))] @server Plain, {} {});
counter!(#[server(protocols(Adding))] @server Async, { async } {});
counter!(#[server(protocols(Adding))] @server Waiting, { async } { yield_now().await; });
counter!(#[server(mailbox = 1_000_000, protocols(Adding))] @server Roomy, {} {});
counter!(#[server(mailbox = 64, protocols(Adding))] @server Bounded, {} {});

impl drive::Counter for AddingClient {
    async fn add(&self, n: u64) -> u64 {
        self.add(n).await.expect("the counter answers")
    }

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

fn agent() -> AddingClient {
    Agent::start().expect("the agent starts").into()
}

/// A batch with a counter of this type and the driver that is named.
macro_rules! with {
    ($counter:ident, $driver:ident($($arg:expr),+)) => {
        batch(async move {
            let counter: AddingClient = $counter::start().await.expect("the server starts").into();
            drive::$driver(counter, $($arg),+).await
        })
    };
}

impl Contender for ByProtocol {
    fn name(&self) -> &'static str {
        "callcast-protocol"
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
}
