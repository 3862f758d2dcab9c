//! Models of what threads share, each interleaving of which loom tries. One question each.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use loom::future::block_on;
use loom::thread;

use crate::Agent;
use crate::exit::ExitReason;
use crate::life::Life;
use crate::mailbox::{Mailbox, Push, Pushed};
use crate::options::{Options, Overflow};
use crate::reply::{Answer, Caller, ReplyTo, Slot};

fn model(f: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(f);
}

async fn reply<R>(slot: Arc<Slot<R>>) -> Answer<R> {
    std::future::poll_fn(|cx| slot.poll(cx)).await
}

#[test]
fn loom_a_reply_wakes_its_caller() {
    model(|| {
        let slot = Slot::new(None, false);
        let reply_to = ReplyTo::new(Arc::clone(&slot), Life::new("model"));
        let server = thread::spawn(move || reply_to.send(7));
        assert!(matches!(block_on(reply(slot)), Answer::Value(7)));
        server.join().unwrap();
    });
}

#[test]
fn loom_a_dropped_reply_is_no_reply_or_the_reason() {
    model(|| {
        let life = Life::new("model");
        let slot = Slot::<u32>::new(None, false);
        let reply_to = ReplyTo::new(Arc::clone(&slot), Arc::clone(&life));
        let server = thread::spawn(move || life.begin_exit(ExitReason::Killed));
        let dropper = thread::spawn(move || drop(reply_to));
        assert!(matches!(block_on(reply(slot)), Answer::NoReply | Answer::Exit(ExitReason::Killed)));
        server.join().unwrap();
        dropper.join().unwrap();
    });
}

#[test]
fn loom_an_abandoned_call_is_begun_or_skipped_and_never_answered_twice() {
    model(|| {
        let slot = Slot::new(None, false);
        let reply_to = ReplyTo::new(Arc::clone(&slot), Life::new("model"));
        let engine = Arc::clone(&slot);
        let server = thread::spawn(move || {
            let begun = engine.begin();
            if begun {
                reply_to.send(7);
            }
            begun
        });
        let seen = slot.give_up();
        let begun = server.join().unwrap();
        match seen {
            Ok(answer) => assert!(matches!(answer, Answer::Value(7)) == begun),
            // What had begun by then has begun; what had not may have begun only if it was before the caller went.
            Err(started) => assert!(!started || begun),
        }
    });
}

fn mailbox(capacity: usize) -> Arc<Mailbox<u32>> {
    Arc::new(Mailbox::new(&Options::new().mailbox(capacity).overflow(Overflow::Wait)))
}

fn push(mailbox: &Mailbox<u32>, message: u32) -> Pushed<u32> {
    mailbox.push(message, std::convert::identity, Push::Policy, true).0
}

#[test]
fn loom_a_receiver_that_waits_is_woken() {
    model(|| {
        let mailbox = mailbox(2);
        let sender = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || assert!(matches!(push(&mailbox, 7), Pushed::Accepted(_))))
        };
        assert_eq!(block_on(std::future::poll_fn(|cx| mailbox.poll_pop(cx))), 7);
        sender.join().unwrap();
    });
}

#[test]
fn loom_a_sender_that_waits_for_room_gets_it() {
    model(|| {
        let mailbox = mailbox(1);
        assert!(matches!(push(&mailbox, 1), Pushed::Accepted(_)));
        let Pushed::Waiting(ticket) = push(&mailbox, 2) else { panic!("there is no room") };
        let receiver = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || block_on(std::future::poll_fn(|cx| mailbox.poll_pop(cx))))
        };
        assert_eq!(block_on(std::future::poll_fn(|cx| mailbox.poll_accepted(ticket, cx))), Ok(()));
        assert_eq!(receiver.join().unwrap(), 1);
    });
}

#[test]
fn loom_a_message_is_withdrawn_or_taken_never_both() {
    model(|| {
        let mailbox = mailbox(1);
        assert!(matches!(push(&mailbox, 1), Pushed::Accepted(_)));
        let Pushed::Waiting(ticket) = push(&mailbox, 2) else { panic!("there is no room") };
        let receiver = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || {
                let cx = Context::from_waker(Waker::noop());
                let taken = |_| usize::from(mailbox.poll_pop(&cx).is_ready());
                (0..2).map(taken).sum::<usize>()
            })
        };
        let withdrawn = usize::from(mailbox.withdraw(ticket).is_some());
        assert_eq!(receiver.join().unwrap() + withdrawn, 2);
    });
}

#[test]
fn loom_a_message_is_accepted_and_kept_or_refused_when_the_mailbox_closes() {
    model(|| {
        let mailbox = mailbox(2);
        let sender = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || matches!(push(&mailbox, 7), Pushed::Accepted(_)))
        };
        let left = mailbox.close();
        assert_eq!(sender.join().unwrap(), left.len() == 1);
    });
}

#[test]
fn loom_every_call_of_an_agent_is_handled_once() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let caller = thread::spawn(move || block_on(other.get_and_update(|n| step(n)).no_timeout()));
        let mine = block_on(agent.get_and_update(|n| step(n)).no_timeout()).unwrap();
        let theirs = caller.join().unwrap().unwrap();
        assert_eq!((mine.min(theirs), mine.max(theirs)), (1, 2));
    });
}

fn step(n: &mut u32) -> u32 {
    *n += 1;
    *n
}

/// Polls once, and then never again.
fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn loom_a_caller_that_is_never_polled_again_delays_nobody() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let third = thread::spawn(move || {
            let mut sleeper = other.get_and_update(|n| step(n)).no_timeout();
            let _ = poll_once(&mut sleeper);
            // It stays in the queue, if it is there, while this one is made.
            let done = block_on(other.get_and_update(|n| step(n)).no_timeout()).unwrap();
            drop(sleeper);
            done
        });
        assert!(block_on(agent.get_and_update(|n| step(n)).no_timeout()).unwrap() >= 1);
        assert!(third.join().unwrap() >= 1);
    });
}

#[test]
fn loom_a_cast_is_handled_before_the_agent_is_gone() {
    model(|| {
        let handled = Arc::new(AtomicUsize::new(0));
        let agent = Agent::new(Arc::clone(&handled));
        let other = agent.clone();
        let caster = thread::spawn(move || {
            block_on(other.cast(|n| drop(n.fetch_add(1, Ordering::SeqCst))).no_timeout()).unwrap();
        });
        block_on(agent.cast(|n| drop(n.fetch_add(1, Ordering::SeqCst))).no_timeout()).unwrap();
        caster.join().unwrap();
        drop(agent);
        assert_eq!(handled.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn loom_a_kill_is_seen_whoever_runs_the_agent() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let killer = thread::spawn(move || block_on(other.kill()));
        let called = block_on(agent.get_and_update(|n| step(n)).no_timeout());
        assert!(called == Ok(1) || called.is_err());
        assert_eq!(killer.join().unwrap(), Ok(ExitReason::Killed));
        assert!(!agent.is_alive());
    });
}

#[test]
fn loom_a_cast_whose_message_another_ran_is_told() {
    model(|| {
        let agent = Agent::new(0);
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let agent = agent.clone();
                thread::spawn(move || block_on(agent.cast(|n| *n += 1).no_timeout()))
            })
            .collect();
        let seen = block_on(agent.get_and_update(|n| step(n)).no_timeout()).unwrap();
        assert!((1..=3).contains(&seen));
        for caller in callers {
            assert_eq!(caller.join().unwrap(), Ok(()));
        }
    });
}
