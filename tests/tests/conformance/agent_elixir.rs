//! AG-E: Elixir's tests of `Agent`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use callcast::prelude::*;
use callcast::{Name, StopError};

use crate::support::{ms, stop, within};

struct Fuse;

#[agent]
impl Fuse {
    #[init]
    fn new(lit: bool) -> Self {
        assert!(!lit, "boom in init");
        Self
    }

    #[call]
    fn boom(&mut self) {
        panic!("boom in a handler")
    }
}

#[test]
fn ag_e_04_what_is_told_of_an_agent_names_the_users_type() {
    let fuse = Fuse::start(false).unwrap();
    assert!(format!("{fuse:?}").starts_with("FuseClient("));
    let Err(CallError::Exit { reason: ExitReason::Panicked(panic), started: true }) = fuse.boom().wait()
    else {
        panic!("the call ends with the panic");
    };
    assert_eq!((panic.server(), panic.handler(), panic.message()), ("Fuse", "boom", "boom in a handler"));
}

#[tokio::test(start_paused = true)]
async fn ag_e_06_an_agent_from_start_to_stop() {
    let agent = Agent::new(1);
    assert_eq!(agent.cast(|n| *n += 1).await, Ok(()));
    assert_eq!(agent.get(|n| *n).await, Ok(2));
    assert_eq!(agent.get_and_update(|n| std::mem::replace(n, 10)).await, Ok(2));
    assert_eq!(agent.get(|n| *n).await, Ok(10));
    assert_eq!(within(agent.stop()).await, Ok(ExitReason::Normal));
    assert_eq!(agent.get(|n| *n).await, Err(CallError::NoProc));
    assert_eq!(agent.id(), None);
}

/// A state of its own type, that can be named and replaced.
struct Count(u32);

#[agent]
impl Count {
    #[init]
    fn new(n: u32) -> Self {
        Self(n)
    }

    #[call]
    fn get(&self) -> u32 {
        self.0
    }

    #[call]
    fn swap(&mut self, n: u32) -> u32 {
        std::mem::replace(&mut self.0, n)
    }

    #[cast]
    fn add(&mut self, n: u32) {
        self.0 += n;
    }
}

#[test]
fn ag_e_06_a_named_agent_from_start_to_stop() {
    static NAME: Name<Count> = Name::new("ag-e-06");
    drop(Count::spec(1).name(&NAME).start().unwrap());
    let count = NAME.client();
    count.add(1).wait().unwrap();
    assert_eq!(count.get().wait(), Ok(2));
    assert_eq!(count.swap(10).wait(), Ok(2));
    assert_eq!(stop(&count), Ok(ExitReason::Normal));
    assert!(NAME.whereis().is_none());
    assert_eq!(count.get().wait(), Err(CallError::NoProc));
}

#[test]
fn ag_e_08_a_replacement_that_panics_leaves_the_state() {
    let count = Count::start(7).unwrap();
    let replace = AssertUnwindSafe(|| count.sys().replace_state(|_| panic!("boom")).wait());
    let payload = catch_unwind(replace).map(|old| old.is_ok()).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"boom"));
    assert_eq!(count.get().wait(), Ok(7));
    assert_eq!(count.sys().replace_state(|old| Count(old.0 * 2)).wait().map(|old| old.0), Ok(7));
    assert_eq!(count.get().wait(), Ok(14));
}

#[test]
fn ag_e_09_a_panic_in_init_is_an_error_of_start() {
    let Err(StartError::Panicked(panic)) = Fuse::start(true) else { panic!("it does not start") };
    assert_eq!((panic.server(), panic.handler(), panic.message()), ("Fuse", "init", "boom in init"));
}

#[test]
fn ag_e_10_get_gives_what_the_closure_returns_and_changes_nothing() {
    let agent = Agent::new(vec![1, 2]);
    assert_eq!(agent.get(|items| items.iter().sum::<i32>()).wait(), Ok(3));
    assert_eq!(agent.get(Clone::clone).wait(), Ok(vec![1, 2]));
}

#[test]
fn ag_e_12_a_later_get_sees_an_update() {
    fn triple(n: &mut i32) {
        *n *= 3;
    }
    let agent = Agent::new(1);
    let two = 2;
    assert_eq!(agent.update(move |n| *n += two).wait(), Ok(()));
    assert_eq!(agent.update(triple).wait(), Ok(()));
    assert_eq!(agent.get(|n| *n).wait(), Ok(9));
}

#[test]
fn ag_e_13_a_later_get_sees_a_cast() {
    let agent = Agent::new(1);
    agent.cast(|n| *n += 1).wait().unwrap();
    agent.cast(|n| *n *= 10).send().unwrap();
    assert_eq!(agent.get(|n| *n).wait(), Ok(20));
}

#[test]
fn ag_e_13_casts_to_a_busy_agent_return_at_once_and_keep_their_order() {
    let agent = Agent::new(1);
    let (busy, (begun, begins), (open, gate)) = (agent.clone(), mpsc::channel(), mpsc::channel());
    let other = thread::spawn(move || {
        let wait = move |n: &mut i32| {
            begun.send(()).unwrap();
            gate.recv().unwrap();
            *n += 1;
        };
        busy.update(wait).wait()
    });
    begins.recv_timeout(ms(60_000)).unwrap();
    agent.cast(|n| *n *= 10).send().unwrap();
    agent.cast(|n| *n += 3).send().unwrap();
    open.send(()).unwrap();
    assert_eq!(agent.get(|n| *n).wait(), Ok(23));
    assert_eq!(other.join().unwrap(), Ok(()));
}

#[test]
fn ag_e_14_stop_ends_an_agent() {
    let agent = Agent::new(());
    assert_eq!(stop(&agent), Ok(ExitReason::Normal));
    assert_eq!(stop(&agent), Err(StopError::NoProc));
}
