//! The agent's lock and its queue.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use super::{model, poll_once, promise, reply};
use crate::Agent;
use crate::error::{CallError, CastError};
use crate::exit::ExitReason;
use crate::reply::{Answer, ReplyTo};
use crate::sync::model::block_on;
use crate::sync::model::thread::{self, JoinHandle};

fn step(n: &mut u32) -> u32 {
    *n += 1;
    *n
}

/// Has a handler run on another thread, which goes on when that is said.
fn hold<T: Send + 'static>(agent: &Agent<T>) -> (ReplyTo<()>, JoinHandle<()>) {
    let agent = agent.clone();
    let (go, gone) = promise();
    let (inside, is_inside) = promise();
    let holder = thread::spawn(move || {
        let wait = move |_: &mut T| {
            inside.send(());
            block_on(reply(gone));
        };
        block_on(agent.update(wait).no_timeout()).unwrap();
    });
    block_on(reply(is_inside));
    (go, holder)
}

#[test]
fn m02_every_call_of_an_agent_is_handled_once() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let caller = thread::spawn(move || block_on(other.get_and_update(step).no_timeout()));
        let mine = block_on(agent.get_and_update(step).no_timeout()).unwrap();
        let theirs = caller.join().unwrap().unwrap();
        assert_eq!((mine.min(theirs), mine.max(theirs)), (1, 2));
        // Nobody is there by now: what still counted as queued would have the next queue as well.
        let queued = agent.enqueued();
        assert_eq!(block_on(agent.get(|n| *n).no_timeout()), Ok(2));
        assert_eq!(agent.enqueued(), queued);
    });
}

#[test]
fn loom_the_messages_of_one_sender_keep_their_order() {
    model(|| {
        let agent = Agent::new(Vec::new());
        let (go, holder) = hold(&agent);
        agent.cast(|log| log.push(1)).send().unwrap();
        go.send(());
        block_on(agent.cast(|log| log.push(2)).no_timeout()).unwrap();
        let pending = agent.update(|log| log.push(3)).no_timeout().send().unwrap();
        let log = agent.get_and_update(|log| {
            log.push(4);
            log.clone()
        });
        assert_eq!(block_on(log.no_timeout()).unwrap(), [1, 2, 3, 4]);
        assert_eq!(block_on(pending), Ok(()));
        holder.join().unwrap();
    });
}

#[test]
fn loom_a_caller_that_is_never_polled_again_delays_nobody() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let third = thread::spawn(move || {
            let mut sleeper = other.get_and_update(step).no_timeout();
            drop(poll_once(&mut sleeper));
            // It stays in the queue, if it is there, while this one is made.
            let done = block_on(other.get_and_update(step).no_timeout()).unwrap();
            drop(sleeper);
            done
        });
        assert!(block_on(agent.get_and_update(step).no_timeout()).unwrap() >= 1);
        assert!(third.join().unwrap() >= 1);
    });
}

#[test]
fn m02_a_call_given_up_in_the_queue_is_run_once_or_never_and_delays_nobody() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let quitter = thread::spawn(move || poll_once(&mut other.get_and_update(step).no_timeout()));
        let mine = block_on(agent.get_and_update(step).no_timeout()).unwrap();
        let theirs = quitter.join().unwrap();
        // Behind all that is queued: the lock is free, and nothing is left.
        let total = block_on(agent.get(|n| *n).no_timeout()).unwrap();
        assert_eq!(agent.load().queued, 0);
        match theirs {
            Poll::Ready(theirs) => assert_eq!((mine + theirs.unwrap(), total), (3, 2)),
            Poll::Pending => assert!(mine <= total && total <= 2),
        }
    });
}

#[test]
fn m02_of_three_calls_one_is_given_up_and_each_of_the_others_is_handled_once() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let caller = thread::spawn(move || block_on(other.get_and_update(step).no_timeout()).unwrap());
        let is_answered = poll_once(&mut agent.get_and_update(step).no_timeout()).is_ready();
        let mine = block_on(agent.get_and_update(step).no_timeout()).unwrap();
        let theirs = caller.join().unwrap();
        let total = block_on(agent.get(|n| *n).no_timeout()).unwrap();
        assert!(mine != theirs && mine.max(theirs) <= total && total <= 3);
        assert!(!is_answered || total == 3);
        assert_eq!(agent.load().queued, 0);
        // Nothing counts as queued any more: whoever comes next finds the lock free.
        let queued = agent.enqueued();
        assert_eq!(block_on(agent.get(|n| *n).no_timeout()), Ok(total));
        assert_eq!(agent.enqueued(), queued);
    });
}

#[test]
fn m03_a_handler_that_panics_ends_its_agent_and_all_learn_why() {
    model(|| {
        let probe = Arc::new(());
        let agent = Agent::new((0, Arc::clone(&probe)));
        let other = agent.clone();
        let panicker = thread::spawn(move || {
            block_on(other.update(|_| resume_unwind(Box::new("the model's"))).no_timeout())
        });
        let mine = block_on(agent.get_and_update(|(n, _)| step(n)).no_timeout());
        assert!(matches!(
            panicker.join().unwrap(),
            Err(CallError::Exit { reason: ExitReason::Panicked(_), started: true })
        ));
        assert!(matches!(
            mine,
            Ok(1)
                | Err(CallError::NoProc | CallError::Exit { reason: ExitReason::Panicked(_), started: false })
        ));
        assert!(!agent.is_alive());
        assert_eq!(Arc::strong_count(&probe), 1, "the state is left");
    });
}

#[test]
fn m03_a_look_that_panics_is_its_own_callers_affair() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let looker = thread::spawn(move || {
            let look = other.with(|_| -> () { resume_unwind(Box::new("the model's")) }).no_timeout();
            catch_unwind(AssertUnwindSafe(|| block_on(look))).is_err()
        });
        assert_eq!(block_on(agent.get_and_update(step).no_timeout()), Ok(1));
        assert!(looker.join().unwrap());
        assert_eq!(block_on(agent.get_and_update(step).no_timeout()), Ok(2));
    });
}

#[test]
fn loom_a_cast_is_handled_before_the_agent_is_gone() {
    model(|| {
        let handled = Arc::new(AtomicUsize::new(0));
        let agent = Agent::new(Arc::clone(&handled));
        let other = agent.clone();
        let caster = thread::spawn(move || block_on(other.cast(count).no_timeout()).unwrap());
        block_on(agent.cast(count).no_timeout()).unwrap();
        caster.join().unwrap();
        drop(agent);
        assert_eq!(handled.load(Ordering::SeqCst), 2);
    });
}

fn count(handled: &mut Arc<AtomicUsize>) {
    handled.fetch_add(1, Ordering::SeqCst);
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
        let seen = block_on(agent.get_and_update(step).no_timeout()).unwrap();
        assert!((1..=3).contains(&seen));
        for caller in callers {
            assert_eq!(caller.join().unwrap(), Ok(()));
        }
    });
}

#[test]
fn loom_a_cast_whose_sender_has_gone_is_handled() {
    model(|| {
        let agent = Agent::new(());
        let other = agent.clone();
        let (handled, slot) = promise();
        let quitter = thread::spawn(move || poll_once(&mut other.cast(|()| handled.send(())).no_timeout()));
        block_on(agent.get(|()| ()).no_timeout()).unwrap();
        // Nobody calls the agent any more, and it does not go.
        assert!(matches!(block_on(reply(slot)), Answer::Value(())));
        assert_ne!(quitter.join().unwrap(), Poll::Ready(Err(CastError::NoProc)));
    });
}

#[test]
fn loom_what_nobody_waits_for_is_handled_without_another_caller() {
    model(|| {
        let agent = Agent::new(());
        let (first, first_handled) = promise();
        let (second, second_handled) = promise();
        let (go, holder) = hold(&agent);
        agent.cast(|()| first.send(())).send().unwrap();
        go.send(());
        agent.cast(|()| second.send(())).send().unwrap();
        // Nobody calls the agent any more, and it does not go.
        assert!(matches!(block_on(reply(first_handled)), Answer::Value(())));
        assert!(matches!(block_on(reply(second_handled)), Answer::Value(())));
        holder.join().unwrap();
    });
}

#[test]
fn loom_a_kill_is_seen_whoever_runs_the_agent() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let killer = thread::spawn(move || block_on(other.kill()));
        let called = block_on(agent.get_and_update(step).no_timeout());
        assert!(called == Ok(1) || called.is_err());
        assert_eq!(killer.join().unwrap(), Ok(ExitReason::Killed));
        assert!(!agent.is_alive());
    });
}

#[test]
fn loom_a_kill_goes_ahead_of_what_is_sent_after_it() {
    model(|| {
        let agent = Agent::new(0);
        let other = agent.clone();
        let caller = thread::spawn(move || block_on(other.get_and_update(step).no_timeout()));
        agent.kill().send().unwrap();
        let late = block_on(agent.get_and_update(step).no_timeout());
        assert!(late.is_err_and(|error| !error.may_have_run()));
        let early = caller.join().unwrap();
        assert!(matches!(early.map_err(|error| error.may_have_run()), Ok(1) | Err(false)));
    });
}

#[test]
fn m04_a_message_is_handled_or_refused_when_its_agent_stops() {
    model(|| {
        let handled = Arc::new(AtomicUsize::new(0));
        let agent = Agent::new(Arc::clone(&handled));
        let other = agent.clone();
        let stopper = thread::spawn(move || block_on(other.stop()));
        let called = block_on(agent.update(count).no_timeout());
        let cast = agent.cast(count).send();
        assert_eq!(stopper.join().unwrap(), Ok(ExitReason::Normal));
        let by_call = usize::from(called.is_ok());
        assert!(matches!(called.map_err(|error| error.may_have_run()), Ok(()) | Err(false)));
        // A cast that was accepted behind the stop is counted as undelivered: that is how one hears of it.
        let handled_or_counted =
            handled.load(Ordering::SeqCst) + usize::try_from(agent.undelivered()).unwrap();
        assert_eq!(handled_or_counted, by_call + usize::from(cast.is_ok()));
        assert_eq!(Arc::strong_count(&handled), 1, "the state is left");
    });
}
