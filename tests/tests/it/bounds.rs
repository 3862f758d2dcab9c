//! Nothing that others can make grow is without a bound, unless that is spelled out.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use callcast::prelude::*;
use callcast::{CallError, DynamicSupervisor, REPLY_STREAM_CAPACITY, SendError, StartChildError, observe};
use futures_util::FutureExt as _;

use crate::support::{Worker, busy_worker, door, settle, within, worker};

/// Sends more to its listener than that reads.
struct Flood;

#[server]
impl Flood {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    async fn pour(&mut self, mut out: ReplyStream<u32>) {
        for n in 0.. {
            if out.send(n).await.is_err() {
                break;
            }
        }
    }
}

/// Stands still until it is let go.
struct Stuck;

#[agent]
impl Stuck {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    fn stick(&self, entered: Sender<()>, opened: Receiver<()>) {
        entered.send(()).unwrap();
        opened.recv().unwrap();
    }

    #[call]
    fn pass(&self) {}
}

#[tokio::test(start_paused = true)]
async fn q09_what_clients_can_make_grow_has_a_bound() {
    // Messages that are sent, with and without a reply.
    let (client, _, key) = busy_worker().await;
    let calls = (0..).map_while(|n| client.add(n).send().ok()).count();
    assert_eq!(calls, callcast::DEFAULT_MAILBOX);
    assert!(matches!(client.note(0).send(), Err(SendError::Full(_))), "calls and casts share it");
    key.open();
    // Replies that nobody reads.
    let flood = Flood::start().await.unwrap();
    let mut replies = within(flood.pour()).await.unwrap();
    settle().await;
    let ready =
        (0..).map_while(|_| replies.next().now_or_never().flatten()).take(2 * REPLY_STREAM_CAPACITY).count();
    assert_eq!(ready, REPLY_STREAM_CAPACITY, "the server waits for its listener");
    // Children.
    let supervisor = DynamicSupervisor::new().max_children(3).start().await.unwrap();
    for _ in 0..3 {
        within(supervisor.start_child(Worker::spec(crate::support::Log::default()))).await.unwrap();
    }
    let fourth = within(supervisor.start_child(Worker::spec(crate::support::Log::default()))).await;
    assert!(matches!(fourth, Err(StartChildError::MaxChildren)));
}

/// What is let go of leaves nothing behind: monitors, waiting calls, names.
#[tokio::test(start_paused = true)]
async fn q09_what_is_let_go_of_is_taken_out_again() {
    let (client, _) = worker().await;
    let (door, mut key) = door();
    let passing = client.pass(door, 1).no_timeout().send().unwrap();
    key.entered().await;
    let before = client.enqueued();
    for _ in 0..100_000_u32 {
        drop(client.monitor().now_or_never());
        drop(client.stop().timeout(std::time::Duration::ZERO).now_or_never());
    }
    assert_eq!(
        client.enqueued() - before,
        1,
        "however often a stop is asked for, it stands in the queue once"
    );
    let seen = observe().into_iter().find(|observed| Some(observed.id) == client.id()).unwrap();
    assert_eq!((seen.monitors, seen.load.queued <= 1), (0, true), "{seen:?}");
    key.open();
    within(passing).await.unwrap();
}

/// Whoever asks after the health of a server that hangs, again and again, is refused in the end.
#[tokio::test(start_paused = true)]
async fn q09_what_is_asked_of_a_server_that_hangs_has_a_bound() {
    let (client, _, key) = busy_worker().await;
    let given_up = (0..2_000).take_while(|_| client.sys().suspend().now_or_never().is_none()).count();
    assert_eq!(given_up, 1_024);
    assert_eq!(within(client.sys().status()).await, Err(CallError::Full));
    assert_eq!(within(client.sys().resume()).await, Err(CallError::Full));
    key.open();
    // It has come to all of them, and done none: there is room again.
    assert_eq!(within(client.add(1)).await, Ok(1));
    assert_eq!(within(client.sys().status()).await, Ok(None));
}

#[test]
fn q09_what_is_asked_of_an_agent_that_hangs_has_a_bound() {
    let (enter, entered) = mpsc::channel();
    let (open, opened) = mpsc::channel();
    let agent = Stuck::start().unwrap();
    let stuck = agent.clone();
    let stuck = thread::spawn(move || stuck.stick(enter, opened).wait());
    entered.recv().unwrap();
    let given_up = (0..2_000).take_while(|_| agent.sys().status().now_or_never().is_none()).count();
    assert_eq!(given_up, 1_024);
    open.send(()).unwrap();
    assert_eq!(stuck.join().unwrap(), Ok(()));
    assert_eq!(agent.pass().wait(), Ok(()), "when all of these have been come to");
    assert_eq!(agent.sys().status().wait(), Ok(None));
}
