//! Runtimes: none, one that goes, several, each flavour, plain threads, threads that may block.

use std::sync::mpsc;
use std::thread;

use callcast::StopError;
use callcast::prelude::*;
use futures_util::FutureExt as _;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::support::{
    LONG, Log, Worker, block_on, busy_worker, current_thread, door, ms, multi_thread, on_thread, within,
    worker,
};

#[test]
fn p80_no_runtime_is_an_error_and_not_a_panic() {
    let mut start = Worker::start(Log::default());
    assert!(matches!((&mut start).now_or_never(), Some(Err(StartError::NoRuntime))));
}

#[test]
fn p81_runtime_shut_down_while_calls_wait_tells_them_so() {
    let runtime = multi_thread();
    let (worker, log, _key) = runtime.block_on(busy_worker());
    let (client, (told, is_told)) = (worker.clone(), mpsc::channel());
    let queued = worker.add(1).send().unwrap();
    let waiter = thread::spawn(move || told.send(client.add(2).wait()));
    let stopper = worker.clone();
    let (ended, has_ended) = mpsc::channel();
    let stopping = thread::spawn(move || ended.send(stopper.stop().wait()));
    while worker.load().queued < 2 {
        thread::yield_now();
    }
    drop(runtime);
    let gone = |started| Err(CallError::Exit { reason: ExitReason::RuntimeGone, started });
    assert_eq!(is_told.recv_timeout(LONG), Ok(gone(false)));
    // The stop may have come before the end, or after it.
    assert!(matches!(has_ended.recv_timeout(LONG), Ok(Ok(ExitReason::RuntimeGone) | Err(StopError::NoProc))));
    assert_eq!(queued.now_or_never(), Some(gone(false)));
    assert_eq!(worker.add(3).now_or_never(), Some(Err(CallError::NoProc)));
    assert_eq!(worker.note(3).now_or_never(), Some(Err(CastError::NoProc)));
    assert!(!worker.is_alive() && log.is_empty());
    drop((waiter.join(), stopping.join()));
}

#[test]
fn p81_a_handler_that_a_runtime_takes_with_it_was_begun() {
    let runtime = current_thread();
    let (call, _key) = runtime.block_on(async {
        let (worker, _) = worker().await;
        let (door, mut key) = door();
        let call = worker.pass(door, 1).send().unwrap();
        key.entered().await;
        (call, key)
    });
    drop(runtime);
    assert_eq!(block_on(call), Err(CallError::Exit { reason: ExitReason::RuntimeGone, started: true }));
}

#[test]
fn p82_drop_of_a_state_that_calls_casts_and_spawns_while_its_runtime_goes() {
    struct Farewell {
        worker: crate::support::WorkerClient,
        results: Log<(bool, bool)>,
    }
    impl Drop for Farewell {
        fn drop(&mut self) {
            let call = self.worker.add(1).now_or_never();
            let cast = self.worker.note(1).send();
            self.results.push((call.is_none_or(|call| call.is_err()), cast.is_ok()));
            drop(tokio::runtime::Handle::try_current().map(|runtime| runtime.spawn(async {})));
            panic!("as tokio's own functions do where there is no runtime");
        }
    }
    #[server]
    impl Farewell {
        #[init]
        const fn new(worker: crate::support::WorkerClient, results: Log<(bool, bool)>) -> Self {
            Self { worker, results }
        }
    }
    let runtime = multi_thread();
    let results = Log::default();
    let kept = runtime.block_on(async {
        let (worker, _) = worker().await;
        (Farewell::start(worker.clone(), results.clone()).await.unwrap(), worker)
    });
    drop(runtime);
    assert_eq!(results.take().len(), 1);
    assert!(!kept.0.is_alive() && !kept.1.is_alive());
    let down = kept.0.monitor().now_or_never().expect("all who wait for its end have been told");
    assert_eq!(down.reason, ExitReason::NoProc);
}

#[test]
fn p83_calls_come_from_another_runtime_a_plain_thread_and_a_thread_that_may_block() {
    let runtime = multi_thread();
    let (worker, _) = runtime.block_on(worker());
    assert_eq!(block_on(worker.add(1)), Ok(1), "another runtime");
    assert_eq!(worker.add(2).wait(), Ok(2), "a plain thread");
    assert_eq!(worker.add(3).send().unwrap().wait(), Ok(3));
    worker.note(4).wait().unwrap();
    let client = worker.clone();
    let blocking = runtime.spawn_blocking(move || client.add(5).wait());
    assert_eq!(block_on(blocking).unwrap(), Ok(5));
    let _entered = runtime.enter();
    assert_eq!(worker.add(6).wait(), Ok(6), "a plain thread within a runtime's context");
    assert_eq!(worker.stop().wait(), Ok(ExitReason::Normal));
}

#[test]
fn p83_wait_on_a_runtimes_thread_would_block() {
    for runtime in [multi_thread(), current_thread()] {
        runtime.block_on(async {
            let (client, _) = worker().await;
            let check = |client: crate::support::WorkerClient| {
                assert_eq!(client.add(1).wait(), Err(CallError::WouldBlock));
                let sent = client.hold().send().unwrap().wait();
                // What was sent may have begun by now on another thread.
                assert!(matches!(sent, Err(CallError::WouldBlock | CallError::Timeout { started: true })));
                assert_eq!(client.note(1).wait(), Err(CastError::WouldBlock));
                assert_eq!(client.stop().wait(), Err(StopError::WouldBlock));
                assert_eq!(client.kill().wait(), Err(StopError::WouldBlock));
            };
            check(client.clone());
            let task = client.clone();
            tokio::spawn(async move { check(task) }).await.unwrap();
            assert_eq!(within(client.add(2)).await, Ok(2), "nothing was stopped, and nothing is used up");
        });
    }
}

/// A bit of everything, that must go alike on every flavour.
async fn a_bit_of_everything() {
    let (client, log) = worker().await;
    assert_eq!(within(client.add(1)).await, Ok(1));
    client.note(2).await.unwrap();
    let held = client.hold().send().unwrap();
    client.release(3).await.unwrap();
    assert_eq!(within(held).await, Ok(3));
    // A busy machine may not have begun it by then.
    let late = client.hold().timeout(ms(5)).await;
    assert!(matches!(late, Err(CallError::Timeout { .. })), "{late:?}");
    let (door, mut key) = door();
    let pass = client.pass(door, 4).send().unwrap();
    key.entered().await;
    let (a, b) = (client.add(5).send().unwrap(), client.add(6).send().unwrap());
    drop(a);
    key.open();
    assert_eq!((within(pass).await, within(b).await), (Ok(4), Ok(6)));
    assert_eq!(within(client.last_words()).await, Ok(9));
    assert_eq!(within(client.add(7)).await, Err(CallError::NoProc));
    assert_eq!(log.take(), [1, 2, 4, 6]);
    let agent = Agent::new(0);
    let counting: Vec<_> = (0..4)
        .map(|_| {
            let agent = agent.clone();
            tokio::spawn(async move { agent.update(|n| *n += 1).await })
        })
        .collect();
    for count in counting {
        within(count).await.unwrap().unwrap();
    }
    assert_eq!(agent.get(|n| *n).await, Ok(4));
}

#[test]
fn p84_every_flavour_of_runtime() {
    multi_thread().block_on(a_bit_of_everything());
    current_thread().block_on(a_bit_of_everything());
    LocalSet::new().block_on(&current_thread(), a_bit_of_everything());
    Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(a_bit_of_everything());
}

#[test]
fn a_runtime_without_a_timer_keeps_deadlines_all_the_same() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let error = runtime.block_on(async {
        let (worker, _) = worker().await;
        worker.hold().timeout(ms(250)).await
    });
    assert!(matches!(error, Err(CallError::Timeout { .. })), "{error:?}");
}

#[test]
fn deadline_on_a_plain_thread_without_a_runtime() {
    let runtime = multi_thread();
    let (worker, _) = runtime.block_on(worker());
    let error = on_thread(move || worker.hold().timeout(ms(5)).wait());
    assert!(matches!(error, Err(CallError::Timeout { .. })), "{error:?}");
}

#[test]
fn p91_timers_sockets_and_tasks_in_a_handler_are_those_of_its_own_runtime() {
    struct Home;
    #[server]
    impl Home {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        async fn where_am_i(&mut self) -> tokio::runtime::Id {
            tokio::time::sleep(ms(1)).await;
            let here = tokio::spawn(async { tokio::runtime::Handle::current().id() }).await.unwrap();
            assert_eq!(
                here,
                tokio::task::spawn_blocking(|| tokio::runtime::Handle::current().id()).await.unwrap()
            );
            here
        }
    }
    let own = multi_thread();
    let home = own.block_on(Home::start()).unwrap();
    let foreign = current_thread();
    let mut call = home.where_am_i();
    assert_eq!(foreign.block_on(async { (&mut call).now_or_never() }), None);
    drop(foreign);
    assert_eq!(block_on(call), Ok(own.handle().id()));
    assert_eq!(home.where_am_i().wait(), Ok(own.handle().id()), "on a plain thread too");
}

#[test]
fn p93_a_call_with_its_own_timeout_is_cut_although_its_handler_blocks() {
    struct Rude;
    #[server]
    impl Rude {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        fn block(&mut self, gate: crate::support::Gate) {
            gate.pass();
        }
    }
    let runtime = multi_thread();
    let rude = runtime.block_on(Rude::start()).unwrap();
    let (gate, key) = crate::support::gate();
    let error = on_thread(move || rude.block(gate).timeout(ms(50)).wait());
    let Err(CallError::Timeout { started }) = error else { panic!("{error:?}") };
    // Where the machine is so busy that it had not begun by then, it never does.
    if started {
        key.entered();
    }
    key.open();
}

#[test]
fn p95_a_servers_handler_never_sees_its_callers_task_locals() {
    tokio::task_local! {
        static USER: u32;
    }
    struct Reader;
    #[server]
    impl Reader {
        #[init]
        const fn new() -> Self {
            Self
        }
        #[call]
        fn user(&self) -> Option<u32> {
            USER.try_with(|user| *user).ok()
        }
    }
    current_thread().block_on(async {
        let reader = Reader::start().await.unwrap();
        assert_eq!(USER.scope(1, async { reader.user().await }).await, Ok(None));
    });
}

/// Blocks whoever runs it, and can fail.
struct Held;

#[agent]
impl Held {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    fn hold(&self, gate: crate::support::Gate) {
        gate.pass();
    }

    #[cast]
    const fn note(&mut self) {}

    #[cast]
    fn fail(&mut self) -> Result<(), String> {
        Err("failed".to_owned())
    }
}

#[test]
fn agent_stop_wait_ends_although_it_blocks_the_runtimes_only_thread() {
    on_thread(|| {
        current_thread().block_on(async {
            let agent = Held::start().unwrap();
            let ((gate, key), other) = (crate::support::gate(), agent.clone());
            let holder = tokio::task::spawn_blocking(move || other.hold(gate).wait());
            key.entered();
            // Opened by another thread while this one, which drives the runtime, waits.
            let stopped = agent.clone();
            let opener = thread::spawn(move || {
                while stopped.load().queued == 0 && stopped.note().send().is_ok() {}
                key.open();
            });
            assert_eq!(agent.stop().wait(), Ok(ExitReason::Normal));
            opener.join().unwrap();
            assert_eq!(holder.await.unwrap(), Ok(()));
        });
    });
}

#[test]
fn what_nobody_waits_for_is_run_although_the_runtime_here_is_not_driven() {
    let (runtime, agent) = (current_thread(), Held::start().unwrap());
    let ((gate, key), other, handle) = (crate::support::gate(), agent.clone(), runtime.handle().clone());
    let holder = thread::spawn(move || {
        let _entered = handle.enter();
        other.hold(gate).wait()
    });
    key.entered();
    agent.note().send().unwrap();
    key.open();
    holder.join().unwrap().unwrap();
    on_thread(move || {
        while agent.load().queued > 0 {
            thread::yield_now();
        }
    });
}

const CHILD: &str = "CALLCAST_TEST_CHILD";

/// The child is this test again, whose standard error nobody reads: what cannot be logged there must harm nobody.
#[test]
fn a_failure_that_cannot_be_logged_ends_its_server_all_the_same() {
    if std::env::var_os(CHILD).is_some() {
        let agent = Held::start().unwrap();
        agent.fail().wait().unwrap();
        assert!(!agent.is_alive());
        block_on(async {
            let (worker, _) = worker().await;
            let stopped = worker.clone();
            let stop = tokio::spawn(async move { stopped.stop().await });
            worker.fail().await.unwrap();
            within(stop).await.unwrap().ok();
            assert!(!worker.is_alive());
        });
        return;
    }
    let name = "runtimes::a_failure_that_cannot_be_logged_ends_its_server_all_the_same";
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "1")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert!(child.wait().unwrap().success());
}
