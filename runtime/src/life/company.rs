//! Those who have to do with a life besides the server itself: who waits for its end, what it holds, whom it is linked to.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};

use crate::contain::wake;
use crate::exit::{ExitReason, run_contained};
use crate::id::ServerId;
use crate::life::{AWAITED, Life, State};
use crate::mutants::mutant;
use crate::reply::{Caller, SharedCaller};

/// What a server has to do with others, and what it is called.
#[derive(Default)]
pub(crate) struct Ties {
    pub(crate) names: Vec<&'static str>,
    pub(crate) label: Option<Arc<str>>,
    pub(crate) shown: Option<String>,
    #[cfg(feature = "tracing")]
    pub(crate) last: Option<&'static str>,
    pub(crate) links: Vec<ServerId>,
    pub(crate) monitors: usize,
}

/// Those who are told of the end.
#[derive(Default)]
pub(super) struct Company {
    /// Replies that a panic dropped, or a handler that has asked for the end: they end with the reason, which is not
    /// known yet.
    pub(super) orphans: Vec<SharedCaller>,
    /// Replies that handlers have handed on: their callers hear of the end as all others do.
    pub(super) handed_on: Vec<Weak<dyn Caller + Send + Sync>>,
    /// How many of these there may be before those are looked for that were answered meanwhile.
    pub(super) handed_on_limit: usize,
    /// Who waits for the end, by the number that `Ended` or `Watch` has.
    pub(super) waiters: Waiters,
    /// The last number that a hold or a waiter was given.
    numbers: u64,
    /// What few have.
    pub(super) bonds: Option<Box<Bonds>>,
}

/// What a server is called, what it holds, and whom it is linked to.
#[derive(Default)]
pub(super) struct Bonds {
    /// The names that it has, for people.
    names: Vec<&'static str>,
    /// What else it is called.
    label: Option<Arc<str>>,
    /// What may be seen of the state that it ended with.
    shown: Option<String>,
    /// The handler that ran when it was killed.
    last: Option<&'static str>,
    /// Who ends together with it: what tells it of the other's end, or none where that news is on its way.
    links: BTreeMap<ServerId, Option<Watch>>,
    /// What is given back when the server has ended and before anybody is told, by the number that `Hold` has.
    holds: BTreeMap<u64, Release>,
    /// Who waits for `init`.
    pub(super) starters: BTreeMap<u64, Waker>,
}

/// Those who wait for an end, in the order in which they came. One is the rule, and needs no table.
#[derive(Default)]
pub(super) struct Waiters {
    first: Option<(u64, Waiter)>,
    more: BTreeMap<u64, Waiter>,
}

impl Waiters {
    fn insert(&mut self, number: u64, waiter: Waiter) {
        if self.first.is_none() && self.more.is_empty() {
            self.first = Some((number, waiter));
        } else {
            self.more.insert(number, waiter);
        }
    }

    fn remove(&mut self, number: u64) -> Option<Waiter> {
        match self.first.take_if(|(first, _)| *first == number) {
            Some((_, waiter)) => Some(waiter),
            None => self.more.remove(&number),
        }
    }

    fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.more.len()
    }

    pub(super) fn take(&mut self) -> impl Iterator<Item = Waiter> + use<> {
        let Self { first, more } = std::mem::take(self);
        first.into_iter().map(|(_, waiter)| waiter).chain(more.into_values())
    }
}

/// How somebody is told of the end.
pub(super) enum Waiter {
    Task(Waker),
    /// Runs when everything of the server is gone, on whatever thread that comes about.
    Told(Tell),
}

/// What is to be done with the reason.
pub(crate) type Tell = Box<dyn FnOnce(ExitReason) + Send>;

/// Gives back what a server has held: a name, its entries in a registry.
pub(crate) type Release = Box<dyn FnOnce() + Send>;

impl Waiter {
    pub(super) fn tell(self, reason: &ExitReason) {
        match self {
            Self::Task(waker) => wake(waker),
            Self::Told(tell) => tell(reason.clone()),
        }
    }
}

impl Company {
    fn add(&mut self, waiter: Waiter) -> u64 {
        self.numbers += 1;
        self.waiters.insert(self.numbers, waiter);
        self.numbers
    }

    fn add_hold(&mut self, release: Release) -> u64 {
        self.numbers += 1;
        let number = self.numbers;
        self.bonds().holds.insert(number, release);
        number
    }

    fn bonds(&mut self) -> &mut Bonds {
        self.bonds.get_or_insert_default()
    }
}

impl State {
    pub(super) fn company(&mut self) -> &mut Company {
        self.company.get_or_insert_default()
    }

    fn bonds(&mut self) -> &mut Bonds {
        self.company().bonds()
    }

    /// What few have, where it has it.
    pub(super) fn bonds_mut(&mut self) -> Option<&mut Bonds> {
        self.company.as_mut()?.bonds.as_deref_mut()
    }
}

impl Life {
    /// Has the server hold something, until the `Hold` is dropped: when it has ended, and before anybody is told of that,
    /// it is given back. None where its end is decided already.
    pub(crate) fn hold(self: &Arc<Self>, release: Release) -> Option<Hold> {
        let mut state = self.state.lock();
        mutant!("life_takes_a_hold_after_its_end" => state.reason = None);
        if state.reason.is_some() {
            drop(state);
            return None;
        }
        let number = state.company().add_hold(release);
        Some(Hold { life: Arc::clone(self), number })
    }

    /// A link of this server's; one that is there already stays, and one that comes too late is dropped.
    pub(crate) fn add_link(&self, other: ServerId, watch: Option<Watch>) {
        let mut state = self.state.lock();
        let late = if state.ended || state.bonds().links.contains_key(&other) {
            watch
        } else {
            state.bonds().links.insert(other, watch).flatten()
        };
        drop(state);
        drop(late);
    }

    /// Takes a link out, since it was taken back or has done its work; says whether it was there.
    pub(crate) fn forget_link(&self, other: ServerId) -> bool {
        let link = self.state.lock().bonds_mut().and_then(|bonds| bonds.links.remove(&other));
        link.is_some()
    }

    pub(crate) fn is_linked(&self) -> bool {
        self.state.lock().bonds_mut().is_some_and(|bonds| !bonds.links.is_empty())
    }

    pub(crate) fn add_name(&self, name: &'static str) {
        self.state.lock().bonds().names.push(name);
    }

    pub(crate) fn set_label(&self, label: Arc<str>) {
        self.state.lock().bonds().label = Some(label);
    }

    /// What may be seen of the state that it ends with.
    pub(crate) fn set_shown(&self, shown: String) {
        self.state.lock().bonds().shown = Some(shown);
    }

    /// The server is killed: notes which handler runs, where that is known.
    pub(crate) fn note_last(&self) {
        if let Some((handler, _)) = self.running() {
            self.state.lock().bonds().last = Some(handler);
        }
    }

    pub(crate) fn ties(&self) -> Ties {
        let state = self.state.lock();
        let Some(company) = &state.company else { return Ties::default() };
        let monitors = company.waiters.len();
        let Some(bonds) = &company.bonds else { return Ties { monitors, ..Ties::default() } };
        Ties {
            names: bonds.names.clone(),
            label: bonds.label.clone(),
            shown: bonds.shown.clone(),
            #[cfg(feature = "tracing")]
            last: bonds.last,
            links: bonds.links.keys().copied().collect(),
            monitors,
        }
    }

    /// Gives back what the server has held. Nobody has been told of the end yet, and nothing can be added any more.
    pub(crate) fn release(&self) {
        let holds = self.state.lock().bonds_mut().map(|bonds| {
            bonds.names.clear();
            std::mem::take(&mut bonds.holds)
        });
        for release in holds.unwrap_or_default().into_values() {
            run_contained(release);
        }
    }

    /// A reply that was dropped while this server ends; it is answered with the reason when that is known.
    pub(crate) fn adopt(&self, caller: SharedCaller) {
        let mut state = self.state.lock();
        match state.reason.clone() {
            None => state.company().orphans.push(caller),
            Some(reason) => {
                drop(state);
                caller.end(&reason);
            }
        }
    }

    /// A reply that a handler has not given itself: it may be anywhere.
    pub(crate) fn remember(&self, caller: &SharedCaller) {
        let mut state = self.state.lock();
        let company = state.company();
        if company.handed_on.len() >= company.handed_on_limit {
            company.handed_on.retain(|caller| caller.upgrade().is_some_and(|caller| !caller.is_answered()));
            company.handed_on_limit = (2 * company.handed_on.len()).max(16);
        }
        company.handed_on.push(Arc::downgrade(caller));
    }

    /// Answers the replies that were dropped before; their callers wait no longer than for the reason.
    pub(crate) fn end_orphans(&self) {
        let (orphans, reason) = {
            let mut state = self.state.lock();
            let orphans = state.company.as_mut().map(|company| std::mem::take(&mut company.orphans));
            (orphans.unwrap_or_default(), state.reason.clone().unwrap_or(ExitReason::Normal))
        };
        for orphan in orphans {
            orphan.end(&reason);
        }
    }

    /// Has somebody told of the end, until the `Watch` is dropped; gives it back where the end has come.
    pub(crate) fn watch(self: &Arc<Self>, tell: Tell) -> Result<Watch, Tell> {
        let mut state = self.state.lock();
        mutant!("life_takes_a_monitor_after_its_end" => state.ended = false);
        if state.ended {
            return Err(tell);
        }
        let number = state.company().add(Waiter::Told(tell));
        Ok(Watch { life: Arc::clone(self), number })
    }

    /// Has somebody told of the end, whatever comes.
    pub(crate) fn at_end(&self, tell: Tell) {
        let late = {
            let mut state = self.state.lock();
            if state.ended {
                Some((tell, state.reason.clone().unwrap_or(ExitReason::Normal)))
            } else {
                state.company().add(Waiter::Told(tell));
                None
            }
        };
        if let Some((tell, reason)) = late {
            tell(reason);
        }
    }

    /// Takes a waiter out, and drops it when the lock is free again.
    fn forget(&self, number: u64) {
        let waiter = self.state.lock().company.as_mut().and_then(|company| company.waiters.remove(number));
        drop(waiter);
    }
}

/// Waits for the end of a life; dropping it leaves nothing behind.
pub(crate) struct Ended {
    life: Arc<Life>,
    /// The number under which the waker is kept, once there is one.
    waiter: Option<u64>,
}

impl Ended {
    pub(crate) fn new(life: Arc<Life>) -> Self {
        Self { life, waiter: None }
    }

    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<ExitReason> {
        let mut state = self.life.state.lock();
        if state.ended {
            return Poll::Ready(state.reason.clone().unwrap_or(ExitReason::Normal));
        }
        let company = state.company();
        let earlier = self.waiter.and_then(|number| company.waiters.remove(number));
        self.waiter = Some(company.add(Waiter::Task(cx.waker().clone())));
        drop(state);
        drop(earlier);
        Poll::Pending
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        if let Some(number) = self.waiter {
            self.life.forget(number);
        }
    }
}

/// Waits until a server's `init` has brought a state, or its end is decided; dropping it leaves nothing behind.
pub(crate) struct Begun {
    life: Arc<Life>,
    /// The number under which the waker is kept, once there is one.
    waiter: Option<u64>,
}

impl Begun {
    pub(crate) const fn new(life: Arc<Life>) -> Self {
        Self { life, waiter: None }
    }

    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<()> {
        let life = &self.life;
        let earlier = {
            // The flag before the look: whoever says that it has started looks for it.
            life.set_flag(AWAITED, true);
            let mut state = life.state.lock();
            if life.has_started() || state.reason.is_some() {
                return Poll::Ready(());
            }
            let company = state.company();
            company.numbers += 1;
            let number = company.numbers;
            let starters = &mut company.bonds().starters;
            let earlier = self.waiter.replace(number).and_then(|number| starters.remove(&number));
            starters.insert(number, cx.waker().clone());
            earlier
        };
        drop(earlier);
        Poll::Pending
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let Some(number) = self.waiter else { return };
        let waker = self.life.state.lock().bonds_mut().and_then(|bonds| bonds.starters.remove(&number));
        drop(waker);
    }
}

/// Has somebody told of the end; dropping it takes that back.
pub(crate) struct Watch {
    life: Arc<Life>,
    number: u64,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.life.forget(self.number);
    }
}

/// Something that a server holds until it ends; dropping it takes that back, without giving anything back.
pub(crate) struct Hold {
    life: Arc<Life>,
    number: u64,
}

impl Drop for Hold {
    fn drop(&mut self) {
        let release = self.life.state.lock().bonds_mut().and_then(|bonds| bonds.holds.remove(&self.number));
        drop(release);
    }
}
