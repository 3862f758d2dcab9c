//! `Name`: a place that servers come and go in.

use std::fmt;
use std::sync::Arc;

use crate::claim::Claim;
use crate::client::{Client, ClientOf as _};
use crate::engine::{Core, Spot};
use crate::id::ServerId;
use crate::kind::{GenServer, Protocol, Shared};
use crate::life::{Hold, Life};
use crate::mutants::mutant;
use crate::place::Place;
use crate::protocol::Speaks;
use crate::sync::Lock;

/// A place for one server or agent at a time, that can be found from anywhere.
///
/// The `static` is the place, its text is for people: two names of the same text are two places. A place for each room,
/// user or shard, of which nobody knows how many there will be, is a [`Registry`](crate::Registry).
///
/// # Name, id, client
///
/// | | stands for | when its server ends |
/// | --- | --- | --- |
/// | `Name<S>` | a place that servers come and go in | is free for the next |
/// | [`ServerId`] | one life of one server, from `init` to its exit | stays what it was, and is never used again |
/// | a client, as `start` gives it | that one server | fails with `NoProc` |
/// | a client, as [`Name::client`] gives it | whoever is in the place when a call is made | fails with `NoProc` until there is another |
///
/// So a name is for *whoever does this job*, an id for logs and for telling one life from the next, and a client for talking
/// to the server. None of them is the others: a client has no equality, since two clients may lead to one server today
/// and to two tomorrow; an id cannot be called; a name says nothing about who is there.
///
/// A name is taken before `init` runs, and is free when the server has ended, its `terminate` included: before its
/// [`Down`](crate::Down) comes, and before [`stop`](Client::stop) returns. There are never two owners. An agent is kept
/// alive by its name, until it is stopped or fails.
///
/// # Examples
///
/// ```
/// use callcast::Name;
/// use callcast::prelude::*;
///
/// struct Counter { value: i64 }
///
/// #[agent]
/// impl Counter {
///     #[init]
///     fn new(value: i64) -> Self { Self { value } }
///
///     #[call]
///     fn add(&mut self, n: i64) -> i64 { self.value += n; self.value }
/// }
///
/// static MAIN: Name<Counter> = Name::new("main");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let counter = Counter::spec(5).name(&MAIN).start()?;
/// assert_eq!(MAIN.client().add(1).await?, 6);              // looked up at each call
/// assert_eq!(MAIN.whereis().and_then(|found| found.id()), counter.id());
///
/// let taken = Counter::spec(0).name(&MAIN).start();
/// assert!(matches!(taken, Err(StartError::AlreadyStarted(id)) if Some(id) == counter.id()));
///
/// counter.stop().await?;
/// assert!(MAIN.whereis().is_none());
/// assert_eq!(MAIN.client().add(1).await, Err(CallError::NoProc));
///
/// Counter::spec(0).name(&MAIN).start()?;                   // kept by its name alone
/// assert_eq!(MAIN.client().add(1).await?, 1);
/// # Ok(())
/// # }
/// ```
pub struct Name<S: Protocol> {
    seat: Client<Seat<S>>,
}

/// What a name leads to.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "the name's own says all")]
pub struct Seat<S: Protocol> {
    text: &'static str,
    seated: Lock<Option<Seated<S>>>,
}

/// Who has a name.
struct Seated<S: Protocol> {
    life: Arc<Life>,
    /// None while an agent's `init` runs: there is nothing to be called.
    client: Option<Shared<S>>,
    /// Gives the name back at the server's end.
    _hold: Hold,
}

impl<S: Protocol> Name<S> {
    /// Returns a name that nobody has; the text is for people.
    #[cfg(not(any(callcast_loom, callcast_shuttle)))]
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { seat: Client { core: Seat { text, seated: Lock::new(None) } } }
    }

    /// A model's locks cannot be made in a constant.
    #[cfg(any(callcast_loom, callcast_shuttle))]
    pub fn new(text: &'static str) -> Self {
        Self { seat: Client { core: Seat { text, seated: Lock::new(None) } } }
    }

    /// Returns the text that this name was given.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.seat.core.text
    }

    /// Returns a client of the server that has this name now; that client does not follow the name.
    ///
    /// There is none while an agent's `init` runs, and none from the moment at which the server's end is decided.
    #[must_use]
    pub fn whereis(&self) -> Option<S::Client> {
        self.seat.core.occupant().map(|client| S::Client::from_place(Place::new(client)))
    }

    /// Returns a client that looks this name up at each call: it outlives the servers that have the name.
    ///
    /// A call while nobody has it gives [`NoProc`](crate::CallError::NoProc).
    #[must_use]
    pub fn client(&'static self) -> S::Client {
        S::Client::from_place(Place::named(&self.seat))
    }

    /// Who takes this name, and gives it back.
    pub(crate) fn claim<T: GenServer + Speaks<S>>(&'static self) -> Arc<dyn Claim<T>> {
        Arc::new(Named(&self.seat.core))
    }
}

impl<S: Protocol> Seat<S> {
    /// The server that has this name, unless its end is decided.
    pub(crate) fn occupant(&self) -> Option<Shared<S>> {
        let seated = self.seated.lock();
        let seated = seated.as_ref()?;
        mutant!("name_leads_to_the_dead" => return seated.client.clone());
        if seated.life.is_alive() { seated.client.clone() } else { None }
    }

    /// The server has ended: whoever has the name by now keeps it.
    fn vacate(&self, id: ServerId) {
        let mut seated = self.seated.lock();
        let left = seated.take_if(|seated| seated.life.id() == id);
        drop(seated);
        drop(left);
    }
}

impl<S: Protocol> Spot for Seat<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn show(&self, look: &mut dyn FnMut(&dyn Core)) {
        if let Some(client) = self.occupant() {
            look(client.core.as_core());
        }
    }
}

/// A server's claim to a name.
struct Named<S: Protocol>(&'static Seat<S>);

impl<S: Protocol, T: GenServer + Speaks<S>> Claim<T> for Named<S> {
    fn claim(&self, newcomer: &Arc<Life>) -> Result<(), Arc<Life>> {
        let (seat, id) = (self.0, newcomer.id());
        let mut seated = seat.seated.lock();
        if let Some(seated) = &*seated {
            return Err(Arc::clone(&seated.life));
        }
        // A newcomer that has ended already needs no name.
        if let Some(hold) = newcomer.hold(Box::new(move || seat.vacate(id))) {
            *seated = Some(Seated { life: Arc::clone(newcomer), client: None, _hold: hold });
            newcomer.add_name(seat.text);
        }
        Ok(())
    }

    fn open(&self, client: &Shared<T>) {
        if let Some(seated) = &mut *self.0.seated.lock()
            && seated.life.id() == client.core.id()
        {
            seated.client = Some(T::widen(Arc::clone(client)));
        }
    }
}

impl<S: Protocol> fmt::Debug for Name<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Name").field("text", &self.text()).field("server", &S::NAME).finish_non_exhaustive()
    }
}
