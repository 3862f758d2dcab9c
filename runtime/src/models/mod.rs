//! Models of what threads share, each interleaving of which loom tries. One question each.
//!
//! `mutants.rs` has mistakes that they must find.

mod agent;
mod changes;
mod mailbox;
mod monitor;
mod name;
mod overflow;
mod post;
mod registry;
mod server;
mod slot;
mod stage;
mod system;
mod task;

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::life::Life;
use crate::reply::{Answer, ReplyTo, Slot};
use crate::time::Until;

fn model(f: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    // `LOOM_MAX_PREEMPTIONS` may ask for more.
    builder.preemption_bound.get_or_insert(2);
    builder.check(f);
}

/// The same for a server as a whole, which takes too many steps for two preemptions at each.
fn coarse_model(f: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(1);
    builder.check(f);
}

/// A reply, and where it goes.
fn promise<R: Send + 'static>() -> (ReplyTo<R>, Arc<Slot<R>>) {
    promise_of(&Life::new("model"))
}

/// The same, owed by the server whose life this is.
fn promise_of<R: Send + 'static>(life: &Arc<Life>) -> (ReplyTo<R>, Arc<Slot<R>>) {
    let slot = Slot::new(Until::default(), false);
    (ReplyTo::new(Arc::clone(&slot), Arc::clone(life)), slot)
}

async fn reply<R>(slot: Arc<Slot<R>>) -> Answer<R> {
    std::future::poll_fn(|cx| slot.poll(cx)).await
}

/// Polls once, and then never again.
fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}
