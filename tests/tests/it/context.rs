//! What a server's handlers may do beside changing its state: `next`, jobs, streams, later replies, reply streams.

use std::sync::Arc;
use std::sync::mpsc;

use callcast::prelude::*;
use callcast::{REPLY_STREAM_CAPACITY, Replies};
use futures_util::StreamExt as _;
use futures_util::stream;

use crate::support::{Door, LONG, Log, at_once, door, settle, within};

/// A server that does each of these when it is asked.
struct Hub {
    log: Log<u32>,
    out: Vec<ReplyStream<u32>>,
}

#[server(mailbox = 4)]
impl Hub {
    #[init]
    const fn new(log: Log<u32>) -> Self {
        Self { log, out: Vec::new() }
    }

    #[call]
    async fn next_twice(&mut self, door: Door, ctx: &mut Context<Self>) {
        ctx.next(HubInfo::told(1));
        ctx.next(HubInfo::told(2));
        door.pass().await;
    }

    #[call]
    fn spawn(&mut self, door: Door, kept: Arc<()>, ctx: &mut Context<Self>) {
        ctx.spawn(
            async move {
                door.pass().await;
                drop(kept);
                5
            },
            HubInfo::told,
        );
    }

    #[call]
    fn blocking(&mut self, opened: mpsc::Receiver<u32>, ctx: &mut Context<Self>) {
        ctx.blocking(move || opened.recv_timeout(LONG).unwrap(), HubInfo::told);
    }

    #[call]
    fn attach(&mut self, items: Vec<u32>, end: bool, ctx: &mut Context<Self>) {
        ctx.attach(stream::iter(items), HubInfo::told, end.then(|| HubInfo::told(99)));
    }

    #[call]
    fn attach_pending(&mut self, kept: Arc<()>, ctx: &mut Context<Self>) {
        ctx.attach(stream::pending::<u32>().map(move |n| (n, Arc::clone(&kept)).0), HubInfo::told, None);
    }

    #[call]
    fn later(&mut self, door: Door, reply: ReplyTo<u32>, ctx: &mut Context<Self>) {
        ctx.reply_with(reply, async move {
            door.pass().await;
            8
        });
    }

    #[call]
    fn listen(&mut self, out: ReplyStream<u32>) {
        self.out.push(out);
    }

    #[call]
    async fn feed(&mut self, n: u32) -> Vec<bool> {
        let mut fed = Vec::new();
        for out in &mut self.out {
            fed.push(out.send(n).await.is_ok());
        }
        fed
    }

    #[call]
    fn try_feed(&mut self, count: u32) -> usize {
        (0..count).filter(|n| self.out[0].try_send(*n).is_ok()).count()
    }

    #[call]
    fn hang_up(&mut self) {
        self.out.clear();
    }

    #[call]
    fn who(&self, ctx: &mut Context<Self>) -> (callcast::ServerId, HubClient) {
        (ctx.id(), ctx.client())
    }

    #[call]
    fn get(&self) -> u32 {
        7
    }

    #[cast]
    fn note(&mut self, n: u32) {
        self.log.push(n);
    }

    #[info]
    fn told(&mut self, n: u32) {
        self.log.push(n);
    }
}

async fn hub() -> (HubClient, Log<u32>) {
    let log = Log::default();
    (Hub::start(log.clone()).await.unwrap(), log)
}

#[tokio::test(start_paused = true)]
async fn next_is_handled_before_anything_queued() {
    let (hub, log) = hub().await;
    let (door, mut key) = door();
    let call = hub.next_twice(door).send().unwrap();
    key.entered().await;
    hub.note(3).await.unwrap();
    key.open();
    call.await.unwrap();
    hub.stop().await.unwrap();
    assert_eq!(log.take(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn spawn_lets_the_server_go_on_and_brings_its_result() {
    let (hub, log) = hub().await;
    let (door, mut key) = door();
    hub.spawn(door, Arc::default()).await.unwrap();
    key.entered().await;
    assert_eq!(at_once(hub.get()).await, Ok(7));
    assert!(log.is_empty());
    key.open();
    settle().await;
    assert_eq!(log.take(), [5]);
}

#[tokio::test(start_paused = true)]
async fn jobs_and_streams_end_with_their_server() {
    for kills in [true, false] {
        let (hub, log) = hub().await;
        let kept = Arc::new(());
        let (door, mut key) = door();
        hub.spawn(door, Arc::clone(&kept)).await.unwrap();
        hub.attach_pending(Arc::clone(&kept)).await.unwrap();
        key.entered().await;
        assert_eq!(Arc::strong_count(&kept), 3);
        at_once(if kills { hub.kill() } else { hub.stop() }).await.unwrap();
        assert_eq!(Arc::strong_count(&kept), 1, "and are gone before anyone hears of the end");
        assert!(log.is_empty());
    }
}

#[tokio::test]
async fn blocking_runs_on_another_thread_and_brings_its_result() {
    let (hub, log) = hub().await;
    let (open, opened) = mpsc::channel();
    hub.blocking(opened).await.unwrap();
    assert_eq!(within(hub.get()).await, Ok(7), "the server goes on");
    open.send(6).unwrap();
    within(async {
        while log.is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(log.take(), [6]);
}

#[tokio::test]
async fn blocking_that_runs_on_does_not_hold_up_the_end() {
    let (hub, log) = hub().await;
    let (open, opened) = mpsc::channel();
    hub.blocking(opened).await.unwrap();
    within(hub.stop()).await.unwrap();
    // Nobody listens where the closure had not begun.
    let _ = open.send(6);
    assert!(log.is_empty());
}

#[tokio::test(start_paused = true)]
async fn attach_hands_over_each_item_and_then_the_end() {
    for end in [true, false] {
        let (hub, log) = hub().await;
        hub.attach((0..50).collect(), end).await.unwrap();
        for _ in 0..20 {
            settle().await;
            assert!(hub.load().queued <= 5, "a fast stream does not flood the mailbox");
        }
        assert_eq!(log.take(), (0..50).chain(end.then_some(99)).collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn reply_with_answers_while_the_server_goes_on() {
    let (hub, _) = hub().await;
    let (door, mut key) = door();
    let later = hub.later(door).send().unwrap();
    key.entered().await;
    assert_eq!(at_once(hub.get()).await, Ok(7));
    key.open();
    assert_eq!(at_once(later).await, Ok(8));
    let (door, _key) = crate::support::door();
    let later = hub.later(door).send().unwrap();
    hub.get().await.unwrap();
    hub.stop().await.unwrap();
    assert_eq!(at_once(later).await, Err(CallError::Exit { reason: ExitReason::Normal, started: true }));
}

#[tokio::test(start_paused = true)]
async fn a_reply_stream_brings_many_replies_and_ends_with_the_server() {
    let (hub, _) = hub().await;
    let mut first: Replies<u32> = hub.listen().await.unwrap();
    let second = hub.listen().send().unwrap().await.unwrap();
    for n in 0..3 {
        assert_eq!(hub.feed(n).await, Ok(vec![true, true]));
    }
    assert_eq!((first.next().await, first.next().await), (Some(0), Some(1)));
    drop(second);
    assert_eq!(hub.feed(3).await, Ok(vec![true, false]), "nobody listens to the second");
    hub.stop().await.unwrap();
    assert_eq!(at_once(first.collect::<Vec<_>>()).await, [2, 3], "what was sent is there, then it ends");
}

#[tokio::test(start_paused = true)]
async fn a_reply_stream_is_bounded_and_its_sender_waits() {
    let (hub, _) = hub().await;
    let mut replies = hub.listen().await.unwrap();
    assert_eq!(hub.try_feed(100).await, Ok(REPLY_STREAM_CAPACITY));
    let feed = hub.feed(1_000).send().unwrap();
    settle().await;
    let waiting = hub.get().send().unwrap();
    settle().await;
    assert_eq!(replies.next().await, Some(0));
    assert_eq!(at_once(feed).await, Ok(vec![true]));
    assert_eq!(at_once(waiting).await, Ok(7));
    hub.hang_up().await.unwrap();
    assert_eq!(at_once(replies.collect::<Vec<_>>()).await.last(), Some(&1_000));
}

#[tokio::test(start_paused = true)]
async fn a_reply_stream_ends_when_its_server_is_killed() {
    let (hub, _) = hub().await;
    let mut replies = hub.listen().await.unwrap();
    let waiting = tokio::spawn(async move { replies.next().await });
    settle().await;
    hub.kill().await.unwrap();
    assert_eq!(at_once(waiting).await.unwrap(), None);
}

#[tokio::test]
async fn a_context_knows_its_own_server() {
    let (hub, _) = hub().await;
    let (id, client) = hub.who().await.unwrap();
    assert_eq!(hub.id(), Some(id));
    assert!(client.same_place(&hub));
    assert_eq!(client.get().await, Ok(7));
}

/// A server whose helper awaits with its context in hand, and does not change it.
struct Lender;

#[server]
impl Lender {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    async fn lend(&self, ctx: &mut Context<Self>) -> callcast::ServerId {
        self.borrow(ctx).await
    }

    async fn borrow(&self, ctx: &Context<Self>) -> callcast::ServerId {
        tokio::task::yield_now().await;
        ctx.id()
    }
}

#[tokio::test]
async fn a_context_can_be_lent_to_a_helper_that_awaits() {
    let lender = Lender::start().await.unwrap();
    assert_eq!(lender.lend().await.ok(), lender.id());
}
