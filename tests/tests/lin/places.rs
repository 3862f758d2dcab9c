//! Registers behind the client of a protocol, and a place in which one takes over from the other all the time.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use callcast::prelude::*;
use callcast::{Call, Cast, Client, Swap};
use tokio::runtime::Runtime;
use tokio::task::{AbortHandle, yield_now};

use crate::checker::{Op, step};
use crate::registers::{Reading, Register, impl_register, work};

#[protocol(timeout = "60s")]
pub(crate) trait Place {
    #[call]
    fn get(&self, amount: u32) -> u64;

    #[call]
    fn change(&mut self, op: Op, amount: u32) -> u64;

    #[call]
    fn change_slowly(&mut self, op: Op, amount: u32) -> u64;

    #[cast]
    fn put(&mut self, op: Op, amount: u32);
}

impl_register!(PlaceClient, PlaceProtocol, |client| Box::pin(client.get(0)));

fn change(value: &mut u64, op: Op, amount: u32) -> u64 {
    let (next, reply) = step(*value, op);
    work(amount);
    *value = next;
    reply
}

pub(crate) struct Quick(u64);

#[agent(protocols(Place))]
impl Quick {
    #[init]
    pub(crate) fn new(value: u64) -> Self {
        Self(value)
    }
}

#[agent]
impl Place for Quick {
    fn get(&self, amount: u32) -> u64 {
        work(amount);
        self.0
    }

    fn change(&mut self, op: Op, amount: u32) -> u64 {
        change(&mut self.0, op, amount)
    }

    fn change_slowly(&mut self, op: Op, amount: u32) -> u64 {
        change(&mut self.0, op, 2 * amount)
    }

    fn put(&mut self, op: Op, amount: u32) {
        change(&mut self.0, op, amount);
    }
}

pub(crate) struct Slow(u64);

#[server(protocols(Place), mailbox = 2)]
impl Slow {
    #[init]
    pub(crate) fn new(value: u64) -> Self {
        Self(value)
    }
}

#[server]
impl Place for Slow {
    fn get(&self, amount: u32) -> u64 {
        work(amount);
        self.0
    }

    fn change(&mut self, op: Op, amount: u32) -> u64 {
        change(&mut self.0, op, amount)
    }

    async fn change_slowly(&mut self, op: Op, amount: u32) -> u64 {
        let (next, reply) = step(self.0, op);
        for _ in 0..amount % 4 {
            yield_now().await;
        }
        self.0 = next;
        reply
    }

    fn put(&mut self, op: Op, amount: u32) {
        change(&mut self.0, op, amount);
    }
}

/// How often a server was replaced.
pub(crate) static SWAPS: AtomicU64 = AtomicU64::new(0);

/// A place whose server is replaced as long as anybody has this.
#[derive(Clone)]
pub(crate) struct Swapped {
    client: PlaceClient,
    _swapping: Arc<Swapping>,
}

/// Ends the task that swaps.
struct Swapping(AbortHandle);

impl Drop for Swapping {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Swapped {
    pub(crate) fn start(runtime: &Runtime) -> Self {
        let place = Swap::<PlaceProtocol>::new(Quick::start(0).expect("an agent starts"));
        let client = place.client();
        let task = runtime.spawn(swap_on(place));
        Self { client, _swapping: Arc::new(Swapping(task.abort_handle())) }
    }
}

/// Hands the value from an agent to a server, and back, and so on.
async fn swap_on(place: Swap<PlaceProtocol>) {
    for round in 0_u32.. {
        let handed_over = place
            .swap_with(async |old| {
                let value = old.get(0).await?;
                let server: PlaceClient = if round.is_multiple_of(2) {
                    Slow::start(value).await.expect("its runtime is there").into()
                } else {
                    Quick::start(value).expect("an agent starts").into()
                };
                Ok::<_, CallError>(server)
            })
            .await;
        let old = handed_over.expect("the old server answers");
        SWAPS.fetch_add(1, Ordering::Relaxed);
        // A server lives until it is stopped; an agent that nobody keeps has ended by itself.
        drop(old.stop().await);
        for _ in 0..round % 8 {
            yield_now().await;
        }
    }
}

impl Deref for Swapped {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Register for Swapped {
    type Messages = PlaceProtocol;

    fn get(&self, work: u32) -> Call<'_, PlaceProtocol, (u32,), u64> {
        self.client.get(work)
    }

    fn read(&self) -> Reading<'_> {
        self.client.read()
    }

    fn change(&self, op: Op, work: u32) -> Call<'_, PlaceProtocol, (Op, u32), u64> {
        self.client.change(op, work)
    }

    fn change_slowly(&self, op: Op, work: u32) -> Call<'_, PlaceProtocol, (Op, u32), u64> {
        self.client.change_slowly(op, work)
    }

    fn cast(&self, op: Op, work: u32) -> Cast<'_, PlaceProtocol, (Op, u32)> {
        self.client.put(op, work)
    }
}
