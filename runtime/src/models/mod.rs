//! Models of what threads share, one question each. Loom tries each interleaving of them, shuttle many at random; none of
//! them names either.
//!
//! Ten questions are asked of every such library, and their models are named after them. The others have names that begin with `loom`.
//!
//! | | asked | models | mistakes that they find |
//! | --- | --- | --- | --- |
//! | M1 | of a reply's value or drop, the server's end and a caller that goes, one is what a call comes to; nothing is kept | `slot::m01_*` | `slot_is_answered_twice`, `slot_keeps_a_late_answer` |
//! | M2 | callers of one agent, one of which goes: each call is run once at most, those that stay once; the lock is free at the end | `agent::m02_*` | `agent_leaves_without_a_look`, `agent_looks_by_a_load`, `agent_counts_after_the_try` |
//! | M3 | a handler that panics: its agent ends, and all learn why; a look that panics: its caller alone does | `agent::m03_*` | `agent_refuses_before_it_says_why` |
//! | M4 | what is sent while a server stops, or is swapped, is handled, or refused and handed back | `mailbox`, `agent`, `server` and `swap`, each `m04_*` | `mailbox_takes_messages_after_its_end`, `agent_leaves_without_a_look`, `gate_waits_for_nobody`, `parked_looks_once` |
//! | M5 | senders that wait for room, one of which gives up, and a receiver: no place is lost or there twice | `mailbox::m05_*` | `mailbox_withdraws_what_has_a_place` |
//! | M6 | an old owner's end, the next one's entry, and a look: the next one's stays, and nobody is led to the dead | `registry::m06_*` | `registry_removes_by_key`, `registry_enters_the_dead`, `registry_leads_to_the_dead` |
//! | M7 | a monitor and an end: it is told once | `monitor::m07_*` | `life_takes_a_monitor_after_its_end` |
//! | M8 | a child that starts while its tree stops is stopped, or never starts; a start has a task of its own, and shares the child's place and life with the supervisor's | `post::m08_*` | `agent_starts_although_it_has_ended`, `post_is_opened_for_the_dead` |
//! | M9 | a timer that rings, is cancelled, or belongs to the last incarnation | none: timers lie in their server's frame, so whoever has that rings and cancels them, and they go with it. Tests hold that: `a_cancelled_timer_never_rings_not_even_when_it_is_queued`, `nt_18_a_timer_ends_with_its_server_and_does_not_ring_in_the_next` | |
//! | M10 | a handler begun on its caller's thread, a wake, the task's polls, a caller that goes, and a kill: one polls at a time, no wake is lost, and the task drops it | `server::m10_*` | `stage_leaves_without_a_look` |
//!
//! `mutants.rs` has all the mistakes, and which of the two finds each.

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
mod swap;
mod system;
mod task;

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::life::Life;
use crate::reply::{Answer, ReplyTo, Slot};
use crate::sync::model::check;
use crate::time::Until;

/// Two preemptions find nearly all that there is to be found.
fn model(f: impl Fn() + Sync + Send + 'static) {
    check(2, f);
}

/// The same for what takes a long way round, in few steps.
fn fine_model(f: impl Fn() + Sync + Send + 'static) {
    check(4, f);
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
