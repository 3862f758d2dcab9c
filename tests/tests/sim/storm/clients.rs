//! Those who call and cast, and look whether what they are told is true.
//!
//! What nobody waits for, and an agent cannot run at once, would be run by the helper thread, since a runtime of one thread may never
//! be polled again. That thread is none of this clock's, so whoever sends to an agent awaits it to its end.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use callcast::prelude::*;
use callcast::{Call, Cast, SendError};

use super::desk::{Deed, Parcel, ms};
use super::ledger::Sent;
use super::options::Options;
use super::servers::{Kind, Receipt, WorkClient, WorkProtocol};
use super::world::World;
use crate::rng::Rng;

/// How long a call waits that says nothing.
const DEFAULT: u64 = 5_000;

/// How a server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Following,
    FailFast,
    Pinned,
    Name,
    Registry,
}

/// What is done with a message.
#[derive(Clone, Copy, Debug)]
enum Mode {
    Await,
    /// Milliseconds.
    Within(u64),
    Forever,
    DropAfter(u64),
    Send,
    SendAndDrop,
    SendAndDetach,
}

/// One who sends.
pub(crate) struct Sender {
    world: Arc<World>,
    options: Options,
    number: u64,
    rng: Rng,
}

impl Sender {
    pub(crate) fn new(world: &Arc<World>, number: u64, rng: Rng) -> Self {
        let options = world.state().options;
        Self { world: Arc::clone(world), options, number, rng }
    }

    pub(crate) async fn run(mut self) {
        while !self.world.state().is_calm {
            if let Some(slot) = self.somebody() {
                self.one(slot).await;
            }
            let pause = self.rng.below(self.options.pause + 1);
            tokio::time::sleep(ms(pause)).await;
        }
    }

    fn somebody(&mut self) -> Option<usize> {
        let state = self.world.state();
        let first = state.tree.0;
        let count = state.slots.len() - first;
        (count > 0).then(|| first + self.rng.index(count))
    }

    /// Sends one message, and sees what becomes of it.
    pub(crate) async fn one(&mut self, slot: usize) {
        let way = self.rng.pick(&[Way::Following, Way::FailFast, Way::Pinned, Way::Name, Way::Registry]);
        let Some((client, is_agent)) = self.client(slot, way) else { return };
        let deed = self.deed();
        let is_armed = self.options.bombs && self.rng.percent(self.options.bad) && self.rng.percent(10);
        let waits = is_agent && way == Way::Following;
        let drawn = if waits { Mode::Forever } else { self.mode() };
        let mode = if is_agent && !waits { Mode::Await } else { drawn };
        let target = if way == Way::Following { None } else { client.id() };
        let is_call = waits || self.rng.percent(60);
        let limit = match mode {
            Mode::Within(limit) => Some(limit),
            Mode::Forever => None,
            _ => Some(DEFAULT),
        };
        let sent = self.world.state().send(slot, self.number, is_call, target, limit);
        let parcel = Parcel { world: Arc::clone(&self.world), number: sent.number, deed, is_armed };
        if is_call {
            self.call(&client, parcel, sent, mode).await;
        } else {
            self.cast(&client, parcel, sent, mode).await;
        }
    }

    fn client(&self, slot: usize, way: Way) -> Option<(WorkClient, bool)> {
        let (following, name, key, is_agent) = {
            let state = self.world.state();
            let slot = &state.slots[slot];
            // A name without a supervisor leads to one or the other of those who want it.
            let name = slot.name.filter(|_| slot.sup.is_some());
            (slot.client.clone()?, name, slot.key, slot.kind == Kind::Agent)
        };
        let client = match way {
            Way::Following => following,
            Way::FailFast => following.fail_fast(),
            Way::Pinned => following.pinned()?,
            Way::Name => self.world.names[name?].client(),
            Way::Registry => self.world.registry.lookup(&key?)?,
        };
        Some((client, is_agent))
    }

    fn deed(&mut self) -> Deed {
        if !self.rng.percent(self.options.bad) {
            return if self.rng.percent(15) { Deed::Sleep(self.rng.below(120)) } else { Deed::Nothing };
        }
        match self.rng.below(10) {
            2 if self.options.bombs => Deed::Loaded,
            3 => Deed::Fail,
            4 if self.options.hangs => Deed::Hang,
            5 => self.rng.pick(&[Deed::Stop, Deed::Shutdown]),
            6 => self.relay(),
            7 if self.options.bombs => Deed::ArmedReply,
            8 => Deed::Sleep(self.rng.pick(&[500, 3_000, 10_000])),
            _ => Deed::Panic,
        }
    }

    /// A handler has what is left of its caller's time, so none follows an agent: see the head of this file.
    fn relay(&mut self) -> Deed {
        match self.somebody() {
            Some(slot) if self.world.state().slots[slot].kind != Kind::Agent => Deed::Relay(slot),
            _ => Deed::Panic,
        }
    }

    fn mode(&mut self) -> Mode {
        match self.rng.below(20) {
            0..8 => Mode::Await,
            8..11 => Mode::Within(self.rng.pick(&[0, 1, 10, 100, 1_000, 20_000])),
            11..15 => Mode::DropAfter(self.rng.between(1, 4)),
            15..18 => Mode::Send,
            18 => Mode::SendAndDrop,
            _ => Mode::SendAndDetach,
        }
    }

    async fn call(&self, client: &WorkClient, parcel: Parcel, sent: Sent, mode: Mode) {
        let call = client.ask(parcel);
        let result = match mode {
            Mode::Await => call.await,
            Mode::Within(limit) => call.timeout(ms(limit)).await,
            Mode::Forever => call.no_timeout().await,
            Mode::DropAfter(polls) => match dropped_after(call, polls).await {
                Some(result) => result,
                None => return self.world.state().given_up(sent),
            },
            Mode::Send | Mode::SendAndDrop | Mode::SendAndDetach => {
                return send_call(&self.world, call, sent, mode);
            }
        };
        answered(&self.world, sent, result);
    }

    async fn cast(&self, client: &WorkClient, parcel: Parcel, sent: Sent, mode: Mode) {
        let cast = client.tell(parcel);
        let result = match mode {
            Mode::Await | Mode::SendAndDrop => cast.await,
            Mode::Within(limit) => cast.timeout(ms(limit)).await,
            Mode::Forever => cast.no_timeout().await,
            Mode::DropAfter(polls) => match dropped_after(cast, polls).await {
                Some(result) => result,
                None => return self.world.state().given_up(sent),
            },
            Mode::Send | Mode::SendAndDetach => return send_cast(&self.world, cast, sent),
        };
        self.world.state().accepted(sent, result);
    }
}

/// Sends as many casts as there are, at once.
pub(crate) fn flood(world: &Arc<World>, slot: usize, count: u64) {
    if world.state().slots[slot].kind == Kind::Agent {
        return;
    }
    let Some(client) = world.state().slots[slot].client.clone().and_then(|client| client.pinned()) else {
        return;
    };
    let target = client.id();
    for _ in 0..count {
        let sent = world.state().send(slot, 0, false, target, None);
        let number = sent.number;
        let parcel = Parcel { world: Arc::clone(world), number, deed: Deed::Nothing, is_armed: false };
        send_cast(world, client.tell(parcel), sent);
    }
}

fn answered(world: &World, sent: Sent, mut result: Result<Receipt, CallError>) {
    if let Ok(receipt) = &mut result {
        receipt.disarm();
    }
    world.state().answered(sent, &result);
}

fn send_call(world: &Arc<World>, call: Call<'_, WorkProtocol, (Parcel,), Receipt>, sent: Sent, mode: Mode) {
    match call.send() {
        Ok(pending) if matches!(mode, Mode::Send) => {
            let world = Arc::clone(world);
            drop(tokio::spawn(async move {
                let result = pending.await;
                answered(&world, sent, result);
            }));
        }
        Ok(pending) => {
            if matches!(mode, Mode::SendAndDetach) {
                pending.detach();
            } else {
                drop(pending);
            }
            world.state().given_up(sent);
        }
        Err(back) => came_back(world, sent, back),
    }
}

fn send_cast(world: &World, cast: Cast<'_, WorkProtocol, (Parcel,)>, sent: Sent) {
    match cast.send() {
        Ok(()) => world.state().accept(sent.number),
        Err(back) => came_back(world, sent, back),
    }
}

fn came_back<M>(world: &World, sent: Sent, back: SendError<M>) {
    let is_full = matches!(back, SendError::Full(_));
    dropped(back);
    world.state().came_back(sent, is_full);
}

/// Polls so many times at most; what has not come by then never does.
async fn dropped_after<F: Future + Unpin>(future: F, polls: u64) -> Option<F::Output> {
    let (mut future, mut left) = (Some(future), polls);
    poll_fn(|cx| {
        let Some(waiting) = &mut future else { return Poll::Ready(None) };
        if let Poll::Ready(output) = std::pin::Pin::new(waiting).poll(cx) {
            return Poll::Ready(Some(output));
        }
        left -= 1;
        if left > 0 {
            return Poll::Pending;
        }
        dropped(future.take());
        Poll::Ready(None)
    })
    .await
}

/// Drops what may panic, as we have asked it to.
fn dropped<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        drop(payload);
    }
}
