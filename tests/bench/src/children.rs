//! Children of one supervisor that start and stop, beside a `JoinSet` with as many tasks and the actors of other crates.

use std::env;
use std::future::{Future, pending};
use std::process::Command;
use std::time::Instant;

use callcast::prelude::*;
use callcast::{DynamicSupervisor, SupervisorClient, TaskSupervisor};
use ractor::ActorStatus;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::memory;
use crate::meter::{Meter, float};
use crate::supervised::{by_kameo, by_ractor};

const CHILDREN: u64 = 100_000;
const STARTERS: u64 = 8;
const ROUNDS: usize = 5;
/// Has this program measure the memory of one way, and nothing else.
const BYTES_OF: &str = "CALLCAST_BENCH_CHILDREN_BYTES_OF";

/// What is started: a server with next to nothing in it.
struct Session {
    number: u64,
}

#[server]
impl Session {
    #[init]
    const fn new(number: u64) -> Self {
        Self { number }
    }

    #[call]
    const fn number(&self) -> u64 {
        self.number
    }
}

/// What one child costs.
#[derive(Clone, Copy)]
struct Cost {
    /// Nanoseconds of the clock, and of the CPU.
    start: (f64, f64),
    stop: (f64, f64),
    bytes: f64,
}

/// One way to have many of something.
#[derive(Clone, Copy)]
enum Way {
    JoinSet,
    Servers,
    Tasks,
    Kameo,
    Ractor,
}

const WAYS: [Way; 5] = [Way::JoinSet, Way::Servers, Way::Tasks, Way::Kameo, Way::Ractor];

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::JoinSet => "JoinSet: tasks that wait for their end",
            Self::Servers => "callcast: servers of a DynamicSupervisor",
            Self::Tasks => "callcast: tasks of a TaskSupervisor",
            Self::Kameo => "kameo: supervised actors",
            Self::Ractor => "ractor: linked actors",
        }
    }

    async fn measure(self) -> Option<Cost> {
        match self {
            Self::JoinSet => Some(join_set().await),
            Self::Servers => {
                let supervisor = DynamicSupervisor::new().start().await.ok()?;
                supervised(supervisor, |supervisor, number| async move {
                    supervisor.start_child(Session::spec(number).temporary()).await.is_ok()
                })
                .await
            }
            Self::Tasks => {
                let supervisor = TaskSupervisor::new().start().await.ok()?;
                supervised(supervisor, |supervisor, _| async move {
                    supervisor.spawn(pending::<()>()).await.is_ok()
                })
                .await
            }
            Self::Kameo => {
                let parent = by_kameo::start();
                let children = started(parent.clone(), |parent, _| async move {
                    by_kameo::start_child(&parent, None).await.is_alive()
                });
                Some(children.await?.stopped(by_kameo::stop(parent)).await)
            }
            Self::Ractor => {
                let parent = by_ractor::start(None).await;
                let children = started(parent.clone(), |parent, _| async move {
                    by_ractor::start_child(parent.get_cell(), None).await.get_status() != ActorStatus::Stopped
                });
                Some(children.await?.stopped(by_ractor::stop(parent)).await)
            }
        }
    }
}

/// The clock and the CPU, since a moment.
struct Both {
    clock: Instant,
    cpu: Meter,
}

impl Both {
    fn start() -> Self {
        Self { clock: Instant::now(), cpu: Meter::start() }
    }

    fn each(self) -> (f64, f64) {
        let clock = self.clock.elapsed().as_secs_f64() * 1e9 / float(CHILDREN);
        (clock, self.cpu.stop(CHILDREN).each())
    }
}

fn grown(before: u64) -> f64 {
    float(memory::resident("self").saturating_sub(before)) / float(CHILDREN)
}

async fn join_set() -> Cost {
    let (end, is_ending) = watch::channel(false);
    let before = memory::resident("self");
    let both = Both::start();
    let mut tasks = JoinSet::new();
    for _ in 0..CHILDREN {
        let mut is_ending = is_ending.clone();
        tasks.spawn(async move { drop(is_ending.wait_for(|ends| *ends).await) });
    }
    let start = both.each();
    let bytes = grown(before);
    let both = Both::start();
    end.send_replace(true);
    while tasks.join_next().await.is_some() {}
    Cost { start, stop: both.each(), bytes }
}

async fn supervised<F>(supervisor: SupervisorClient, start: fn(SupervisorClient, u64) -> F) -> Option<Cost>
where
    F: Future<Output = bool> + Send + 'static,
{
    let children = started(supervisor.clone(), start).await?;
    Some(children.stopped(async { supervisor.stop().await.is_ok() }).await)
}

/// Starts them all below `parent`, from several tasks; the cost is without that of their end.
async fn started<P, F>(parent: P, start: fn(P, u64) -> F) -> Option<Cost>
where
    P: Clone + Send + 'static,
    F: Future<Output = bool> + Send + 'static,
{
    let before = memory::resident("self");
    let both = Both::start();
    let mut starters = JoinSet::new();
    for starter in 0..STARTERS {
        let parent = parent.clone();
        starters.spawn(async move {
            for number in 0..CHILDREN / STARTERS {
                let started = start(parent.clone(), starter + number * STARTERS).await;
                assert!(started, "a child did not start");
            }
        });
    }
    while let Some(started) = starters.join_next().await {
        started.ok()?;
    }
    Some(Cost { start: both.each(), stop: (0.0, 0.0), bytes: grown(before) })
}

impl Cost {
    /// The same with the cost of their end, of which `stop` says whether it went well.
    async fn stopped(self, stop: impl Future<Output = bool>) -> Self {
        let both = Both::start();
        assert!(stop.await, "the children did not stop");
        Self { stop: both.each(), ..self }
    }
}

/// Measures and prints: all ways take turns, and the median of each counts.
pub(crate) fn measure() {
    if let Ok(way) = env::var(BYTES_OF) {
        return print_bytes(&way);
    }
    println!(
        "children: {CHILDREN} start, from {STARTERS} tasks on two workers, and stop; ns and bytes a child"
    );
    let mut costs = [const { Vec::new() }; WAYS.len()];
    for _ in 0..ROUNDS {
        for (way, costs) in WAYS.into_iter().zip(&mut costs) {
            let Some(runtime) = workers() else { return println!("skipped: there are no threads") };
            let Some(cost) = runtime.block_on(way.measure()) else {
                return println!("skipped: {}", way.name());
            };
            costs.push(cost);
        }
    }
    let mut costs = costs.map(|costs| median(&costs));
    for (way, cost) in WAYS.into_iter().zip(&mut costs) {
        cost.bytes = bytes_of(way);
    }
    for (way, cost) in WAYS.into_iter().zip(costs) {
        line(way, cost, costs[0]);
    }
}

/// In a process of its own, so that nobody has what another gave back.
fn bytes_of(way: Way) -> f64 {
    let this = env::current_exe().expect("a program knows where it is");
    let child = Command::new(this).arg("--children").env(BYTES_OF, way.name()).output();
    let child = child.expect("this program can be started");
    assert!(child.status.success(), "{}: the child process failed", way.name());
    String::from_utf8_lossy(&child.stdout).trim().parse().expect("the child prints a number")
}

fn print_bytes(way: &str) {
    let way = WAYS.into_iter().find(|one| one.name() == way).expect("the parent names a way");
    let cost = workers().and_then(|runtime| runtime.block_on(way.measure()));
    println!("{}", cost.expect("the parent has done the same").bytes);
}

fn workers() -> Option<Runtime> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().ok()
}

fn line(way: Way, cost: Cost, base: Cost) {
    println!("  {}", way.name());
    let show =
        |what: &str, cost: f64, base: f64| println!("    {what:<12} {cost:>9.0} {:>7.2} x", cost / base);
    show("start, clock", cost.start.0, base.start.0);
    show("start, CPU", cost.start.1, base.start.1);
    show("stop, clock", cost.stop.0, base.stop.0);
    show("stop, CPU", cost.stop.1, base.stop.1);
    show("bytes", cost.bytes, base.bytes);
}

fn median(costs: &[Cost]) -> Cost {
    let of = |part: fn(&Cost) -> f64| {
        let mut parts: Vec<_> = costs.iter().map(part).collect();
        parts.sort_by(f64::total_cmp);
        parts.get(parts.len() / 2).copied().unwrap_or(0.0)
    };
    Cost {
        start: (of(|cost| cost.start.0), of(|cost| cost.start.1)),
        stop: (of(|cost| cost.stop.0), of(|cost| cost.stop.1)),
        bytes: 0.0,
    }
}
