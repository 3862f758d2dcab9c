//! Whatever comes and goes often leaves nothing: no byte, no task, no name, no timer.

use std::time::Duration;

use callcast::prelude::*;
use callcast::{
    DynamicSupervisor, Name, PartitionSupervisor, Pool, Probe, Supervisor, SupervisorSpec, Swap, Task,
    TaskSupervisor,
};
use futures_util::StreamExt as _;
use tokio::task::yield_now;

use crate::left::leaves_nothing;
use crate::servers::{Busy, Cell, CountClient, CountProtocol, Quick, Unborn, Worker, WorkerClient};
use crate::{alone, number};

/// So often in a plain `cargo test`.
const TIMES: usize = 100;

fn check(what: &str, once: impl AsyncFn()) {
    let _alone = alone();
    leaves_nothing(what, number("CALLCAST_MEM", TIMES), once);
}

/// As many restarts as a test likes.
fn tireless(supervisor: SupervisorSpec) -> SupervisorSpec {
    supervisor.max_restarts(u32::MAX, Duration::from_millis(1))
}

/// Through a client that follows: the next incarnation answers.
async fn crash_and_call(client: &WorkerClient) {
    assert_eq!(CountClient::from(client.clone()).add(1).await, Ok(2));
    let end = client.monitor();
    client.crash().await.expect("it lives");
    end.await;
    assert_eq!(client.get().await, Ok(1));
}

#[test]
fn g09_agents_leave_nothing() {
    check("an agent", async || {
        let cell = Cell::start(1).expect("an agent starts");
        assert_eq!(cell.get().await, Ok(1));
        assert_eq!(cell.text().send().expect("there is room").await, Ok("1".to_owned()));
        assert_eq!(cell.with(Cell::get).await, Ok(1));
        let mut changes = cell.watch();
        let client = CountClient::from(cell.clone());
        client.reset().await.expect("it lives");
        assert!(changes.next().await.is_some());
        assert_eq!(cell.wait_until(|cell| cell.get() == 0).await, Ok(()));
        let (monitor, weak) = (cell.monitor(), ClientOf::downgrade(&cell));
        drop((cell, client));
        assert_eq!(monitor.await.reason, ExitReason::Normal);
        assert!(weak.upgrade().is_none());
        // One that crashes.
        let cell = Cell::start(1).expect("an agent starts");
        let monitor = cell.monitor();
        let _ = cell.crash().await;
        assert!(matches!(monitor.await.reason, ExitReason::Panicked(_)));
    });
}

/// Starts one, has all that clients do done to it, and ends it in each way.
macro_rules! servers_leave_nothing {
    ($server:ident) => {
        check(stringify!($server), async || {
            let server = $server::start(1).await.expect("there is a runtime");
            assert_eq!(server.get().await, Ok(1));
            assert_eq!(server.text().send().expect("there is room").await, Ok("1".to_owned()));
            assert_eq!(server.get().timeout(Duration::from_mins(1)).await, Ok(1));
            drop(server.text().send().expect("there is room"));
            drop(server.get().timeout(Duration::ZERO).await);
            server.stop().await.expect("it lives");
            let killed = $server::start(1).await.expect("there is a runtime");
            drop(killed.text().send().expect("there is room"));
            assert_eq!(killed.kill().await, Ok(ExitReason::Killed));
            let crashed = $server::start(1).await.expect("there is a runtime");
            let end = crashed.monitor();
            crashed.crash().await.expect("it lives");
            assert!(matches!(end.await.reason, ExitReason::Panicked(_)));
        });
    };
}

#[test]
fn g09_servers_leave_nothing() {
    servers_leave_nothing!(Worker);
}

#[test]
fn g09_servers_that_their_callers_run_leave_nothing() {
    servers_leave_nothing!(Quick);
}

#[test]
fn g09_what_is_never_born_leaves_nothing() {
    check("a failed `init`", async || {
        assert!(Unborn::start(false).await.is_err());
        assert!(Unborn::start(true).await.is_err());
        let tree = Supervisor::one_for_one().child(Unborn::spec(false)).start().await;
        assert!(tree.is_err());
    });
}

#[test]
fn g09_supervisors_leave_nothing() {
    check("a supervisor", async || {
        let mut child = Worker::spec(1).id("worker");
        let worker = child.client();
        let tree =
            tireless(Supervisor::one_for_all()).child(child).child(Cell::spec(1)).child(Quick::spec(1));
        let tree = tree.start().await.expect("nothing fails");
        crash_and_call(&worker).await;
        assert_eq!(tree.which_children().await.map(|children| children.len()), Ok(3));
        tree.stop().await.expect("it lives");
    });
}

#[test]
fn g09_dynamic_supervisors_leave_nothing() {
    check("a dynamic supervisor", async || {
        let tree = tireless(DynamicSupervisor::new()).start().await.expect("nothing fails");
        let worker = tree.start_child(Worker::spec(1)).await.expect("there is room");
        let quick = tree.start_child(Quick::spec(1).temporary()).await.expect("there is room");
        crash_and_call(&worker).await;
        quick.stop().await.expect("it lives");
        tree.stop().await.expect("it lives");
    });
}

#[test]
fn g09_partitions_and_pools_leave_nothing() {
    check("a partition supervisor and a pool", async || {
        let parts = PartitionSupervisor::new(2, |_| Worker::spec(1)).supervisor(tireless);
        let parts = parts.start().await.expect("nothing fails");
        crash_and_call(&parts.get("key")).await;
        parts.supervisor().stop().await.expect("it lives");
        let pool = Pool::round_robin(2, |_| Worker::spec(1));
        let client = pool.client();
        let pool = pool.start().await.expect("nothing fails");
        assert_eq!((client.get().await, client.get().await), (Ok(1), Ok(1)));
        pool.stop().await.expect("it lives");
    });
}

#[test]
fn g09_names_leave_nothing() {
    static WORKER: Name<Worker> = Name::new("a worker");
    static CELL: Name<Cell> = Name::new("a cell");
    let registry: Registry<u64, Worker> = Registry::unique();
    check("a name", async || {
        let worker = Worker::spec(1).name(&WORKER).register(&registry, 7).start().await.expect("it is free");
        assert!(Worker::spec(1).name(&WORKER).start().await.is_err());
        assert_eq!(WORKER.client().get().await, Ok(1));
        assert_eq!(registry.lookup(&7).expect("it is there").get().await, Ok(1));
        worker.kill().await.expect("it lives");
        assert!(WORKER.whereis().is_none() && registry.is_empty());
        drop(Cell::spec(1).name(&CELL).start().expect("it is free"));
        CELL.client().stop().await.expect("its name keeps it");
    });
    assert!(registry.is_empty());
}

#[test]
fn g09_monitors_and_links_leave_nothing() {
    check("monitors and links", async || {
        let busy = Busy::start().await.expect("there is a runtime");
        let worker = Worker::start(1).await.expect("there is a runtime");
        let (first, dropped) = (worker.monitor(), worker.monitor());
        drop(dropped);
        busy.watch(worker.clone()).await.expect("it lives");
        busy.link(worker.clone()).await.expect("it lives");
        let linked = busy.start_link().await.expect("it lives");
        worker.kill().await.expect("it lives");
        assert_eq!(first.await.reason, ExitReason::Killed);
        while busy.sum().await.expect("it lives").1 < 2 {
            yield_now().await;
        }
        let end = linked.monitor();
        busy.stop_with(ExitReason::Shutdown).await.expect("it lives");
        assert_eq!(end.await.reason, ExitReason::Shutdown);
    });
}

#[test]
fn g09_timers_jobs_and_streams_leave_nothing() {
    check("timers, jobs and streams", async || {
        let busy = Busy::start().await.expect("there is a runtime");
        busy.time().await.expect("it lives");
        busy.work().await.expect("it lives");
        busy.read().await.expect("it lives");
        let mut replies = busy.replies().await.expect("it lives");
        for n in 0..3 {
            assert_eq!(replies.next().await, Some(n));
        }
        assert_eq!(replies.next().await, None);
        assert!(busy.later().await.is_ok());
        while busy.sum().await.expect("it lives").0 < 1 + 5 + 6 + 7 + 8 + 9 + 10 {
            yield_now().await;
        }
        busy.hang().await.expect("there is room");
        let waits = busy.sum().send().expect("there is room");
        busy.kill().await.expect("it lives");
        assert!(waits.await.is_err());
    });
}

#[test]
fn g09_places_and_probes_leave_nothing() {
    check("a place and a probe", async || {
        let place = Swap::<CountProtocol>::new(Cell::start(1).expect("an agent starts"));
        let client = place.client();
        assert_eq!(client.add(1).await, Ok(2));
        let worker = Worker::start(5).await.expect("there is a runtime");
        place.swap(worker.clone()).await.expect("it is another");
        assert_eq!(client.add(1).await, Ok(6));
        worker.stop().await.expect("it lives");
        let probe = Probe::<CountProtocol>::new();
        let asked = probe.client();
        let pending = asked.add(3).send().expect("there is room");
        probe.expect_call(|count| count.add(3)).await.send(4);
        assert_eq!(pending.await, Ok(4));
        probe.expect_nothing();
    });
}

#[test]
fn g09_tasks_leave_nothing() {
    check("a task", async || {
        assert!(Task::run(async { 7 }).expect("there is a runtime").await.is_ok());
        drop(Task::run(std::future::pending::<()>()).expect("there is a runtime"));
        let tasks = TaskSupervisor::new().start().await.expect("nothing fails");
        tasks.spawn(async {}).await.expect("there is room");
        tasks.spawn(std::future::pending::<()>()).await.expect("there is room");
        assert!(tasks.run(async { 7 }).await.expect("there is room").await.is_ok());
        tasks.stop().await.expect("it lives");
    });
}
