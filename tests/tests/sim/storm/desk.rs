//! What one incarnation does, whatever its kind: it writes down what comes, and does what it is told.

use std::panic::panic_any;
use std::sync::Arc;
use std::time::Duration;

use callcast::ServerId;
use callcast::prelude::*;

use super::faults::Fault;
use super::ledger::Sent;
use super::servers::{Badge, PlainClient, Receipt, Told, WorkClient};
use super::world::{EndDoes, InitDoes, World};
use crate::quiet::Loaded;

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What a message asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Nothing,
    Panic,
    /// A panic with a payload whose drop panics.
    Loaded,
    /// An error; a call has none.
    Fail,
    /// Milliseconds.
    Sleep(u64),
    Hang,
    Stop,
    Shutdown,
    /// Calls another.
    Relay(usize),
    /// Answers with what panics when it is dropped unseen.
    ArmedReply,
}

/// The argument of every message.
pub(crate) struct Parcel {
    pub(crate) world: Arc<World>,
    pub(crate) number: usize,
    pub(crate) deed: Deed,
    /// Whether it panics when it is dropped.
    pub(crate) is_armed: bool,
}

impl Drop for Parcel {
    fn drop(&mut self) {
        if self.is_armed && !std::thread::panicking() {
            self.world.state().fault(Fault::MessageBomb);
            panic!("simulated: a message's drop");
        }
    }
}

/// One incarnation: it is there while this exists.
pub(crate) struct Desk {
    world: Arc<World>,
    slot: usize,
    pub(crate) life: usize,
}

/// A handler runs while this exists.
struct Busy {
    world: Arc<World>,
    life: usize,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.world.state().lives[self.life].is_busy = false;
    }
}

impl Desk {
    /// The beginning of an `init`; a server knows who it is.
    pub(crate) fn begin(badge: Badge, server: Option<(ServerId, WorkClient)>) -> Self {
        let Badge { world, slot } = badge;
        let life = world.state().begin(slot, server);
        Self { world, slot, life }
    }

    fn next_init(&self) -> Option<InitDoes> {
        let mut state = self.world.state();
        let does = state.slots[self.slot].inits.pop_front()?;
        state.fault(match does {
            InitDoes::Fail => Fault::InitError,
            InitDoes::Panic => Fault::InitPanic,
            InitDoes::Ignore => Fault::InitIgnore,
            InitDoes::Takes(_) => Fault::InitSlow,
            InitDoes::Hang => Fault::InitHang,
        });
        if matches!(does, InitDoes::Ignore) {
            state.slots[self.slot].by_hand = true;
        }
        Some(does)
    }

    pub(crate) async fn init(self) -> Result<Option<Self>, Told> {
        match self.next_init() {
            Some(InitDoes::Takes(time)) => tokio::time::sleep(ms(time)).await,
            Some(InitDoes::Hang) => self.world.until_calm().await,
            does => return self.init_as(does),
        }
        self.init_as(None)
    }

    pub(crate) fn init_now(self) -> Result<Option<Self>, Told> {
        let does = self.next_init();
        self.init_as(does)
    }

    fn init_as(self, does: Option<InitDoes>) -> Result<Option<Self>, Told> {
        match does {
            Some(InitDoes::Fail) => Err(Told),
            Some(InitDoes::Panic) => panic!("simulated: init"),
            Some(InitDoes::Ignore) => Ok(None),
            _ => {
                self.world.state().lives[self.life].is_open = true;
                Ok(Some(self))
            }
        }
    }

    pub(crate) fn link(&self, link: impl FnOnce(&PlainClient)) {
        let other = {
            let state = self.world.state();
            state.slots[self.slot].link.and_then(|other| state.slots[other].plain.clone())
        };
        // One that is down would take this one with it at once, and again each time.
        if let Some(other) = other.filter(|other| other.is_alive()) {
            link(&other);
        }
    }

    pub(crate) fn targets(&self) -> Vec<usize> {
        self.world.state().slots[self.slot].watches.clone()
    }

    /// The incarnation that is to be watched, where there is one.
    pub(crate) fn find(&self, target: usize) -> Option<WorkClient> {
        let client = self.world.state().slots[target].client.clone()?.pinned()?;
        let id = client.id()?;
        let mut state = self.world.state();
        let here = state.slots[target].here?;
        state.know(here, id);
        state.watched.entry((self.life, id)).or_default().made += 1;
        state.note("watch", self.slot, target as u64);
        Some(client)
    }

    /// How soon it looks again for one who was not there.
    pub(crate) fn soon(&self) -> Duration {
        ms(self.world.state().options.pause + 7 * (self.slot as u64 % 13) + 1)
    }

    /// A timer has come.
    pub(crate) fn woken(&self, life: usize) {
        if life != self.life {
            let name = self.slot;
            self.world.state().broken(|| format!("s{name}: a timer of life {life} comes to {}", self.life));
        }
    }

    /// Whom to look for again.
    pub(crate) fn lost(&self, down: &Down) -> Option<usize> {
        self.world.state().told(self.slot, self.life, down.id)
    }

    /// The reason for which this message has it leave.
    pub(crate) fn leaves(&self, parcel: &Parcel) -> Option<ExitReason> {
        let reason = match parcel.deed {
            Deed::Stop => ExitReason::Normal,
            Deed::Shutdown => ExitReason::ShutdownWith("simulated".into()),
            _ => return None,
        };
        let mut state = self.world.state();
        if state.is_calm {
            return None;
        }
        state.fault(Fault::HandlerStop);
        Some(reason)
    }

    fn handle(&self, number: usize) -> Busy {
        self.world.state().handle(number, self.life);
        Busy { world: Arc::clone(&self.world), life: self.life }
    }

    pub(crate) async fn ask(&mut self, parcel: Parcel) -> Receipt {
        let _busy = self.handle(parcel.number);
        self.take_time(parcel.deed).await;
        self.do_it(&parcel);
        self.receipt(&parcel)
    }

    pub(crate) async fn tell(&mut self, parcel: Parcel) -> Result<(), Told> {
        let _busy = self.handle(parcel.number);
        self.take_time(parcel.deed).await;
        self.do_it(&parcel);
        self.fail(&parcel)
    }

    pub(crate) fn ask_now(&self, parcel: &Parcel) -> Receipt {
        let _busy = self.handle(parcel.number);
        self.do_it(parcel);
        self.receipt(parcel)
    }

    pub(crate) fn tell_now(&self, parcel: &Parcel) -> Result<(), Told> {
        let _busy = self.handle(parcel.number);
        self.do_it(parcel);
        self.fail(parcel)
    }

    async fn take_time(&self, deed: Deed) {
        let is_calm = self.world.state().is_calm;
        match deed {
            _ if is_calm => {}
            Deed::Sleep(time) => tokio::time::sleep(ms(time)).await,
            Deed::Hang => {
                self.world.state().fault(Fault::HandlerHang);
                self.world.until_calm().await;
            }
            Deed::Relay(target) => self.relay(target).await,
            _ => {}
        }
    }

    /// Calls another, who may be this one, or wait for it.
    async fn relay(&self, target: usize) {
        let Some(client) = self.world.state().slots[target].client.clone() else { return };
        let sent = self.world.state().send(target, (1 << 32) + self.life as u64, true, None, None);
        let parcel = Parcel {
            world: Arc::clone(&self.world),
            number: sent.number,
            deed: Deed::Nothing,
            is_armed: false,
        };
        // What it has left of its own caller's time is its caller's to know: less than five seconds, or those.
        let giving_up = GivingUp { world: &self.world, sent: Some(sent) };
        let result = client.ask(parcel).await;
        giving_up.answered(&result);
    }

    fn do_it(&self, parcel: &Parcel) {
        let mut state = self.world.state();
        if state.is_calm {
            return;
        }
        match parcel.deed {
            Deed::Panic => {
                state.fault(Fault::HandlerPanic);
                drop(state);
                panic!("simulated: a handler");
            }
            Deed::Loaded => {
                state.fault(Fault::LoadedPayload);
                drop(state);
                panic_any(Loaded);
            }
            _ => {}
        }
    }

    fn receipt(&self, parcel: &Parcel) -> Receipt {
        let mut state = self.world.state();
        let is_armed = parcel.deed == Deed::ArmedReply && !state.is_calm;
        if is_armed {
            state.fault(Fault::ReplyBomb);
        }
        Receipt { number: parcel.number, life: self.life, is_armed }
    }

    fn fail(&self, parcel: &Parcel) -> Result<(), Told> {
        let mut state = self.world.state();
        if parcel.deed != Deed::Fail || state.is_calm {
            return Ok(());
        }
        state.fault(Fault::HandlerError);
        Err(Told)
    }

    pub(crate) async fn end(&self, left: Vec<Parcel>) -> Result<(), Told> {
        let does = {
            let mut state = self.world.state();
            state.lives[self.life].is_open = false;
            for parcel in &left {
                state.leave(parcel.number, self.life);
            }
            let does = state.slots[self.slot].ends.pop_front();
            match does {
                None => {}
                Some(EndDoes::Fail) => state.fault(Fault::TerminateError),
                Some(EndDoes::Panic) => state.fault(Fault::TerminatePanic),
                Some(EndDoes::Takes(_) | EndDoes::Hang) => state.fault(Fault::TerminateHang),
            }
            state.note("terminate", self.slot, left.len() as u64);
            does
        };
        match does {
            None => {}
            Some(EndDoes::Fail) => return Err(Told),
            Some(EndDoes::Panic) => panic!("simulated: terminate"),
            Some(EndDoes::Takes(time)) => tokio::time::sleep(ms(time)).await,
            Some(EndDoes::Hang) => self.world.until_calm().await,
        }
        Ok(())
    }
}

/// A call that a handler makes: where that handler is cut short, nobody waits for it any more.
struct GivingUp<'a> {
    world: &'a World,
    sent: Option<Sent>,
}

impl GivingUp<'_> {
    fn answered(mut self, result: &Result<Receipt, CallError>) {
        if let Some(sent) = self.sent.take() {
            // Its limit is not its own: only what it says is looked at.
            let mut state = self.world.state();
            let limit = matches!(result, Err(CallError::Timeout { .. })).then(|| state.now() - sent.at);
            if limit.is_some_and(|limit| sent.at + limit > state.moment(sent.at + 5_000)) {
                state.broken(|| format!("call {} of a handler takes longer than 5 s", sent.number));
            }
            state.answered(Sent { limit, ..sent }, result);
        }
    }
}

impl Drop for GivingUp<'_> {
    fn drop(&mut self) {
        if let Some(sent) = self.sent.take() {
            self.world.state().given_up(sent);
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let is_armed = self.world.state().end(self.slot, self.life);
        if is_armed && !std::thread::panicking() {
            self.world.state().fault(Fault::StateBomb);
            panic!("simulated: a state's drop");
        }
    }
}
