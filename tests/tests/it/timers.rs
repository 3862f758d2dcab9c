//! Timers: `send_after`, `every`, cancelling, skipped ticks, `#[idle]`.

use std::time::Duration;

use callcast::TimerId;
use callcast::prelude::*;
use tokio::time::{Instant, sleep};

use crate::support::{Door, LONG, Log, door, ms, settle, within};

/// Logs what its timers bring, and how long after its start.
struct Clock {
    begin: Instant,
    log: Log<(u32, u64)>,
    timers: Vec<TimerId>,
}

#[server]
impl Clock {
    #[init]
    fn new(log: Log<(u32, u64)>) -> Self {
        Self { begin: Instant::now(), log, timers: Vec::new() }
    }

    #[call]
    fn after(&mut self, millis: u64, n: u32, ctx: &mut Context<Self>) {
        self.timers.push(ctx.send_after(ms(millis), ClockInfo::rang(n)));
    }

    #[call]
    fn never(&mut self, ctx: &mut Context<Self>) -> bool {
        let timer = ctx.send_after(Duration::MAX, ClockInfo::rang(0));
        ctx.cancel(timer)
    }

    #[call]
    fn each(&mut self, millis: u64, n: u32, now: bool, ctx: &mut Context<Self>) {
        let info = move || ClockInfo::rang(n);
        self.timers.push(if now { ctx.every_now(ms(millis), info) } else { ctx.every(ms(millis), info) });
    }

    /// Cancels its last timer; says whether that had something left to do.
    #[call]
    fn cancel(&mut self, ctx: &mut Context<Self>) -> bool {
        ctx.cancel(*self.timers.last().unwrap())
    }

    #[call]
    async fn block(&mut self, door: Door) {
        door.pass().await;
    }

    /// Waits until its timer has rung, and then cancels it.
    #[call]
    async fn cancel_late(&mut self, ctx: &mut Context<Self>) -> bool {
        sleep(ms(100)).await;
        ctx.cancel(*self.timers.last().unwrap())
    }

    #[info]
    fn rang(&mut self, n: u32) {
        let millis = u64::try_from(self.begin.elapsed().as_millis()).unwrap();
        self.log.push((n, millis));
    }
}

async fn clock() -> (ClockClient, Log<(u32, u64)>) {
    let log = Log::default();
    (Clock::start(log.clone()).await.unwrap(), log)
}

#[tokio::test(start_paused = true)]
async fn timers_ring_in_the_order_of_their_time() {
    let (clock, log) = clock().await;
    for (millis, n) in [(30, 3), (10, 1), (20, 2), (0, 0), (20, 22)] {
        clock.after(millis, n).await.unwrap();
    }
    sleep(ms(50)).await;
    assert_eq!(log.take(), [(0, 0), (1, 10), (2, 20), (22, 20), (3, 30)]);
}

#[tokio::test(start_paused = true)]
async fn every_rings_after_one_period_and_again_and_now_at_once() {
    let (clock, log) = clock().await;
    clock.each(100, 1, false).await.unwrap();
    sleep(ms(350)).await;
    assert_eq!(log.take(), [(1, 100), (1, 200), (1, 300)]);
    assert_eq!(clock.cancel().await, Ok(true));
    clock.each(100, 2, true).await.unwrap();
    sleep(ms(150)).await;
    assert_eq!(log.take(), [(2, 350), (2, 450)]);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_timer_never_rings_not_even_when_it_is_queued() {
    let (clock, log) = clock().await;
    clock.after(10, 1).await.unwrap();
    assert_eq!(clock.cancel().await, Ok(true));
    assert_eq!(clock.cancel().await, Ok(false), "it has nothing left to do");
    clock.after(10, 2).await.unwrap();
    assert_eq!(clock.cancel_late().no_timeout().await, Ok(true));
    sleep(ms(500)).await;
    assert!(log.is_empty());
    clock.after(10, 3).await.unwrap();
    sleep(ms(20)).await;
    assert_eq!(log.take().len(), 1);
    assert_eq!(clock.cancel().await, Ok(false), "it has rung");
}

#[tokio::test(start_paused = true)]
async fn ticks_that_a_busy_server_misses_are_skipped() {
    let (clock, log) = clock().await;
    clock.each(100, 1, false).await.unwrap();
    let (door, mut key) = door();
    let blocked = clock.block(door).no_timeout().send().unwrap();
    key.entered().await;
    sleep(ms(1_050)).await;
    key.open();
    blocked.await.unwrap();
    settle().await;
    assert_eq!(log.take(), [(1, 1_050)], "one for all that were missed");
    sleep(ms(100)).await;
    assert_eq!(log.take(), [(1, 1_100)], "in the old rhythm");
}

#[tokio::test(start_paused = true)]
async fn p13_a_timer_of_for_ever_overflows_nothing() {
    let (clock, log) = clock().await;
    assert_eq!(clock.never().await, Ok(true));
    sleep(LONG).await;
    assert!(log.is_empty());
}

#[tokio::test(start_paused = true)]
async fn p72_timers_die_with_their_server() {
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    for kills in [true, false] {
        let (clock, log) = clock().await;
        clock.after(10, 1).await.unwrap();
        clock.each(10, 2, false).await.unwrap();
        if kills {
            clock.kill().await.unwrap()
        } else {
            clock.stop().await.unwrap()
        };
        sleep(LONG).await;
        assert!(log.is_empty());
        assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), tasks);
    }
}

/// Says when each of its timers was due, and when it rang.
struct Precise(Log<(Instant, Instant)>);

#[server]
impl Precise {
    #[init]
    fn new(log: Log<(Instant, Instant)>) -> Self {
        Self(log)
    }

    #[call]
    fn after(&mut self, delay: Duration, ctx: &mut Context<Self>) {
        ctx.send_after(delay, PreciseInfo::rang(Instant::now() + delay));
    }

    #[call]
    fn each(&mut self, period: Duration, ctx: &mut Context<Self>) {
        let mut due = Instant::now();
        ctx.every(period, move || {
            due += period;
            PreciseInfo::rang(due)
        });
    }

    #[info]
    fn rang(&mut self, due: Instant) {
        self.0.push((due, Instant::now()));
    }
}

#[tokio::test(start_paused = true)]
async fn g25_timers_are_never_early() {
    let log = Log::default();
    let precise = Precise::start(log.clone()).await.unwrap();
    for n in 0..500 {
        // Neither the delays nor the moments at which they begin are whole milliseconds.
        precise.after(Duration::from_micros(n * 397)).await.unwrap();
        tokio::time::advance(Duration::from_micros(n % 7 * 131)).await;
    }
    precise.each(Duration::from_micros(2_700)).await.unwrap();
    sleep(ms(500)).await;
    let rings = log.take();
    assert!(rings.len() > 500 + 150, "{}", rings.len());
    for (due, rang) in rings {
        assert!(rang >= due, "{:?} early", due - rang);
        assert!(rang - due <= ms(2), "{:?} late, though nothing else is done", rang - due);
    }
}

/// A server with timers in its attributes.
struct Quiet {
    begin: Instant,
    log: Log<(&'static str, u64)>,
}

impl Quiet {
    fn note(&self, what: &'static str) {
        self.log.push((what, u64::try_from(self.begin.elapsed().as_millis()).unwrap()));
    }
}

#[server]
impl Quiet {
    #[init]
    fn new(log: Log<(&'static str, u64)>) -> Self {
        Self { begin: Instant::now(), log }
    }

    #[every("400ms")]
    fn tick(&mut self) {
        self.note("tick");
    }

    #[every("1s, now")]
    async fn beat(&mut self) {
        tokio::task::yield_now().await;
        self.note("beat");
    }

    #[idle("500ms")]
    fn quiet(&mut self) {
        self.note("quiet");
    }

    #[call]
    const fn get(&self) {}

    #[cast]
    const fn poke(&mut self) {}
}

#[tokio::test(start_paused = true)]
async fn idle_comes_once_per_quiet_time_and_ticks_do_not_break_it() {
    let log = Log::default();
    let quiet = Quiet::start(log.clone()).await.unwrap();
    sleep(ms(1_300)).await;
    quiet.get().await.unwrap();
    sleep(ms(300)).await;
    quiet.poke().await.unwrap();
    sleep(ms(1_100)).await;
    let (mut idle, mut ticks): (Vec<_>, Vec<_>) =
        log.take().into_iter().partition(|(what, _)| *what == "quiet");
    ticks.sort_unstable();
    assert_eq!(
        ticks,
        [("beat", 0), ("beat", 1_000), ("beat", 2_000), ("tick", 400), ("tick", 800), ("tick", 1_200)]
            .into_iter()
            .chain([("tick", 1_600), ("tick", 2_000), ("tick", 2_400)])
            .collect::<Vec<_>>()
    );
    idle.sort_unstable();
    assert_eq!(idle, [("quiet", 500), ("quiet", 2_100)]);
}

#[tokio::test(start_paused = true)]
async fn idle_may_stop_its_server() {
    struct Session;
    #[server]
    impl Session {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        const fn get(&self) {}
        #[idle("5m")]
        fn quiet(&mut self, ctx: &mut Context<Self>) {
            ctx.stop(ExitReason::Normal);
        }
    }
    let session = Session::start().await.unwrap();
    for _ in 0..5 {
        sleep(Duration::from_secs(299)).await;
        session.get().await.unwrap();
    }
    sleep(Duration::from_secs(301)).await;
    assert_eq!(within(session.get()).await, Err(CallError::NoProc));
}
