//! Handlers that block their thread.

use std::sync::mpsc;
use std::time::Duration;

use callcast::prelude::*;

use crate::support::{Gate, current_thread, gate, multi_thread, on_thread, within, worker};

/// Blocks, and has others block for it.
#[derive(Default)]
struct Heavy {
    done: u32,
}

#[server]
impl Heavy {
    #[init]
    fn new() -> Self {
        Self::default()
    }

    /// On a thread that may block, while the server goes on.
    #[cast]
    fn work(&mut self, gate: Gate, ctx: &mut Context<Self>) {
        ctx.blocking(move || gate.pass(), |()| HeavyInfo::finished());
    }

    #[info]
    fn finished(&mut self) {
        self.done += 1;
    }

    #[call]
    fn done(&self) -> u32 {
        self.done
    }
}

#[test]
fn p48_what_blocks_is_done_elsewhere_and_the_server_goes_on() {
    current_thread().block_on(async {
        let heavy = Heavy::start().await.unwrap();
        let (other, _) = worker().await;
        let (gate, key) = gate();
        heavy.work(gate).await.unwrap();
        assert_eq!(within(heavy.done()).await, Ok(0));
        key.entered();
        assert_eq!(within(heavy.done()).await, Ok(0), "the one thread of the runtime is free");
        assert_eq!(within(other.add(1)).await, Ok(1));
        key.open();
        while within(heavy.done()).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    });
}

/// An agent that blocks for as long as its caller likes.
struct Slow;

#[agent]
impl Slow {
    #[init]
    const fn new() -> Self {
        Self
    }

    #[call]
    fn block(&mut self, gate: Gate) {
        gate.pass();
    }

    #[call]
    const fn ping(&self) {}
}

#[test]
fn p48_a_long_handler_of_an_agent_blocks_its_own_callers_only() {
    let runtime = multi_thread();
    let (slow, other) = (Slow::start().unwrap(), Slow::start().unwrap());
    let (gate, key) = gate();
    let caller = slow.clone();
    let (done, is_done) = mpsc::channel();
    let caller = std::thread::spawn(move || done.send(caller.block(gate).wait()));
    key.entered();
    assert_eq!(on_thread(move || other.ping().wait()), Ok(()));
    let waits = slow.clone();
    let late = on_thread(move || waits.ping().timeout(Duration::from_millis(5)).wait());
    assert_eq!(
        late,
        Err(CallError::Timeout { started: false }),
        "whoever calls this one waits, as long as he likes"
    );
    let in_runtime = slow.clone();
    let (a_worker, also_late) = runtime.block_on(async {
        let (worker, _) = worker().await;
        let call = in_runtime.ping().timeout(Duration::from_millis(5));
        tokio::join!(worker.add(1), call)
    });
    assert_eq!(
        (a_worker, also_late),
        (Ok(1), Err(CallError::Timeout { started: false })),
        "no thread is held up"
    );
    key.open();
    assert_eq!(is_done.recv().unwrap(), Ok(()));
    drop(caller.join());
    assert_eq!(slow.ping().wait(), Ok(()));
}
