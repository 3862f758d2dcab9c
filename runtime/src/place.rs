//! The place that a generated client stands for: one server, or wherever a name or a supervisor leads.

use std::fmt;
use std::sync::{Arc, Weak};

use crate::call::Call;
use crate::cast::Cast;
use crate::client::Client;
use crate::engine::{Core as _, Engine as _, Spot};
use crate::error::CallError;
use crate::kind::{EngineOf, GenServer};
use crate::name::Seat;
use crate::op::{CallOp, CastOp};

type Shared<S> = Arc<Client<EngineOf<S>>>;

/// The place that a generated client stands for.
#[doc(hidden)]
pub struct Place<S: GenServer> {
    at: At<S>,
}

enum At<S: GenServer> {
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

/// A place that leads to one server now and to another later.
pub(crate) trait Route<S: GenServer>: Spot {
    /// Who is to have the next message.
    fn occupant(&self) -> Option<Shared<S>>;

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

impl<S: GenServer> Place<S> {
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
        match &self.at {
            At::Here(client) => Some(Arc::clone(client)),
            At::Named(seat) => seat.core.occupant(),
            At::Routed(route, haste) => looked_up(route, *haste),
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

    /// As [`found`](Self::found), without another owner where there is no need for one.
    #[inline]
    pub(crate) fn lead<'a>(&'a self, keep: &'a mut Option<Shared<S>>) -> Option<&'a Shared<S>> {
        match &self.at {
            At::Here(client) => Some(client),
            At::Named(seat) => {
                *keep = seat.core.occupant();
                keep.as_ref()
            }
            At::Routed(route, haste) => {
                *keep = looked_up(route, *haste);
                keep.as_ref()
            }
        }
    }

    /// The same place, or that of the server that is there now: it leads to no other later on.
    pub(crate) fn pinned(&self) -> Option<Self> {
        match &self.at {
            At::Routed(route, _) => route.core.present().map(Self::new),
            _ => self.found().map(Self::new),
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

    /// What all clients share.
    #[must_use]
    pub fn core(&self) -> &Client {
        match self.at {
            At::Here(ref client) => &**client,
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

impl<S: GenServer> Clone for Place<S> {
    fn clone(&self) -> Self {
        match &self.at {
            At::Here(client) => Self::new(Arc::clone(client)),
            At::Named(seat) => Self::named(seat),
            At::Routed(route, haste) => Self { at: At::Routed(Arc::clone(route), *haste) },
        }
    }
}

impl<S: GenServer> Drop for Place<S> {
    fn drop(&mut self) {
        if let At::Here(client) = &self.at {
            client.core.release();
        }
    }
}

impl<S: GenServer> fmt::Debug for Place<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.core(), f)
    }
}

/// A place that keeps nothing alive.
pub(crate) enum WeakPlace<S: GenServer> {
    Here(Weak<Client<EngineOf<S>>>),
    Named(&'static Client<Seat<S>>),
    Routed(Weak<Client<dyn Route<S>>>, Haste),
}

impl<S: GenServer> WeakPlace<S> {
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

impl<S: GenServer> Clone for WeakPlace<S> {
    fn clone(&self) -> Self {
        match self {
            Self::Here(client) => Self::Here(Weak::clone(client)),
            Self::Named(seat) => Self::Named(seat),
            Self::Routed(route, haste) => Self::Routed(Weak::clone(route), *haste),
        }
    }
}

fn looked_up<S: GenServer>(route: &Client<dyn Route<S>>, haste: Haste) -> Option<Shared<S>> {
    match haste {
        Haste::None => route.core.occupant(),
        Haste::Hasty => route.core.present(),
    }
}
