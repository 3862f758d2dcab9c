//! The slot for one reply.

use std::sync::Arc;

use super::{model, poll_once, promise, promise_of, reply};
use crate::exit::ExitReason;
use crate::life::{Ended, Life};
use crate::pool;
use crate::reply::{Answer, Caller as _, ReplyTo};
use crate::sync::model::{block_on, thread};
use crate::time::Until;

#[test]
fn loom_a_reply_wakes_its_caller() {
    model(|| {
        let (reply_to, slot) = promise();
        let server = thread::spawn(move || reply_to.send(7));
        assert!(matches!(block_on(reply(slot)), Answer::Value(7)));
        server.join().unwrap();
    });
}

#[test]
fn loom_a_dropped_reply_is_no_reply_or_the_reason() {
    model(|| {
        let life = Life::new("model");
        let (reply_to, slot) = promise_of::<u32>(&life);
        let server = thread::spawn(move || life.begin_exit(ExitReason::Killed));
        let dropper = thread::spawn(move || drop(reply_to));
        assert!(matches!(block_on(reply(slot)), Answer::NoReply | Answer::Exit(ExitReason::Killed)));
        server.join().unwrap();
        dropper.join().unwrap();
    });
}

#[test]
fn loom_a_reply_dropped_while_its_server_ends_is_answered() {
    model(|| {
        let life = Life::new("model");
        let (reply_to, slot) = promise_of::<u32>(&life);
        life.announce_exit();
        let server = thread::spawn(move || {
            life.begin_exit(ExitReason::Normal);
            life.finish();
        });
        let dropper = thread::spawn(move || drop(reply_to));
        assert!(matches!(block_on(reply(slot)), Answer::Exit(ExitReason::Normal)));
        server.join().unwrap();
        dropper.join().unwrap();
    });
}

#[test]
fn loom_whoever_waits_for_an_end_is_told() {
    model(|| {
        let life = Life::new("model");
        let mut ended = Ended::new(Arc::clone(&life));
        let server = thread::spawn(move || {
            life.begin_exit(ExitReason::Killed);
            life.finish();
        });
        assert_eq!(block_on(std::future::poll_fn(|cx| ended.poll(cx))), ExitReason::Killed);
        server.join().unwrap();
    });
}

#[test]
fn loom_an_abandoned_call_is_begun_or_skipped_and_never_answered_twice() {
    model(|| {
        let (reply_to, slot) = promise();
        let engine = Arc::clone(&slot);
        let server = thread::spawn(move || {
            let begun = engine.begin().is_some();
            if begun {
                reply_to.send(7);
            }
            begun
        });
        let seen = slot.give_up();
        let begun = server.join().unwrap();
        match seen {
            Ok(answer) => assert!(matches!(answer, Answer::Value(7)) == begun),
            // A caller that is told that its call has not begun can rely on it.
            Err(started) => assert_eq!(started, begun),
        }
    });
}

#[test]
fn m01_of_two_answers_one_is_given_and_nothing_is_kept() {
    model(|| {
        let probe = Arc::new(());
        let (reply_to, slot) = promise();
        let value = Arc::clone(&probe);
        let server = thread::spawn(move || reply_to.send(value));
        let refuser = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.refuse())
        };
        assert!(matches!(block_on(reply(Arc::clone(&slot))), Answer::Value(_) | Answer::Full));
        server.join().unwrap();
        refuser.join().unwrap();
        assert!(slot.take().is_none(), "it was answered twice");
        assert_eq!(Arc::strong_count(&probe), 1, "the value is left");
    });
}

#[test]
fn m01_a_caller_that_goes_leaves_nothing_behind() {
    model(|| {
        let probe = Arc::new(());
        let (reply_to, slot) = promise();
        let value = Arc::clone(&probe);
        let server = thread::spawn(move || {
            let is_abandoned = reply_to.is_abandoned();
            reply_to.send(value);
            is_abandoned
        });
        drop(poll_once(&mut std::pin::pin!(reply(Arc::clone(&slot)))));
        let seen = slot.give_up();
        let is_abandoned = server.join().unwrap();
        assert!(!is_abandoned || seen.is_err());
        drop(seen);
        // The slot is still there: whoever has it keeps no value of a caller that has gone.
        assert_eq!(Arc::strong_count(&probe), 1, "the value is left");
        assert_eq!(Arc::strong_count(&slot), 1);
    });
}

#[test]
fn loom_a_slot_that_is_used_again_hears_nothing_of_its_last_call() {
    model(|| {
        let slot = pool::take(Until::default(), false);
        let reply_to = ReplyTo::new(Arc::clone(&slot), Life::new("model"));
        let first = thread::spawn(move || reply_to.send(1));
        assert!(matches!(block_on(reply(Arc::clone(&slot))), Answer::Value(1)));
        pool::give_back(slot);
        let slot = pool::take(Until::default(), false);
        let reply_to = ReplyTo::new(Arc::clone(&slot), Life::new("model"));
        let second = thread::spawn(move || reply_to.send(2));
        assert!(matches!(block_on(reply(slot)), Answer::Value(2)));
        first.join().unwrap();
        second.join().unwrap();
    });
}

/// Of its value or the news that none comes, its server's end, and a caller that goes, one is what a call comes to; and
/// nothing is kept.
fn check_outcome(server: fn(ReplyTo<Arc<()>>, Arc<()>)) {
    model(move || {
        let probe = Arc::new(());
        let life = Life::new("model");
        let (reply_to, slot) = promise_of(&life);
        let value = Arc::clone(&probe);
        let server = thread::spawn(move || server(reply_to, value));
        let handed_on = Arc::clone(&slot);
        let ends = thread::spawn(move || handed_on.end(&ExitReason::Killed));
        let polled = poll_once(&mut std::pin::pin!(reply(Arc::clone(&slot))));
        let seen = if polled.is_ready() { None } else { Some(slot.give_up()) };
        server.join().unwrap();
        ends.join().unwrap();
        assert!(!matches!(seen, Some(Ok(Answer::Full) | Err(true))), "it comes to something else");
        assert!(slot.take().is_none(), "it was answered twice");
        drop((polled, seen));
        assert_eq!(Arc::strong_count(&probe), 1, "the value is left");
        assert_eq!(Arc::strong_count(&slot), 1);
    });
}

#[test]
fn m01_a_call_comes_to_its_value_or_its_servers_end_or_is_given_up() {
    check_outcome(ReplyTo::send);
}

#[test]
fn m01_a_call_comes_to_no_reply_or_its_servers_end_or_is_given_up() {
    check_outcome(|reply_to, _value| drop(reply_to));
}
