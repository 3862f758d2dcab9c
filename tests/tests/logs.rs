//! What goes to `tracing`: starts and ends, failures and slow handlers, and in whose span.
//!
//! One subscriber collects for all tests of this process: each looks for its own servers only.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "a message owns its arguments, and a handler has a receiver"
)]

mod collector;

use std::future::Future;
use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use callcast::prelude::*;
use callcast::{Client, Name, ServerId};
use tokio::sync::oneshot;
use tracing::Level;

use crate::collector::{Collector, Logged};

/// Longer than anything here takes, unless it hangs.
const LONG: Duration = Duration::from_mins(1);

fn collector() -> &'static Collector {
    static ALL: LazyLock<Collector> = LazyLock::new(|| {
        let collector = Collector::default();
        tracing::subscriber::set_global_default(collector.clone()).expect("there is no other");
        collector
    });
    &ALL
}

async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LONG, future).await.expect("this hangs")
}

fn id(client: &Client) -> ServerId {
    client.id().expect("it lives")
}

/// That a handler is slow is true of any, on a machine that is busy enough.
const SLOW: &str = "a handler is slow";

/// What is the same on any machine.
fn steady(mut events: Vec<Logged>) -> Vec<Logged> {
    events.retain(|event| event.message() != SLOW);
    events
}

/// The messages about a server, each with its level.
fn said(id: ServerId) -> Vec<(Level, String)> {
    let events = steady(collector().of(id));
    events.iter().map(|event| (event.level, event.message().to_owned())).collect()
}

/// The one complaint about a server.
fn the_report(id: ServerId) -> Logged {
    let mut complaints = steady(collector().complaints(id));
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    complaints.remove(0)
}

/// What nobody may see.
const SECRET: &str = "correct horse battery staple";

#[derive(Clone, Debug)]
struct Secret(#[expect(dead_code, reason = "it is only shown")] &'static str);

const fn secret() -> Secret {
    Secret(SECRET)
}

/// What the kinds have in common, with a secret in each message and in the state.
macro_rules! kinds {
    ($($attribute:ident $options:tt $name:ident;)*) => {$(
        struct $name {
            secret: Secret,
            calls: u32,
        }

        #[$attribute $options]
        impl $name {
            #[init]
            fn new(secret: Secret) -> Self {
                Self { secret, calls: 0 }
            }

            #[call]
            fn swap(&mut self, secret: Secret) -> Secret {
                self.calls += 1;
                std::mem::replace(&mut self.secret, secret)
            }

            #[call]
            fn boom(&mut self, _secret: Secret) -> Secret {
                panic!("boom")
            }

            #[cast]
            fn note(&mut self, secret: Secret) {
                self.secret = secret;
            }

            #[cast]
            fn fail(&mut self, _secret: Secret) -> Result<(), String> {
                Err("out of paper".to_owned())
            }

            /// Says that it runs, under a name of its own.
            #[call]
            fn speak(&self, probe: &'static str) {
                tracing::info!(probe, "in a handler");
            }

            #[call]
            fn block(&self, begun: mpsc::Sender<()>, gate: mpsc::Receiver<()>) {
                begun.send(()).expect("the test waits");
                gate.recv_timeout(LONG).expect("the test opens the gate");
            }

            #[format_status]
            fn shown(&self) -> String {
                format!("{} calls", self.calls)
            }
        }
    )*};
}

kinds! {
    agent (derive(Debug), slow = "20ms") Holder;
    server (derive(Debug), slow = "20ms") Worker;
    server (derive(Debug), slow = "20ms", inline = true) Quick;
}

/// Runs a test for each kind, each time with a new one that has a name and a label.
macro_rules! for_each_kind {
    (async fn $name:ident($client:ident, $place:ident) $body:block) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn of_an_agent() {
                static PLACE: Name<Holder> = Name::new(concat!(stringify!($name), " of an agent"));
                collector();
                let ($client, $place) =
                    (Holder::spec(secret()).name(&PLACE).label("labelled").start().unwrap(), PLACE.text());
                $body
            }

            #[tokio::test]
            async fn of_a_server() {
                static PLACE: Name<Worker> = Name::new(concat!(stringify!($name), " of a server"));
                collector();
                let start = Worker::spec(secret()).name(&PLACE).label("labelled").start();
                let ($client, $place) = (within(start).await.unwrap(), PLACE.text());
                $body
            }

            #[tokio::test]
            async fn of_an_inline_server() {
                static PLACE: Name<Quick> = Name::new(concat!(stringify!($name), " of an inline server"));
                collector();
                let start = Quick::spec(secret()).name(&PLACE).label("labelled").start();
                let ($client, $place) = (within(start).await.unwrap(), PLACE.text());
                // Idle by now, so that it runs where it is called.
                tokio::task::yield_now().await;
                $body
            }
        }
    };
}

for_each_kind! {
    async fn a_start_and_a_stop_are_for_those_who_debug(client, place) {
        let id = id(&client);
        assert_eq!(said(id), [(Level::DEBUG, "a server started".to_owned())]);
        within(client.swap(secret())).await.unwrap();
        within(client.stop()).await.unwrap();
        let events = steady(collector().of(id));
        assert_eq!(said(id)[1..], [(Level::DEBUG, "a server ended".to_owned())]);
        assert_eq!(events[1].get("reason"), Some("it stopped normally"));
        for event in &events {
            let span = event.spans.last().expect("it stands in the server's own span");
            assert_eq!(span.get("server.id"), Some(&*id.to_string()));
            assert_eq!((span.get("server.name"), span.get("rpc.system")), (Some(place), Some("callcast")));
            assert_eq!(span.get("rpc.service"), event.get("server"));
        }
    }
}

for_each_kind! {
    async fn a_shutdown_is_silent(client, _place) {
        let id = id(&client);
        within(client.stop_with(ExitReason::ShutdownWith("deploy".into()))).await.unwrap();
        assert!(steady(collector().complaints(id)).is_empty());
        assert_eq!(steady(collector().of(id))[1].get("reason"), Some("it was shut down: deploy"));
    }
}

for_each_kind! {
    async fn a_shutdown_without_a_reason_is_silent(client, _place) {
        let id = id(&client);
        within(client.sys().terminate(ExitReason::Shutdown)).await.unwrap();
        assert!(steady(collector().complaints(id)).is_empty());
        assert_eq!(said(id).len(), 2);
    }
}

/// What is in the report of every failure.
fn assert_report(id: ServerId, place: &str, reason: &str) -> Logged {
    let report = the_report(id);
    assert_eq!((report.level, report.message()), (Level::ERROR, "a server failed"));
    assert_eq!((report.get("name"), report.get("label")), (Some(place), Some("labelled")));
    assert_eq!(report.get("reason"), Some(reason));
    assert_eq!(said(id).len(), 2, "the start, and this");
    report
}

for_each_kind! {
    async fn a_panic_is_reported_once(client, place) {
        let id = id(&client);
        let monitor = client.monitor();
        within(client.swap(secret())).await.unwrap();
        within(client.boom(secret())).await.unwrap_err();
        within(monitor).await;
        let server = collector().of(id)[0].get("server").expect("it has a type").to_owned();
        let report = assert_report(id, place, &format!("`{server}::boom` panicked: boom"));
        assert_eq!((report.get("rpc.method"), report.get("state")), (Some("boom"), Some("1 calls")));
    }
}

for_each_kind! {
    async fn an_error_is_reported_once(client, place) {
        let id = id(&client);
        let monitor = client.monitor();
        within(client.fail(secret())).await.unwrap();
        within(monitor).await;
        let report = assert_report(id, place, "`fail` failed: out of paper");
        assert_eq!((report.get("rpc.method"), report.get("state")), (Some("fail"), Some("0 calls")));
    }
}

for_each_kind! {
    async fn a_kill_is_reported_once(client, place) {
        let id = id(&client);
        within(client.note(secret())).await.unwrap();
        within(client.kill()).await.unwrap();
        assert_report(id, place, "it was killed");
    }
}

for_each_kind! {
    async fn no_message_and_no_state_is_ever_shown(client, _place) {
        let id = id(&client);
        let monitor = client.monitor();
        let shown = format!("{:?}", within(client.swap(secret())).await.unwrap());
        assert!(shown.contains(SECRET), "a log of messages would show it");
        within(client.note(secret())).await.unwrap();
        client.swap(secret()).send().unwrap().detach();
        client.fail(secret()).send().unwrap();
        client.note(secret()).send().ok();
        within(monitor).await;
        the_report(id);
        assert!(!collector().text().contains(SECRET));
    }
}

for_each_kind! {
    async fn a_handler_runs_in_its_servers_span_whoever_calls(client, place) {
        let id = id(&client).to_string();
        let callers = tracing::info_span!("caller", server.id = "the caller's");
        {
            // A task that is polled in a span of its own.
            let mut call = Box::pin(client.speak(place));
            within(std::future::poll_fn(|cx| callers.in_scope(|| call.as_mut().poll(cx)))).await.unwrap();
        }
        callers.in_scope(|| tracing::info!(probe = place, "behind the call"));
        let events = collector().events();
        let mut probes = events.iter().filter(|event| event.get("probe") == Some(place));
        let spans = [probes.next(), probes.next()].map(|event| event.and_then(|event| event.spans.last()?.get("server.id")));
        assert_eq!(spans, [Some(&*id), Some("the caller's")]);
        assert!(probes.next().is_none());
    }
}

fn is_of(event: &Logged, handler: &str) -> bool {
    event.get("rpc.method") == Some(handler)
}

/// Waits until there are so many complaints about a handler, and gives the last.
fn wait_for(id: ServerId, handler: &str, count: usize) -> Logged {
    let begin = Instant::now();
    loop {
        let complaints = collector().complaints(id).into_iter();
        if let Some(event) = complaints.filter(|event| is_of(event, handler)).nth(count - 1) {
            return event;
        }
        assert!(begin.elapsed() < LONG, "nothing is said");
        thread::sleep(Duration::from_millis(1));
    }
}

for_each_kind! {
    async fn a_slow_handler_is_named_while_it_still_runs(client, _place) {
        let id = id(&client);
        let mut are_quick = true;
        for count in 1..=2 {
            let ((begun, begins), (open, gate)) = (mpsc::channel(), mpsc::channel());
            let watcher = thread::spawn(move || {
                begins.recv_timeout(LONG).unwrap();
                let warning = wait_for(id, "block", count);
                open.send(()).unwrap();
                warning
            });
            within(client.block(begun, gate)).await.unwrap();
            let warning = watcher.join().unwrap();
            assert_eq!((warning.level, warning.message()), (Level::WARN, SLOW));
            assert_eq!(warning.get("limit"), Some("20ms"));
            assert_eq!(warning.spans.last().and_then(|span| span.get("server.id")), Some(&*id.to_string()));
            // Its alarm would ring before that of the next.
            let since = Instant::now();
            within(client.swap(secret())).await.unwrap();
            are_quick &= since.elapsed() < Duration::from_millis(20);
        }
        let mut complaints = collector().complaints(id);
        // The others may be named where they were not quick.
        complaints.retain(|event| are_quick || is_of(event, "block"));
        assert_eq!(complaints.len(), 2, "once each, and quick handlers are not named: {complaints:?}");
    }
}

/// Has handlers that wait.
struct Waiter;

#[server(slow = "20ms")]
impl Waiter {
    #[init]
    async fn new(probe: &'static str) -> Self {
        tokio::task::yield_now().await;
        tracing::info!(probe, "in init");
        Self
    }

    #[call]
    async fn hang(&mut self, begun: oneshot::Sender<()>) {
        begun.send(()).expect("the test waits");
        std::future::pending::<()>().await;
    }

    #[call]
    async fn speak(&mut self, probe: &'static str) {
        tokio::task::yield_now().await;
        tracing::info!(probe, "in a handler");
    }
}

#[server(inline = true)]
impl QuickWaiter {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    async fn speak(&mut self, probe: &'static str) {
        tracing::info!(probe, "before it waits");
        tokio::task::yield_now().await;
        tracing::info!(probe, "after it has waited");
    }
}

struct QuickWaiter;

fn spans_of(probe: &str) -> Vec<Option<String>> {
    let events = collector().events();
    let probes = events.iter().filter(|event| event.get("probe") == Some(probe));
    probes.map(|event| Some(event.spans.last()?.get("server.id")?.to_owned())).collect()
}

#[tokio::test]
async fn what_waits_goes_on_in_its_servers_span() {
    collector();
    let waiter = within(Waiter::start("waiter")).await.unwrap();
    within(waiter.speak("waiter")).await.unwrap();
    assert_eq!(spans_of("waiter"), [Some(id(&waiter).to_string()), Some(id(&waiter).to_string())]);
    let quick = within(QuickWaiter::start()).await.unwrap();
    tokio::task::yield_now().await;
    within(quick.speak("quick waiter")).await.unwrap();
    assert_eq!(spans_of("quick waiter"), [Some(id(&quick).to_string()), Some(id(&quick).to_string())]);
}

#[tokio::test]
async fn the_report_of_a_kill_names_the_handler_that_it_cut() {
    collector();
    let waiter = within(Waiter::start("cut")).await.unwrap();
    let id = id(&waiter);
    let (begun, begins) = oneshot::channel();
    let _hanging = waiter.hang(begun).send().unwrap();
    within(begins).await.unwrap();
    within(waiter.kill()).await.unwrap();
    let report = the_report(id);
    assert_eq!((report.level, report.get("rpc.method")), (Level::ERROR, Some("hang")));
    assert_eq!(report.get("state"), None, "it shows nothing");
}

#[tokio::test]
async fn a_handler_that_waits_for_long_is_slow_as_well() {
    collector();
    let waiter = within(Waiter::start("slow")).await.unwrap();
    let id = id(&waiter);
    let (begun, begins) = oneshot::channel();
    let hanging = waiter.hang(begun).send().unwrap();
    within(begins).await.unwrap();
    let warning = wait_for(id, "hang", 1);
    assert_eq!((warning.level, warning.message()), (Level::WARN, SLOW));
    within(waiter.kill()).await.unwrap();
    hanging.await.unwrap_err();
}

/// Shows nothing of its state, and has no name.
struct Plain(#[expect(dead_code, reason = "nobody is to see it")] Secret);

#[agent]
impl Plain {
    #[init]
    fn new() -> Self {
        Self(secret())
    }

    #[call]
    fn boom(&mut self) {
        panic!("boom")
    }
}

#[test]
fn what_a_failed_one_does_not_have_is_left_out() {
    collector();
    let plain = Plain::start().unwrap();
    let id = id(&plain);
    plain.boom().wait().unwrap_err();
    let report = the_report(id);
    for field in ["name", "label", "state", "parent"] {
        assert_eq!(report.get(field), None, "{field}");
    }
}

#[test]
fn an_agent_whose_last_client_goes_has_ended() {
    collector();
    let plain = Plain::start().unwrap();
    let id = id(&plain);
    drop(plain);
    let expected = ["a server started", "a server ended"].map(|text| (Level::DEBUG, text.to_owned()));
    assert_eq!(said(id), expected);
}

/// Does not start.
struct Stillborn;

#[server]
impl Stillborn {
    #[init]
    fn new(panics: bool) -> Result<Self, String> {
        assert!(!panics, "not born");
        Err("not now".to_owned())
    }
}

#[tokio::test]
async fn a_panic_in_init_is_reported_and_an_error_is_its_starters() {
    collector();
    for (panics, complaints) in [(true, 1), (false, 0)] {
        static PLACES: [Name<Stillborn>; 2] = [Name::new("stillborn: error"), Name::new("stillborn: panic")];
        let place = &PLACES[usize::from(panics)];
        within(Stillborn::spec(panics).name(place).start()).await.unwrap_err();
        let reports: Vec<_> = collector()
            .events()
            .into_iter()
            .filter(|event| event.get("name") == Some(place.text()))
            .collect();
        assert_eq!(reports.len(), complaints, "{reports:?}");
    }
}
