//! Casts: what they return, when they count as accepted, and a cast that fails.

use callcast::SendError;
use callcast::prelude::*;
use futures_util::FutureExt as _;

use crate::support::{Log, at_once, busy_worker, door, on_thread, within, worker};

#[tokio::test(start_paused = true)]
async fn a_cast_is_accepted_not_yet_handled() {
    let (worker, log, key) = busy_worker().await;
    at_once(worker.note(1)).await.unwrap();
    worker.note(2).send().unwrap();
    assert!(log.is_empty());
    key.open();
    worker.stop().await.unwrap();
    assert_eq!(log.take(), [1, 2]);
}

#[tokio::test]
async fn a_cast_does_nothing_before_it_is_polled() {
    let (worker, log) = worker().await;
    drop(worker.note(1));
    let later = worker.note(2);
    worker.note(3).await.unwrap();
    later.await.unwrap();
    worker.stop().await.unwrap();
    assert_eq!(log.take(), [3, 2]);
}

#[tokio::test]
async fn a_cast_never_runs_on_its_senders_thread_at_a_server() {
    let (worker, log) = worker().await;
    assert_eq!(worker.note(1).now_or_never(), Some(Ok(())));
    assert!(log.is_empty(), "the server is another task");
    assert_eq!(worker.add(2).await, Ok(2));
    assert_eq!(log.take(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_cast_to_the_dead_is_no_proc_at_once() {
    let (client, _) = worker().await;
    client.kill().await.unwrap();
    assert_eq!(at_once(client.note(1)).await, Err(CastError::NoProc));
    assert!(matches!(client.note(1).send(), Err(SendError::NoProc(_))));
    assert_eq!(on_thread(move || client.note(1).wait()), Err(CastError::NoProc));
}

#[tokio::test(start_paused = true)]
async fn a_cast_that_fails_ends_its_server_with_the_error_as_text() {
    #[derive(Debug)]
    struct Jam(std::num::ParseIntError);
    impl std::fmt::Display for Jam {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("paper jam")
        }
    }
    impl std::error::Error for Jam {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    struct Printer {
        failures: Log<String>,
    }
    #[server]
    impl Printer {
        #[init]
        const fn new(failures: Log<String>) -> Self {
            Self { failures }
        }
        #[cast]
        async fn print(&mut self, pages: String) -> Result<(), Jam> {
            tokio::task::yield_now().await;
            pages.parse::<u32>().map(drop).map_err(Jam)
        }
        #[terminate]
        fn close(&mut self, ctx: &mut Context<Self>, reason: &ExitReason) {
            let value = ctx.failure().and_then(|error| error.downcast_ref::<Jam>());
            self.failures.push(format!("{reason} / {}", value.unwrap().0));
        }
    }
    let failures = Log::default();
    let printer = Printer::start(failures.clone()).await.unwrap();
    printer.print("3".to_owned()).await.unwrap();
    printer.print("x".to_owned()).await.unwrap();
    match at_once(printer.stop()).await {
        Ok(ExitReason::Failed(failure)) => {
            assert_eq!(failure.message(), "paper jam: invalid digit found in string");
            assert_eq!(failure.handler(), "print");
            assert!(failure.type_name().ends_with("Jam"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        failures.take(),
        ["`print` failed: paper jam: invalid digit found in string / invalid digit found in string"]
    );
}

#[tokio::test(start_paused = true)]
async fn p46_what_is_sent_while_terminate_runs_is_refused() {
    struct Slow {
        door: Option<crate::support::Door>,
    }
    #[server(derive(Debug, PartialEq))]
    impl Slow {
        #[init]
        const fn new(door: crate::support::Door) -> Self {
            Self { door: Some(door) }
        }
        #[call]
        const fn get(&self) -> u32 {
            1
        }
        #[cast]
        const fn note(&mut self, n: u32) {
            _ = n;
        }
        #[terminate]
        async fn close(&mut self) {
            if let Some(door) = self.door.take() {
                door.pass().await;
            }
        }
    }
    let (door, mut key) = door();
    let slow = Slow::start(door).await.unwrap();
    slow.stop().send().unwrap();
    key.entered().await;
    assert!(!slow.is_alive());
    assert_eq!(at_once(slow.get()).await, Err(CallError::NoProc));
    assert_eq!(at_once(slow.note(1)).await, Err(CastError::NoProc));
    assert_eq!(slow.note(2).send().unwrap_err().into_message(), SlowCast::Note { n: 2 });
    let ended = slow.stop();
    key.open();
    assert_eq!(within(ended).await, Ok(ExitReason::Normal), "who stops it meanwhile waits for its end");
}
