//! `Post`: a child's place under its supervisor, which one incarnation after the other comes to.
//!
//! From the moment at which one has ended, the next is there: a server without a state, which takes messages and handles
//! none until its `init` is done. So who calls meanwhile waits in its mailbox, in order and within its bounds. An `init` that fails leaves
//! it as it is, for the next try.

use std::any::{Any, TypeId};
use std::sync::Arc;

use crate::client::Client;
use crate::engine::{Core, RuntimeId, Spot};
use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::kind::{GenServer, Kind as _, Shared};
use crate::life::Life;
use crate::mutants::mutant;
use crate::place::{Place, Route};
use crate::protocol::Ask;
use crate::sync::Lock;

/// Whose child it is.
#[derive(Clone, Copy)]
pub(crate) struct Parent {
    pub(crate) id: ServerId,
    pub(crate) runtime: Option<RuntimeId>,
}

/// A child's place under its supervisor.
pub(crate) struct Post<S: GenServer>(Lock<State<S>>);

struct State<S: GenServer> {
    /// The incarnation that is here, or, where its `init` is still to run, will be; a client of its own keeps it in use.
    current: Option<Place<S>>,
    at: At,
    /// Whether somebody sees to it that another comes.
    goes_on: bool,
    parent: Option<Parent>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// It takes messages, and its `init` waits for its time.
    Vacant,
    /// Its `init` runs or has run.
    Open,
    /// It is told to end, and another comes.
    Leaving,
}

impl<S: GenServer> Post<S> {
    pub(crate) fn new() -> Arc<Client<Self>> {
        let state = State { current: None, at: At::Open, goes_on: false, parent: None };
        Arc::new(Client { core: Self(Lock::new(state)) })
    }

    /// A supervisor has come to see to it.
    pub(crate) fn adopt(&self, parent: Parent) {
        self.0.lock().parent = Some(parent);
    }

    /// The server whose `init` is to run next; none where there is no runtime for it.
    pub(crate) fn prepare(&self) -> Option<Shared<S>> {
        let (client, left) = {
            let mut state = self.0.lock();
            let waiting = state.current.as_ref().and_then(Place::here).filter(|client| {
                let life = client.core.life();
                state.at != At::Leaving && life.is_alive() && !life.is_killed() && !life.has_started()
            });
            match waiting.map(Arc::clone) {
                Some(client) => (Some(client), None),
                None => state.renew(),
            }
        };
        drop(left);
        client
    }

    /// A server can be reached from now on: its `init` is about to run, or an agent's has brought a state.
    pub(crate) fn open(&self, client: &Shared<S>) {
        let left = {
            let mut state = self.0.lock();
            let is_expected =
                state.current.as_ref().and_then(Place::here).is_some_and(|there| Arc::ptr_eq(there, client));
            mutant!("post_is_opened_for_the_dead" => {
                state.at = At::Open;
                let left = state.current.replace(Place::new(Arc::clone(client)));
                drop(state);
                return drop(left);
            });
            if is_expected {
                state.at = At::Open;
                None
            } else if state.parent.is_none() {
                state.at = At::Open;
                state.current.replace(Place::new(Arc::clone(client)))
            } else {
                // It has ended meanwhile, and the next is here already; or nobody is to come any more.
                None
            }
        };
        drop(left);
    }

    /// An `init` has brought a state: another will come after this one.
    pub(crate) fn started(&self) {
        self.0.lock().goes_on = true;
    }

    /// An `init` has brought none: the messages wait for the next.
    pub(crate) fn failed(&self) {
        let mut state = self.0.lock();
        if let Some(client) = state.current.as_ref().and_then(Place::here)
            && client.core.is_alive()
            && !client.core.life().has_started()
        {
            state.at = At::Vacant;
        }
    }

    /// The incarnation is about to be stopped, and another comes: messages wait for that one from now on.
    pub(crate) fn leave(&self) {
        let mut state = self.0.lock();
        if state.goes_on && state.at == At::Open {
            state.at = At::Leaving;
        }
    }

    /// Nobody sees to it any more that there is another: all who wait for one hear of it.
    pub(crate) fn close(&self, reason: &ExitReason) {
        let left = {
            let mut state = self.0.lock();
            state.goes_on = false;
            state.at = At::Open;
            state.current.take()
        };
        mutant!("post_forgets_who_waits" => return drop(left));
        if let Some(client) = left.as_ref().and_then(Place::here)
            && !client.core.life().has_started()
        {
            S::Kind::give_up(&client.core, reason.clone());
        }
        drop(left);
    }

    /// The incarnation that is there now, unless its end is decided or its `init` has not begun.
    pub(crate) fn present(&self) -> Option<Shared<S>> {
        let state = self.0.lock();
        let current = state.current.as_ref().and_then(Place::here)?;
        (state.at != At::Vacant && current.core.is_alive()).then(|| Arc::clone(current))
    }

    /// As [`present`](Self::present), once its `init` has brought a state.
    fn started_one(&self) -> Option<Shared<S>> {
        self.present().filter(|client| client.core.life().has_started())
    }
}

impl<S: GenServer> State<S> {
    /// Puts the next one here; whatever is left of the last is to be dropped without the lock.
    fn renew(&mut self) -> (Option<Shared<S>>, Option<Place<S>>) {
        let next =
            self.parent.and_then(|parent| S::Kind::vacant(Life::child(parent.id, S::NAME), parent.runtime));
        let Some(next) = next else { return (None, None) };
        self.at = At::Vacant;
        let left = self.current.replace(Place::new(Arc::clone(&next)));
        (Some(next), left)
    }
}

/// A child's place, for whoever does not know the type of its server.
pub(crate) trait AnyPost: Send + Sync {
    /// A client of this type, where the server speaks its protocol.
    fn client(self: Arc<Self>, wanted: TypeId) -> Option<Box<dyn Any>>;
}

impl<S: GenServer> AnyPost for Client<Post<S>> {
    fn client(self: Arc<Self>, wanted: TypeId) -> Option<Box<dyn Any>> {
        Ask::ask(&Place::routed(self), wanted)
    }
}

impl<S: GenServer> Spot for Post<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn show(&self, look: &mut dyn FnMut(&dyn Core)) {
        if let Some(client) = self.present() {
            look(client.core.as_core());
        }
    }
}

impl<S: GenServer> Route<S> for Post<S> {
    fn occupant(&self) -> Option<Shared<S>> {
        let (client, left) = {
            let mut state = self.0.lock();
            let current = state.current.as_ref().and_then(Place::here);
            match current.filter(|client| state.at != At::Leaving && client.core.is_alive()) {
                Some(client) => (Some(Arc::clone(client)), None),
                None if state.goes_on => state.renew(),
                None => (None, None),
            }
        };
        drop(left);
        client
    }

    fn goes_on(&self) -> bool {
        self.0.lock().goes_on
    }

    fn present(&self) -> Option<Shared<S>> {
        self.started_one()
    }

    fn visible(&self) -> Option<Shared<S>> {
        Self::present(self)
    }
}

impl<S: GenServer> Drop for Post<S> {
    /// Whoever has sent something to one that never came hears of it.
    fn drop(&mut self) {
        self.close(&ExitReason::Shutdown);
    }
}
