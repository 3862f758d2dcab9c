//! What comes of messages and of those who wait, when their server goes or has gone.

use callcast::prelude::*;
use callcast::{Name, SendError, StopError};
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use crate::support::{Door, Key, Log, at_once, busy_worker, door, is_panic, ms, settle, within, worker};

/// Takes orders, with a mailbox as small as can be.
struct Shop {
    log: Log<u32>,
    left: Log<ShopCast>,
}

#[server(mailbox = 1, derive(Debug, PartialEq))]
impl Shop {
    #[init]
    const fn new(log: Log<u32>, left: Log<ShopCast>) -> Self {
        Self { log, left }
    }

    #[call]
    fn buy(&mut self, n: u32) -> u32 {
        self.log.push(n);
        n
    }

    #[cast]
    fn order(&mut self, n: u32) {
        self.log.push(n);
    }

    #[call]
    async fn pass(&mut self, door: Same<Door>, panics: bool) {
        door.0.pass().await;
        assert!(!panics, "it falls");
    }

    #[call]
    fn watch(&mut self, other: Same<crate::support::WorkerClient>, ctx: &mut Context<Self>) {
        ctx.monitor(&other.0);
    }

    #[down]
    fn lost(&mut self, _down: Down) {
        self.log.push(77);
    }

    #[terminate]
    fn close(&mut self, left: Vec<ShopCast>) {
        for cast in left {
            self.left.push(cast);
        }
    }
}

/// Lets a message derive what its argument cannot.
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

/// An agent of the same messages.
struct Stall;

#[agent(derive(Debug, PartialEq))]
impl Stall {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    const fn buy(&mut self, n: u32) -> u32 {
        n
    }

    #[cast]
    fn order(&mut self, n: u32) {
        assert_eq!(n, 1, "nobody orders more");
    }
}

async fn shop() -> (ShopClient, Log<u32>, Log<ShopCast>) {
    let (log, left) = (Log::default(), Log::default());
    (Shop::start(log.clone(), left.clone()).await.unwrap(), log, left)
}

/// One whose handler stands at a door, and panics behind it where it is to.
async fn busy_shop(panics: bool) -> (ShopClient, Log<u32>, Log<ShopCast>, Key) {
    let (client, log, left) = shop().await;
    let (door, mut key) = door();
    client.pass(Same(door), panics).no_timeout().send().unwrap().detach();
    key.entered().await;
    (client, log, left, key)
}

/// All that can be asked of one that is gone: an error at once, and the message back where it was sent by itself.
macro_rules! is_gone {
    ($client:expr, $call:ident, $cast:ident) => {
        let client = $client;
        assert_eq!(at_once(client.buy(1)).await, Err(CallError::NoProc));
        assert_eq!(at_once(client.order(1)).await, Err(CastError::NoProc));
        let refused = client.buy(2).send().unwrap_err();
        assert!(matches!(refused, SendError::NoProc(_)) && !refused.may_have_run());
        assert_eq!(refused.into_message(), $call::Buy { n: 2 });
        let refused = client.order(3).send().unwrap_err();
        assert_eq!(refused.into_message(), $cast::Order { n: 3 });
    };
}

#[tokio::test(start_paused = true)]
async fn p03_of_whatever_is_gone_and_by_whatever_way_the_message_comes_back() {
    static EMPTY: Name<Shop> = Name::new("nobody has come yet");
    static STALL: Name<Stall> = Name::new("nobody has come here either");
    is_gone!(EMPTY.client(), ShopCall, ShopCast);
    is_gone!(STALL.client(), StallCall, StallCast);
    let (killed, ..) = shop().await;
    killed.kill().await.unwrap();
    is_gone!(&killed, ShopCall, ShopCast);
    let stopped = Stall::start().unwrap();
    stopped.stop().await.unwrap();
    is_gone!(&stopped, StallCall, StallCast);
    let shop = Shop::spec(Log::default(), Log::default()).name(&EMPTY).start().await.unwrap();
    let named = EMPTY.client();
    assert_eq!(named.buy(5).await, Ok(5), "somebody has come");
    shop.stop().await.unwrap();
    is_gone!(&named, ShopCall, ShopCast);
}

/// A branch of `select!` that has lost and is kept holds nothing that the other branch needs.
#[tokio::test(start_paused = true)]
async fn p12_a_call_that_a_select_keeps_unpolled_blocks_no_other_call() {
    let (client, log, key) = busy_worker().await;
    let mut kept = client.add(1);
    let mut waits_for_room = client.note(2);
    tokio::select! {
        biased;
        _ = &mut kept => panic!("the server is busy"),
        _ = &mut waits_for_room => {}
    }
    key.open();
    tokio::select! {
        biased;
        // It is ready when this is polled, and never gets to be: the other branch needs the server first.
        () = async { assert_eq!(at_once(client.add(3)).await, Ok(3)) } => {}
        _ = &mut kept => panic!("the first branch comes first"),
    }
    assert_eq!(at_once(kept).await, Ok(1));
    assert_eq!(log.take(), [1, 2, 3]);
    let agent = Agent::new(0_u32);
    let mut kept = std::pin::pin!(agent.get_and_update(|n| {
        *n += 1;
        *n
    }));
    tokio::select! {
        biased;
        () = async { agent.update(|n| *n += 10).await.unwrap() } => {}
        _ = &mut kept => panic!("the first branch comes first"),
    }
    assert_eq!((kept.await, agent.get(|n| *n).await), (Ok(11), Ok(11)));
}

/// Those who came before the end, of each kind, and those who come after it.
#[tokio::test(start_paused = true)]
async fn p14_monitors_and_stops_before_and_after_the_end_agree() {
    let (client, _, key) = busy_worker().await;
    let weak = client.downgrade();
    let monitors: Vec<_> = (0..20).map(|_| client.monitor()).collect();
    let unpolled: Vec<_> = (0..20).map(|_| client.monitor()).collect();
    let mut stops: Vec<_> = (0..20).map(|_| client.stop()).collect();
    for stop in &mut stops {
        assert_eq!(stop.now_or_never(), None);
    }
    let monitors = tokio::spawn(join_all(monitors));
    settle().await;
    key.open();
    assert_eq!(at_once(join_all(stops)).await, vec![Ok(ExitReason::Normal); 20]);
    let (early, late) = (at_once(monitors).await.unwrap(), at_once(join_all(unpolled)).await);
    assert!(early.iter().chain(&late).all(|down| down.reason == ExitReason::Normal), "{early:?} {late:?}");
    for _ in 0..3 {
        assert_eq!(at_once(client.monitor()).await.reason, ExitReason::NoProc, "it had gone before");
        assert_eq!(at_once(client.stop()).await, Err(StopError::NoProc));
        assert_eq!(at_once(client.kill()).await, Err(StopError::NoProc));
    }
    assert!(weak.upgrade().is_none());
}

/// A down needs no room, and stands behind what was there before it.
#[tokio::test(start_paused = true)]
async fn p42_a_down_reaches_a_full_mailbox_in_its_turn() {
    let (shop, log, _) = shop().await;
    let (subject, _) = worker().await;
    shop.watch(Same(subject.clone())).await.unwrap();
    let (door, mut key) = door();
    shop.pass(Same(door), false).send().unwrap().detach();
    key.entered().await;
    shop.order(1).send().unwrap();
    assert!(matches!(shop.order(2).send(), Err(SendError::Full(_))));
    at_once(subject.kill()).await.unwrap();
    assert!(matches!(shop.order(3).send(), Err(SendError::Full(_))), "it has taken no room, and made none");
    key.open();
    settle().await;
    assert_eq!(log.take(), [1, 77]);
}

/// Whoever waits for room when a stop or a kill comes neither holds it up nor is forgotten.
#[tokio::test(start_paused = true)]
async fn p42_a_kill_goes_ahead_of_all_who_wait_for_room() {
    let (client, log, left, _key) = busy_shop(false).await;
    client.order(1).send().unwrap();
    let mut waiting: Vec<_> = (2..50).map(|n| client.order(n).no_timeout()).collect();
    for cast in &mut waiting {
        assert_eq!(cast.now_or_never(), None);
    }
    let mut stop = client.stop();
    assert_eq!((&mut stop).now_or_never(), None, "it stands behind them");
    assert_eq!(at_once(client.kill()).await, Ok(ExitReason::Killed));
    assert_eq!(at_once(stop).await, Ok(ExitReason::Killed));
    assert_eq!(at_once(join_all(waiting)).await, vec![Err(CastError::NoProc); 48]);
    assert!(log.is_empty() && left.is_empty());
}

/// The queue of one that crashes: each call is answered with the reason, each cast counted and given to `terminate`.
#[tokio::test(start_paused = true)]
async fn p45_a_crash_answers_every_call_and_hands_every_cast_to_terminate() {
    let (client, log) = worker().await;
    let (at, mut key) = door();
    let running = client.pass(at, 1).send().unwrap();
    key.entered().await;
    let boom = client.boom().send().unwrap();
    let queued: Vec<_> = (2..10).map(|n| client.add(n).send().unwrap()).collect();
    for n in 10..15 {
        client.note(n).send().unwrap();
    }
    key.open();
    assert_eq!(at_once(running).await, Ok(1));
    let error = at_once(boom).await.unwrap_err();
    assert!(is_panic(&error, "boom", "boom"), "{error:?}");
    for call in queued {
        let CallError::Exit { reason: ExitReason::Panicked(panic), started: false } =
            at_once(call).await.unwrap_err()
        else {
            panic!("it is told why, and that it has not begun")
        };
        assert_eq!(panic.message(), "boom");
    }
    assert_eq!(client.undelivered(), 5);
    assert_eq!(log.take(), [1], "nothing that was queued is run");

    let (shop, log, left, key) = busy_shop(true).await;
    shop.order(1).send().unwrap();
    let mut waits_for_room = shop.order(2);
    assert_eq!((&mut waits_for_room).now_or_never(), None);
    let monitor = shop.monitor();
    key.open();
    assert!(matches!(within(monitor).await.reason, ExitReason::Panicked(_)));
    assert_eq!(at_once(waits_for_room).await, Err(CastError::NoProc), "refused, and told so");
    assert_eq!(left.take(), [ShopCast::Order { n: 1 }], "typed, as it was sent");
    assert_eq!((shop.undelivered(), log.is_empty()), (1, true));
}

/// A suspended server is full as any, and is killed as any.
#[tokio::test(start_paused = true)]
async fn p74_calls_to_a_suspended_server_time_out() {
    let (client, log) = worker().await;
    client.sys().suspend().await.unwrap();
    let error = crate::support::lasting(ms(20), client.add(1).timeout(ms(20))).await.unwrap_err();
    assert_eq!(error, CallError::Timeout { started: false });
    client.sys().resume().await.unwrap();
    assert_eq!(at_once(client.add(2)).await, Ok(2));
    assert_eq!(log.take(), [2]);
}
