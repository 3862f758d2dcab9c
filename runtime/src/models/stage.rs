//! The run flag of a server, with the task and the callers of `task.rs`.

use std::sync::Arc;

use super::task::{Message, start};
use super::{model, promise, reply};
use crate::reply::Answer;
use crate::sync::model::{block_on, thread};

#[test]
fn loom_the_task_gets_its_turn_after_a_caller() {
    model(|| {
        let started = start(false);
        let server = Arc::clone(&started.server);
        let caller = thread::spawn(move || server.note_here(1));
        started.server.push(Message::Stop);
        assert!(started.join());
        assert!(caller.join().unwrap().is_none_or(|log| log == [1]));
    });
}

#[test]
fn loom_every_call_of_a_server_is_handled_once_whoever_runs_it() {
    model(|| {
        let started = start(false);
        let server = Arc::clone(&started.server);
        let caller = thread::spawn(move || server.note(1));
        let (mine, theirs) = (started.server.note(2), caller.join().unwrap());
        assert!(mine == [2] && theirs == [2, 1] || mine == [1, 2] && theirs == [1]);
        started.server.push(Message::Stop);
        assert!(started.join());
    });
}

#[test]
fn loom_a_call_does_not_overtake_what_its_caller_has_sent() {
    model(|| {
        let started = start(false);
        let (reply_to, slot) = promise();
        started.server.push(Message::Note(1, reply_to));
        assert_eq!(started.server.note(2), [1, 2]);
        assert!(matches!(block_on(reply(slot)), Answer::Value(log) if log == [1]));
        started.server.push(Message::Stop);
        assert!(started.join());
    });
}

#[test]
fn loom_a_handler_that_a_caller_began_is_polled_to_its_end_by_the_task() {
    model(|| {
        let started = start(false);
        let (go, gone) = promise();
        let opener = thread::spawn(move || go.send(()));
        let (reply_to, slot) = promise();
        let has_begun = started.server.begin_here(gone, 1, reply_to);
        match block_on(reply(slot)) {
            Answer::Value(log) => assert!(has_begun && log == [1]),
            _ => assert!(!has_begun),
        }
        started.server.push(Message::Stop);
        assert!(started.join());
        opener.join().unwrap();
    });
}

#[test]
fn loom_a_kill_is_seen_although_a_caller_runs_the_server() {
    model(|| {
        let started = start(false);
        let server = Arc::clone(&started.server);
        let caller = thread::spawn(move || server.note_here(1));
        started.server.kill();
        assert!(started.join(), "the caller dropped the server");
        assert!(caller.join().unwrap().is_none_or(|log| log == [1]));
    });
}

#[test]
fn loom_a_kill_is_seen_although_a_caller_begins_a_handler() {
    model(|| {
        let started = start(false);
        let server = Arc::clone(&started.server);
        let (never, gone) = promise();
        let (reply_to, slot) = promise();
        let caller = thread::spawn(move || server.begin_here(gone, 1, reply_to));
        started.server.kill();
        assert!(matches!(block_on(reply(slot)), Answer::NoReply));
        assert!(started.join(), "the caller dropped the server");
        caller.join().unwrap();
        drop(never);
    });
}

#[test]
fn loom_what_a_caller_leaves_behind_a_gone_task_is_dropped() {
    model(|| {
        let started = start(true);
        let server = Arc::clone(&started.server);
        let caller = thread::spawn(move || server.note_here(1));
        assert!(caller.join().unwrap().is_none_or(|log| log == [1]));
        started.join();
    });
}

#[test]
fn loom_a_handler_that_a_caller_leaves_behind_a_gone_task_is_dropped() {
    model(|| {
        let started = start(true);
        let (never, gone) = promise();
        let (reply_to, slot) = promise();
        started.server.begin_here(gone, 1, reply_to);
        assert!(matches!(block_on(reply(slot)), Answer::NoReply));
        started.join();
        drop(never);
    });
}
