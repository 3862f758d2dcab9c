//! Stubs and probes: what stands behind a client of a protocol in a test.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use callcast::prelude::*;
use callcast::{Expected, Message as _, Probe, Received};
use futures_util::FutureExt as _;

use crate::support::{
    Bomb, Log, at_once, gate, is_panic, lasting, ms, multi_thread, on_thread, settle, within,
};

/// How a probe is told what it stands for.
type Stored = StoreProtocol;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    bytes: Vec<u8>,
    author: Option<String>,
}

#[protocol]
pub(crate) trait Store {
    #[call]
    fn get(&self, key: String) -> Option<Value>;

    #[call(timeout = "10s")]
    fn put(&mut self, #[into] key: String, value: Value) -> Result<(), String>;

    #[call]
    fn nearest(&self, to: f64) -> f64;

    #[call]
    fn len(&self) -> usize;

    #[cast]
    fn forget(&mut self, key: String);

    #[cast]
    fn clear(&mut self);
}

/// What is tested by means of probes: it needs a store, whichever that is.
struct Greeter {
    store: StoreClient,
}

#[server]
impl Greeter {
    #[init]
    const fn new(store: StoreClient) -> Self {
        Self { store }
    }

    #[call]
    async fn greet(&mut self, name: String) -> Result<String, CallError> {
        let known = self.store.get(name.clone()).await?;
        if known.is_none() {
            let _ = self.store.forget(name.clone()).await;
        }
        Ok(if known.is_some() { format!("Welcome back, {name}") } else { format!("Hello, {name}") })
    }
}

fn value(bytes: &[u8]) -> Value {
    Value { bytes: bytes.to_vec(), author: None }
}

/// Keeps replies for as long as the test wants.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<ReplyTo<usize>>>>);

impl Kept {
    fn answer(&self, request: StoreRequest) {
        match request {
            StoreRequest::Len { reply } => self.0.lock().unwrap().push(reply),
            other => panic!("nobody asks for {}", other.name()),
        }
    }

    fn take(&self) -> Vec<ReplyTo<usize>> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A stub that keeps what it is to reply to.
fn keeping() -> (StoreClient, Kept) {
    let kept = Kept::default();
    let stub = kept.clone();
    (StoreClient::stub(move |request| stub.answer(request)), kept)
}

#[tokio::test(start_paused = true)]
async fn stub_answers_calls_and_drops_casts() {
    let mut asked = 0;
    let store = StoreClient::stub(move |request| match request {
        StoreRequest::Get { key, reply } => reply.send((key == "a").then(|| value(b"1"))),
        StoreRequest::Put { key, reply, .. } => reply.send(Err(format!("{key} is read only"))),
        StoreRequest::Nearest { to, reply } => reply.send(to),
        StoreRequest::Len { reply } => {
            asked += 1;
            reply.send(asked);
        }
    });
    assert_eq!(at_once(store.get("a".to_owned())).await, Ok(Some(value(b"1"))));
    assert_eq!(at_once(store.get("b".to_owned())).await, Ok(None));
    let refused = at_once(store.put("a", value(b"2"))).await;
    assert_eq!(refused, Err(CallError::Handler("a is read only".to_owned())));
    at_once(store.forget("a".to_owned())).await.unwrap();
    assert_eq!((store.len().await, store.clone().len().await), (Ok(1), Ok(2)));
}

#[tokio::test(start_paused = true)]
async fn stub_gets_calls_and_casts_in_order() {
    let log = Log::default();
    let (calls, casts) = (log.clone(), log.clone());
    let answer = move |request: StoreRequest| {
        calls.push(request.name());
        if let StoreRequest::Len { reply } = request {
            reply.send(3);
        }
    };
    let store = StoreClient::stub_with(answer, move |cast: StoreCast| casts.push(cast.name()));
    store.clear().await.unwrap();
    let len = store.len().send().unwrap();
    store.forget("a".to_owned()).send().unwrap();
    store.clear().await.unwrap();
    assert_eq!(len.await, Ok(3));
    assert_eq!(log.take(), ["clear", "len", "forget", "clear"]);
}

#[test]
fn stub_handles_one_message_at_a_time_without_a_runtime() {
    let (busy, handled) = (AtomicBool::new(false), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&handled);
    let store = StoreClient::stub(move |request| {
        assert!(!busy.swap(true, Ordering::SeqCst), "two run at once");
        thread::yield_now();
        busy.store(false, Ordering::SeqCst);
        count.fetch_add(1, Ordering::SeqCst);
        if let StoreRequest::Nearest { to, reply } = request {
            reply.send(to);
        }
    });
    let threads: Vec<_> = (0..4_u8)
        .map(|n| {
            let store = store.clone();
            thread::spawn(move || {
                for _ in 0..50 {
                    assert_eq!(store.nearest(n.into()).wait(), Ok(n.into()));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(handled.load(Ordering::SeqCst), 200);
}

#[tokio::test(start_paused = true)]
async fn stub_that_keeps_its_reply_answers_later() {
    let (store, kept) = keeping();
    let (first, second) = (store.len().send().unwrap(), store.len().send().unwrap());
    for (n, reply) in kept.take().into_iter().enumerate() {
        reply.send(n);
    }
    assert_eq!((first.await, second.await), (Ok(0), Ok(1)));
}

#[tokio::test(start_paused = true)]
async fn stub_that_drops_its_reply_gives_none() {
    let store = StoreClient::stub(drop);
    assert_eq!(at_once(store.len()).await, Err(CallError::NoReply));
    assert!(store.is_alive());
}

#[tokio::test(start_paused = true)]
async fn stub_that_panics_ends_as_any_agent_does() {
    let store = StoreClient::stub(|request| panic!("no {}", request.name()));
    let error = at_once(store.len()).await.unwrap_err();
    assert!(is_panic(&error, "len", "no len"), "{error:?}");
    let CallError::Exit { reason: ExitReason::Panicked(panic), .. } = error else { panic!("{error:?}") };
    assert_eq!(panic.server(), "Store");
    assert_eq!(at_once(store.len()).await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn stub_that_does_not_answer_in_time() {
    let (store, kept) = keeping();
    assert_eq!(lasting(ms(5_000), store.len()).await, Err(CallError::Timeout { started: true }));
    assert!(kept.take().remove(0).is_abandoned());
    let held = Arc::new(Mutex::new(Vec::new()));
    let store = StoreClient::stub(move |request| held.lock().unwrap().push(request));
    let put = lasting(ms(10_000), store.put("a", value(b""))).await;
    assert_eq!(put, Err(CallError::Timeout { started: true }));
    let short = lasting(ms(10), store.len().timeout(ms(10))).await;
    assert_eq!(short, Err(CallError::Timeout { started: true }));
}

#[tokio::test(start_paused = true)]
async fn stub_that_is_stopped_says_why() {
    let (store, kept) = keeping();
    let waiting = store.len().send().unwrap();
    assert_eq!(at_once(store.stop_with(ExitReason::Shutdown)).await, Ok(ExitReason::Shutdown));
    drop(kept.take());
    assert_eq!(at_once(waiting).await, Err(CallError::Exit { reason: ExitReason::Shutdown, started: true }));
    assert_eq!(at_once(store.clear()).await, Err(CastError::NoProc));
}

#[test]
fn stub_lives_as_long_as_its_clients() {
    let kept = Arc::new(());
    let held = Arc::clone(&kept);
    let store = StoreClient::stub(move |_| drop(Arc::clone(&held)));
    let weak = store.downgrade();
    let other = weak.upgrade().unwrap();
    drop(store);
    assert_eq!(Arc::strong_count(&kept), 2);
    drop(other);
    assert_eq!(Arc::strong_count(&kept), 1);
    assert!(weak.upgrade().is_none());
}

#[test]
fn stub_is_an_agent_and_may_not_call() {
    let hits = Agent::new(0);
    let store = StoreClient::stub(move |request| {
        assert_eq!(hits.get(|n| *n).wait(), Err(CallError::InsideAgent));
        hits.cast(|n| *n += 1).send().unwrap();
        if let StoreRequest::Len { reply } = request {
            reply.send(7);
        }
    });
    assert_eq!(store.len().wait(), Ok(7));
}

#[test]
fn handler_called_stub_wins() {
    #[protocol]
    trait Ticket {
        #[call]
        fn stub(&self) -> u32;
    }
    let answer = |TicketRequest::Stub { reply }| reply.send(9);
    let ticket = <TicketClient as ClientOf<_>>::stub(answer);
    assert_eq!(ticket.stub().wait(), Ok(9));
    assert_eq!(TicketClient::stub(&ticket).wait(), Ok(9));
}

#[tokio::test(start_paused = true)]
async fn probe_answers_what_it_expects() {
    let probe = Probe::<Stored>::new();
    let greeter = Greeter::start(probe.client()).await.unwrap();
    let ada = greeter.greet("Ada".to_owned()).send().unwrap();
    let bob = greeter.greet("Bob".to_owned()).send().unwrap();
    at_once(probe.expect_call(|store| store.get("Ada".to_owned()))).await.send(Some(value(b"")));
    at_once(probe.expect_call(|store| store.get("Bob".to_owned()))).await.send(None);
    at_once(probe.expect_cast(|store| store.forget("Bob".to_owned()))).await;
    assert_eq!(at_once(ada).await.unwrap(), "Welcome back, Ada");
    assert_eq!(at_once(bob).await.unwrap(), "Hello, Bob");
    probe.expect_nothing();
    assert_eq!(probe.names(), ["get", "get", "forget"]);
}

#[tokio::test(start_paused = true)]
async fn probe_that_drops_the_reply_gives_none() {
    let probe = Probe::<Stored>::new();
    let greeter = Greeter::start(probe.client()).await.unwrap();
    let ada = greeter.greet("Ada".to_owned()).send().unwrap();
    drop(probe.expect_call(|store| store.get("Ada".to_owned())).await);
    assert_eq!(at_once(ada).await, Err(CallError::Handler(CallError::NoReply)));
}

#[tokio::test(start_paused = true)]
async fn probe_waits_until_a_message_comes() {
    let probe = Probe::<Stored>::new();
    let store = probe.client();
    let later = async {
        tokio::time::sleep(ms(4_000)).await;
        store.put("a", value(b"1")).await
    };
    let answer = async {
        let reply = probe.expect_call(|store| store.put("a", value(b"1"))).await;
        reply.send(Err("full".to_owned()));
    };
    let (put, ()) = lasting(ms(4_000), async { tokio::join!(later, answer) }).await;
    assert_eq!(put, Err(CallError::Handler("full".to_owned())));
}

#[test]
fn probe_serves_plain_threads() {
    let probe = Probe::<Stored>::new();
    let store = probe.client();
    let thread = thread::spawn(move || {
        store.clear().wait().unwrap();
        store.len().wait()
    });
    probe.expect_cast(StoreClient::clear).wait();
    probe.expect_call(StoreClient::len).wait().send(4);
    assert_eq!(thread.join().unwrap(), Ok(4));
    assert_eq!(probe.names(), ["clear", "len"]);
}

#[test]
fn probe_hears_of_every_message_of_many_threads() {
    let probe = Probe::<Stored>::new();
    let runtime = multi_thread();
    for _ in 0..4 {
        let store = probe.client();
        runtime.spawn(async move {
            for n in 0..100 {
                store.forget(n.to_string()).await.unwrap();
                store.clear().send().unwrap();
            }
        });
    }
    let mut next = vec![0; 2];
    for _ in 0..800 {
        match probe.next().wait() {
            Received::Cast(StoreCast::Forget { .. }) => next[0] += 1,
            Received::Cast(StoreCast::Clear) => next[1] += 1,
            other => panic!("nobody has sent {other:?}"),
        }
    }
    assert_eq!(next, [400, 400]);
    probe.expect_nothing();
    assert_eq!(probe.names().len(), 800);
}

#[tokio::test(start_paused = true)]
async fn probe_gives_the_next_message_whatever_it_is() {
    let probe = Probe::<Stored>::new();
    let store = probe.client();
    assert!(probe.try_next().is_none());
    store.forget("a".to_owned()).await.unwrap();
    let len = store.len().send().unwrap();
    store.clear().await.unwrap();
    match at_once(probe.next()).await {
        Received::Cast(StoreCast::Forget { key }) => assert_eq!(key, "a"),
        other => panic!("nobody has sent {other:?}"),
    }
    let received = probe.try_next().unwrap();
    assert_eq!((received.name(), format!("{received:?}").as_str()), ("len", r#"Call("len")"#));
    assert_eq!(format!("{probe:?}"), r#"Probe { protocol: "Store", queued: ["clear"], .. }"#);
    let Received::Call(StoreRequest::Len { reply }) = received else { panic!("it is a call") };
    reply.send(3);
    assert_eq!(len.await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn probe_that_answers_by_a_function_still_knows_what_came() {
    let probe = Probe::<Stored>::answering(|request| match request {
        StoreRequest::Get { reply, .. } => reply.send(None),
        other => panic!("nobody asks for {}", other.name()),
    });
    let greeter = Greeter::start(probe.client()).await.unwrap();
    assert_eq!(at_once(greeter.greet("Ada".to_owned())).await.unwrap(), "Hello, Ada");
    assert_eq!(probe.names(), ["get", "forget"]);
    at_once(probe.expect_cast(|store| store.forget("Ada".to_owned()))).await;
    probe.expect_nothing();
}

#[tokio::test(start_paused = true)]
async fn probe_that_is_dropped_ends() {
    let probe = Probe::<Stored>::new();
    let (store, other) = (probe.client(), probe.client());
    assert!(store.same_place(&other));
    let waiting = store.len().send().unwrap();
    drop(probe);
    assert!(!store.is_alive());
    let exit = Err(CallError::Exit { reason: ExitReason::Normal, started: true });
    assert_eq!(at_once(waiting).await, exit);
    assert_eq!(at_once(other.len()).await, Err(CallError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn what_is_expected_and_not_waited_for_loses_nothing() {
    let probe = Probe::<Stored>::new();
    let store = probe.client();
    let early = tokio::time::timeout(ms(1), probe.expect_cast(StoreClient::clear)).await;
    assert!(early.is_err());
    store.clear().await.unwrap();
    drop(probe.expect_cast(StoreClient::clear));
    at_once(probe.expect_cast(StoreClient::clear)).await;
}

#[tokio::test(start_paused = true)]
async fn several_may_wait_for_a_message_at_once() {
    let probe = Arc::new(Probe::<Stored>::new());
    let store = probe.client();
    let wait = |probe: Arc<Probe<Stored>>| async move { probe.expect_cast(StoreClient::clear).await };
    let both = [tokio::spawn(wait(Arc::clone(&probe))), tokio::spawn(wait(Arc::clone(&probe)))];
    settle().await;
    store.clear().await.unwrap();
    store.clear().await.unwrap();
    for waiting in both {
        at_once(waiting).await.unwrap();
    }
}

#[test]
fn what_was_sent_and_stands_behind_another_message_is_waited_for() {
    let (gate, key) = gate();
    let probe = Probe::<Stored>::answering(move |_| gate.pass()).within(Duration::ZERO);
    let store = probe.client();
    let busy = thread::spawn(move || store.len().wait());
    key.entered();
    probe.client().forget("a".to_owned()).send().unwrap();
    probe.client().clear().send().unwrap();
    let opener = thread::spawn(move || {
        thread::sleep(ms(30));
        key.open();
    });
    assert_eq!(probe.names(), ["len", "forget", "clear"]);
    probe.expect_cast(|store| store.forget("a".to_owned())).wait();
    assert_eq!(probe.try_next().unwrap().name(), "clear");
    assert_eq!(busy.join().unwrap(), Err(CallError::NoReply));
    opener.join().unwrap();
}

#[test]
fn message_that_panics_when_it_is_dropped_harms_no_test() {
    #[protocol]
    trait Range {
        #[cast]
        fn throw(&mut self, bomb: Bomb);
    }
    let probe = Probe::<RangeProtocol>::new();
    probe.client().throw(Bomb::armed()).send().unwrap();
    drop(probe);
}

#[test]
fn what_is_expected_can_be_sent_to_other_threads() {
    fn send<T: Send>(value: T) -> T {
        value
    }
    let probe = Arc::new(Probe::<Stored>::new());
    let store = probe.client();
    let watcher = Arc::clone(&probe);
    let expects = send(async move { watcher.expect_call(StoreClient::len).await.send(2) });
    let runtime = multi_thread();
    runtime.spawn(expects);
    assert_eq!(runtime.block_on(within(store.len())), Ok(2));
}

/// What a panic says, without the line that it names.
fn text(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast::<String>().expect("a panic with a text");
    let Some((head, tail)) = text.split_once(file!()) else { return *text };
    let here = tail.find(|c: char| c != ':' && !c.is_ascii_digit()).unwrap_or(tail.len());
    format!("{head}HERE{}", &tail[here..])
}

/// What an expectation says that fails, or nothing where it does not.
async fn said<T>(expected: Expected<'_, Stored, T>) -> String {
    AssertUnwindSafe(expected).catch_unwind().await.map_or_else(text, |_| String::new())
}

#[tokio::test(start_paused = true)]
async fn other_arguments_are_shown_line_by_line() {
    let probe = Probe::<Stored>::new();
    let store = probe.client();
    store.forget("z".to_owned()).await.unwrap();
    drop(probe.next().await);
    let put = store.put("a", Value { bytes: vec![1, 3], author: None }).send().unwrap();
    store.clear().await.unwrap();
    let expected = Value { bytes: vec![1, 2], author: Some("Ada".to_owned()) };
    let said = said(probe.expect_call(|store| store.put("a", expected))).await;
    let text = r#"a probe of `Store` got another message than it expected at HERE

expected (-) and came (+):
  put(
      "a",
      Value {
          bytes: [
              1,
-             2,
+             3,
          ],
-         author: Some(
-             "Ada",
-         ),
+         author: None,
      },
  )

came before it: forget
queued behind it: clear"#;
    assert_eq!(said, text);
    assert_eq!(at_once(put).await, Err(CallError::NoReply));
}

#[tokio::test(start_paused = true)]
async fn other_arguments_of_casts_are_shown_as_well() {
    let probe = Probe::<Stored>::new();
    probe.client().forget("a".to_owned()).await.unwrap();
    let said = said(probe.expect_cast(|store| store.forget("b".to_owned()))).await;
    let text = "a probe of `Store` got another message than it expected at HERE\n\n\
                expected (-) and came (+):\n  forget(\n-     \"b\",\n+     \"a\",\n  )\n\n\
                came before it: nothing\nqueued behind it: nothing";
    assert_eq!(said, text);
}

#[tokio::test(start_paused = true)]
async fn arguments_that_print_alike_are_said_to() {
    let probe = Probe::<Stored>::new();
    let store = probe.client();
    let _nearest = store.nearest(f64::NAN).send().unwrap();
    let said = said(probe.expect_call(|store| store.nearest(f64::NAN))).await;
    let text = "a probe of `Store` got another message than it expected at HERE\n\n\
                expected (-) and came (+):\n  nearest(NaN)\n  (both print alike, but they are not equal)\n\n\
                came before it: nothing\nqueued behind it: nothing";
    assert_eq!(said, text);
}

#[tokio::test(start_paused = true)]
async fn another_message_is_named() {
    let probe = Probe::<Stored>::new();
    let store = probe.client();
    store.clear().await.unwrap();
    store.forget("b".to_owned()).await.unwrap();
    let _len = store.len().send().unwrap();
    let text = |expected: &str, came: &str, before: &str, behind: &str| {
        format!(
            "a probe of `Store` got another message than it expected at HERE\n\n\
             expected: {expected}\ncame:     {came}\n\n\
             came before it: {before}\nqueued behind it: {behind}"
        )
    };
    let call = said(probe.expect_call(|store| store.put("a", value(&[7])))).await;
    let put = r#"the call put("a", Value { bytes: [7], author: None })"#;
    assert_eq!(call, text(put, "the cast clear", "nothing", "forget, len"));
    let cast = said(probe.expect_cast(StoreClient::clear)).await;
    assert_eq!(cast, text("the cast clear()", "the cast forget", "clear", "len"));
    let cast = said(probe.expect_cast(|store| store.forget("b".to_owned()))).await;
    assert_eq!(cast, text(r#"the cast forget("b")"#, "the call len", "clear, forget", "nothing"));
}

#[tokio::test(start_paused = true)]
async fn nothing_that_comes_is_said_at_the_limit() {
    let probe = Probe::<Stored>::new();
    let store = probe.client();
    let said_of = |when: &str, expected: &str, before: &str| {
        format!(
            "a probe of `Store` got nothing {when}, and expected it at HERE\n\n\
             expected: {expected}\n\ncame before: {before}"
        )
    };
    let call = lasting(ms(5_000), said(probe.expect_call(StoreClient::len))).await;
    assert_eq!(call, said_of("within 5s", "the call len()", "nothing"));
    store.clear().await.unwrap();
    drop(probe.next().await);
    let cast = lasting(ms(30), said(probe.expect_cast(StoreClient::clear).within(ms(30)))).await;
    assert_eq!(cast, said_of("within 30ms", "the cast clear()", "clear"));
    let probe = probe.within(ms(7));
    let any = lasting(ms(7), said(probe.next())).await;
    assert_eq!(any, said_of("within 7ms", "any message", "clear"));
    store.stop().await.unwrap();
    let any = at_once(said(probe.next())).await;
    assert_eq!(any, said_of("before somebody stopped it", "any message", "clear"));
}

#[test]
fn plain_thread_waits_no_longer_than_the_limit() {
    let probe = Probe::<Stored>::new().within(ms(20));
    let begin = Instant::now();
    let said = catch_unwind(AssertUnwindSafe(|| probe.expect_cast(StoreClient::clear).wait()));
    assert!(begin.elapsed() >= ms(20));
    let text = text(said.unwrap_err());
    assert!(
        text.starts_with("a probe of `Store` got nothing within 20ms, and expected it at HERE"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn thread_of_a_runtime_is_not_blocked() {
    let probe = Probe::<Stored>::new();
    probe.client().clear().await.unwrap();
    probe.expect_cast(StoreClient::clear).wait();
    let said = catch_unwind(AssertUnwindSafe(|| probe.expect_cast(StoreClient::clear).wait()));
    let said = *said.unwrap_err().downcast::<&str>().unwrap();
    assert_eq!(said, "a probe cannot wait on a thread of a runtime: `.await` the message");
}

#[test]
fn what_nobody_expects_is_named() {
    let probe = Probe::<Stored>::new();
    probe.expect_nothing();
    let store = probe.client();
    on_thread(move || {
        store.clear().wait().unwrap();
        store.forget("a".to_owned()).wait().unwrap();
    });
    let said = catch_unwind(AssertUnwindSafe(|| probe.expect_nothing())).unwrap_err();
    assert_eq!(text(said), "a probe of `Store` got messages that nobody expected: clear, forget");
}

/// What the panics name must be the test's own lines, also where the library waits in between.
#[tokio::test(start_paused = true)]
async fn panic_names_the_line_that_expects() {
    let probe = Probe::<Stored>::new().within(Duration::ZERO);
    let line = line!() + 1;
    let expected = probe.next();
    let panic = AssertUnwindSafe(tokio::time::timeout(ms(1), expected)).catch_unwind().await.unwrap_err();
    let text = panic.downcast::<String>().unwrap();
    assert!(text.contains(&format!("{}:{line}:", file!())), "{text}");
}
