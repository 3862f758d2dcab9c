//! Who ends servers, one way or another.

use std::sync::Arc;

use callcast::{CallError, CastError, ChildError, ExitReason, Stop, StopError};
use tokio::sync::mpsc;
use tokio::task::yield_now;

use crate::faults::Fault;
use crate::ledger::{Count, Deed, MARK};
use crate::rng::Rng;
use crate::servers::{Door, End, through};
use crate::tree::{TARGETS, Under, World};

/// From this act on it is a supervisor that dies.
const SUPERVISOR: u64 = 98;

pub(crate) struct Killer {
    world: Arc<World>,
    rng: Rng,
}

impl Killer {
    pub(crate) const fn new(world: Arc<World>, rng: Rng) -> Self {
        Self { world, rng }
    }

    pub(crate) async fn run(mut self, mut turn: mpsc::Receiver<()>) {
        while turn.recv().await.is_some() {
            let act = self.rng.below(100);
            let any = self.rng.index(TARGETS);
            let target = if act < SUPERVISOR { any } else { self.world.below_inner() };
            let victim = self.world.targets[target].door.pinned();
            let monitor = victim.map(|victim| victim.core().monitor());
            self.act(act, target).await;
            self.world.ledger.killing("waiting for its turn".to_owned());
            if let Some(monitor) = monitor
                && self.world.targets[target].under != Under::Pool
            {
                self.world.ledger.killing(format!("waiting for the end of target {target} after act {act}"));
                self.heard(target, &monitor.await.reason);
            }
        }
    }

    /// Every way there is, the hand of the supervisor now and then.
    async fn act(&mut self, act: u64, target: usize) {
        self.world.ledger.killing(format!("act {act} on target {target}"));
        match act {
            0..15 => self.stop(target, Fault::Kill, Deed::Killed, |client, _| client.kill()).await,
            15..25 => self.kill_later(target),
            25..45 => self.cast(target, Fault::Panic, End::Panic).await,
            45..65 => self.cast(target, Fault::Error, End::Error).await,
            65..75 => self.stop(target, Fault::Stop, Deed::Stopped, |client, _| client.stop()).await,
            75..82 => {
                self.stop(target, Fault::Stop, Deed::Marked, |client, number| {
                    client.stop_with(marked(number))
                })
                .await;
            }
            82..85 => {
                // Two at once: one of them is too late.
                self.kill_later(target);
                self.cast(target, Fault::Panic, End::Panic).await;
            }
            85..SUPERVISOR => self.by_hand(target).await,
            _ => self.supervisor().await,
        }
    }

    fn door(&self, target: usize) -> &Door {
        &self.world.targets[target].door
    }

    async fn stop<F>(&self, target: usize, fault: Fault, deed: Deed, how: F)
    where
        F: for<'a> FnOnce(&'a callcast::Client, u64) -> Stop<'a>,
    {
        let number = self.world.ledger.inject(fault, target, deed);
        match how(self.door(target).core(), number).await {
            Ok(reason) => self.heard(target, &reason),
            Err(StopError::NoProc) => {}
            Err(error) => self.world.ledger.wrong(format!("stopping target {target}: {error:?}")),
        }
    }

    fn kill_later(&self, target: usize) {
        self.world.ledger.inject(Fault::Kill, target, Deed::Killed);
        let sent = self.door(target).core().kill().send();
        assert!(matches!(sent, Ok(()) | Err(StopError::NoProc)), "killing target {target}: {sent:?}");
    }

    /// By a message, in its turn.
    async fn cast(&self, target: usize, fault: Fault, end: fn(u64) -> End) {
        let number = self.world.ledger.inject(fault, target, Deed::Marked);
        let cast = through!(self.door(target), client => client.end(end(number)).await);
        assert!(matches!(cast, Ok(()) | Err(CastError::NoProc)), "ending target {target}: {cast:?}");
    }

    /// Its supervisor terminates it and starts it again.
    async fn by_hand(&mut self, target: usize) {
        let Some(supervisor) = self.world.supervisor_of(target) else { return };
        self.world.ledger.inject(Fault::Restart, target, Deed::Terminated);
        // A server that is terminated while its `init` runs is killed.
        self.world.ledger.will(target, Deed::Killed);
        let id = target.to_string();
        self.world.ledger.killing(format!("terminating target {target}"));
        let ended = supervisor.terminate_child(id.as_str()).await;
        if ended != Ok(()) {
            self.world.ledger.wrong(format!("terminating target {target}: {ended:?}"));
        }
        for _ in 0..self.rng.below(20) {
            yield_now().await;
        }
        self.world.ledger.killing(format!("restarting target {target}"));
        let again = supervisor.restart_child(id.as_str()).await;
        if again != Ok(()) {
            self.world.ledger.wrong(format!("restarting target {target}: {again:?}"));
        }
        // It runs: nothing happens where somebody asks for that twice.
        let twice = supervisor.restart_child(id.as_str()).await;
        if twice != Err(CallError::Handler(ChildError::Running)) {
            self.world.ledger.wrong(format!("restarting target {target} twice: {twice:?}"));
        }
    }

    /// A supervisor dies, and its children with it.
    async fn supervisor(&self) {
        self.world.ledger.killed_a_supervisor();
        for (no, target) in self.world.targets.iter().enumerate() {
            if target.under == Under::Inner {
                self.world.ledger.will(no, Deed::Terminated);
                self.world.ledger.will(no, Deed::Killed);
            }
        }
        let killed = self.world.inner.kill().await;
        if !matches!(killed, Ok(ExitReason::Killed) | Err(StopError::NoProc)) {
            self.world.ledger.wrong(format!("killing a supervisor: {killed:?}"));
        }
    }

    /// A monitor or a stop has told why a target ended.
    fn heard(&self, target: usize, reason: &ExitReason) {
        if *reason != ExitReason::NoProc {
            self.world.ledger.count(Count::Downs);
            self.world.ledger.reason(target, reason);
        }
    }
}

fn marked(number: u64) -> ExitReason {
    ExitReason::ShutdownWith(format!("{MARK}{number}").into())
}
