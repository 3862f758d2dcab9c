//! Agents that have no room for all who wait.

use std::fmt;
use std::sync::Arc;
use std::task::Poll;

use super::{model, poll_once, promise, reply};
use crate::agent;
use crate::error::CallError;
use crate::reply::{ReplyTo, Slot};
use crate::sync::model::block_on;
use crate::sync::model::thread::{self, JoinHandle};

/// Who is told that the handler runs, and what it then waits for.
struct Door(ReplyTo<()>, Arc<Slot<()>>);

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}

struct Patient(Vec<u32>);

#[agent(mailbox = 1)]
impl Patient {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[call]
    fn hold(&mut self, door: Door) {
        door.0.send(());
        block_on(reply(door.1));
    }

    #[call]
    fn note(&mut self, n: u32) -> Vec<u32> {
        self.0.push(n);
        self.0.clone()
    }
}

struct Forgetful(Vec<u32>);

#[agent(mailbox = 1, overflow = "drop_oldest")]
impl Forgetful {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[call]
    fn hold(&mut self, door: Door) {
        door.0.send(());
        block_on(reply(door.1));
    }

    #[call]
    fn note(&mut self, n: u32) -> Vec<u32> {
        self.0.push(n);
        self.0.clone()
    }
}

/// Has `hold` run on another thread, which goes on when that is said.
fn hold<C: Send + 'static>(
    agent: C,
    run: impl FnOnce(C, Door) -> Result<(), CallError> + Send + 'static,
) -> (ReplyTo<()>, JoinHandle<()>) {
    let (inside, is_inside) = promise();
    let (go, gone) = promise();
    let holder = thread::spawn(move || run(agent, Door(inside, gone)).unwrap());
    block_on(reply(is_inside));
    (go, holder)
}

#[test]
fn loom_a_call_given_up_before_it_has_room_is_never_run_and_leaves_its_place_to_others() {
    model(|| {
        let agent = Patient::start().unwrap();
        let (go, holder) = hold(agent.clone(), |agent, door| block_on(agent.hold(door).no_timeout()));
        let mut first = agent.note(1).no_timeout();
        assert!(poll_once(&mut first).is_pending());
        let mut second = agent.note(2).no_timeout();
        assert!(poll_once(&mut second).is_pending());
        go.send(());
        // By now it may have its room, and even have been run by the holder on its way out.
        let second =
            if let Poll::Ready(notes) = poll_once(&mut second) { Some(notes.unwrap()) } else { None };
        let first = block_on(first).unwrap();
        let third = block_on(agent.note(3).no_timeout()).unwrap();
        assert_eq!(first, [1]);
        match second {
            Some(notes) => assert!(notes == [1, 2] && third == [1, 2, 3]),
            None => assert!(third == [1, 3] || third == [1, 2, 3]),
        }
        holder.join().unwrap();
    });
}

#[test]
fn loom_a_call_that_has_to_make_room_is_told_and_is_not_run() {
    model(|| {
        let agent = Forgetful::start().unwrap();
        let (go, holder) = hold(agent.clone(), |agent, door| block_on(agent.hold(door).no_timeout()));
        let mut first = agent.note(1).no_timeout();
        assert!(poll_once(&mut first).is_pending());
        go.send(());
        let second = block_on(agent.note(2).no_timeout()).unwrap();
        match block_on(first) {
            Ok(notes) => assert!(notes == [1] && second == [1, 2]),
            Err(error) => assert!(error == CallError::Full && second == [2]),
        }
        holder.join().unwrap();
        let queued = agent.enqueued();
        assert_eq!(block_on(agent.note(3).no_timeout()).unwrap().last(), Some(&3));
        assert_eq!(agent.enqueued(), queued, "a message is still counted");
    });
}
