//! Places whose server is replaced while they are used.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{DynamicSupervisor, Name, Swap, SwapError};
use tokio::sync::Semaphore;

use crate::support::{LONG, within};

/// Numbers in the order in which they came.
#[protocol]
trait Log {
    /// Appends a number, and returns how many there are.
    #[call]
    fn append(&mut self, n: u32) -> usize;

    #[call]
    fn all(&self) -> Vec<u32>;

    /// Who answers.
    #[call]
    fn kind(&self) -> &'static str;

    #[cast]
    fn note(&mut self, n: u32);
}

struct Quick(Vec<u32>);

#[agent(protocols(Log))]
impl Quick {
    #[init]
    fn new(entries: Vec<u32>) -> Self {
        Self(entries)
    }
}

#[agent]
impl Log for Quick {
    fn append(&mut self, n: u32) -> usize {
        self.0.push(n);
        self.0.len()
    }

    fn all(&self) -> Vec<u32> {
        self.0.clone()
    }

    fn kind(&self) -> &'static str {
        "quick"
    }

    fn note(&mut self, n: u32) {
        self.0.push(n);
    }
}

/// A server that appends when it is allowed to.
struct Slow {
    entries: Vec<u32>,
    allowed: Arc<Semaphore>,
}

#[server(protocols(Log))]
impl Slow {
    #[init]
    fn new(entries: Vec<u32>, allowed: Arc<Semaphore>) -> Self {
        Self { entries, allowed }
    }

    /// Has itself replaced.
    #[call]
    async fn replace(&mut self, place: Arc<Swap<LogProtocol>>) -> Result<(), SwapError> {
        place.swap(Quick::start(vec![]).expect("an agent starts")).await.map(drop)
    }

    /// Calls through the place that it may be in.
    #[call]
    async fn call_on(&mut self, log: LogClient) -> Result<usize, CallError> {
        log.append(0).await
    }
}

#[server]
impl Log for Slow {
    async fn append(&mut self, n: u32) -> usize {
        self.allowed.acquire().await.expect("nobody closes it").forget();
        self.entries.push(n);
        self.entries.len()
    }

    fn all(&self) -> Vec<u32> {
        self.entries.clone()
    }

    fn kind(&self) -> &'static str {
        "slow"
    }

    async fn note(&mut self, n: u32) {
        self.entries.push(n);
    }
}

fn quick(entries: &[u32]) -> QuickClient {
    Quick::start(entries.to_vec()).expect("an agent starts")
}

fn place(entries: &[u32]) -> (Swap<LogProtocol>, LogClient) {
    let place = Swap::new(quick(entries));
    let log = place.client();
    (place, log)
}

/// Lets everything run that can.
async fn settle() {
    for _ in 0..32 {
        tokio::task::yield_now().await;
    }
}

/// Hands all entries over to an agent.
async fn copied(old: LogClient) -> Result<QuickClient, CallError> {
    Ok(quick(&old.all().await?))
}

#[tokio::test]
async fn clients_of_a_place_call_whoever_is_there() {
    let (place, log) = place(&[]);
    assert_eq!(log.append(1).await, Ok(1));
    let allowed = Arc::new(Semaphore::new(1));
    let old = place.swap(Slow::start(vec![7], allowed).await.unwrap()).await.unwrap();
    assert_eq!(log.append(2).await, Ok(2));
    assert_eq!((log.all().await.unwrap(), old.all().await.unwrap()), (vec![7, 2], vec![1]));
    assert_eq!((log.kind().await, old.kind().await), (Ok("slow"), Ok("quick")));
}

#[tokio::test]
async fn the_old_server_handles_what_was_sent_before_and_the_new_one_what_comes_meanwhile() {
    let allowed = Arc::new(Semaphore::new(0));
    let slow = Slow::start(vec![], Arc::clone(&allowed)).await.unwrap();
    let place = Swap::<LogProtocol>::new(slow.clone());
    let log = place.client();
    let before = (log.append(1).send().unwrap(), log.append(2).send().unwrap());
    log.note(3).await.unwrap();

    let swapped = tokio::spawn(async move { place.swap_with(copied).await.unwrap() });
    settle().await;
    let during = (log.append(4).send().unwrap(), log.append(5).send().unwrap());
    log.note(6).send().unwrap();
    log.note(7).await.unwrap();
    settle().await;
    assert!(!swapped.is_finished());

    allowed.add_permits(2);
    let old = swapped.await.unwrap();
    assert_eq!((before.0.await, before.1.await), (Ok(1), Ok(2)));
    assert_eq!((during.0.await, during.1.await), (Ok(4), Ok(5)));
    assert_eq!(log.all().await.unwrap(), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(old.all().await.unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn what_waits_for_room_at_the_old_server_was_sent_before() {
    #[derive(Default)]
    struct Narrow(Vec<u32>);

    #[server(mailbox = 1, protocols(Log))]
    impl Narrow {
        #[init]
        fn new() -> Self {
            Self::default()
        }

        #[call]
        async fn hold(&mut self, until: tokio::sync::oneshot::Receiver<()>) {
            until.await.expect("it is let go");
        }
    }

    #[server]
    impl Log for Narrow {
        fn append(&mut self, n: u32) -> usize {
            self.0.push(n);
            self.0.len()
        }

        fn all(&self) -> Vec<u32> {
            self.0.clone()
        }

        fn kind(&self) -> &'static str {
            "narrow"
        }

        fn note(&mut self, n: u32) {
            self.0.push(n);
        }
    }

    let narrow = Narrow::start().await.unwrap();
    let place = Swap::<LogProtocol>::new(narrow.clone());
    let log = place.client();
    let (let_go, until) = tokio::sync::oneshot::channel();
    let held = narrow.hold(until).send().unwrap();
    settle().await;
    let mut casts = tokio::task::JoinSet::new();
    for n in 0..8 {
        let log = log.clone();
        casts.spawn(async move { log.note(n).await });
        settle().await;
    }
    let swapped = tokio::spawn(async move { place.swap_with(copied).await.unwrap() });
    settle().await;
    let late = log.append(8).send().unwrap();
    let_go.send(()).unwrap();
    held.await.unwrap();
    swapped.await.unwrap();
    casts.join_all().await.into_iter().for_each(|cast| cast.unwrap());
    assert_eq!(late.await, Ok(9));
    assert_eq!(log.all().await.unwrap(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
}

#[tokio::test]
async fn a_suspended_server_is_replaced_when_it_has_been_resumed_and_has_handled_what_it_was_sent() {
    let agent: LogClient = quick(&[]).into();
    let server: LogClient = Slow::start(vec![], Arc::new(Semaphore::new(1))).await.unwrap().into();
    for suspended in [agent, server] {
        let place = Swap::<LogProtocol>::new(suspended.clone());
        let log = place.client();
        suspended.sys().suspend().await.unwrap();
        let sent = log.append(1).send().unwrap();
        let swapped = tokio::spawn(async move { place.swap_with(copied).await.map(drop) });
        settle().await;
        assert!(!swapped.is_finished());
        suspended.sys().resume().await.unwrap();
        swapped.await.unwrap().unwrap();
        assert_eq!((sent.await, log.append(2).await), (Ok(1), Ok(2)));
    }
}

#[tokio::test]
async fn a_hand_over_that_fails_leaves_the_old_server_with_all_that_was_sent() {
    let (place, log) = place(&[1]);
    let mut sent = None;
    let refused = place
        .swap_with(async |_| {
            sent = Some(log.append(2).send().unwrap());
            Err::<LogClient, _>("no")
        })
        .await;
    assert_eq!(refused.unwrap_err(), SwapError::Handover("no"));
    assert_eq!(sent.unwrap().await, Ok(2));
    assert_eq!(log.append(3).await, Ok(3));
}

#[tokio::test]
async fn a_swap_that_is_dropped_leaves_the_old_server_with_all_that_was_sent() {
    let (place, log) = place(&[1]);
    let sent = {
        let mut swap =
            std::pin::pin!(place.swap_with(async |_| std::future::pending::<Result<LogClient, ()>>().await));
        assert!(futures_poll(swap.as_mut()).await.is_none());
        log.append(2).send().unwrap()
    };
    assert_eq!(sent.await, Ok(2));
    assert_eq!(log.all().await.unwrap(), [1, 2]);
}

/// What a sender waits for between the look-up of a server and the message: that may take as long as its thread is not run.
static ON_THE_WAY: Mutex<Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>> = Mutex::new(None);

fn limit() -> Duration {
    let waits = ON_THE_WAY.lock().expect("nobody panics with it").take();
    if let Some((is_there, may_go)) = waits {
        is_there.send(()).expect("the test waits for it");
        let _ = may_go.recv();
    }
    Duration::from_secs(5)
}

#[protocol]
trait Diary {
    #[call(timeout = limit())]
    fn write(&mut self, n: u32) -> String;
}

struct Page(&'static str, Vec<u32>);

#[server(protocols(Diary))]
impl Page {
    #[init]
    fn new(name: &'static str) -> Self {
        Self(name, Vec::new())
    }
}

#[server]
impl Diary for Page {
    fn write(&mut self, n: u32) -> String {
        self.1.push(n);
        format!("{:?} of {}", self.1, self.0)
    }
}

#[tokio::test]
async fn a_swap_waits_for_who_was_on_his_way_when_an_earlier_one_was_given_up() {
    let (old, new) = (Page::start("old").await.unwrap(), Page::start("new").await.unwrap());
    let place = Swap::<DiaryProtocol>::new(old);
    let diary = place.client();
    let (is_there, sender_is_there) = mpsc::channel();
    let (go, may_go) = mpsc::channel();
    *ON_THE_WAY.lock().expect("nobody panics with it") = Some((is_there, may_go));
    let sender = std::thread::spawn(move || {
        let first = diary.write(1).send().unwrap();
        let second = diary.write(2).send().unwrap();
        (first.wait(), second.wait())
    });
    sender_is_there.recv().unwrap();
    assert!(futures_poll(std::pin::pin!(place.swap(new.clone()))).await.is_none(), "it is given up");
    let mut swap = std::pin::pin!(place.swap(new));
    assert!(futures_poll(swap.as_mut()).await.is_none(), "there is still one who was shown the old server");
    go.send(()).unwrap();
    swap.await.unwrap();
    let (first, second) = tokio::task::spawn_blocking(|| sender.join().unwrap()).await.unwrap();
    assert_eq!(first.as_deref(), Ok("[1] of old"));
    assert!(["[1, 2] of old", "[2] of new"].contains(&second.unwrap().as_str()));
}

#[tokio::test]
async fn swaps_that_are_given_up_bring_no_server_more_than_may_wait_for_one_swap() {
    let allowed = Arc::new(Semaphore::new(0));
    let slow = Slow::start(vec![], Arc::clone(&allowed)).await.unwrap();
    let place = Swap::<LogProtocol>::new(slow.clone());
    let log = place.client();
    let mut sent = vec![log.append(0).no_timeout().send().unwrap()];
    for _ in 0..4 {
        let mut swap = std::pin::pin!(place.swap(quick(&[])));
        assert!(futures_poll(swap.as_mut()).await.is_none(), "the server is not done");
        sent.extend(std::iter::from_fn(|| log.append(0).no_timeout().send().ok()));
    }
    let load = slow.load();
    assert_eq!((load.capacity, load.queued), (1024, 1024 + 1024));
    assert_eq!(sent.len(), 1 + 1024 + 1024, "one of them is being handled");
    allowed.add_permits(Semaphore::MAX_PERMITS / 2);
    for (number, reply) in sent.into_iter().enumerate() {
        assert_eq!(reply.await, Ok(number + 1));
    }
}

#[tokio::test]
async fn who_waits_at_the_old_server_leaves_all_the_room_to_what_waits_for_the_swap() {
    let allowed = Arc::new(Semaphore::new(0));
    let slow = Slow::start(vec![], Arc::clone(&allowed)).await.unwrap();
    let place = Swap::<LogProtocol>::new(slow.clone());
    let log = place.client();
    let call = |log: LogClient| tokio::spawn(async move { log.append(0).no_timeout().await });
    let waiting: Vec<_> = (0..2_100).map(|_| call(log.clone())).collect();
    // One is being handled.
    while slow.load().queued < 2_099 {
        tokio::task::yield_now().await;
    }
    let mut swap = std::pin::pin!(place.swap(quick(&[])));
    assert!(futures_poll(swap.as_mut()).await.is_none(), "the server is not done");
    let sent: Vec<_> = std::iter::from_fn(|| log.append(0).no_timeout().send().ok()).collect();
    assert_eq!(sent.len(), 1024);
    allowed.add_permits(waiting.len());
    swap.await.unwrap();
    for call in waiting {
        assert!(call.await.unwrap().is_ok());
    }
    for (number, reply) in sent.into_iter().enumerate() {
        assert_eq!(reply.await, Ok(number + 1), "of the new one");
    }
}

#[tokio::test(start_paused = true)]
async fn a_swap_within_the_hand_over_of_its_own_place_is_refused() {
    let (place, log) = place(&[1]);
    let other = Swap::<LogProtocol>::new(quick(&[]));
    let refused = place
        .swap_with(async |_| {
            other.swap(quick(&[])).await.expect("that is another place");
            place.swap(quick(&[])).await
        })
        .await;
    assert_eq!(refused.unwrap_err(), SwapError::Handover(SwapError::Refused(CallError::CallingSelf)));
    assert_eq!(log.append(2).await, Ok(2));
    assert!(place.swap(quick(&[])).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_swap_of_a_place_that_leads_to_one_that_is_being_handed_over_is_refused() {
    let (place, log) = place(&[1]);
    let before = Swap::<LogProtocol>::new(log.clone());
    let refused = within(place.swap_with(async |_| before.swap(quick(&[])).await)).await;
    assert_eq!(refused.unwrap_err(), SwapError::Handover(SwapError::Refused(CallError::CallingSelf)));
    assert_eq!(before.client().append(2).await, Ok(2));
    assert!(within(before.swap(quick(&[]))).await.is_ok());
    assert!(within(place.swap(quick(&[]))).await.is_ok());
}

/// Polls a future for a while.
async fn futures_poll<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
    for _ in 0..8 {
        let polled =
            std::future::poll_fn(|cx| std::task::Poll::Ready(std::pin::Pin::new(&mut future).poll(cx)));
        if let std::task::Poll::Ready(output) = polled.await {
            return Some(output);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[tokio::test]
async fn a_panic_while_the_state_is_handed_over_leaves_the_old_server_with_all_that_was_sent() {
    let (place, log) = place(&[1]);
    let place = Arc::new(place);
    let (swapping, client) = (Arc::clone(&place), log.clone());
    let swap = tokio::spawn(async move {
        swapping
            .swap_with(async |_| -> Result<LogClient, ()> {
                client.note(2).send().unwrap();
                panic!("while it is handed over")
            })
            .await
            .map(drop)
    });
    assert!(swap.await.unwrap_err().is_panic());
    assert_eq!(log.all().await.unwrap(), [1, 2]);
    place.swap_with(copied).await.unwrap();
    assert_eq!(log.append(3).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_gives_up_and_is_not_handled() {
    let (place, log) = place(&[]);
    place
        .swap_with(async |old| {
            let late = log.append(1).timeout(Duration::from_millis(10)).await;
            assert_eq!(late, Err(CallError::Timeout { started: false }));
            copied(old).await
        })
        .await
        .unwrap();
    assert_eq!(log.append(2).await, Ok(1));
}

#[tokio::test]
async fn a_server_that_has_itself_replaced_is_told_that_it_would_wait_for_itself() {
    let slow = Slow::start(vec![], Arc::new(Semaphore::new(0))).await.unwrap();
    let place = Arc::new(Swap::<LogProtocol>::new(slow.clone()));
    let replaced = slow.replace(Arc::clone(&place)).split().await.unwrap();
    assert_eq!(replaced, Err(SwapError::Refused(CallError::CallingSelf)));
    assert_eq!(place.client().kind().await, Ok("slow"));
}

#[tokio::test]
async fn a_server_that_calls_itself_while_it_is_replaced_is_told_so() {
    let slow = Slow::start(vec![], Arc::new(Semaphore::new(0))).await.unwrap();
    let place = Swap::<LogProtocol>::new(slow.clone());
    let log = place.client();
    place
        .swap_with(async |old| {
            let called = slow.call_on(log.clone()).split().await.unwrap();
            assert_eq!(called, Err(CallError::CallingSelf));
            copied(old).await
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_circle_through_a_place_is_found_while_its_server_is_replaced() {
    let allowed = Arc::new(Semaphore::new(0));
    let (inner, outer) = (
        Slow::start(vec![], Arc::clone(&allowed)).await.unwrap(),
        Slow::start(vec![], Arc::clone(&allowed)).await.unwrap(),
    );
    let place = Swap::<LogProtocol>::new(inner.clone());
    let (through, to_outer) = (place.client(), LogClient::from(outer.clone()));
    place
        .swap_with(async |old| {
            // `outer` waits for whoever is in the place; and `inner`, which was, calls it.
            let waiting = outer.call_on(through.clone()).send().unwrap();
            settle().await;
            let circle = inner.call_on(to_outer.clone()).split().await.unwrap();
            assert!(matches!(circle, Err(CallError::Deadlock(_))), "{circle:?}");
            waiting.detach();
            copied(old).await
        })
        .await
        .unwrap();
    assert_eq!(outer.undelivered(), 0);
}

#[tokio::test]
async fn two_swaps_take_turns() {
    let (place, log) = place(&[]);
    let swap = |n| {
        let place = &place;
        async move {
            place
                .swap_with(async |old| {
                    settle().await;
                    old.append(n).await?;
                    copied(old).await
                })
                .await
                .map(drop)
        }
    };
    let (first, second) = tokio::join!(swap(1), swap(2));
    first.unwrap();
    second.unwrap();
    assert_eq!(log.all().await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_place_within_a_place() {
    let inner = Swap::<LogProtocol>::new(quick(&[]));
    let outer = Swap::<LogProtocol>::new(inner.client());
    let log = outer.client();
    log.note(1).await.unwrap();
    inner.swap_with(copied).await.unwrap();
    log.note(2).await.unwrap();
    outer.swap_with(copied).await.unwrap();
    assert_eq!(log.append(3).await, Ok(3));
    assert_eq!(inner.client().all().await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_place_that_would_lead_to_itself_is_left_as_it_is() {
    let (inner, log) = place(&[1]);
    let itself = SwapError::Refused(CallError::CallingSelf);
    assert_eq!(inner.swap(inner.client()).await.unwrap_err(), itself);

    let outer = Swap::<LogProtocol>::new(inner.client());
    let mut sent = None;
    let circle = inner
        .swap_with(async |_| {
            sent = Some(log.append(2).send().unwrap());
            Ok::<_, std::convert::Infallible>(outer.client())
        })
        .await;
    assert_eq!(circle.unwrap_err(), itself);
    assert_eq!(sent.unwrap().await, Ok(2));
    assert_eq!(outer.client().all().await.unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_place_follows_a_supervised_child_and_a_name() {
    static LOG: Name<LogProtocol> = Name::new("log");
    let supervisor = DynamicSupervisor::new().start().await.unwrap();
    let child = supervisor.start_child(Quick::spec(vec![1]).id("log")).await.unwrap();
    let place = Swap::<LogProtocol>::new(supervisor.client::<LogProtocol>("log").unwrap());
    let log = place.client();
    let first = log.id();
    child.kill().await.unwrap();
    assert_eq!(log.append(2).await, Ok(2));
    assert_ne!(log.id(), first);

    let named = Quick::spec(vec![5]).name(&LOG).start().unwrap();
    place.swap(LOG.client()).await.unwrap();
    assert_eq!(log.all().await.unwrap(), [5]);
    named.stop().await.unwrap();
    assert_eq!(log.all().await, Err(CallError::NoProc));
    supervisor.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_gone_can_be_replaced() {
    let (place, log) = place(&[1]);
    log.stop().await.unwrap();
    assert_eq!(log.all().await, Err(CallError::NoProc));
    place.swap(quick(&[2])).await.unwrap();
    assert_eq!(log.all().await.unwrap(), [2]);
}

#[tokio::test]
async fn what_waits_for_a_server_that_is_gone_hears_of_that() {
    let (place, log) = place(&[]);
    let gone = quick(&[]);
    gone.stop().await.unwrap();
    let mut sent = None;
    place
        .swap_with(async |_| {
            sent = Some(log.append(1).send().unwrap());
            Ok::<_, ()>(gone.clone())
        })
        .await
        .unwrap();
    let error = sent.unwrap().await.unwrap_err();
    assert_eq!(error, CallError::NoProc);
    assert!(!error.may_have_run());
}

#[tokio::test]
async fn who_blocks_a_thread_of_the_runtime_is_told_so_during_a_swap_and_other_threads_wait() {
    let (place, log) = place(&[]);
    assert_eq!(log.append(1).wait(), Ok(1));
    let mut waiting = None;
    place
        .swap_with(async |old| {
            assert_eq!(log.append(2).wait(), Err(CallError::WouldBlock));
            let log = log.clone();
            waiting = Some(std::thread::spawn(move || log.append(3).wait()));
            copied(old).await
        })
        .await
        .unwrap();
    let waited = tokio::task::spawn_blocking(move || waiting.unwrap().join().unwrap());
    assert_eq!(waited.await.unwrap(), Ok(2));
}

#[tokio::test]
async fn the_place_shows_the_server_that_is_there() {
    let (place, log) = place(&[]);
    let first = log.id().unwrap();
    let new = quick(&[]);
    let mut during = None;
    place
        .swap_with(async |_| {
            during = log.id();
            Ok::<_, ()>(new.clone())
        })
        .await
        .unwrap();
    assert_eq!(during, Some(first));
    assert_eq!(log.id(), new.id());
    assert!(log.same_place(&place.client()) && !log.same_place(&new));
    assert_eq!(format!("{place:?}"), r#"Swap { protocol: "Log", .. }"#);
}

#[tokio::test]
async fn a_reply_that_is_kept_by_the_new_server_is_its_own_to_break() {
    let (place, log) = place(&[]);
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keeps = Arc::clone(&kept);
    let stub = LogClient::stub(move |request| match request {
        LogRequest::Append { reply, .. } => keeps.lock().unwrap().push(reply),
        _ => unreachable!("nobody asks for anything else"),
    });
    let mut sent = None;
    let old = place
        .swap_with(async |_| {
            sent = Some(log.append(1).send().unwrap());
            Ok::<_, ()>(stub.clone())
        })
        .await
        .unwrap();
    // The server that it was sent to first has nothing to do with it any more.
    old.stop().await.unwrap();
    settle().await;
    let reply = tokio::task::spawn_blocking(move || {
        loop {
            if let Some(reply) = kept.lock().unwrap().pop() {
                return reply;
            }
            std::thread::yield_now();
        }
    });
    drop(reply.await.unwrap());
    assert_eq!(sent.unwrap().await, Err(CallError::NoReply));
}

/// Eight callers, and swaps while they call: nothing fails, nothing is lost, and each caller's messages keep their order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_in_a_swap_under_load() {
    const CALLERS: u32 = 8;
    const CALLS: u32 = 500;
    const SWAPS: usize = 20;
    let (place, log) = place(&[]);
    let start = Arc::new(tokio::sync::Barrier::new(9));
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let (log, start) = (log.clone(), Arc::clone(&start));
        callers.spawn(async move {
            start.wait().await;
            for n in 0..CALLS {
                let number = caller * CALLS + n;
                match n % 3 {
                    0 => drop(log.append(number).await.unwrap()),
                    1 => log.note(number).await.unwrap(),
                    _ => drop(log.append(number).send().unwrap().await.unwrap()),
                }
            }
        });
    }
    start.wait().await;
    for swap in 0..SWAPS {
        let swapped = place.swap_with(async |old| {
            let entries = old.all().await?;
            tokio::task::yield_now().await;
            let new: LogClient = if swap % 2 == 0 {
                let allowed = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
                Slow::start(entries, allowed).await.expect("a server starts").into()
            } else {
                quick(&entries).into()
            };
            Ok::<_, CallError>(new)
        });
        swapped.await.unwrap().stop().await.unwrap();
        tokio::task::yield_now().await;
    }
    callers.join_all().await;
    let all = log.all().await.unwrap();
    assert_eq!(all.len(), usize::try_from(CALLERS * CALLS).unwrap());
    for caller in 0..CALLERS {
        let of_one = all.iter().copied().filter(|n| n / CALLS == caller);
        assert!(of_one.eq(caller * CALLS..(caller + 1) * CALLS), "caller {caller}");
    }
}

/// Two places, one behind the other, each swapped while the other is: senders that wait for nothing lose nothing either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_where_a_place_leads_to_a_place_and_both_are_swapped() {
    const SENDERS: u32 = 4;
    const CASTS: u32 = 2_000;
    let inner = Arc::new(Swap::<LogProtocol>::new(quick(&[])));
    let outer = Swap::<LogProtocol>::new(inner.client());
    let log = outer.client();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let log = log.clone();
            std::thread::spawn(move || {
                for n in 0..CASTS {
                    let number = sender * CASTS + n;
                    while log.note(number).send().is_err() {
                        std::thread::yield_now();
                    }
                }
            })
        })
        .collect();
    let swapping = Arc::clone(&inner);
    let inner_swaps = tokio::spawn(async move {
        for _ in 0..100 {
            swapping.swap_with(copied).await.unwrap();
        }
    });
    for _ in 0..100 {
        let same = inner.client();
        outer.swap_with(async |_| Ok::<_, ()>(same)).await.unwrap();
        tokio::task::yield_now().await;
    }
    inner_swaps.await.unwrap();
    tokio::task::spawn_blocking(|| senders.into_iter().for_each(|sender| sender.join().unwrap()))
        .await
        .unwrap();
    let all = log.all().await.unwrap();
    assert_eq!(all.len(), usize::try_from(SENDERS * CASTS).unwrap());
    for sender in 0..SENDERS {
        let of_one = all.iter().copied().filter(|n| n / CASTS == sender);
        assert!(of_one.eq(sender * CASTS..(sender + 1) * CASTS), "sender {sender}");
    }
}

#[tokio::test]
async fn a_place_waits_for_what_waits_in_the_place_that_it_leads_to() {
    let inner = Swap::<LogProtocol>::new(quick(&[]));
    let outer = Swap::<LogProtocol>::new(inner.client());
    let log = outer.client();
    let (let_go, until) = tokio::sync::oneshot::channel::<()>();
    let held = tokio::spawn(async move {
        let swapped = inner.swap_with(async |old| {
            until.await.expect("it is let go");
            copied(old).await
        });
        swapped.await.map(drop)
    });
    settle().await;
    log.note(1).await.unwrap();
    let swapped = tokio::spawn(async move { outer.swap_with(copied).await.map(drop) });
    settle().await;
    log.note(2).await.unwrap();
    assert!(!swapped.is_finished());
    let_go.send(()).unwrap();
    held.await.unwrap().unwrap();
    swapped.await.unwrap().unwrap();
    assert_eq!(log.all().await.unwrap(), [1, 2]);
}

/// Waits in its handler until it is let go.
struct Held {
    opened: mpsc::Receiver<()>,
}

#[agent(protocols(Log))]
impl Held {
    #[init]
    fn new(opened: mpsc::Receiver<()>) -> Self {
        Self { opened }
    }
}

#[agent]
impl Log for Held {
    fn append(&mut self, _n: u32) -> usize {
        usize::from(self.opened.recv_timeout(LONG).is_ok())
    }

    fn all(&self) -> Vec<u32> {
        vec![]
    }

    fn kind(&self) -> &'static str {
        "held"
    }

    fn note(&mut self, _n: u32) {}
}

/// Else one who comes back with another call whenever he has his answer would keep the place closed for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p90_who_swaps_runs_nothing_that_another_waits_for() {
    let (place, log) = place(&[]);
    let (open, opened) = mpsc::channel();
    let next = Held::start(opened).unwrap();
    let mut parked = None;
    let swapped = place.swap_with(async |_| {
        parked = Some(log.append(0).send().unwrap());
        Ok::<_, ()>(next)
    });
    swapped.await.unwrap();
    open.send(()).unwrap();
    assert_eq!(parked.unwrap().await, Ok(1));
}
