//! A supervised child that panics and is started again, one panic after the other, beside other crates and a task that is
//! spawned anew by hand.

#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "a handler has a receiver, and a message owns its arguments"
)]

use std::panic;
use std::time::Duration;

use callcast::Supervisor;
use callcast::prelude::*;
use ractor::ActorRef;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::meter::Meter;
use crate::supervised::{Starts, by_kameo, by_ractor, tell};

const CRASHES: u64 = 20_000;
const ROUNDS: usize = 7;

struct Fragile;

#[server]
impl Fragile {
    #[init]
    fn new(starts: UnboundedSender<()>) -> Self {
        tell(Some(&starts), ());
        Self
    }

    #[cast]
    fn crash(&mut self) {
        panic!("as it is told");
    }
}

struct Brittle;

#[agent]
impl Brittle {
    #[init]
    fn new(starts: UnboundedSender<()>) -> Self {
        tell(Some(&starts), ());
        Self
    }

    #[cast]
    fn crash(&mut self) {
        panic!("as it is told");
    }
}

/// CPU nanoseconds that one crash costs. Each child that starts says how it is to be reached.
async fn cost<C>(mut started: UnboundedReceiver<C>, crash: impl AsyncFn(&C)) -> f64 {
    let mut child = started.recv().await.expect("it starts");
    let mut meter = Meter::start();
    for crashes in 0..=CRASHES {
        if crashes == 1 {
            meter = Meter::start();
        }
        crash(&child).await;
        child = started.recv().await.expect("it starts again");
    }
    meter.stop(CRASHES).each()
}

/// Spawns a task, and another one each time that it has panicked.
async fn supervise(starts: Starts<mpsc::Sender<()>>) {
    loop {
        let (sender, mut messages) = mpsc::channel(1_024);
        tell(starts.as_ref(), sender);
        let task = tokio::spawn(async move {
            if let Some(()) = messages.recv().await {
                panic!("as it is told");
            }
        });
        if task.await.is_ok() {
            return;
        }
    }
}

async fn by_hand() -> f64 {
    let (starts, started) = unbounded_channel();
    tokio::spawn(supervise(Some(starts)));
    cost(started, async |child: &mpsc::Sender<()>| child.send(()).await.expect("it lives")).await
}

/// The cost for a child of ours.
macro_rules! supervised {
    ($server:ident) => {{
        let (starts, started) = unbounded_channel();
        let mut spec = $server::spec(starts);
        let client = spec.client();
        let supervisor = Supervisor::one_for_one().max_restarts(u32::MAX, Duration::from_secs(1));
        let supervisor = supervisor.child(spec).start().await.expect("the tree starts");
        let cost = cost(started, async |(): &()| client.crash().await.expect("it lives")).await;
        supervisor.stop().await.expect("the tree stops");
        cost
    }};
}

async fn server() -> f64 {
    supervised!(Fragile)
}

async fn agent() -> f64 {
    supervised!(Brittle)
}

async fn kameo() -> f64 {
    let (starts, started) = unbounded_channel();
    let parent = by_kameo::start();
    let child = by_kameo::start_child(&parent, Some(starts)).await;
    let cost = cost(started, async |(): &()| child.tell(by_kameo::Crash).await.expect("it lives")).await;
    assert!(by_kameo::stop(parent).await, "the actors do not stop");
    cost
}

async fn ractor() -> f64 {
    let (starts, started) = unbounded_channel();
    let parent = by_ractor::start(Some(starts.clone())).await;
    by_ractor::start_child(parent.get_cell(), Some(starts)).await;
    let cost = cost(started, async |child: &ActorRef<()>| child.cast(()).expect("it lives")).await;
    assert!(by_ractor::stop(parent).await, "the actors do not stop");
    cost
}

const NAMES: [&str; 5] = [
    "tokio: a task that is spawned anew",
    "callcast: a server of a Supervisor",
    "callcast: an agent of a Supervisor",
    "kameo: a supervised actor",
    "ractor: an actor that its parent starts anew",
];

/// Measures and prints: all take turns, and the median of each counts.
pub(crate) fn measure() {
    println!("crashes: one child panics {CRASHES} times and is started again, two workers; CPU a crash");
    // The text of a panic costs more than all else, and is the same for all; nobody keeps what ours says of it.
    panic::set_hook(Box::new(|_| {}));
    let silenced = tracing::subscriber::set_global_default(tracing::subscriber::NoSubscriber::new());
    silenced.expect("nobody else listens to this program");
    let mut costs = [const { Vec::new() }; NAMES.len()];
    for _ in 0..ROUNDS {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("there are threads");
        let [first, second, third, fourth, fifth] = &mut costs;
        first.push(runtime.block_on(by_hand()));
        second.push(runtime.block_on(server()));
        third.push(runtime.block_on(agent()));
        fourth.push(runtime.block_on(kameo()));
        fifth.push(runtime.block_on(ractor()));
    }
    let medians = costs.map(|mut costs| {
        costs.sort_by(f64::total_cmp);
        costs[costs.len() / 2]
    });
    for (name, cost) in NAMES.into_iter().zip(medians) {
        let (base, kameo) = (cost / medians[0], cost / medians[3]);
        println!("{name:<48} {:>6.1} µs  {base:>5.2} × tokio  {kameo:>5.2} × kameo", cost / 1e3);
    }
}
