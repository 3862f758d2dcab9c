//! A hundred thousand children of one supervisor.

#![allow(clippy::unused_self, reason = "handlers have a receiver")]

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use callcast::prelude::*;
use callcast::{DynamicSupervisor, SupervisorClient, TaskSupervisor, observe};
use tokio::runtime::Handle;

use crate::memory::live;
use crate::{alone, settled, threads};

const CHILDREN: usize = 100_000;
const STARTERS: usize = 8;
/// Tables of the process's own, which do not shrink.
const GROWTH: isize = 64 * 1024;

/// How many states there are.
static STATES: AtomicUsize = AtomicUsize::new(0);

struct Session(Arc<str>);

#[server]
impl Session {
    #[init]
    fn new(of: Arc<str>) -> Self {
        STATES.fetch_add(1, SeqCst);
        Self(of)
    }

    #[call]
    fn letters(&self) -> usize {
        self.0.len()
    }

    #[cast]
    fn leave(&self, ctx: &mut Context<Self>) {
        ctx.stop(ExitReason::Normal);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        STATES.fetch_sub(1, SeqCst);
    }
}

/// Starts so many; each second one leaves by itself.
async fn sessions(supervisor: SupervisorClient, children: usize) {
    for number in 0..children {
        let child = Session::spec(format!("{number:>6}").into()).temporary();
        let session = supervisor.start_child(child).await.expect("there is room");
        if number.is_multiple_of(100) {
            assert_eq!(session.letters().await, Ok(6));
        }
        if number.is_multiple_of(2) {
            session.leave().await.expect("it lives");
        }
    }
}

/// The same with tasks.
async fn tasks(supervisor: SupervisorClient, children: usize) {
    for number in 0..children {
        let started = if number.is_multiple_of(2) {
            supervisor.spawn(async {}).await
        } else {
            supervisor.spawn(pending::<()>()).await
        };
        started.expect("there is room");
    }
}

async fn is_counted(supervisor: &SupervisorClient, children: usize) {
    let began = Instant::now();
    loop {
        let counts = supervisor.count_children().no_timeout().await.expect("it lives");
        if (counts.specs, counts.active) == (children, children) {
            return;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "{counts:?}, and not {children}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn come_and_go<F>(
    supervisor: SupervisorClient,
    children: usize,
    start: fn(SupervisorClient, usize) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let before = Handle::current().metrics().num_alive_tasks() - 1;
    let starters: Vec<_> =
        (0..STARTERS).map(|_| tokio::spawn(start(supervisor.clone(), children / STARTERS))).collect();
    for starter in starters {
        starter.await.expect("it does not panic");
    }
    // Those with an odd number are still there.
    is_counted(&supervisor, STARTERS * (children / STARTERS / 2)).await;
    supervisor.stop().await.expect("it lives");
    assert_eq!(observe().len(), 0);
    settled(before).await;
}

/// Returns how much memory is in use after all of them have gone.
fn all(children: usize) -> isize {
    let began = Instant::now();
    let runtime = threads();
    runtime.block_on(async {
        let servers = DynamicSupervisor::new().start().await.expect("nothing is in the way");
        come_and_go(servers, children, sessions).await;
        assert_eq!(STATES.load(SeqCst), 0);
        let of_tasks = TaskSupervisor::new().start().await.expect("nothing is in the way");
        come_and_go(of_tasks, children / 10, tasks).await;
    });
    drop(runtime);
    eprintln!("{children} servers and a tenth as many tasks: {:.1} s", began.elapsed().as_secs_f64());
    live()
}

#[test]
fn a_hundred_thousand_children_come_and_go_and_leave_nothing() {
    let _alone = alone();
    let few = all(CHILDREN / 20);
    let growth = all(CHILDREN) - few;
    eprintln!("memory: {growth} bytes more after {CHILDREN} children than after a twentieth of them");
    assert!(growth < GROWTH, "{growth} bytes are left");
}
