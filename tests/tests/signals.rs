//! A program whose life is that of its tree: signals, limits, exit codes.
#![cfg(unix)]

use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Shutdown, Supervisor, SupervisorClient};
use tokio::sync::oneshot;

/// Longer than anything here takes, unless it hangs.
const LONG: Duration = Duration::from_mins(1);

/// A signal is for the whole process: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn signal(name: &str) {
    let pid = std::process::id().to_string();
    assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
}

/// What has ended, in order.
type Log = Arc<Mutex<Vec<&'static str>>>;

struct Child {
    name: &'static str,
    log: Log,
    /// Told that `terminate` runs; it never ends then.
    hangs: Option<oneshot::Sender<()>>,
}

#[server]
impl Child {
    #[init]
    fn new(name: &'static str, log: Log, hangs: Option<oneshot::Sender<()>>) -> Self {
        Self { name, log, hangs }
    }

    #[cast]
    fn work(&mut self) {
        self.log.lock().unwrap().push("worked");
    }

    #[terminate]
    async fn close(&mut self) {
        if let Some(begun) = self.hangs.take() {
            let _ = begun.send(());
            std::future::pending::<()>().await;
        }
        self.log.lock().unwrap().push(self.name);
    }
}

/// The exit code has no equality of its own.
fn same(code: ExitCode, expected: ExitCode) {
    assert_eq!(format!("{code:?}"), format!("{expected:?}"));
}

async fn tree_that_hangs(log: &Log) -> (SupervisorClient, oneshot::Receiver<()>) {
    let (begun, begins) = oneshot::channel();
    let hanging = Child::spec("hangs", Arc::clone(log), Some(begun)).id("hangs");
    let tree = Supervisor::one_for_one()
        .child(Child::spec("first", Arc::clone(log), None).id("first").temporary())
        .child(hanging.shutdown(Shutdown::Infinity).temporary());
    (tree.start().await.unwrap(), begins)
}

#[test]
fn nt_23_a_signal_stops_the_tree_in_reverse_and_what_is_queued_is_handled() {
    let _alone = alone();
    for name in ["-TERM", "-INT"] {
        runtime().block_on(async {
            let log = Log::default();
            let tree = Supervisor::one_for_one()
                .child(Child::spec("first", Arc::clone(&log), None).id("first").temporary())
                .child(Child::spec("second", Arc::clone(&log), None).id("second").temporary());
            let tree = tree.start().await.unwrap();
            let second = tree.client::<Child>("second").unwrap();
            let ending = tree.run_until_signal();
            // It comes before anybody awaits.
            signal(name);
            second.work().send().unwrap();
            let code = tokio::time::timeout(LONG, async { ending.await }).await.expect("it hangs");
            same(code.unwrap(), ExitCode::SUCCESS);
            assert_eq!(*log.lock().unwrap(), ["worked", "second", "first"]);
            assert!(!tree.is_alive());
        });
    }
}

#[test]
fn a_second_signal_kills_what_is_left() {
    let _alone = alone();
    runtime().block_on(async {
        let log = Log::default();
        let (tree, begins) = tree_that_hangs(&log).await;
        let down = tree.client::<Child>("first").unwrap().monitor();
        let ending = tree.run_until_signal();
        let signals = async {
            signal("-TERM");
            begins.await.unwrap();
            signal("-TERM");
        };
        let (code, ()) =
            tokio::time::timeout(LONG, async { tokio::join!(ending.into_future(), signals) }).await.unwrap();
        same(code.unwrap(), ExitCode::from(128 + 15));
        assert_eq!(tokio::time::timeout(LONG, down).await.unwrap().reason, ExitReason::Killed);
    });
}

#[test]
fn a_shutdown_that_takes_too_long_is_cut_short() {
    let _alone = alone();
    runtime().block_on(async {
        let log = Log::default();
        let (tree, begins) = tree_that_hangs(&log).await;
        let down = tree.client::<Child>("hangs").unwrap().monitor();
        let ending = tree.run_until_signal().shutdown_limit(Duration::from_millis(50));
        signal("-TERM");
        let code = tokio::time::timeout(LONG, async { ending.await }).await.expect("it hangs");
        same(code.unwrap(), ExitCode::FAILURE);
        // On a busy machine the limit may be over before `terminate` begins: then it never does.
        drop(tokio::time::timeout(LONG, begins).await.expect("it hangs"));
        assert_eq!(tokio::time::timeout(LONG, down).await.unwrap().reason, ExitReason::Killed);
    });
}

#[test]
fn a_tree_that_ends_by_itself_ends_the_wait() {
    let _alone = alone();
    runtime().block_on(async {
        for (reason, code) in [
            (ExitReason::Normal, ExitCode::SUCCESS),
            (ExitReason::Shutdown, ExitCode::FAILURE),
            (ExitReason::ShutdownWith("why".into()), ExitCode::FAILURE),
        ] {
            let tree = Supervisor::one_for_one().start().await.unwrap();
            let ending = tree.run_until_signal();
            tree.stop_with(reason).await.unwrap();
            // It has ended before anybody awaits: nobody knows any more why.
            let late = tree.run_until_signal();
            same(tokio::time::timeout(LONG, async { late.await }).await.unwrap().unwrap(), ExitCode::FAILURE);
            same(tokio::time::timeout(LONG, async { ending.await }).await.unwrap().unwrap(), code);
        }
    });
}

#[test]
fn without_a_runtime_it_says_so() {
    let tree = runtime().block_on(async { Supervisor::one_for_one().start().await.unwrap() });
    let ending = tree.run_until_signal();
    assert!(runtime().block_on(async { ending.await }).is_err());
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}
