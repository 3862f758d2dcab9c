//! The place that a generated client stands for: one server, or wherever a name or a supervisor leads.

use std::fmt;
use std::sync::{Arc, Weak};

use crate::call::Call;
use crate::cast::Cast;
use crate::client::Client;
use crate::engine::{Core, Spot};
use crate::error::CallError;
use crate::kind::{EngineOf, GenServer, Kind as _, Protocol, Shared};
use crate::name::Seat;
use crate::op::{CallOp, CastOp};
use crate::protocol::Speaks;
use crate::swap::Entered;

/// The place that a generated client stands for.
#[doc(hidden)]
pub struct Place<S: Protocol> {
    at: At<S>,
}

enum At<S: Protocol> {
    Here(Shared<S>),
    /// Looked up at each call.
    Named(&'static Client<Seat<S>>),
    /// Looked up at each call, too; whoever is hasty waits for nobody to come.
    Routed(Arc<Client<dyn Route<S>>>, Haste),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Haste {
    None,
    Hasty,
}

/// A server that was looked up for a message.
pub(crate) struct Found<S: Protocol> {
    pub(crate) client: Shared<S>,
    /// Kept until the message is delivered, or has run where it was made.
    pub(crate) entered: Option<Entered>,
}

impl<S: Protocol> Found<S> {
    pub(crate) const fn new(client: Shared<S>) -> Self {
        Self { client, entered: None }
    }
}

/// A place that leads to one server now and to another later.
pub(crate) trait Route<S: Protocol>: Spot {
    /// Who is to have the next message.
    fn occupant(&self) -> Option<Shared<S>>;

    /// The same, for a message that is delivered before another server can be there.
    fn enter(&self, haste: Haste) -> Option<Found<S>> {
        let client = match haste {
            Haste::None => self.occupant(),
            Haste::Hasty => self.present(),
        };
        client.map(Found::new)
    }

    /// Whether this is that place, or leads on to it.
    fn leads_to(&self, place: *const ()) -> bool {
        self.address() == place
    }

    /// Another server comes after one that has ended: whoever was too late for that one learns why it was.
    fn goes_on(&self) -> bool;

    /// The server that is there now and has a state, for whoever means that one and no other.
    fn present(&self) -> Option<Shared<S>> {
        self.occupant()
    }

    /// The server that is there now, for whoever only looks: also where its `init` still runs.
    fn visible(&self) -> Option<Shared<S>> {
        self.present()
    }
}

impl<S: Protocol> Place<S> {
    pub(crate) fn new(client: Shared<S>) -> Self {
        client.core.retain();
        Self { at: At::Here(client) }
    }

    pub(crate) const fn named(seat: &'static Client<Seat<S>>) -> Self {
        Self { at: At::Named(seat) }
    }

    pub(crate) const fn routed(route: Arc<Client<dyn Route<S>>>) -> Self {
        Self { at: At::Routed(route, Haste::None) }
    }

    /// The one server that this leads to, where it is one for good.
    #[inline]
    pub(crate) const fn here(&self) -> Option<&Shared<S>> {
        match &self.at {
            At::Here(client) => Some(client),
            At::Named(_) | At::Routed(..) => None,
        }
    }

    /// The server that is there now, whether or not it has ended.
    pub(crate) fn found(&self) -> Option<Shared<S>> {
        self.enter().map(|found| found.client)
    }

    /// The same, for a message.
    pub(crate) fn enter(&self) -> Option<Found<S>> {
        match &self.at {
            At::Here(client) => Some(Found::new(Arc::clone(client))),
            At::Named(seat) => seat.core.occupant().map(Found::new),
            At::Routed(route, haste) => route.core.enter(*haste),
        }
    }

    /// Whether this is that place, or leads on to it.
    pub(crate) fn leads_to(&self, place: *const ()) -> bool {
        match &self.at {
            At::Routed(route, _) => route.core.leads_to(place),
            At::Here(_) | At::Named(_) => false,
        }
    }

    /// Whether another server comes after one that has ended.
    pub(crate) fn goes_on(&self) -> bool {
        match &self.at {
            At::Routed(route, _) => route.core.goes_on(),
            At::Here(_) | At::Named(_) => false,
        }
    }

    /// What a message is told that came too late for the server that was found for it.
    pub(crate) fn too_late(&self, found: &Shared<S>) -> CallError {
        match &self.at {
            At::Routed(route, Haste::None) if route.core.goes_on() => found
                .core
                .life()
                .reason()
                .map_or(CallError::NoProc, |reason| CallError::Exit { reason, started: false }),
            _ => CallError::NoProc,
        }
    }

    /// As [`enter`](Self::enter), without another owner where there is no need for one.
    #[inline]
    pub(crate) fn lead<'a>(&'a self, keep: &'a mut Option<Found<S>>) -> Option<&'a Shared<S>> {
        match &self.at {
            At::Here(client) => Some(client),
            At::Named(_) | At::Routed(..) => {
                *keep = self.enter();
                keep.as_ref().map(|found| &found.client)
            }
        }
    }

    /// The same place, or that of the server that is there now: it leads to no other later on.
    pub(crate) fn pinned(&self) -> Option<Self> {
        self.present().map(Self::new)
    }

    /// The server that is there now and has a state.
    pub(crate) fn present(&self) -> Option<Shared<S>> {
        match &self.at {
            At::Routed(route, _) => route.core.present(),
            At::Here(_) | At::Named(_) => self.found(),
        }
    }

    /// The server that is there now, for whoever only looks.
    pub(crate) fn visible(&self) -> Option<Shared<S>> {
        match &self.at {
            At::Routed(route, _) => route.core.visible(),
            _ => self.found(),
        }
    }

    /// The same place, in which nobody waits for a server to come.
    pub(crate) fn hasty(&self) -> Self {
        match &self.at {
            At::Routed(route, _) => Self { at: At::Routed(Arc::clone(route), Haste::Hasty) },
            At::Here(_) | At::Named(_) => self.clone(),
        }
    }

    pub(crate) fn downgrade(&self) -> WeakPlace<S> {
        match &self.at {
            At::Here(client) => WeakPlace::Here(Arc::downgrade(client)),
            At::Named(seat) => WeakPlace::Named(seat),
            At::Routed(route, haste) => WeakPlace::Routed(Arc::downgrade(route), *haste),
        }
    }

    /// The same place, for whoever speaks only one of the protocols of its server.
    #[must_use]
    pub fn widened<T: GenServer + Speaks<S>>(place: &Place<T>) -> Self {
        match &place.at {
            At::Here(client) => Self::new(T::widen(Arc::clone(client))),
            At::Named(_) | At::Routed(..) => Self::routed(Arc::new(Client { core: Widened(place.clone()) })),
        }
    }

    /// What all clients share.
    #[must_use]
    pub fn core(&self) -> &Client {
        match self.at {
            At::Here(ref client) => S::Kind::spot(client),
            At::Named(seat) => seat,
            At::Routed(ref route, _) => &**route,
        }
    }

    /// A call that has not been made yet.
    #[inline]
    pub fn call<A: 'static, R: 'static, M>(
        &self,
        op: &'static CallOp<S, A, R>,
        args: A,
    ) -> Call<'_, S, A, R, M> {
        Call::new(self, op, args)
    }

    /// A cast that has not been sent yet.
    #[inline]
    pub fn cast<A: 'static>(&self, op: &'static CastOp<S, A>, args: A) -> Cast<'_, S, A> {
        Cast::new(self, op, args)
    }
}

impl<S: Protocol> Clone for Place<S> {
    fn clone(&self) -> Self {
        match &self.at {
            At::Here(client) => Self::new(Arc::clone(client)),
            At::Named(seat) => Self::named(seat),
            At::Routed(route, haste) => Self { at: At::Routed(Arc::clone(route), *haste) },
        }
    }
}

impl<S: Protocol> Drop for Place<S> {
    fn drop(&mut self) {
        if let At::Here(client) = &self.at {
            client.core.release();
        }
    }
}

impl<S: Protocol> fmt::Debug for Place<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.core(), f)
    }
}

/// A place that is looked up at each call, for whoever speaks only one of the protocols of its server.
struct Widened<S: GenServer>(Place<S>);

impl<S: GenServer> Spot for Widened<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn show(&self, look: &mut dyn FnMut(&dyn Core)) {
        self.0.core().core.show(look);
    }

    fn address(&self) -> *const () {
        self.0.core().core.address()
    }
}

impl<S: GenServer + Speaks<P>, P: Protocol> Route<P> for Widened<S> {
    fn occupant(&self) -> Option<Shared<P>> {
        self.enter(Haste::None).map(|found| found.client)
    }

    fn enter(&self, haste: Haste) -> Option<Found<P>> {
        let found = match haste {
            Haste::None => self.0.enter(),
            Haste::Hasty => self.0.hasty().enter(),
        };
        found.map(|Found { client, entered }| Found { client: S::widen(client), entered })
    }

    fn goes_on(&self) -> bool {
        self.0.goes_on()
    }

    fn present(&self) -> Option<Shared<P>> {
        self.0.present().map(S::widen)
    }

    fn visible(&self) -> Option<Shared<P>> {
        self.0.visible().map(S::widen)
    }
}

/// A place that keeps nothing alive.
pub(crate) enum WeakPlace<S: Protocol> {
    Here(Weak<Client<EngineOf<S>>>),
    Named(&'static Client<Seat<S>>),
    Routed(Weak<Client<dyn Route<S>>>, Haste),
}

impl<S: Protocol> WeakPlace<S> {
    pub(crate) fn upgrade(&self) -> Option<Place<S>> {
        match self {
            Self::Here(client) => client.upgrade().map(Place::new),
            Self::Named(seat) => Some(Place::named(seat)),
            Self::Routed(route, haste) => {
                route.upgrade().map(|route| Place { at: At::Routed(route, *haste) })
            }
        }
    }
}

impl<S: Protocol> Clone for WeakPlace<S> {
    fn clone(&self) -> Self {
        match self {
            Self::Here(client) => Self::Here(Weak::clone(client)),
            Self::Named(seat) => Self::Named(seat),
            Self::Routed(route, haste) => Self::Routed(Weak::clone(route), *haste),
        }
    }
}
