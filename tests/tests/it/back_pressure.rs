//! Full mailboxes: each overflow policy, waiting for room, bounds, and what needs no room.

use callcast::SendError;
use callcast::prelude::*;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use crate::support::{Door, Key, LONG, Log, at_once, door, lasting, ms, settle, within};

/// A server of capacity 2 with this policy.
macro_rules! bounded {
    ($name:ident, $client:ident, $call:ident, $cast:ident, $overflow:literal) => {
        struct $name {
            log: Log<u32>,
            left: Log<$cast>,
        }

        #[server(mailbox = 2, overflow = $overflow, derive(Debug, PartialEq))]
        impl $name {
            #[init]
            fn new(log: Log<u32>, left: Log<$cast>) -> Self {
                Self { log, left }
            }

            #[call]
            fn add(&mut self, n: u32) -> u32 {
                self.log.push(n);
                n
            }

            #[cast]
            fn note(&mut self, n: u32) {
                self.log.push(n);
            }

            #[call]
            async fn pass(&mut self, door: Same<Door>) {
                door.0.pass().await;
            }

            #[terminate]
            fn close(&mut self, left: Vec<$cast>) {
                for cast in left {
                    self.left.push(cast);
                }
            }
        }

        impl $name {
            /// One whose handler stands at a door, and whose mailbox is empty; the key opens.
            async fn busy() -> ($client, Log<u32>, Key, Log<$cast>) {
                let (log, left) = (Log::default(), Log::default());
                let client = Self::start(log.clone(), left.clone()).await.unwrap();
                let (door, mut key) = door();
                client.pass(Same(door)).no_timeout().send().unwrap().detach();
                key.entered().await;
                (client, log, key, left)
            }
        }
    };
}

/// Lets a message that holds something without `Debug` or equality derive both.
struct Same<T>(T);

impl<T> std::fmt::Debug for Same<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

bounded!(Waits, WaitsClient, WaitsCall, WaitsCast, "wait");
bounded!(Rejects, RejectsClient, RejectsCall, RejectsCast, "reject");
bounded!(DropsOldest, DropsOldestClient, DropsOldestCall, DropsOldestCast, "drop_oldest");
bounded!(DropsNewest, DropsNewestClient, DropsNewestCall, DropsNewestCast, "drop_newest");

#[tokio::test(start_paused = true)]
async fn p41_full_mailbox_waits_within_the_timeout() {
    let (client, log, key, _) = Waits::busy().await;
    client.note(1).await.unwrap();
    client.note(2).await.unwrap();
    assert!(client.load().is_full());
    assert_eq!(client.note(3).send(), Err(SendError::Full(WaitsCast::Note { n: 3 })));
    assert_eq!(client.add(4).send().unwrap_err(), SendError::Full(WaitsCall::Add { n: 4 }));
    assert_eq!(lasting(ms(5_000), client.note(5)).await, Err(CastError::Timeout), "5 s by default");
    assert_eq!(lasting(ms(20), client.note(6).timeout(ms(20))).await, Err(CastError::Timeout));
    assert_eq!(
        lasting(ms(20), client.add(7).timeout(ms(20))).await,
        Err(CallError::Timeout { started: false })
    );
    let mut patient = client.note(8).no_timeout();
    assert_eq!((&mut patient).now_or_never(), None);
    tokio::time::sleep(LONG).await;
    key.open();
    assert_eq!(at_once(patient).await, Ok(()));
    assert_eq!(at_once(client.add(9)).await, Ok(9));
    assert_eq!(log.take(), [1, 2, 8, 9], "nothing that was refused is handled");
}

#[tokio::test(start_paused = true)]
async fn p41_full_mailbox_rejects() {
    let (client, log, key, _) = Rejects::busy().await;
    client.note(1).await.unwrap();
    let call = client.add(2).send().unwrap();
    assert_eq!(at_once(client.note(3)).await, Err(CastError::Full));
    assert_eq!(at_once(client.add(3)).await, Err(CallError::Full));
    assert_eq!(client.note(3).send().unwrap_err().into_message(), RejectsCast::Note { n: 3 });
    assert_eq!(client.add(3).send().unwrap_err().into_message(), RejectsCall::Add { n: 3 });
    assert_eq!(client.load().queued, 2);
    key.open();
    assert_eq!(call.await, Ok(2));
    assert_eq!(client.add(4).await, Ok(4), "there is room again");
    assert_eq!(log.take(), [1, 2, 4]);
}

#[tokio::test(start_paused = true)]
async fn p98_full_mailbox_drops_the_oldest_and_a_dropped_call_is_answered_full() {
    let (client, log, key, _) = DropsOldest::busy().await;
    let call = client.add(1).send().unwrap();
    client.note(2).await.unwrap();
    client.stop().send().unwrap();
    client.note(3).await.unwrap();
    assert_eq!(at_once(call).await, Err(CallError::Full));
    at_once(client.note(4)).await.unwrap();
    assert_eq!(client.undelivered(), 2);
    assert_eq!(client.load().queued, 2);
    key.open();
    // The stop stands where it was put, and was not dropped to make room.
    assert_eq!(within(client.stop()).await, Ok(ExitReason::Normal));
    assert!(log.is_empty());
    assert_eq!(client.undelivered(), 4);
}

#[tokio::test(start_paused = true)]
async fn full_mailbox_drops_the_oldest_and_handles_the_newest() {
    let (client, log, key, _) = DropsOldest::busy().await;
    for n in 1..=5 {
        at_once(client.note(n)).await.unwrap();
        client.note(n * 10).send().unwrap();
    }
    key.open();
    assert_eq!(client.add(6).await, Ok(6));
    assert_eq!(log.take(), [50, 6], "the call made room for itself too");
    assert_eq!(client.undelivered(), 9);
}

#[tokio::test(start_paused = true)]
async fn full_mailbox_drops_the_newest_and_a_dropped_call_is_answered_full() {
    let (client, log, key, _) = DropsNewest::busy().await;
    for n in 1..=5 {
        at_once(client.note(n)).await.unwrap();
    }
    client.note(6).send().unwrap();
    assert_eq!(at_once(client.add(7)).await, Err(CallError::Full));
    assert_eq!(client.undelivered(), 5);
    key.open();
    client.stop().await.unwrap();
    assert_eq!(log.take(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn p12_full_mailbox_moves_a_waiting_message_up_without_its_future() {
    let (client, log, key, _) = Waits::busy().await;
    let (mut waiting, mut call) = (client.note(3), client.add(4));
    for n in 1..=2 {
        client.note(n).await.unwrap();
    }
    assert_eq!((&mut waiting).now_or_never(), None);
    assert_eq!((&mut call).now_or_never(), None);
    assert_eq!(client.load().queued, 4, "they wait in the mailbox");
    key.open();
    settle().await;
    assert_eq!(log.take(), [1, 2, 3, 4], "although nobody has polled their futures again");
    assert_eq!(at_once(waiting).await, Ok(()));
    assert_eq!(at_once(call).await, Ok(4));
}

#[tokio::test(start_paused = true)]
async fn full_mailbox_gives_up_a_message_whose_future_is_dropped() {
    let (client, log, key, _) = Waits::busy().await;
    for n in 1..=2 {
        client.note(n).await.unwrap();
    }
    let mut waiting: Vec<_> = (3..=6).map(|n| client.note(n)).collect();
    for cast in &mut waiting {
        assert_eq!(cast.now_or_never(), None);
    }
    drop(waiting.remove(1));
    let mut call = client.add(7);
    assert_eq!((&mut call).now_or_never(), None);
    drop(call);
    assert_eq!(client.load().queued, 5);
    key.open();
    at_once(join_all(waiting)).await;
    client.stop().await.unwrap();
    assert_eq!(log.take(), [1, 2, 3, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn full_mailbox_keeps_the_order_of_those_who_wait() {
    let (client, log, key, _) = Waits::busy().await;
    let senders: Vec<_> = (0..50)
        .map(|n| {
            let client = client.clone();
            async move {
                if n % 2 == 0 {
                    client.note(n).await.unwrap();
                } else {
                    client.add(n).await.unwrap();
                }
            }
        })
        .collect();
    let all = tokio::spawn(join_all(senders));
    settle().await;
    assert_eq!(client.load().queued, 50);
    key.open();
    within(all).await.unwrap();
    client.stop().await.unwrap();
    assert_eq!(log.take(), (0..50).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn p42_stop_and_kill_need_no_room_and_kill_goes_first() {
    let (client, log, key, _) = Waits::busy().await;
    for n in 1..=2 {
        client.note(n).await.unwrap();
    }
    client.stop().send().unwrap();
    key.open();
    assert_eq!(at_once(client.stop()).await, Ok(ExitReason::Normal));
    assert_eq!(log.take(), [1, 2], "a stop is handled in its turn");

    let (client, log, _key, left) = Waits::busy().await;
    for n in 1..=2 {
        client.note(n).await.unwrap();
    }
    client.stop().send().unwrap();
    assert_eq!(at_once(client.kill()).await, Ok(ExitReason::Killed));
    assert!(log.is_empty() && left.is_empty(), "no handler, no terminate");
    assert_eq!(client.undelivered(), 2);
}

#[tokio::test(start_paused = true)]
async fn p45_undelivered_casts_go_to_terminate_as_typed_messages_and_are_counted() {
    let (client, log, key, left) = Waits::busy().await;
    client.stop().send().unwrap();
    client.note(1).await.unwrap();
    let call = client.add(2).send().unwrap();
    key.open();
    assert_eq!(at_once(client.stop()).await, Ok(ExitReason::Normal));
    assert_eq!(at_once(call).await, Err(CallError::Exit { reason: ExitReason::Normal, started: false }));
    assert_eq!(left.take(), [WaitsCast::Note { n: 1 }]);
    assert_eq!(client.undelivered(), 1);
    assert!(log.is_empty());
}

/// No third outcome: a message whose sender is told that it was refused is not left to `terminate` as well.
#[tokio::test(start_paused = true)]
async fn p46_a_cast_that_still_waits_for_room_at_the_end_is_refused() {
    let (client, _, key, left) = Waits::busy().await;
    client.stop().send().unwrap();
    for n in 1..=2 {
        client.note(n).await.unwrap();
    }
    let mut waiting = client.note(3);
    assert_eq!((&mut waiting).now_or_never(), None);
    let mut call = client.add(4);
    assert_eq!((&mut call).now_or_never(), None);
    key.open();
    assert_eq!(at_once(waiting).await, Err(CastError::NoProc));
    assert_eq!(at_once(call).await, Err(CallError::Exit { reason: ExitReason::Normal, started: false }));
    client.stop().await.unwrap_err();
    assert_eq!(left.take(), [WaitsCast::Note { n: 1 }, WaitsCast::Note { n: 2 }]);
    assert_eq!(client.undelivered(), 2);
}

/// Casts to its own server or to another, as it is told.
struct Chatty {
    peer: Option<ChattyClient>,
}

#[server(mailbox = 1, timeout = "5s")]
impl Chatty {
    #[init]
    const fn new() -> Self {
        Self { peer: None }
    }

    #[cast]
    fn meet(&mut self, peer: ChattyClient) {
        self.peer = Some(peer);
    }

    #[cast]
    fn nothing(&mut self) {}

    /// Fills its own mailbox, and then casts to itself once more.
    #[call]
    async fn cast_to_itself(&mut self, ctx: &mut Context<Self>) -> Result<(), CastError> {
        let client = ctx.client();
        client.nothing().await?;
        client.nothing().await
    }

    /// Waits for room at its peer.
    #[call]
    async fn cast_to_peer(&mut self, door: Door) -> Result<(), CastError> {
        door.pass().await;
        self.peer.as_ref().unwrap().nothing().await
    }
}

#[tokio::test(start_paused = true)]
async fn p97_a_cast_to_ones_own_full_mailbox_is_calling_self_at_once() {
    let chatty = Chatty::start().await.unwrap();
    assert_eq!(at_once(chatty.cast_to_itself()).await, Err(CallError::Handler(CastError::CallingSelf)));
    assert!(chatty.is_alive());
}

#[tokio::test(start_paused = true)]
async fn p97_two_full_servers_that_cast_to_each_other_go_on_at_the_timeout() {
    let (a, b) = (Chatty::start().await.unwrap(), Chatty::start().await.unwrap());
    a.meet(b.clone()).await.unwrap();
    b.meet(a.clone()).await.unwrap();
    settle().await;
    let mut keys = Vec::new();
    let mut calls = Vec::new();
    for server in [&a, &b] {
        let (door, mut key) = door();
        calls.push(server.cast_to_peer(door).no_timeout().send().unwrap());
        key.entered().await;
        server.nothing().await.unwrap();
        keys.push(key);
    }
    keys.into_iter().for_each(Key::open);
    let results = lasting(ms(5_000), join_all(calls)).await;
    assert!(results.contains(&Err(CallError::Handler(CastError::Timeout))), "{results:?}");
    a.stop().await.unwrap();
    b.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn p47_capacity_one_works_through_start_after_init_and_stop() {
    struct Narrow {
        log: Log<u32>,
    }
    #[server(mailbox = 1)]
    impl Narrow {
        #[init]
        async fn new(log: Log<u32>, ctx: &mut Context<Self>) -> Self {
            ctx.client().note(2).send().unwrap();
            ctx.next(NarrowInfo::told(1));
            ctx.send_after(ms(0), NarrowInfo::told(3));
            ctx.spawn(std::future::ready(3), NarrowInfo::told);
            Self { log }
        }
        #[after_init]
        fn warm_up(&mut self) {
            self.log.push(0);
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
    let log = Log::default();
    let narrow = at_once(Narrow::start(log.clone())).await.unwrap();
    settle().await;
    for n in 4..20 {
        at_once(narrow.note(n)).await.unwrap();
    }
    at_once(narrow.stop()).await.unwrap();
    assert_eq!(log.take(), [0, 1, 2, 3, 3].into_iter().chain(4..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn p40_bounded_by_default_at_1024() {
    let (worker, _, key) = crate::support::busy_worker().await;
    assert_eq!(worker.load().capacity, callcast::DEFAULT_MAILBOX);
    for n in 0..1_024 {
        worker.note(n).send().unwrap();
    }
    assert!(matches!(worker.note(0).send(), Err(SendError::Full(_))));
    key.open();
    within(worker.note(0)).await.unwrap();
    within(worker.stop()).await.unwrap();
    assert_eq!(worker.load().queued, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p43_a_flood_of_a_small_mailbox_loses_nothing() {
    let (client, log, key, _) = Waits::busy().await;
    key.open();
    let senders = (0..8_u32).map(|sender| {
        let client = client.clone();
        tokio::spawn(async move {
            for n in 0..250 {
                client.note(sender * 250 + n).no_timeout().await.unwrap();
            }
        })
    });
    for sender in within(join_all(senders)).await {
        sender.unwrap();
    }
    within(client.stop()).await.unwrap();
    let mut handled = log.take();
    handled.sort_unstable();
    assert_eq!(handled, (0..2_000).collect::<Vec<_>>());
}
