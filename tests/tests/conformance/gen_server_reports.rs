//! GS-O: what OTP's tests of `gen_server` hold of looks into a server, and of the report of its end.

use std::panic::AssertUnwindSafe;

use callcast::prelude::*;
use callcast::{Name, ServerId, Status};
use futures_util::FutureExt as _;

use crate::collector::{Collector, Logged};
use crate::support::{Oops, listen, ms, shutdown_with, within};

/// Its number may be seen, its password may not.
#[derive(Clone, Debug, PartialEq)]
struct Safe {
    number: u32,
    password: &'static str,
    ends_badly: bool,
}

const PASSWORD: &str = "open sesame";

#[server]
impl Safe {
    #[init]
    fn new(number: u32) -> Self {
        Self { number, password: PASSWORD, ends_badly: false }
    }

    #[call]
    fn get(&self) -> u32 {
        self.number
    }

    #[call]
    fn link(&mut self, other: SafeClient, ctx: &mut Context<Self>) {
        ctx.link(&other);
    }

    #[call]
    fn crash(&mut self, _why: String) -> u32 {
        panic!("boom")
    }

    #[call]
    fn halt(&mut self, reason: ExitReason, ctx: &mut Context<Self>) -> u32 {
        ctx.stop(reason);
        0
    }

    #[cast]
    fn fail(&mut self, _why: String) -> Result<(), Oops> {
        Err(Oops)
    }

    #[cast]
    fn end(&mut self, reason: ExitReason, ctx: &mut Context<Self>) {
        ctx.stop(reason);
    }

    #[cast]
    fn sulk(&mut self) {
        self.ends_badly = true;
    }

    #[format_status]
    fn shown(&self) -> String {
        assert!(self.number != 0, "not in the mood");
        format!("number {}", self.number)
    }

    #[terminate]
    fn close(&mut self) {
        assert!(!self.ends_badly, "no farewell");
    }
}

async fn safe_of(number: u32) -> (SafeClient, ServerId) {
    let safe = within(Safe::start(number)).await.expect("it cannot fail");
    let id = safe.id().expect("it lives");
    (safe, id)
}

/// The one report of a server, and nothing in it that may not be seen.
fn the_report(collector: &Collector, id: ServerId) -> Logged {
    let text = collector.text();
    assert!(!text.contains(PASSWORD) && !text.contains("an argument"), "{text}");
    let mut complaints = collector.complaints(id);
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    complaints.remove(0)
}

fn argument() -> String {
    "an argument".to_owned()
}

#[tokio::test(start_paused = true)]
async fn gs_o_22_a_shutdown_from_a_call_ends_the_linked_and_is_not_reported() {
    let (collector, _listening) = listen();
    let ((safe, id), (other, linked)) = (safe_of(1).await, safe_of(2).await);
    safe.link(other.clone()).await.unwrap();
    let monitor = other.monitor();
    assert_eq!(safe.halt(shutdown_with("R")).await, Ok(0));
    assert_eq!(within(monitor).await.reason, shutdown_with("R"));
    for id in [id, linked] {
        assert!(collector.complaints(id).is_empty() && !collector.of(id).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn gs_o_23_a_shutdown_from_a_cast_is_not_reported() {
    let (collector, _listening) = listen();
    let (safe, id) = safe_of(1).await;
    safe.end(shutdown_with("R")).await.unwrap();
    within(safe.monitor()).await;
    assert!(collector.complaints(id).is_empty() && !collector.of(id).is_empty());
}

#[tokio::test(start_paused = true)]
async fn gs_o_25_a_crash_is_reported_once() {
    let (collector, _listening) = listen();
    let (safe, id) = safe_of(3).await;
    safe.crash(argument()).await.unwrap_err();
    within(safe.monitor()).await;
    let report = the_report(&collector, id);
    assert_eq!(report.get("server"), Some("Safe"));
    assert_eq!(report.get("rpc.method"), Some("crash"));
    assert_eq!(report.get("state"), Some("number 3"));
    assert_eq!(report.get("reason"), Some("`Safe::crash` panicked: boom"));
    let span = report.spans.last().expect("it stands in the server's own span");
    assert_eq!((span.get("rpc.service"), span.get("server.id")), (Some("Safe"), Some(&*id.to_string())));
}

#[tokio::test(start_paused = true)]
async fn gs_o_64_the_status_is_what_the_user_shows() {
    static NAME: Name<Safe> = Name::new("gs-o-64");
    let safe = within(Safe::spec(3).name(&NAME).start()).await.unwrap();
    for client in [safe.clone(), NAME.client()] {
        assert_eq!(within(client.sys().status()).await, Ok(Some("number 3".to_owned())));
    }
    let seen = callcast::observe().into_iter().find(|server| Some(server.id) == safe.id()).unwrap();
    assert_eq!((seen.status, seen.parent, &*seen.names), (Status::Running, None, &["gs-o-64"][..]));
}

#[tokio::test(start_paused = true)]
async fn gs_o_65_the_report_of_an_error_shows_what_the_user_shows() {
    let (collector, _listening) = listen();
    let (safe, id) = safe_of(4).await;
    safe.fail(argument()).await.unwrap();
    within(safe.monitor()).await;
    let report = the_report(&collector, id);
    assert_eq!(report.get("state"), Some("number 4"));
    assert_eq!((report.get("rpc.method"), report.get("reason")), (Some("fail"), Some("`fail` failed: oops")));
}

#[tokio::test(start_paused = true)]
async fn gs_o_66_the_report_of_a_crash_in_terminate_shows_what_the_user_shows() {
    let (collector, _listening) = listen();
    let (safe, id) = safe_of(5).await;
    safe.sulk().await.unwrap();
    safe.fail(argument()).await.unwrap();
    within(safe.monitor()).await;
    let report = the_report(&collector, id);
    assert_eq!(report.get("state"), Some("number 5"));
    assert_eq!(report.get("reason"), Some("`Safe::terminate` panicked: no farewell"));
}

#[tokio::test(start_paused = true)]
async fn gs_o_67_a_crash_in_what_shows_the_state_is_said_in_its_place() {
    let (collector, _listening) = listen();
    let (safe, id) = safe_of(0).await;
    let instead = "`format_status` panicked";
    assert_eq!(within(safe.sys().status()).await, Ok(Some(instead.to_owned())));
    assert_eq!(safe.get().await, Ok(0), "the server is unharmed");
    safe.crash(argument()).await.unwrap_err();
    within(safe.monitor()).await;
    assert_eq!(the_report(&collector, id).get("state"), Some(instead));
}

#[tokio::test(start_paused = true)]
async fn gs_o_70_the_state_can_be_had_by_client_and_name_and_while_suspended() {
    static NAME: Name<Safe> = Name::new("gs-o-70");
    let safe = within(Safe::spec(6).name(&NAME).start()).await.unwrap();
    let expected = Safe::new(6);
    assert_eq!(within(safe.sys().state()).await, Ok(expected.clone()));
    assert_eq!(within(NAME.client().sys().state().timeout(ms(5_000))).await, Ok(expected.clone()));
    within(safe.sys().suspend()).await.unwrap();
    assert_eq!(within(safe.sys().state()).await, Ok(expected.clone()));
    within(safe.sys().resume()).await.unwrap();
    assert_eq!(within(safe.sys().state()).await, Ok(expected));
}

/// By design.md the state that was replaced is what comes back.
#[tokio::test(start_paused = true)]
async fn gs_o_71_the_state_can_be_replaced_unless_that_panics_also_while_suspended() {
    let (safe, _) = safe_of(1).await;
    for suspended in [false, true] {
        if suspended {
            within(safe.sys().suspend()).await.unwrap();
        }
        let before = within(safe.sys().with_state(|safe| safe.number)).await.unwrap();
        let replace = safe.sys().replace_state(|old| Safe::new(old.number + 1));
        assert_eq!(within(replace).await.map(|old| old.number), Ok(before));
        let replace = AssertUnwindSafe(safe.sys().replace_state(|_| panic!("not today")));
        let payload = within(replace.catch_unwind()).await.unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"not today"));
        assert_eq!(within(safe.sys().with_state(|safe| safe.number)).await, Ok(before + 1));
    }
    within(safe.sys().resume()).await.unwrap();
    assert_eq!(safe.get().await, Ok(3));
}

/// How long and on how many lines a text is shown is the subscriber's to say: the report is fields.
#[tokio::test(start_paused = true)]
async fn gs_o_80_a_report_is_an_event_with_fields() {
    let (collector, _listening) = listen();
    let (safe, id) = safe_of(7).await;
    safe.crash(argument()).await.unwrap_err();
    within(safe.monitor()).await;
    let report = the_report(&collector, id);
    assert_eq!((report.level, report.message()), (tracing::Level::ERROR, "a server failed"));
    for field in ["server", "id", "rpc.method", "state", "undelivered", "reason"] {
        assert!(report.get(field).is_some(), "{field}");
    }
    for field in ["name", "label", "parent"] {
        assert_eq!(report.get(field), None, "what it does not have is left out");
    }
}

#[tokio::test(start_paused = true)]
async fn gs_o_81_a_report_has_the_label() {
    let (collector, _listening) = listen();
    let safe = within(Safe::spec(8).label("vault 8").start()).await.unwrap();
    let id = safe.id().unwrap();
    safe.fail(argument()).await.unwrap();
    within(safe.monitor()).await;
    assert_eq!(the_report(&collector, id).get("label"), Some("vault 8"));
}
