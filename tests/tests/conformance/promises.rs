//! NT: what the docs of OTP and Elixir promise, and none of their tests holds.

use std::time::Duration;

use callcast::prelude::*;
use callcast::{MonitorId, Name};
use futures_util::FutureExt as _;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout_at};

use crate::support::{Log, Worker, WorkerClient, ms, shutdown_with, within, worker};

#[tokio::test(start_paused = true)]
async fn nt_01_the_reply_of_a_handler_that_stops_goes_out_after_terminate() {
    let (worker, log) = worker().await;
    assert_eq!(within(worker.halt(ExitReason::Normal)).await, Ok(1));
    assert_eq!(log.lines(), ["terminate: it stopped normally"]);
}

/// Works, and says when it has had nothing to do for a second.
struct Busy {
    log: Log,
    monitor: Option<MonitorId>,
}

#[server(mailbox = 2)]
impl Busy {
    #[init]
    fn new(log: Log, fails: bool) -> Result<Self, &'static str> {
        if fails { Err("it does not start") } else { Ok(Self { log, monitor: None }) }
    }

    #[call]
    async fn work(&mut self, time: Duration) {
        sleep(time).await;
    }

    #[cast]
    fn note(&mut self, line: &'static str) {
        self.log.push(line);
    }

    #[call]
    fn watch(&mut self, other: WorkerClient, ctx: &mut Context<Self>) {
        self.monitor = Some(ctx.monitor(&other));
    }

    #[call]
    async fn work_and_forget(&mut self, gate: oneshot::Receiver<()>, ctx: &mut Context<Self>) -> bool {
        gate.await.expect("the test opens the gate");
        self.monitor.take().is_some_and(|monitor| ctx.demonitor(monitor))
    }

    #[call]
    fn ring_after(&mut self, delay: Duration, ctx: &mut Context<Self>) {
        let due = Instant::now() + delay;
        ctx.send_after(delay, BusyInfo::ring(due));
    }

    #[info]
    fn ring(&mut self, due: Instant) {
        self.log.push(if Instant::now() < due { "too early" } else { "ring" });
    }

    #[down]
    fn lost(&mut self, down: Down) {
        self.log.push(format!("lost: {}", down.reason));
    }

    #[idle("1s")]
    fn quiet(&mut self) {
        self.log.push("idle");
    }
}

async fn busy() -> (BusyClient, Log) {
    let log = Log::default();
    (within(Busy::start(log.clone(), false)).await.expect("it starts"), log)
}

#[tokio::test(start_paused = true)]
async fn nt_02_a_message_that_waits_goes_before_the_idle_time() {
    let (busy, log) = busy().await;
    let work = busy.work(ms(2_000)).send().unwrap();
    busy.note("waited").send().unwrap();
    within(work).await.unwrap();
    sleep(ms(999)).await;
    assert_eq!(log.lines(), ["waited"], "the quiet begins when the mailbox is empty");
    sleep(ms(2)).await;
    assert_eq!(log.lines(), ["waited", "idle"]);
}

#[tokio::test(start_paused = true)]
async fn nt_04_a_failed_init_has_given_its_name_back_when_its_starter_hears_of_it() {
    static NAME: Name<Busy> = Name::new("nt-04");
    for _ in 0..3 {
        let failed = within(Busy::spec(Log::default(), true).name(&NAME).start()).await;
        assert_eq!(failed.err(), Some(StartError::Init("it does not start")));
        assert!(NAME.whereis().is_none());
    }
    within(Busy::spec(Log::default(), false).name(&NAME).start()).await.expect("nobody has the name");
}

/// Keeps what it hears from each of two senders.
struct Ears(Vec<(u32, u32)>);

#[server]
impl Ears {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[cast]
    fn hear(&mut self, from: u32, what: u32) {
        self.0.push((from, what));
    }

    #[call]
    fn heard(&self, of: u32) -> Vec<u32> {
        self.0.iter().filter(|(from, _)| *from == of).map(|(_, what)| *what).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nt_05_of_each_sender_the_messages_keep_their_order() {
    let ears = within(Ears::start()).await.unwrap();
    let send = |from| {
        let ears = ears.clone();
        tokio::spawn(async move {
            for what in 0..500 {
                ears.hear(from, what).await.unwrap();
            }
        })
    };
    for sender in [send(1), send(2)] {
        within(sender).await.unwrap();
    }
    for from in [1, 2] {
        assert_eq!(ears.heard(from).await.unwrap(), (0..500).collect::<Vec<_>>());
    }
}

#[tokio::test(start_paused = true)]
async fn nt_06_a_name_and_an_entry_are_free_before_a_down_is_heard() {
    static NAME: Name<Worker> = Name::new("nt-06");
    let registry: Registry<&str, Worker> = Registry::unique();
    let spec = Worker::spec(Log::default()).name(&NAME).register(&registry, "key");
    let worker = within(spec.start()).await.unwrap();
    let monitor = worker.monitor();
    let heard = tokio::spawn(async move {
        monitor.await;
        NAME.whereis().is_none()
    });
    worker.fail().await.unwrap();
    assert!(within(heard).await.unwrap());
    assert!(registry.lookup("key").is_none());
}

#[tokio::test(start_paused = true)]
async fn nt_07_each_monitor_has_its_own_down_and_the_dead_give_one_at_once() {
    let (subject, _) = worker().await;
    let id = subject.id().unwrap();
    let (first, second) = (subject.monitor(), subject.monitor());
    within(subject.stop_with(ExitReason::Shutdown)).await.unwrap();
    assert_eq!(within(first).await, Down::new(id, ExitReason::Shutdown));
    assert_eq!(within(second).await, Down::new(id, ExitReason::Shutdown));
    assert_eq!(subject.monitor().now_or_never(), Some(Down::new(id, ExitReason::NoProc)));
}

#[tokio::test(start_paused = true)]
async fn nt_08_a_monitor_that_is_taken_back_takes_its_queued_notice_with_it() {
    let (busy, log) = busy().await;
    let (subject, _) = worker().await;
    busy.watch(subject.clone()).await.unwrap();
    let (open, gate) = oneshot::channel();
    let working = busy.work_and_forget(gate).send().unwrap();
    within(subject.stop()).await.unwrap();
    open.send(()).unwrap();
    assert_eq!(within(working).await, Ok(true));
    busy.work(Duration::ZERO).await.unwrap();
    assert_eq!(log.lines(), [""; 0]);
}

/// design.md promises more than the row: an entry of the dead is never seen.
#[tokio::test(start_paused = true)]
async fn nt_16_a_registry_never_shows_the_dead() {
    let registry: Registry<u32, Worker> = Registry::unique();
    for key in 0..10 {
        let (worker, _) = worker().await;
        registry.register(&worker, key).unwrap();
        worker.end(shutdown_with("enough")).await.unwrap();
        let held = worker.hold().await;
        assert!(matches!(held, Err(CallError::Exit { .. } | CallError::NoProc)), "{held:?}");
        assert!(registry.lookup(&key).is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn nt_17_several_waits_can_share_a_deadline() {
    let (worker, _) = worker().await;
    let deadline = Instant::now() + ms(50);
    let (mut quick, mut slow) =
        (worker.later(ms(30), 1).send().unwrap(), worker.later(ms(80), 2).send().unwrap());
    assert_eq!(timeout_at(deadline, &mut quick).await.unwrap(), Ok(1));
    timeout_at(deadline, &mut slow).await.unwrap_err();
    assert_eq!(Instant::now(), deadline);
    assert_eq!(slow.await, Ok(2));
}

/// A timer is its server's own, and no name leads it to the next.
#[tokio::test(start_paused = true)]
async fn nt_18_a_timer_ends_with_its_server_and_does_not_ring_in_the_next() {
    static NAME: Name<Busy> = Name::new("nt-18");
    let (first, second) = (Log::default(), Log::default());
    within(Busy::spec(first.clone(), false).name(&NAME).start()).await.unwrap();
    NAME.client().ring_after(ms(10)).await.unwrap();
    within(NAME.client().stop()).await.unwrap();
    within(Busy::spec(second.clone(), false).name(&NAME).start()).await.unwrap();
    NAME.client().ring_after(ms(20)).await.unwrap();
    sleep(ms(15)).await;
    assert_eq!((first.lines(), second.lines()), (Vec::new(), Vec::new()));
    sleep(ms(10)).await;
    assert_eq!(second.lines(), ["ring"]);
}

#[tokio::test]
async fn nt_19_no_timer_rings_early() {
    let (busy, log) = busy().await;
    for micros in [0, 1, 500, 999, 1_001, 2_500, 10_000] {
        busy.ring_after(Duration::from_micros(micros)).await.unwrap();
    }
    // On a busy machine a quiet second may pass meanwhile.
    let rings = || {
        let mut lines = log.lines();
        lines.retain(|line| line != "idle");
        lines
    };
    let have_rung = async {
        while rings().len() < 7 {
            sleep(ms(1)).await;
        }
    };
    within(have_rung).await;
    assert_eq!(rings(), ["ring"; 7]);
}

/// Ticks each 10 ms, and takes longer for that.
struct Plodder {
    log: Log,
    begin: Instant,
}

#[server]
impl Plodder {
    #[init]
    fn new(log: Log) -> Self {
        Self { log, begin: Instant::now() }
    }

    #[every("10ms")]
    async fn tick(&mut self) {
        self.log.push(format!("begins at {}", self.begin.elapsed().as_millis()));
        sleep(ms(25)).await;
        self.log.push(format!("ends at {}", self.begin.elapsed().as_millis()));
    }
}

/// The one that is due comes late; those that were missed besides do not come.
#[tokio::test(start_paused = true)]
async fn nt_20_a_tick_waits_for_the_one_before_it_and_missed_ones_are_skipped() {
    let log = Log::default();
    let _plodder = within(Plodder::start(log.clone())).await.unwrap();
    sleep(ms(90)).await;
    let expected = [
        "begins at 10",
        "ends at 35",
        "begins at 35",
        "ends at 60",
        "begins at 60",
        "ends at 85",
        "begins at 85",
    ];
    assert_eq!(log.lines(), expected);
}

#[tokio::test(start_paused = true)]
async fn nt_24_a_server_never_holds_more_than_its_mailbox() {
    let (busy, log) = busy().await;
    let working = busy.work(ms(100)).send().unwrap();
    sleep(ms(1)).await;
    for _ in 0..2 {
        busy.note("at once").send().unwrap();
    }
    assert!(busy.note("no room").send().is_err());
    let waiting = tokio::spawn({
        let busy = busy.clone();
        async move { busy.note("with patience").await }
    });
    sleep(ms(1)).await;
    assert!(busy.load().is_full() && !waiting.is_finished());
    within(working).await.unwrap();
    within(waiting).await.unwrap().unwrap();
    busy.work(Duration::ZERO).await.unwrap();
    assert_eq!(log.lines(), ["at once", "at once", "with patience"]);
}
