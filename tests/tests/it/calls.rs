//! Calls: what they return, how they are built, in which order they are handled, and that each of them ends.

use std::io;

use callcast::SendError;
use callcast::prelude::*;
use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use crate::support::{at_once, busy_worker, door, lasting, ms, settle, within, worker};

type Aliased = Result<u32, String>;

/// Each way in which a handler can return a value or fail.
struct Parser;

#[server]
impl Parser {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    fn parse(&self, #[into] text: String) -> Result<u32, std::num::ParseIntError> {
        text.parse()
    }

    #[call]
    fn read(&self, length: usize) -> io::Result<usize> {
        if length == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(length) }
    }

    #[call(fallible)]
    fn aliased(&self, n: u32) -> Aliased {
        if n == 0 { Err("zero".to_owned()) } else { Ok(n) }
    }

    #[call(plain)]
    fn plain(&self, n: u32) -> Result<u32, String> {
        self.aliased(n)
    }

    #[call]
    fn later(&self, n: u32, reply: ReplyTo<Result<u32, String>>) {
        reply.send(self.aliased(n));
    }

    #[call]
    async fn slowly(&mut self, n: u32) -> Result<u32, String> {
        tokio::task::yield_now().await;
        self.aliased(n)
    }
}

#[tokio::test]
async fn a_handlers_own_error_comes_in_handler() {
    let parser = Parser::start().await.unwrap();
    assert_eq!(parser.parse("7").await, Ok(7));
    assert!(matches!(parser.parse("x").await, Err(CallError::Handler(_))));
    assert_eq!(parser.read(3).await.unwrap(), 3);
    assert!(
        matches!(parser.read(0).await, Err(CallError::Handler(error)) if error.kind() == io::ErrorKind::UnexpectedEof)
    );
    for (n, expected) in [(0, Err(CallError::Handler("zero".to_owned()))), (1, Ok(1))] {
        assert_eq!(parser.aliased(n).await, expected);
        assert_eq!(parser.later(n).await, expected);
        assert_eq!(parser.slowly(n).await, expected);
        assert_eq!(parser.slowly(n).send().unwrap().await, expected);
    }
    assert!(parser.is_alive(), "a call's error ends nothing");
}

#[tokio::test]
async fn plain_and_split_keep_the_result_as_it_is() {
    let parser = Parser::start().await.unwrap();
    assert_eq!(parser.plain(0).await, Ok(Err("zero".to_owned())));
    assert_eq!(parser.aliased(0).split().await, Ok(Err("zero".to_owned())));
    assert_eq!(parser.later(2).split().await, Ok(Ok(2)));
    parser.stop().await.unwrap();
    assert_eq!(parser.later(2).split().await, Err(CallError::NoProc));
}

#[tokio::test]
async fn a_call_does_nothing_before_it_is_polled() {
    let (worker, log) = worker().await;
    drop(worker.add(1));
    let call = worker.add(2);
    worker.add(3).await.unwrap();
    call.await.unwrap();
    assert_eq!(log.take(), [3, 2]);
}

#[tokio::test]
async fn calls_are_unpin_send_and_fit_every_combinator() {
    fn is_unpin_send<T: Unpin + Send>(future: T) -> T {
        future
    }
    let (worker, _) = worker().await;
    assert_eq!(is_unpin_send(worker.add(1)).await, Ok(1));
    assert_eq!(is_unpin_send(worker.add(1).send().unwrap()).await, Ok(1));
    is_unpin_send(worker.note(1)).await.unwrap();
    assert_eq!(tokio::join!(worker.add(1), worker.add(2)), (Ok(1), Ok(2)));
    assert_eq!(join_all((0..9).map(|n| worker.add(n))).await, (0..9).map(Ok).collect::<Vec<_>>());
    let mut call = worker.add(3);
    tokio::select! {
        biased;
        sum = &mut call => assert_eq!(sum, Ok(3)),
        () = std::future::pending() => {}
    }
}

#[tokio::test]
async fn sent_calls_are_answered_in_any_order() {
    let (worker, log) = worker().await;
    let pending: Vec<_> = (0..100).map(|n| worker.add(n).send().unwrap()).collect();
    let mut unordered: FuturesUnordered<_> = pending.into_iter().rev().collect();
    let mut replies = Vec::new();
    while let Some(reply) = within(unordered.next()).await {
        replies.push(reply.unwrap());
    }
    replies.sort_unstable();
    assert_eq!(replies, (0..100).collect::<Vec<_>>());
    assert_eq!(log.take(), (0..100).collect::<Vec<_>>(), "handled in the order in which they were sent");
}

#[tokio::test]
async fn order_of_calls_and_casts_and_stop_is_that_of_sending() {
    let (worker, log, key) = busy_worker().await;
    let mut calls = Vec::new();
    for n in 0..300 {
        match n % 3 {
            0 => calls.push(worker.add(n).send().unwrap()),
            1 => worker.note(n).send().unwrap(),
            _ => worker.note(n).await.unwrap(),
        }
    }
    worker.stop().send().unwrap();
    let late = worker.add(999).send().unwrap();
    key.open();
    for (call, n) in calls.into_iter().zip((0..).step_by(3)) {
        assert_eq!(within(call).await, Ok(n));
    }
    assert_eq!(within(late).await, Err(CallError::Exit { reason: ExitReason::Normal, started: false }));
    assert_eq!(log.take(), (0..300).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p44_order_of_each_sender_holds_with_many_senders() {
    const SENDERS: u32 = 8;
    const EACH: u32 = 500;
    let (worker, log) = worker().await;
    let senders = (0..SENDERS).map(|sender| {
        let worker = worker.clone();
        tokio::spawn(async move {
            for n in 0..EACH {
                let message = sender * EACH + n;
                if n % 7 == 0 {
                    worker.add(message).await.unwrap();
                } else {
                    worker.note(message).await.unwrap();
                }
            }
        })
    });
    for sender in within(join_all(senders)).await {
        sender.unwrap();
    }
    within(worker.stop()).await.unwrap();
    let handled = log.take();
    for sender in 0..SENDERS {
        let own: Vec<_> = handled.iter().copied().filter(|n| n / EACH == sender).collect();
        assert_eq!(own, (sender * EACH..(sender + 1) * EACH).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn p44_order_holds_from_init_on() {
    struct Early;
    #[server]
    impl Early {
        #[init]
        async fn new(log: crate::support::Log<u32>, ctx: &mut Context<Self>) -> Self {
            let client = ctx.client();
            for n in 0..10 {
                client.note(n).send().unwrap();
            }
            tokio::task::yield_now().await;
            log.push(100);
            let late = ctx.client();
            late.note(10).send().unwrap();
            LOG.with(|slot| slot.replace(Some(log)));
            Self
        }

        #[cast]
        fn note(&mut self, n: u32) {
            LOG.with_borrow(|log| log.as_ref().unwrap().push(n));
        }
    }
    thread_local! {
        static LOG: std::cell::RefCell<Option<crate::support::Log<u32>>> = const { std::cell::RefCell::new(None) };
    }
    let log = crate::support::Log::default();
    let early = Early::start(log.clone()).await.unwrap();
    early.stop().await.unwrap();
    let mut expected = vec![100];
    expected.extend(0..=10);
    assert_eq!(log.take(), expected);
}

#[tokio::test(start_paused = true)]
async fn one_at_a_time_awaits_included() {
    #[derive(Default)]
    struct Solo {
        inside: bool,
    }
    #[server]
    impl Solo {
        #[init]
        fn new() -> Self {
            Self::default()
        }

        #[call]
        async fn turn(&mut self) -> bool {
            let alone = !std::mem::replace(&mut self.inside, true);
            tokio::time::sleep(ms(10)).await;
            self.inside = false;
            alone
        }
    }
    let solo = Solo::start().await.unwrap();
    let turns = lasting(ms(200), join_all((0..20).map(|_| solo.turn()))).await;
    assert_eq!(turns, vec![Ok(true); 20]);
}

#[tokio::test(start_paused = true)]
async fn p03_server_gone_before_the_send_is_no_proc_at_once_and_the_message_comes_back() {
    #[derive(Default)]
    struct Shop;
    #[server(derive(Debug, PartialEq))]
    impl Shop {
        #[init]
        fn new() -> Self {
            Self
        }
        #[call]
        fn buy(&mut self, what: String) -> usize {
            what.len()
        }
        #[cast]
        fn order(&mut self, what: String) {
            drop(what);
        }
    }
    let shop = Shop::start().await.unwrap();
    shop.stop().await.unwrap();
    let error = at_once(shop.buy("tea".to_owned())).await.unwrap_err();
    assert_eq!(error, CallError::NoProc);
    assert!(!error.may_have_run());
    assert_eq!(at_once(shop.order("tea".to_owned())).await, Err(CastError::NoProc));
    let error = shop.buy("tea".to_owned()).send().unwrap_err();
    assert!(matches!(&error, SendError::NoProc(_)) && !error.may_have_run());
    assert_eq!(error.into_message(), ShopCall::Buy { what: "tea".to_owned() });
    let error = shop.order("tea".to_owned()).send().unwrap_err();
    assert_eq!(error.into_message(), ShopCast::Order { what: "tea".to_owned() });
}

#[tokio::test(start_paused = true)]
async fn p04_server_ends_before_replying_is_exit_with_the_true_reason_at_once() {
    let (client, _) = worker().await;
    let held = client.hold().send().unwrap();
    let error = at_once(client.boom()).await.unwrap_err();
    assert!(crate::support::is_panic(&error, "boom", "boom"), "{error:?}");
    assert!(error.may_have_run());
    assert_eq!(at_once(held).await.unwrap_err(), error, "all hear the same reason");

    let (client, _) = worker().await;
    let held = client.hold().send().unwrap();
    client.fail().await.unwrap();
    match at_once(held).await.unwrap_err() {
        CallError::Exit { reason: ExitReason::Failed(failure), started: true } => {
            assert_eq!((failure.message(), failure.handler()), ("out of paper", "fail"));
        }
        error => panic!("{error:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn p05_killed_with_calls_queued_tells_which_had_begun() {
    let (worker, log) = worker().await;
    let (door, mut key) = door();
    let running = worker.pass(door, 1).send().unwrap();
    key.entered().await;
    let queued: Vec<_> = (2..5).map(|n| worker.add(n).send().unwrap()).collect();
    assert_eq!(at_once(worker.kill()).await, Ok(ExitReason::Killed));
    let killed = |started| Err(CallError::Exit { reason: ExitReason::Killed, started });
    assert_eq!(at_once(running).await, killed(true));
    for call in queued {
        assert_eq!(at_once(call).await, killed(false));
    }
    assert!(log.is_empty(), "nothing of them ran to its end");
}

#[tokio::test(start_paused = true)]
async fn p07_stop_without_reply_is_exit_normal() {
    let (worker, _) = worker().await;
    let held = worker.hold().send().unwrap();
    worker.stop().await.unwrap();
    assert_eq!(at_once(held).await, Err(CallError::Exit { reason: ExitReason::Normal, started: true }));
}

#[tokio::test(start_paused = true)]
async fn p08_reply_dropped_is_no_reply_at_once() {
    let (worker, _) = worker().await;
    let error = at_once(worker.forget()).await.unwrap_err();
    assert_eq!(error, CallError::NoReply);
    assert!(error.may_have_run());
    assert_eq!(at_once(worker.add(1)).await, Ok(1), "the server lives");
}

#[tokio::test(start_paused = true)]
async fn p08_reply_dropped_by_a_task_or_a_thread_is_no_reply_as_well() {
    struct Careless;
    #[server]
    impl Careless {
        #[init]
        fn new() -> Self {
            Self
        }
        #[call]
        fn drop_in_task(&mut self, reply: ReplyTo<u32>) {
            tokio::spawn(async move { drop(reply) });
        }
        #[call]
        fn drop_in_panic(&mut self, reply: ReplyTo<u32>) {
            tokio::spawn(async move {
                let _reply = reply;
                panic!("a task's own panic");
            });
        }
    }
    let careless = Careless::start().await.unwrap();
    assert_eq!(at_once(careless.drop_in_task()).await, Err(CallError::NoReply));
    assert_eq!(at_once(careless.drop_in_panic()).await, Err(CallError::NoReply));
    assert!(careless.is_alive());
}

#[tokio::test(start_paused = true)]
async fn p08_reply_dropped_by_a_panic_is_exit_with_that_panic() {
    struct Clumsy;
    #[server]
    impl Clumsy {
        #[init]
        fn new() -> Self {
            Self
        }
        #[call]
        fn trip(&mut self, reply: ReplyTo<u32>) {
            let _reply = reply;
            panic!("tripped");
        }
    }
    let clumsy = Clumsy::start().await.unwrap();
    let error = at_once(clumsy.trip()).await.unwrap_err();
    assert!(crate::support::is_panic(&error, "trip", "tripped"), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn p10_timeout_says_whether_the_handler_had_begun() {
    let (worker, log) = worker().await;
    let (door, mut key) = door();
    let running = worker.pass(door, 1).timeout(ms(50)).send().unwrap();
    key.entered().await;
    let queued = worker.add(2).timeout(ms(20)).send().unwrap();
    let error = lasting(ms(20), queued).await.unwrap_err();
    assert_eq!(error, CallError::Timeout { started: false });
    assert!(!error.may_have_run());
    let error = lasting(ms(30), running).await.unwrap_err();
    assert_eq!(error, CallError::Timeout { started: true });
    assert!(error.may_have_run());
    key.open();
    assert_eq!(worker.add(3).await, Ok(3));
    assert_eq!(log.take(), [1, 3], "what timed out before its turn is not run, a late reply goes unseen");
}

#[tokio::test(start_paused = true)]
async fn p10_always_runs_although_nobody_waits() {
    let (worker, log, key) = busy_worker().await;
    // It has not begun, and it will: a retry would not be safe.
    assert_eq!(worker.add_always(1).timeout(ms(5)).await, Err(CallError::Timeout { started: true }));
    drop(worker.add_always(2).send().unwrap());
    drop(worker.add(3).send().unwrap());
    worker.add(4).send().unwrap().detach();
    key.open();
    worker.add(5).await.unwrap();
    assert_eq!(log.take(), [1, 2, 4, 5]);
}

#[tokio::test(start_paused = true)]
async fn p10_a_server_can_see_that_nobody_waits_for_a_reply() {
    let (worker, _) = worker().await;
    let kept = worker.hold().send().unwrap();
    drop(worker.hold().send().unwrap());
    let gone = worker.hold().send().unwrap();
    settle().await;
    assert_eq!(worker.abandoned().await, Ok(0));
    drop(gone);
    assert_eq!(worker.abandoned().await, Ok(1));
    worker.release(7).await.unwrap();
    assert_eq!(kept.await, Ok(7));
}

#[tokio::test(start_paused = true)]
async fn every_call_ends_after_five_seconds_by_default() {
    let (worker, _) = worker().await;
    let error = lasting(ms(5_000), worker.hold()).await.unwrap_err();
    assert_eq!(error, CallError::Timeout { started: true });
}

#[tokio::test(start_paused = true)]
async fn every_call_ends_when_its_attribute_says() {
    struct Slow;
    #[server(timeout = "2s")]
    impl Slow {
        #[init]
        fn new() -> Self {
            Self
        }
        #[call]
        async fn default(&mut self) {
            std::future::pending::<()>().await;
        }
        #[call(timeout = "10s")]
        async fn patient(&mut self) {
            std::future::pending::<()>().await;
        }
    }
    let slow = Slow::start().await.unwrap();
    let timeout = |started| Err(CallError::Timeout { started });
    assert_eq!(lasting(ms(2_000), slow.default()).await, timeout(true));
    assert_eq!(lasting(ms(10_000), slow.patient()).await, timeout(false));
    assert_eq!(lasting(ms(30), slow.patient().timeout(ms(30))).await, timeout(false));
    assert_eq!(lasting(ms(2_000), slow.default().send().unwrap()).await, timeout(false));
}

/// A pending call's time runs from when it was sent, not from when it is awaited.
#[tokio::test(start_paused = true)]
async fn every_call_ends_counted_from_its_sending() {
    let (worker, _) = worker().await;
    let held = worker.hold().send().unwrap();
    tokio::time::sleep(ms(3_000)).await;
    assert_eq!(lasting(ms(2_000), held).await, Err(CallError::Timeout { started: true }));
}

#[tokio::test]
async fn delivery_is_at_most_once_and_ok_means_once() {
    let (worker, log) = worker().await;
    let mut ok = Vec::new();
    for n in 0..1_000 {
        let mut call = worker.add(n);
        if n % 3 == 0 {
            // Polled once, then dropped: it may or may not be handled, but never twice.
            drop(futures_util::FutureExt::now_or_never(&mut call));
        } else {
            ok.push(call.await.unwrap());
        }
    }
    worker.stop().await.unwrap();
    let mut handled = log.take();
    let total = handled.len();
    handled.dedup();
    assert_eq!(handled.len(), total, "handled twice");
    assert!(handled.is_sorted());
    assert!(ok.iter().all(|n| handled.binary_search(n).is_ok()), "an `Ok` that was not handled");
}

#[test]
fn of_every_error_may_have_run_says_whether_the_handler_may_have_begun() {
    let exit = |started| CallError::Exit { reason: ExitReason::Killed, started };
    let cases: [(CallError<()>, bool); 11] = [
        (CallError::Handler(()), true),
        (CallError::NoProc, false),
        (exit(true), true),
        (exit(false), false),
        (CallError::Timeout { started: true }, true),
        (CallError::Timeout { started: false }, false),
        (CallError::Full, false),
        (CallError::NoReply, true),
        (CallError::CallingSelf, false),
        (CallError::InsideAgent, false),
        (CallError::WouldBlock, false),
    ];
    for (error, expected) in cases {
        assert_eq!(error.may_have_run(), expected, "{error:?}");
        assert!(!format!("{:?}", error.clone()).is_empty());
    }
    for error in
        [CastError::NoProc, CastError::Full, CastError::Timeout, CastError::CallingSelf, CastError::NoRuntime]
    {
        assert!(!error.may_have_run() && !error.to_string().is_empty());
    }
    assert!(StartError::Init(()).may_have_run() && StartError::<()>::Timeout.may_have_run());
    assert!(!StartError::<()>::NoRuntime.may_have_run());
}

#[tokio::test]
async fn a_handler_named_like_a_shared_method_wins() {
    struct Light(bool);
    #[server]
    impl Light {
        #[init]
        fn new() -> Self {
            Self(true)
        }
        #[call]
        fn stop(&mut self) -> bool {
            std::mem::replace(&mut self.0, false)
        }
        #[call]
        fn is_alive(&self) -> u8 {
            3
        }
    }
    let light = Light::start().await.unwrap();
    assert_eq!(light.stop().await, Ok(true));
    assert_eq!(light.is_alive().await, Ok(3));
    assert!(callcast::Client::is_alive(&light));
    assert_eq!(callcast::Client::stop(&light).await, Ok(ExitReason::Normal));
    assert!(!callcast::Client::is_alive(&light));
}
