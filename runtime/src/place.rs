//! The place that a generated client stands for: one server, or wherever a name leads.

use std::fmt;
use std::sync::{Arc, Weak};

use crate::call::Call;
use crate::cast::Cast;
use crate::client::Client;
use crate::engine::Engine as _;
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
}

impl<S: GenServer> Place<S> {
    pub(crate) fn new(client: Shared<S>) -> Self {
        client.core.retain();
        Self { at: At::Here(client) }
    }

    pub(crate) const fn named(seat: &'static Client<Seat<S>>) -> Self {
        Self { at: At::Named(seat) }
    }

    /// The one server that this leads to, where it is one for good.
    #[inline]
    pub(crate) const fn here(&self) -> Option<&Shared<S>> {
        match &self.at {
            At::Here(client) => Some(client),
            At::Named(_) => None,
        }
    }

    /// The server that is there now, whether or not it has ended.
    pub(crate) fn found(&self) -> Option<Shared<S>> {
        match &self.at {
            At::Here(client) => Some(Arc::clone(client)),
            At::Named(seat) => seat.core.occupant(),
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
        }
    }

    /// The same place, or that of the server that is there now: it leads to no other later on.
    pub(crate) fn pinned(&self) -> Option<Self> {
        self.found().map(Self::new)
    }

    pub(crate) fn downgrade(&self) -> WeakPlace<S> {
        match &self.at {
            At::Here(client) => WeakPlace::Here(Arc::downgrade(client)),
            At::Named(seat) => WeakPlace::Named(seat),
        }
    }

    /// What all clients share.
    #[must_use]
    pub fn core(&self) -> &Client {
        match self.at {
            At::Here(ref client) => &**client,
            At::Named(seat) => seat,
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
}

impl<S: GenServer> WeakPlace<S> {
    pub(crate) fn upgrade(&self) -> Option<Place<S>> {
        match self {
            Self::Here(client) => client.upgrade().map(Place::new),
            Self::Named(seat) => Some(Place::named(seat)),
        }
    }
}

impl<S: GenServer> Clone for WeakPlace<S> {
    fn clone(&self) -> Self {
        match self {
            Self::Here(client) => Self::Here(Weak::clone(client)),
            Self::Named(seat) => Self::Named(seat),
        }
    }
}
