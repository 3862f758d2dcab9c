//! What all libraries of actors have in common: an actor with a mailbox, started where the benchmark says.

use super::drive::{self, Async, Counter, Life, Node, Waiting};
use super::{Contender, Offer, Skip};
use crate::flavour::Flavour;
use crate::meter::Sample;

/// A library of actors; or by hand, what stands for one.
pub(crate) trait Actors: 'static {
    const NAME: &'static str;

    /// Why it has no mailbox that makes senders wait, if it has none.
    const UNBOUNDED: Option<&'static str> = None;

    type Counter: Counter;
    type Node: Node;
    type Life: Life;

    /// Starts a counter as most people would.
    fn counter() -> impl Future<Output = Self::Counter> + Send;

    /// Starts a counter whose senders never wait for room.
    fn roomy() -> impl Future<Output = Self::Counter> + Send;

    /// Starts a counter with a mailbox of 64.
    fn bounded() -> impl Future<Output = Self::Counter> + Send {
        Self::counter()
    }

    /// Has a task run on the runtime that is to be measured.
    fn run(flavour: Flavour, task: impl Future<Output = Sample> + Send + 'static) -> Sample {
        super::run(flavour, task)
    }
}

impl<L: Actors> Contender for L {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn agent_read95(&self, n: u64) -> Offer {
        batch::<L>(async move { drive::readers(L::counter().await, n).await })
    }

    fn server_call(&self, n: u64) -> Offer {
        batch::<L>(async move { drive::calls(L::counter().await, n).await })
    }

    fn server_call_async(&self, n: u64) -> Offer {
        batch::<L>(async move { drive::calls(Async(L::counter().await), n).await })
    }

    fn server_call_await(&self, n: u64) -> Offer {
        batch::<L>(async move { drive::calls(Waiting(L::counter().await), n).await })
    }

    fn server_64(&self, n: u64) -> Offer {
        batch::<L>(async move { drive::callers(L::counter().await, 64, n).await })
    }

    fn server_cast1(&self, n: u64) -> Offer {
        batch::<L>(async move { drive::casts(L::roomy().await, n).await })
    }

    fn server_cast4(&self, n: u64) -> Offer {
        batch::<L>(async move { drive::producers(L::roomy().await, n).await })
    }

    fn server_bounded4(&self, n: u64) -> Offer {
        L::UNBOUNDED.map_or(Ok(()), |why| Err(Skip::Cannot(why)))?;
        batch::<L>(async move { drive::producers(L::bounded().await, n).await })
    }

    fn pingpong(&self, n: u64) -> Offer {
        batch::<L>(drive::ring::<L::Node>(2, 1, n))
    }

    fn ring(&self, n: u64) -> Offer {
        batch::<L>(drive::ring::<L::Node>(1000, 1, n))
    }

    fn ring64(&self, n: u64) -> Offer {
        batch::<L>(drive::ring::<L::Node>(1000, 64, n))
    }

    fn spawn_server(&self, n: u64) -> Offer {
        batch::<L>(drive::lives::<L::Life>(n))
    }

    fn memory_server(&self, n: u64) -> Offer {
        batch::<L>(drive::idle::<L::Life>(n))
    }
}

/// A batch as one task, run as the library wants it.
#[expect(clippy::unnecessary_wraps, reason = "it is what each of the contender's methods returns")]
fn batch<L: Actors>(task: impl Future<Output = Sample> + Send + 'static) -> Offer {
    Ok(Box::new(move |flavour| L::run(flavour, task)))
}
