//! PL-O: OTP's tests of `proc_lib`.

use std::time::Duration;

use callcast::prelude::*;
use callcast::{Name, StopError};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::support::{Log, Oops, Worker, dropped, listen, ms, shutdown_with, within, worker};

/// Ends in many ways, some of them in `init`.
struct Crasher {
    log: Log,
    _guard: Option<oneshot::Sender<()>>,
}

#[derive(Clone, Copy)]
enum Birth {
    Live,
    Panic,
    Hang,
}

#[server]
impl Crasher {
    #[init]
    async fn new(birth: Birth, log: Log, guard: Option<oneshot::Sender<()>>) -> Self {
        match birth {
            Birth::Live => Self { log, _guard: guard },
            Birth::Panic => panic!("init crashes"),
            Birth::Hang => std::future::pending().await,
        }
    }

    #[call]
    fn crash(&mut self, text: String) {
        panic!("{text}")
    }

    #[cast]
    fn fail(&mut self) -> Result<(), Oops> {
        Err(Oops)
    }

    #[call]
    async fn hang(&mut self, begun: oneshot::Sender<()>) {
        begun.send(()).expect("the test waits");
        std::future::pending::<()>().await;
    }

    #[call]
    async fn start_child(
        &mut self,
        birth: Birth,
        guard: Option<oneshot::Sender<()>>,
        ctx: &mut Context<Self>,
    ) -> Result<CrasherClient, StartError> {
        let spec = Self::spec(birth, self.log.clone(), guard);
        ctx.start_link(spec.label("child").start_timeout(ms(100))).await
    }

    #[call]
    fn logged(&self) -> Vec<String> {
        self.log.lines()
    }

    #[idle("1s")]
    fn quiet(&mut self) {
        self.log.push("idle");
    }
}

async fn crasher() -> CrasherClient {
    within(Crasher::start(Birth::Live, Log::default(), None)).await.expect("it lives")
}

#[tokio::test(start_paused = true)]
async fn pl_o_01_a_shutdown_is_not_reported() {
    for reason in [ExitReason::Shutdown, shutdown_with("R")] {
        let (collector, _listening) = listen();
        let (worker, _) = worker().await;
        let id = worker.id().unwrap();
        worker.end(reason).await.unwrap();
        within(worker.monitor()).await;
        assert!(!collector.of(id).is_empty(), "who debugs sees it");
        assert!(collector.complaints(id).is_empty(), "{collector:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pl_o_02_a_crash_is_reported_once_with_whose_it_is_and_why() {
    let (collector, _listening) = listen();
    let parent = crasher().await;
    let child = parent.start_child(Birth::Live, None).await.unwrap();
    let (id, ancestor) = (child.id().unwrap(), parent.id().unwrap());
    child.crash("odd".to_owned()).await.unwrap_err();
    within(parent.monitor()).await;
    let complaints = collector.complaints(id);
    let [report] = &complaints[..] else { panic!("{complaints:?}") };
    assert_eq!(report.get("server"), Some("Crasher"));
    assert_eq!(report.get("rpc.method"), Some("crash"));
    assert_eq!(report.get("parent"), Some(&*ancestor.to_string()));
    assert_eq!(report.get("reason"), Some("`Crasher::crash` panicked: odd"));
}

/// Neighbours are not in a report: each of the linked has its own, with the same reason.
#[tokio::test(start_paused = true)]
async fn pl_o_03_a_report_has_the_label_of_the_one_that_crashed() {
    let (collector, _listening) = listen();
    let parent = crasher().await;
    let child = parent.start_child(Birth::Live, None).await.unwrap();
    let ids = [child.id().unwrap(), parent.id().unwrap()];
    child.crash("odd".to_owned()).await.unwrap_err();
    within(parent.monitor()).await;
    let reports = ids.map(|id| collector.complaints(id).pop().expect("it was reported"));
    assert_eq!(reports.each_ref().map(|report| report.get("label")), [Some("child"), None]);
    assert_eq!(reports[0].get("reason"), reports[1].get("reason"));
}

fn is_odd(reason: &ExitReason) -> bool {
    matches!(reason, ExitReason::Panicked(panic)
        if (panic.server(), panic.handler(), panic.message()) == ("Crasher", "crash", "odd"))
}

fn is_oops(reason: &ExitReason) -> bool {
    matches!(reason, ExitReason::Failed(failure)
        if (failure.handler(), failure.message()) == ("fail", "oops") && failure.type_name().ends_with("Oops"))
}

#[tokio::test(start_paused = true)]
async fn pl_o_05_an_error_and_a_panic_are_different_reasons() {
    let (failing, panicking) = (crasher().await, crasher().await);
    let (failed, panicked) = (failing.monitor(), panicking.monitor());
    failing.fail().await.unwrap();
    panicking.crash("odd".to_owned()).await.unwrap_err();
    assert!(is_oops(&within(failed).await.reason));
    assert!(is_odd(&within(panicked).await.reason));
}

#[tokio::test(start_paused = true)]
async fn pl_o_07_the_linked_get_the_same_reason() {
    for panics in [true, false] {
        let parent = crasher().await;
        let monitor = parent.monitor();
        let child = parent.start_child(Birth::Live, None).await.unwrap();
        let expected = if panics {
            child.crash("odd".to_owned()).await.unwrap_err();
            is_odd
        } else {
            child.fail().await.unwrap();
            is_oops
        };
        let reason = within(monitor).await.reason;
        assert!(expected(&reason), "{reason:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pl_o_08_whoever_starts_and_monitors_gets_a_down_and_nothing_else() {
    let child = crasher().await;
    let monitor = child.monitor();
    child.fail().await.unwrap();
    assert!(is_oops(&within(monitor).await.reason));
}

#[tokio::test(start_paused = true)]
async fn pl_o_09_a_link_and_a_monitor_are_both_told() {
    let parent = crasher().await;
    let child = parent.start_child(Birth::Live, None).await.unwrap();
    let (linked, monitored) = (parent.monitor(), child.monitor());
    child.fail().await.unwrap();
    assert!(is_oops(&within(monitored).await.reason));
    assert!(is_oops(&within(linked).await.reason));
}

#[tokio::test(start_paused = true)]
async fn pl_o_10_a_start_that_takes_too_long_leaves_nothing() {
    let (guard, guarded) = oneshot::channel();
    let since = Instant::now();
    let start = Crasher::spec(Birth::Hang, Log::default(), Some(guard)).start_timeout(ms(100)).start();
    assert_eq!(within(start).await.unwrap_err(), StartError::Timeout);
    assert_eq!(since.elapsed(), ms(100));
    dropped(guarded).await;
}

#[tokio::test(start_paused = true)]
async fn pl_o_11_a_linked_start_that_takes_too_long_leaves_nothing_and_ends_nobody() {
    let parent = crasher().await;
    let (guard, guarded) = oneshot::channel();
    let failed = parent.start_child(Birth::Hang, Some(guard)).await;
    assert_eq!(failed.unwrap_err(), CallError::Handler(StartError::Timeout));
    dropped(guarded).await;
    sleep(ms(1)).await;
    assert!(parent.is_alive());
}

#[tokio::test(start_paused = true)]
async fn pl_o_14_a_server_that_was_idle_has_its_state_and_its_crash_is_reported() {
    let (collector, _listening) = listen();
    let server = crasher().await;
    let id = server.id().unwrap();
    sleep(ms(5_000)).await;
    assert_eq!(server.logged().await.unwrap(), ["idle"]);
    server.crash("later".to_owned()).await.unwrap_err();
    within(server.monitor()).await;
    assert_eq!(collector.complaints(id).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn pl_o_16_a_crash_in_init_is_the_error_of_the_start_linked_or_not() {
    let alone = within(Crasher::start(Birth::Panic, Log::default(), None)).await.unwrap_err();
    let parent = crasher().await;
    let linked = parent.start_child(Birth::Panic, None).await.unwrap_err();
    assert_eq!(CallError::Handler(alone.clone()), linked);
    assert!(matches!(alone, StartError::Panicked(panic) if panic.message() == "init crashes"));
    assert!(parent.is_alive());
}

#[tokio::test(start_paused = true)]
async fn pl_o_17_stop_ends_a_server_once() {
    let server = crasher().await;
    assert_eq!(within(server.stop()).await, Ok(ExitReason::Normal));
    assert!(!server.is_alive());
    assert_eq!(within(server.stop()).await, Err(StopError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn pl_o_18_a_stop_tells_the_reason_for_which_the_server_did_end() {
    let server = crasher().await;
    let crash = server.crash("odd".to_owned()).send().unwrap();
    let reason = within(server.stop()).await.unwrap();
    assert!(is_odd(&reason), "{reason:?}");
    crash.await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn pl_o_19_a_stop_waits_no_longer_than_it_says() {
    let server = crasher().await;
    let (begun, begins) = oneshot::channel();
    let _hanging = server.hang(begun).send().unwrap();
    within(begins).await.unwrap();
    let since = Instant::now();
    assert_eq!(within(server.stop().timeout(Duration::from_secs(1))).await, Err(StopError::Timeout));
    assert_eq!(since.elapsed(), ms(1_000));
    assert_eq!(within(server.kill()).await, Ok(ExitReason::Killed));
}

#[tokio::test(start_paused = true)]
async fn pl_o_21_stop_takes_another_reason() {
    let server = crasher().await;
    assert_eq!(within(server.stop_with(shutdown_with("other"))).await, Ok(shutdown_with("other")));
}

/// Ends badly.
struct Sulker;

#[server]
impl Sulker {
    #[init]
    fn new() -> Self {
        Self
    }

    #[terminate]
    fn close(&mut self) -> Result<(), Oops> {
        Err(Oops)
    }
}

#[tokio::test(start_paused = true)]
async fn pl_o_22_a_crash_in_terminate_is_what_stop_tells() {
    let sulker = within(Sulker::start()).await.unwrap();
    let reason = within(sulker.stop()).await.unwrap();
    assert!(matches!(&reason, ExitReason::Failed(failure) if failure.handler() == "close"), "{reason:?}");
    assert!(!sulker.is_alive());
}

#[tokio::test(start_paused = true)]
async fn pl_o_23_stop_by_name_frees_the_name() {
    static NAME: Name<Worker> = Name::new("pl-o-23");
    within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap();
    assert_eq!(within(NAME.client().stop()).await, Ok(ExitReason::Normal));
    assert!(NAME.whereis().is_none());
    assert_eq!(within(NAME.client().stop()).await, Err(StopError::NoProc));
}

/// What is cut off, and how it is written, is the subscriber's: it gets the whole text as one field.
#[tokio::test(start_paused = true)]
async fn pl_o_25_a_report_holds_whatever_text_there_is() {
    let texts = ["", "two\nlines", "größer als {} und \"…\" \u{1f980}\0", &"long ".repeat(20_000)];
    for text in texts {
        let (collector, _listening) = listen();
        let server = crasher().await;
        let id = server.id().unwrap();
        server.crash(text.to_owned()).await.unwrap_err();
        within(server.monitor()).await;
        let complaints = collector.complaints(id);
        let [report] = &complaints[..] else { panic!("{complaints:?}") };
        assert_eq!(report.get("reason"), Some(&*format!("`Crasher::crash` panicked: {text}")));
    }
}

#[tokio::test(start_paused = true)]
async fn pl_o_26_the_fields_of_a_report_are_its_callback() {
    static NAME: Name<Worker> = Name::new("pl-o-26");
    let (collector, _listening) = listen();
    let worker = within(Worker::spec(Log::default()).label("blue").name(&NAME).start()).await.unwrap();
    let id = worker.id().unwrap();
    worker.fail().await.unwrap();
    within(worker.monitor()).await;
    let complaints = collector.complaints(id);
    let [report] = &complaints[..] else { panic!("{complaints:?}") };
    assert_eq!(report.message(), "a server failed");
    assert_eq!((report.get("name"), report.get("label")), (Some("pl-o-26"), Some("blue")));
    assert_eq!(report.get("rpc.method"), Some("fail"));
}
