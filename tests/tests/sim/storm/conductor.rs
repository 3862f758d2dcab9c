//! Whoever lets things go wrong, one after the other, until there have been enough of them.

use std::sync::Arc;

use callcast::{ClientOf as _, ExitReason, SupervisorClient};
use tokio::task::yield_now;

use super::build;
use super::clients;
use super::desk::ms;
use super::faults::Fault;
use super::options::Options;
use super::servers::{Kind, WorkClient};
use super::watchers;
use super::world::{EndDoes, InitDoes, World};
use crate::rng::Rng;

/// How many faults one seed is to have.
const FAULTS: u64 = 1_000;

/// By when it must have had them, in milliseconds that were waited for.
const PATIENCE: u64 = 3_600_000;

const SECOND: u64 = 1_000;

/// How old a tree gets, and how long one may take to end.
const AGE: u64 = 20_000;
const GRACE: u64 = 10_000;

/// So often others have their turn before time is put forward: what happens at this moment has happened then.
const TURNS: usize = 500;

pub(crate) struct Conductor {
    world: Arc<World>,
    options: Options,
    rng: Rng,
    root: Option<SupervisorClient>,
    /// When all was looked at last.
    looked: u64,
    waited: u64,
    /// When the tree was started.
    planted: u64,
}

impl Conductor {
    pub(crate) fn new(world: &Arc<World>, rng: Rng) -> Self {
        let options = world.state().options;
        Self { world: Arc::clone(world), options, rng, root: None, looked: 0, waited: 0, planted: 0 }
    }

    /// The tree's root; where it has ended, that of a new one.
    pub(crate) async fn root(&mut self) -> Result<SupervisorClient, String> {
        if let Some(root) = &self.root {
            if root.is_alive() {
                return Ok(root.clone());
            }
            // It has begun to end, and nothing is left of it then; one of its children may take for ever to end.
            if tokio::time::timeout(ms(GRACE), root.monitor()).await.is_err() {
                let killed = tokio::time::timeout(ms(GRACE), root.kill()).await;
                drop(killed.map_err(|_| self.wrong("the tree does not end"))?);
            }
            let mut state = self.world.state();
            let ((_, root), all) = (state.tree, state.lives.len());
            state.ended_below(root, all);
        }
        let spec = build::tree(&self.world, &mut self.rng);
        let root = spec.start().await.map_err(|error| format!("the tree does not start: {error}"))?;
        let mut state = self.world.state();
        let (_, first) = state.tree;
        state.sups[first].client = Some(root.clone());
        let number = state.sups.len() as u64;
        state.note("tree", first, number);
        drop(state);
        self.root = Some(root.clone());
        self.planted = self.waited;
        Ok(root)
    }

    /// Until there have been enough faults, or one too many.
    pub(crate) async fn storm(&mut self) -> Result<(), String> {
        while self.world.state().faults.sum() < FAULTS || self.waited < 5 * SECOND {
            let root = self.root().await?;
            if self.waited > self.planted + AGE {
                self.end_root(&root);
                continue;
            }
            for _ in 0..self.rng.between(1, 3) {
                self.one(&root).await;
            }
            let pause = self.rng.between(1, 60);
            tokio::time::sleep(ms(pause)).await;
            self.waited += pause;
            self.look()?;
            if self.waited > PATIENCE {
                return Err("there are too few faults".into());
            }
        }
        Ok(())
    }

    /// The next tree has more that can go wrong.
    fn end_root(&mut self, root: &SupervisorClient) {
        self.world.state().fault(Fault::StopSupervisor);
        self.planted = self.waited;
        drop(root.stop().send());
    }

    /// After each second, or where time was put forward.
    fn look(&mut self) -> Result<(), String> {
        let now = self.world.state().now();
        if now / SECOND != self.looked / SECOND {
            self.looked = now;
            self.world.check();
        }
        self.world.state().wrong.take().map_or(Ok(()), Err)
    }

    /// What went wrong first says most.
    fn wrong(&self, last: &str) -> String {
        self.world.state().wrong.take().unwrap_or_else(|| last.to_owned())
    }

    fn slot(&mut self) -> Option<usize> {
        let (first, _) = self.world.state().tree;
        let count = self.world.state().slots.len();
        (count > first).then(|| first + self.rng.index(count - first))
    }

    /// A supervisor, with the client that follows it; not often the root.
    fn sup(&mut self) -> Option<(usize, SupervisorClient)> {
        let ((_, first), count) = {
            let state = self.world.state();
            (state.tree, state.sups.len())
        };
        let number = first + self.rng.index(count - first);
        let client = self.world.state().sups[number].client.clone()?;
        Some((number, client))
    }

    async fn one(&mut self, root: &SupervisorClient) {
        let Some(slot) = self.slot() else { return };
        match self.rng.below(100) {
            0..22 => self.end(slot),
            22..38 => self.script(slot),
            38..46 => watchers::watch(&self.world, slot),
            46..56 => self.by_hand(slot),
            56..60 => self.start_child(),
            60..63 => self.end_supervisor(root),
            63..70 if self.options.suspends => self.suspend(slot),
            70..74 if self.options.floods => {
                let count = self.rng.between(2, 80);
                clients::flood(&self.world, slot, count);
            }
            74 if self.options.jumps && self.rng.percent(20) => self.jump().await,
            _ => {}
        }
    }

    fn client(&self, slot: usize) -> Option<WorkClient> {
        self.world.state().slots[slot].client.clone()?.pinned()
    }

    /// Ends a worker, or several.
    fn end(&mut self, slot: usize) {
        let Some(client) = self.client(slot) else { return };
        let way = self.rng.below(10);
        let mut state = self.world.state();
        state.fault(if way < 6 { Fault::Kill } else { Fault::Stop });
        state.note("ask to end", slot, way);
        drop(state);
        drop(tokio::spawn(async move {
            let ended = match way {
                0..6 => client.kill().await,
                6 | 7 => client.stop().await,
                8 => client.stop_with(ExitReason::ShutdownWith("simulated".into())).await,
                _ => client.sys().terminate(ExitReason::Shutdown).await,
            };
            drop(ended);
        }));
    }

    /// What its next incarnations do.
    fn script(&mut self, slot: usize) {
        let time = self.rng.pick(&[1, 20, 150, 3_000, 30_000]);
        let mut state = self.world.state();
        let place = &mut state.slots[slot];
        match self.rng.below(10) {
            0 | 1 => place.inits.push_back(InitDoes::Fail),
            2 => place.inits.push_back(InitDoes::Panic),
            3 => place.inits.push_back(InitDoes::Takes(time)),
            4 if self.options.hangs => place.inits.push_back(InitDoes::Hang),
            5 if self.rng.percent(20) => place.inits.push_back(InitDoes::Ignore),
            6 => place.ends.push_back(EndDoes::Panic),
            7 => place.ends.push_back(EndDoes::Fail),
            8 => place.ends.push_back(EndDoes::Takes(time)),
            9 if self.options.hangs => place.ends.push_back(EndDoes::Hang),
            _ => place.armed = self.options.bombs,
        }
    }

    /// Has its supervisor do something with it.
    fn by_hand(&mut self, slot: usize) {
        let what = self.rng.below(10);
        let (client, id) = {
            let mut state = self.world.state();
            let Some(sup) = state.slots[slot].sup else { return };
            let Some(client) = state.sups[sup].client.clone() else { return };
            let now = state.now();
            state.slots[slot].by_hand = true;
            state.sups[sup].by_hand.push(now);
            state.fault(match what {
                0..4 => Fault::TerminateChild,
                4..9 => Fault::RestartChild,
                _ => Fault::DeleteChild,
            });
            state.note("by hand", slot, what);
            (client, state.slots[slot].path.rsplit('.').next().unwrap_or_default().to_owned())
        };
        drop(tokio::spawn(async move {
            let done = match what {
                0..4 => client.terminate_child(id).await,
                4..9 => client.restart_child(id).await,
                _ => client.delete_child(id).await,
            };
            drop(done);
        }));
    }

    fn start_child(&mut self) {
        let Some((number, client)) = self.sup() else { return };
        let mut state = self.world.state();
        let now = state.now();
        state.sups[number].by_hand.push(now);
        state.fault(Fault::StartChild);
        drop(state);
        let rng = Rng::new(self.rng.below(u64::MAX));
        drop(tokio::spawn(build::start_child(Arc::clone(&self.world), rng, number, client)));
    }

    fn end_supervisor(&mut self, root: &SupervisorClient) {
        let Some((number, client)) = self.sup() else { return };
        // The root is ended seldom, and only where it may be.
        if client.same_place(root) && (self.options.is_patient || !self.rng.percent(10)) {
            return;
        }
        let is_kill = self.rng.percent(50);
        let mut state = self.world.state();
        state.fault(if is_kill { Fault::KillSupervisor } else { Fault::StopSupervisor });
        state.note("end supervisor", number, u64::from(is_kill));
        let before = state.lives.len();
        drop(state);
        let world = Arc::clone(&self.world);
        drop(tokio::spawn(async move {
            let ended = if is_kill { client.kill().await } else { client.stop().await };
            if ended.is_ok() {
                world.state().ended_below(number, before);
            }
        }));
    }

    /// Suspends a server for a while; an agent's messages would be run by the helper thread afterwards.
    fn suspend(&mut self, slot: usize) {
        let Some(client) = self.client(slot) else { return };
        let time = self.rng.pick(&[1, 30, 400, 2_000]);
        let mut state = self.world.state();
        if state.slots[slot].kind == Kind::Agent || state.slots[slot].is_held {
            return;
        }
        state.fault(Fault::Suspend);
        state.note("suspend", slot, time);
        state.slots[slot].is_held = true;
        drop(state);
        let world = Arc::clone(&self.world);
        drop(tokio::spawn(async move {
            drop(client.sys().suspend().timeout(ms(100)).await);
            tokio::time::sleep(ms(time)).await;
            drop(client.sys().resume().no_timeout().await);
            world.state().slots[slot].is_held = false;
        }));
    }

    /// Time is put forward by minutes or hours, at once.
    async fn jump(&mut self) {
        for _ in 0..TURNS {
            yield_now().await;
        }
        let time = self.rng.pick(&[10_000, 600_000, 7_200_000, 40_000_000]);
        self.world.state().jump(time);
        tokio::time::advance(ms(time)).await;
    }
}
