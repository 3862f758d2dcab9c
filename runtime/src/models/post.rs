//! A child's place under its supervisor, between two of its incarnations.

use std::sync::Arc;

use super::{model, poll_once};
use crate::Agent;
use crate::client::{Client, ClientOf as _};
use crate::engine::Core as _;
use crate::error::CallError;
use crate::exit::ExitReason;
use crate::holder::Holder;
use crate::id::ServerId;
use crate::life::Ended;
use crate::place::{Place, Route as _};
use crate::supervise::{AnyServer, Parent, Post, Shutdown, Stopping};
use crate::sync::model::{block_on, thread};

type Seat = Arc<Client<Post<Holder<u32>>>>;

/// A place in which there is an agent that holds this.
fn post(state: u32) -> Seat {
    let post = Post::new();
    post.core.adopt(Parent { id: ServerId::next(), runtime: None });
    fill(&post, state);
    post.core.started();
    post
}

/// The next incarnation has its state.
fn fill(post: &Seat, state: u32) {
    let next = post.core.prepare().unwrap();
    assert!(next.core.fill(Holder::new(state)));
    post.core.open(&next);
}

/// The incarnation that is there ends.
fn end(post: &Seat) {
    let Some(there) = post.core.occupant() else { return };
    let mut ended = Ended::new(Arc::clone(there.core.life()));
    there.core.request_kill();
    block_on(std::future::poll_fn(|cx| ended.poll(cx)));
}

fn client(post: &Seat) -> Agent<u32> {
    Agent::from_place(Place::routed(Arc::<Client<Post<Holder<u32>>>>::clone(post)))
}

#[test]
fn loom_a_call_during_a_restart_is_answered_by_one_incarnation_or_the_other() {
    model(|| {
        let post = post(1);
        let client = client(&post);
        let supervisor = thread::spawn(move || {
            end(&post);
            fill(&post, 2);
            post
        });
        let answer = block_on(client.get(|n| *n).no_timeout());
        let of_the_dead = matches!(answer, Err(CallError::Exit { reason: ExitReason::Killed, .. }));
        assert!(of_the_dead || matches!(answer, Ok(1 | 2)), "{answer:?}");
        drop(supervisor.join().unwrap());
        assert_eq!(block_on(client.get(|n| *n).no_timeout()), Ok(2));
    });
}

#[test]
fn loom_a_call_that_waits_for_the_next_incarnation_is_answered_by_it() {
    model(|| {
        let post = post(1);
        let client = client(&post);
        end(&post);
        let supervisor = thread::spawn(move || fill(&post, 2));
        assert_eq!(block_on(client.get(|n| *n).no_timeout()), Ok(2));
        supervisor.join().unwrap();
    });
}

#[test]
fn loom_who_waits_for_one_that_never_comes_hears_of_it() {
    model(|| {
        let post = post(1);
        let client = client(&post);
        end(&post);
        let gives_up = Arc::clone(&post);
        let supervisor = thread::spawn(move || gives_up.core.close(&ExitReason::Shutdown));
        let answer = block_on(client.get(|n| *n).no_timeout());
        assert!(
            matches!(answer, Err(CallError::NoProc | CallError::Exit { started: false, .. })),
            "{answer:?}"
        );
        supervisor.join().unwrap();
    });
}

#[test]
fn loom_a_call_given_up_between_two_incarnations_delays_nobody() {
    model(|| {
        let post = post(1);
        let client = client(&post);
        end(&post);
        let other = client.clone();
        let quitter = thread::spawn(move || drop(poll_once(&mut other.get(|n| *n).no_timeout())));
        fill(&post, 2);
        assert_eq!(block_on(client.get(|n| *n).no_timeout()), Ok(2));
        quitter.join().unwrap();
    });
}

/// A tree's stop, on its supervisor's task, against the start of a child, which has a task of its own.
#[test]
fn m08_a_child_that_is_started_while_its_tree_stops_is_stopped_or_never_starts() {
    model(|| {
        let post = Post::new();
        post.core.adopt(Parent { id: ServerId::next(), runtime: None });
        let child = post.core.prepare().unwrap();
        let client = client(&post);
        let start = {
            let (post, child) = (Arc::clone(&post), Arc::clone(&child));
            thread::spawn(move || {
                let has_started = child.core.fill(Holder::new(1));
                if has_started {
                    post.core.open(&child);
                }
                has_started
            })
        };
        post.core.close(&ExitReason::Shutdown);
        let server: AnyServer = child;
        block_on(Stopping::begin(&server, Shutdown::Infinity).wait());
        let life = server.core.life();
        assert!(life.has_ended() && !life.is_alive());
        let had_started = life.has_started();
        assert_eq!(start.join().unwrap(), had_started, "it has started after its end");
        assert!(post.core.occupant().is_none(), "an orphan can be reached");
        let called = block_on(client.get(|n| *n).no_timeout());
        assert!(called.is_err_and(|error| !error.may_have_run()));
    });
}

#[test]
fn m08_one_that_ends_before_it_is_opened_leaves_the_place_to_the_next() {
    model(|| {
        let post = Post::new();
        post.core.adopt(Parent { id: ServerId::next(), runtime: None });
        let first = post.core.prepare().unwrap();
        post.core.started();
        let client = client(&post);
        let kills = Arc::clone(&first);
        // Whoever ends it, and then calls: he waits for the next.
        let other = thread::spawn(move || {
            let mut ended = Ended::new(Arc::clone(kills.core.life()));
            kills.core.request_kill();
            block_on(std::future::poll_fn(|cx| ended.poll(cx)));
            block_on(client.get(|n| *n).no_timeout())
        });
        if first.core.fill(Holder::new(1)) {
            post.core.open(&first);
        }
        post.core.failed();
        // Its supervisor hears of the end, and starts the next.
        let mut ended = Ended::new(Arc::clone(first.core.life()));
        block_on(std::future::poll_fn(|cx| ended.poll(cx)));
        fill(&post, 2);
        assert_eq!(other.join().unwrap(), Ok(2));
    });
}
