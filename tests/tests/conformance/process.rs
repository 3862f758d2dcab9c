//! PR-E and AP-E: Elixir's tests of `Process` and `Application`.

use std::time::Duration;

use callcast::prelude::*;
use callcast::{Name, Observed, ServerId, TimerId};
use tokio::time::{Instant, sleep};

use crate::support::{Log, Worker, WorkerClient, ms, shutdown_with, within, worker};

/// Lives on when those it is linked to end, and has timers.
struct Trap {
    log: Log,
    timer: Option<TimerId>,
}

#[server]
impl Trap {
    #[init]
    fn new(log: Log) -> Self {
        Self { log, timer: None }
    }

    #[call]
    fn link(&mut self, other: WorkerClient, ctx: &mut Context<Self>) {
        ctx.link(&other);
    }

    #[call]
    fn ring_after(&mut self, delay: Duration, ctx: &mut Context<Self>) {
        self.timer = Some(ctx.send_after(delay, TrapInfo::ring()));
    }

    #[call]
    fn cancel(&mut self, ctx: &mut Context<Self>) -> bool {
        self.timer.is_some_and(|timer| ctx.cancel(timer))
    }

    #[info]
    fn ring(&mut self) {
        self.log.push("ring");
    }

    #[exit]
    fn ended(&mut self, exit: Exit) {
        self.log.push(exit.reason.to_string());
    }
}

async fn trap() -> (TrapClient, Log) {
    let log = Log::default();
    (within(Trap::start(log.clone())).await.expect("it cannot fail"), log)
}

/// What can be known of a server, if it lives.
fn info(id: ServerId) -> Option<Observed> {
    callcast::observe().into_iter().find(|server| server.id == id)
}

#[tokio::test(start_paused = true)]
async fn pr_e_04_the_reply_comes_and_then_the_down() {
    let (worker, _) = worker().await;
    let monitor = worker.monitor();
    assert_eq!(within(worker.halt(shutdown_with("done"))).await, Ok(1));
    assert_eq!(within(monitor).await.reason, shutdown_with("done"));
}

#[tokio::test(start_paused = true)]
async fn pr_e_05_no_time_is_too_short_or_too_long() {
    let (trap, log) = trap().await;
    trap.ring_after(Duration::ZERO).await.unwrap();
    sleep(ms(1)).await;
    assert_eq!(log.lines(), ["ring"]);
    for forever in [Duration::from_millis(1 << 32), Duration::MAX] {
        trap.ring_after(forever).await.unwrap();
        assert_eq!(trap.cancel().timeout(forever).await, Ok(true));
        let start = Worker::spec(Log::default()).start_timeout(forever).start();
        within(within(start).await.unwrap().stop().timeout(forever)).await.unwrap();
    }
    assert_eq!(log.lines(), ["ring"]);
}

#[tokio::test(start_paused = true)]
async fn pr_e_06_the_living_can_be_looked_at_and_the_dead_cannot() {
    let (worker, _) = worker().await;
    let id = worker.id().unwrap();
    let seen = info(id).expect("it lives");
    assert_eq!((seen.type_name, seen.is_agent), ("Worker", false));
    within(worker.stop()).await.unwrap();
    assert!(info(id).is_none());
    assert_eq!(worker.id(), None);
}

#[tokio::test(start_paused = true)]
async fn pr_e_07_a_server_shows_the_name_that_it_has() {
    static NAME: Name<Worker> = Name::new("pr-e-07");
    let (unnamed, _) = worker().await;
    assert_eq!(info(unnamed.id().unwrap()).unwrap().names, [""; 0]);
    let named = within(Worker::spec(Log::default()).name(&NAME).start()).await.unwrap();
    let id = named.id().unwrap();
    assert_eq!(info(id).unwrap().names, ["pr-e-07"]);
    within(named.stop()).await.unwrap();
    assert!(info(id).is_none());
}

#[tokio::test(start_paused = true)]
async fn pr_e_08_a_message_can_be_sent_later() {
    let (trap, log) = trap().await;
    trap.ring_after(ms(10)).await.unwrap();
    sleep(ms(9)).await;
    assert_eq!(log.lines(), [""; 0]);
    sleep(ms(2)).await;
    assert_eq!(log.lines(), ["ring"]);
}

#[tokio::test(start_paused = true)]
async fn pr_e_10_taking_a_timer_back_tells_whether_it_was_pending() {
    let (trap, log) = trap().await;
    trap.ring_after(ms(10)).await.unwrap();
    assert_eq!(trap.cancel().await, Ok(true));
    assert_eq!(trap.cancel().await, Ok(false));
    trap.ring_after(ms(10)).await.unwrap();
    sleep(ms(20)).await;
    assert_eq!(trap.cancel().await, Ok(false));
    assert_eq!(log.lines(), ["ring"]);
}

/// By design.md a server that traps exits is told of a `Normal` end as well; one that does not is left alone by that.
#[tokio::test(start_paused = true)]
async fn pr_e_11_a_normal_end_ends_nobody_and_another_is_told_to_who_traps_exits() {
    let (trap, log) = trap().await;
    let (victim, _) = worker().await;
    trap.link(victim.clone()).await.unwrap();
    within(victim.stop_with(shutdown_with("signal"))).await.unwrap();
    sleep(ms(1)).await;
    assert!(trap.is_alive() && !victim.is_alive());
    assert_eq!(log.lines(), ["it was shut down: signal"]);

    let (linked, _) = worker().await;
    trap.link(linked.clone()).await.unwrap();
    within(trap.stop()).await.unwrap();
    assert_eq!(linked.echo(1).await, Ok(1), "a normal end is ignored");
}

#[tokio::test(start_paused = true)]
async fn pr_e_12_a_server_can_end_itself_normally() {
    let (worker, log) = worker().await;
    let monitor = worker.monitor();
    worker.end(ExitReason::Normal).await.unwrap();
    assert_eq!(within(monitor).await.reason, ExitReason::Normal);
    assert_eq!(log.lines(), ["terminate: it stopped normally"]);
}

#[tokio::test(start_paused = true)]
async fn pr_e_13_a_reply_that_nobody_waits_for_any_more_is_dropped() {
    let (worker, _) = worker().await;
    let held = worker.hold().send().unwrap();
    assert_eq!(worker.wanted().await, Ok(1));
    drop(held);
    assert_eq!(worker.wanted().await, Ok(0));
    worker.release(5).await.unwrap();
    assert_eq!(worker.echo(6).await, Ok(6));
}

#[tokio::test(start_paused = true)]
async fn pr_e_16_a_server_has_a_label_only_where_it_was_given_one() {
    let (plain, _) = worker().await;
    assert_eq!(info(plain.id().unwrap()).unwrap().label, None);
    let labelled = within(Worker::spec(Log::default()).label("blue").start()).await.unwrap();
    assert_eq!(info(labelled.id().unwrap()).unwrap().label.as_deref(), Some("blue"));
    let start = Instant::now();
    within(labelled.stop()).await.unwrap();
    assert_eq!(start.elapsed(), ms(0));
}
