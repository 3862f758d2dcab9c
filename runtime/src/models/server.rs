//! A server as users have it, with its task and with callers that run it where it is idle.

use std::fmt;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex};
use std::task::Poll;

use tokio::runtime::{Builder, Runtime};

use super::{poll_once, promise, reply};
use crate::client::ClientOf as _;
use crate::context::Context;
use crate::driver::Driver;
use crate::engine::Core as _;
use crate::error::{CallError, SendError};
use crate::exit::ExitReason;
use crate::life::Life;
use crate::place::Place;
use crate::reply::{Answer, ReplyTo, Slot};
use crate::serve::{Starter, Tries, live};
use crate::server;
use crate::server::ServerEngine;
use crate::spec::InitFuture;
use crate::sync::model::block_on;
use crate::sync::model::thread::{self, JoinHandle, ThreadId};
use crate::time::Until;

/// What a server was told, in order.
struct Log {
    notes: Vec<u32>,
    end: Arc<End>,
}

/// By whom a state was dropped, and what it had been told by then.
#[derive(Default)]
struct End(Mutex<Vec<(ThreadId, usize)>>);

impl Drop for Log {
    fn drop(&mut self) {
        self.end.0.lock().unwrap().push((thread::current().id(), self.notes.len()));
    }
}

/// What a handler waits for.
struct Go(Arc<Slot<()>>);

impl fmt::Debug for Go {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Go")
    }
}

#[server(inline = true)]
impl Log {
    #[init]
    fn new(end: Arc<End>) -> Self {
        Self { notes: Vec::new(), end }
    }

    #[call]
    fn note(&mut self, n: u32) -> Vec<u32> {
        self.notes.push(n);
        self.notes.clone()
    }

    #[call]
    async fn note_later(&mut self, go: Go, n: u32) -> Vec<u32> {
        reply(go.0).await;
        self.note(n)
    }

    #[cast]
    fn tell(&mut self, n: u32) {
        self.notes.push(n);
    }

    #[call]
    fn panic(&mut self) {
        resume_unwind(Box::new("the model's"))
    }
}

struct Started {
    log: LogClient,
    end: Arc<End>,
    task: JoinHandle<()>,
}

/// Starts a server. Its task runs to its end, or is dropped as soon as it is idle, as a runtime does that shuts down.
fn start(is_abandoned: bool) -> Started {
    let end = Arc::<End>::default();
    let client = ServerEngine::<Log>::create(Life::new("model"), RUNTIME.handle().id());
    let slot = Slot::new(Until::default(), true);
    let life = client.core.life();
    let starter = Starter::new(ReplyTo::new(Arc::clone(&slot), Arc::clone(life)), Arc::clone(life));
    let place = Place::new(Arc::clone(&client));
    let ctx = Context::new(Arc::clone(&client));
    let init = |end, _: &mut Context<Log>| -> InitFuture<'_, Log> { Box::pin(async { Log::new(end) }) };
    let mut task =
        Driver::new(client, Box::pin(live::<Log, _, _>(ctx, init, Arc::clone(&end), starter, Tries::One)));
    let task = thread::spawn(move || {
        block_on(std::future::poll_fn(|cx| match Pin::new(&mut task).poll(cx) {
            Poll::Pending if is_abandoned => Poll::Ready(()),
            polled => polled,
        }));
    });
    assert!(matches!(block_on(reply(slot)), Answer::Value(Ok(true))));
    Started { log: LogClient::from_place(place), end, task }
}

impl Started {
    /// Waits for the task. The state was dropped by then, once: says whether the task did it.
    fn join(self) -> bool {
        self.join_and_count().0
    }

    /// The same, and how many messages were handled.
    fn join_and_count(self) -> (bool, usize) {
        let task = self.task.thread().id();
        self.task.join().unwrap();
        let dropped = self.end.0.lock().unwrap();
        assert_eq!(dropped.len(), 1, "the state was not dropped once");
        assert_eq!(Arc::strong_count(&self.end), 1);
        (dropped[0].0 == task, dropped[0].1)
    }
}

/// One that is never driven: servers run on threads of the model, and only ask whether this is their runtime.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().unwrap());

fn model(f: impl Fn() + Sync + Send + 'static) {
    let _entered = RUNTIME.enter();
    super::model(f);
}

#[test]
fn loom_every_call_of_a_server_is_handled_once_whoever_runs_it() {
    model(|| {
        let started = start(false);
        let log = started.log.clone();
        let caller = thread::spawn(move || block_on(log.note(1).no_timeout()).unwrap());
        let mine = block_on(started.log.note(2).no_timeout()).unwrap();
        let theirs = caller.join().unwrap();
        assert!(mine == [2] && theirs == [2, 1] || mine == [1, 2] && theirs == [1]);
        started.log.stop().send().unwrap();
        assert!(started.join());
    });
}

#[test]
fn loom_a_call_does_not_overtake_the_cast_before_it() {
    model(|| {
        let started = start(false);
        block_on(started.log.tell(1)).unwrap();
        assert_eq!(block_on(started.log.note(2).no_timeout()).unwrap(), [1, 2]);
        started.log.stop().send().unwrap();
        assert!(started.join());
    });
}

#[test]
fn loom_a_server_stops_although_a_caller_runs_it() {
    model(|| {
        let started = start(false);
        let log = started.log.clone();
        let caller = thread::spawn(move || block_on(log.note(1).no_timeout()));
        started.log.stop().send().unwrap();
        assert!(started.join());
        match caller.join().unwrap() {
            Ok(log) => assert_eq!(log, [1]),
            Err(error) => assert!(!error.may_have_run()),
        }
    });
}

#[test]
fn loom_a_handler_that_its_caller_began_is_polled_to_its_end_by_the_task() {
    model(|| {
        let started = start(false);
        let (go, gone) = promise();
        let opener = thread::spawn(move || go.send(()));
        assert_eq!(block_on(started.log.note_later(Go(gone), 1).no_timeout()).unwrap(), [1]);
        started.log.stop().send().unwrap();
        assert!(started.join());
        opener.join().unwrap();
    });
}

#[test]
fn m04_a_message_is_handled_or_refused_when_its_server_stops() {
    model(|| {
        let started = start(false);
        let log = started.log.clone();
        let sender = thread::spawn(move || {
            let told = log.tell(1).send().map_err(SendError::into_message);
            let called = block_on(log.note(2).no_timeout());
            (told, called.map_err(|error| error.may_have_run()), log)
        });
        started.log.stop().send().unwrap();
        let (is_the_tasks, handled) = started.join_and_count();
        let (told, called, log) = sender.join().unwrap();
        assert!(is_the_tasks);
        assert!(matches!(told, Ok(()) | Err(LogCast::Tell { n: 1 })));
        assert!(matches!(called, Ok(_) | Err(false)));
        // A cast that was accepted behind the stop is counted as undelivered: that is how one hears of it.
        let handled_or_counted = handled + usize::try_from(log.undelivered()).unwrap();
        assert_eq!(handled_or_counted, usize::from(told.is_ok()) + usize::from(called.is_ok()));
    });
}

/// All five at once: a poll on the caller's thread, the caller's end, a wake, the task's polls, and a kill.
#[test]
fn m10_a_handler_that_its_caller_began_ends_once_whoever_goes_wakes_or_kills() {
    model(|| {
        let started = start(false);
        let (go, gone) = promise();
        let log = started.log.clone();
        let quitter = thread::spawn(move || drop(poll_once(&mut log.note_later(Go(gone), 1).no_timeout())));
        let opener = thread::spawn(move || go.send(()));
        started.log.kill().send().unwrap();
        assert!(started.join(), "the caller dropped the server");
        quitter.join().unwrap();
        opener.join().unwrap();
    });
}

#[test]
fn m10_a_handler_whose_caller_goes_is_polled_to_its_end_once() {
    model(|| {
        let started = start(false);
        let (go, gone) = promise();
        let log = started.log.clone();
        let quitter =
            thread::spawn(move || poll_once(&mut log.note_later(Go(gone), 1).no_timeout()).is_ready());
        go.send(());
        let is_answered = quitter.join().unwrap();
        let seen = block_on(started.log.note(2).no_timeout()).unwrap();
        assert!(seen == [1, 2] || !is_answered && seen == [2]);
        started.log.stop().send().unwrap();
        assert!(started.join());
    });
}

#[test]
fn loom_a_kill_is_seen_although_a_caller_runs_the_server() {
    model(|| {
        let started = start(false);
        let log = started.log.clone();
        let caller = thread::spawn(move || block_on(log.note(1).no_timeout()));
        started.log.kill().send().unwrap();
        assert!(started.join(), "the caller dropped the server");
        match caller.join().unwrap() {
            Ok(log) => assert_eq!(log, [1]),
            Err(error) => assert!(!error.may_have_run()),
        }
    });
}

#[test]
fn loom_an_end_that_goes_ahead_is_seen_whoever_runs_the_server() {
    model(|| {
        let started = start(false);
        let log = started.log.clone();
        // It signals as well.
        let looker = thread::spawn(move || {
            let notes = log.sys().with_state(|log| log.notes.len());
            drop(poll_once(&mut notes.no_timeout()));
        });
        started.log.sys().terminate(ExitReason::Shutdown).send().unwrap();
        assert!(started.join(), "the looker dropped the server");
        looker.join().unwrap();
    });
}

#[test]
fn m10_a_kill_ends_a_handler_that_its_caller_began() {
    model(|| {
        let started = start(false);
        let (never, gone) = promise();
        let log = started.log.clone();
        let caller = thread::spawn(move || block_on(log.note_later(Go(gone), 1).no_timeout()));
        started.log.kill().send().unwrap();
        assert!(started.join(), "the caller dropped the server");
        assert!(matches!(
            caller.join().unwrap(),
            Err(CallError::NoProc | CallError::Exit { reason: ExitReason::Killed, .. })
        ));
        drop(never);
    });
}

#[test]
fn loom_a_handler_that_panics_on_its_callers_thread_ends_the_server() {
    model(|| {
        let started = start(false);
        let log = started.log.clone();
        let caller = thread::spawn(move || block_on(log.panic().no_timeout()));
        let mine = block_on(started.log.note(1).no_timeout());
        assert!(matches!(
            mine,
            Ok(_)
                | Err(CallError::NoProc | CallError::Exit { reason: ExitReason::Panicked(_), started: false })
        ));
        assert!(matches!(
            caller.join().unwrap(),
            Err(CallError::Exit { reason: ExitReason::Panicked(_), started: true })
        ));
        assert!(started.join(), "the caller dropped the server");
    });
}

#[test]
fn loom_a_server_whose_runtime_goes_is_dropped_once_and_its_callers_hear_of_it() {
    model(|| {
        let started = start(true);
        let (never, gone) = promise();
        let called = block_on(started.log.note_later(Go(gone), 1).no_timeout());
        assert!(matches!(
            called,
            Err(CallError::NoProc | CallError::Exit { reason: ExitReason::RuntimeGone, .. })
        ));
        started.join();
        drop(never);
    });
}

/// Of the two, one sees to the end: neither the task, which is about to leave, nor whoever asks, may look past the other.
#[test]
fn loom_a_kill_that_meets_an_init_that_has_failed_ends_its_server() {
    model(|| {
        let client = ServerEngine::<Log>::create(Life::new("model"), RUNTIME.handle().id());
        let task = Arc::clone(&client);
        let leaves = thread::spawn(move || task.core.forget_attempt());
        client.core.request_kill();
        leaves.join().unwrap();
        assert!(client.core.life().has_ended());
    });
}
