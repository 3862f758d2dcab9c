//! `Swap`: a place whose server can be replaced while it is used.

mod gate;
mod handover;
mod parked;

use std::convert::Infallible;
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, PoisonError};

use tokio::sync::Mutex;

use crate::client::{Client, ClientOf as _};
use crate::current;
use crate::deadlock::Edge;
use crate::engine::{Core, Spot};
use crate::error::CallError;
use crate::kind::{Protocol, Shared};
use crate::place::{Found, Haste, Place, Route};
use crate::protocol::Spoken;
use crate::reply::{ReplyTo, Slot};
pub(crate) use crate::swap::gate::Entered;
use crate::swap::gate::Gate;
use crate::swap::parked::Parked;
use crate::sync::Lock;
use crate::time::Until;

/// A place whose server can be replaced at run time by any other that speaks the same protocol: late binding as late as one
/// likes, and what a hot upgrade is for.
///
/// Its clients go on to be used while that happens. No message is lost, none fails, and what one caller sends is handled in the order in which
/// he sent it: what was sent before the swap is handled by the old server, whatever comes during it waits, and is the new
/// server's when the swap is done. Messages that wait have their time-outs, and at most 1,024 wait (see [`DEFAULT_MAILBOX`]); one more waits for
/// room, or is refused where it is only sent.
///
/// What waits is handed to the new server also where its mailbox has no room, and waits there before all that comes later; what a server still has
/// beyond its bound of an earlier swap leaves that much less room to what waits for the next. There it is the new server's: one that
/// [drops its oldest](crate::Overflow::DropOldest) messages drops these like any other. Where the new server is dead, or its client leads to nobody, what
/// waits fails with [`NoProc`](CallError::NoProc).
///
/// The old server is not ended: whoever swaps gets a client of it. An agent that nobody keeps ends by itself.
///
/// A server that sends itself a message through the place, and has a job wait for the answer, goes round without end: nobody but its caller's
/// deadline ends that, as jobs are no part of a circle of calls.
///
/// What a name leads to, or a supervisor's child, can be in the place as well; so can another `Swap`.
///
/// [`DEFAULT_MAILBOX`]: crate::DEFAULT_MAILBOX
///
/// # Examples
///
/// ```
/// use callcast::Swap;
/// use callcast::prelude::*;
///
/// #[protocol]
/// trait Counter {
///     #[call] fn add(&mut self, n: u64) -> u64;
/// }
///
/// struct Plain(u64);
///
/// #[agent(protocols(Counter))]
/// impl Plain {
///     #[init]
///     fn new(n: u64) -> Self { Self(n) }
/// }
///
/// #[agent]
/// impl Counter for Plain {
///     fn add(&mut self, n: u64) -> u64 { self.0 += n; self.0 }
/// }
///
/// /// The same, and twice as fast.
/// struct Double(u64);
///
/// #[agent(protocols(Counter))]
/// impl Double {
///     #[init]
///     fn new(n: u64) -> Self { Self(n) }
/// }
///
/// #[agent]
/// impl Counter for Double {
///     fn add(&mut self, n: u64) -> u64 { self.0 += 2 * n; self.0 }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let place = Swap::<CounterProtocol>::new(Plain::start(0)?);
/// let counter = place.client();                            // it may go anywhere, and stay
/// assert_eq!(counter.add(1).await?, 1);
///
/// // Nothing is handled while the state is handed over; what comes meanwhile waits.
/// place.swap_with(async |old| {
///     let n = old.add(0).await?;
///     Ok::<_, Box<dyn std::error::Error>>(Double::start(n)?)
/// }).await?;
/// assert_eq!(counter.add(1).await?, 3);
/// # Ok(())
/// # }
/// ```
pub struct Swap<P: Protocol> {
    place: Arc<Client<Turnout<P>>>,
}

/// Why a server was not replaced; the old one is in its place, and has what was sent meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SwapError<E = Infallible> {
    /// The function that hands the state over has failed.
    Handover(E),
    /// The server cannot be waited for, as whoever would wait is what it waits for; or it is a client of this very place.
    Refused(CallError),
}

impl<E: fmt::Display> fmt::Display for SwapError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handover(error) => write!(f, "the state was not handed over: {error}"),
            Self::Refused(error) => write!(f, "the server cannot be replaced: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for SwapError<E> {}

impl<P: Spoken> Swap<P> {
    /// Returns a place with this server in it, or with whatever this client leads to.
    #[must_use]
    pub fn new(server: impl Into<P::Client>) -> Self {
        let at = Lock::new(At::Open(server.into().place().clone()));
        Self { place: Arc::new(Client { core: Turnout { at, gate: Gate::new(), turn: Mutex::new(()) } }) }
    }

    /// Returns a client that leads to whoever is in the place when a call is made.
    #[must_use]
    pub fn client(&self) -> P::Client {
        let route: Arc<Client<dyn Route<P>>> = Arc::<Client<Turnout<P>>>::clone(&self.place);
        P::Client::from_place(Place::routed(route))
    }

    /// Puts a server in the place of the one that is there, and returns a client of that one.
    ///
    /// It waits until the old server has handled what was sent to it before; there is no limit of time. No state is handed
    /// over: [`swap_with`](Self::swap_with) does that.
    ///
    /// # Errors
    ///
    /// [`SwapError::Refused`], where a handler would wait for itself, or the place would lead to itself.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old server in the place; what was sent meanwhile is handed to it.
    pub async fn swap(&self, server: impl Into<P::Client>) -> Result<P::Client, SwapError> {
        self.swap_with(async |_| Ok(server)).await
    }

    /// Puts a server in the place of the one that is there, as [`swap`](Self::swap) does, after this function has handed
    /// the state over.
    ///
    /// It is called when the old server has handled what was sent to it through this place, and gets a client of it, to ask it for its state; so does
    /// any other client of it that the function has. What comes through the place meanwhile waits until it is done. So it must not call through the
    /// place itself, which would wait until its deadline; another swap of the same place, or of one that leads to it, is refused there.
    ///
    /// # Errors
    ///
    /// [`SwapError::Handover`] with the function's own error; [`SwapError::Refused`], as for `swap`.
    /// The old server is in its place then, and what was sent meanwhile is handed to it.
    ///
    /// # Cancel safety
    ///
    /// As for `swap`: also while the function runs, or where it panics.
    pub async fn swap_with<F, C, E>(&self, hand_over: F) -> Result<P::Client, SwapError<E>>
    where
        F: AsyncFnOnce(P::Client) -> Result<C, E>,
        C: Into<P::Client>,
    {
        self.is_no_circle()?;
        let _turn = self.place.core.turn.lock().await;
        // Whoever had the turn may have put another place here.
        self.is_no_circle()?;
        let address = self.place.core.address().addr();
        let mut closed = Closed::new(&self.place);
        let old = closed.old.clone();
        closed.let_pass().await.map_err(SwapError::Refused)?;
        let handed_over = handover::within(address, hand_over(P::Client::from_place(old.clone()))).await;
        let new = handed_over.map_err(SwapError::Handover)?;
        closed.lead_to(new.into().place().clone()).map_err(SwapError::Refused)?;
        drop(closed);
        Ok(P::Client::from_place(old))
    }

    /// A swap would wait for itself within the hand-over of the same place, or of one that this place leads to.
    fn is_no_circle<E>(&self) -> Result<(), SwapError<E>> {
        if handover::is_within(|place| self.place.core.leads_to(place)) {
            return Err(SwapError::Refused(CallError::CallingSelf));
        }
        Ok(())
    }
}

/// Held while a place is told where it leads: of two that are to lead to each other, the second is refused.
static COMMITTING: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Where the clients of a [`Swap`] lead.
pub(crate) struct Turnout<P: Protocol> {
    at: Lock<At<P>>,
    /// Where whoever is shown the way while the place is open goes through.
    gate: Arc<Gate>,
    /// One swap at a time.
    turn: Mutex<()>,
}

enum At<P: Protocol> {
    Open(Place<P>),
    /// Between two servers: what comes waits. Whoever only looks sees the old one, until the next is known.
    Closed(Place<P>, Shared<P>),
}

impl<P: Spoken> Turnout<P> {
    fn visible(&self) -> Option<Shared<P>> {
        self.look().visible()
    }

    /// The place of the server that is there, for whoever only looks.
    fn look(&self) -> Place<P> {
        match &*self.at.lock() {
            At::Open(place) | At::Closed(place, _) => place.clone(),
        }
    }
}

/// A place between two servers: dropping it hands to the next whatever has come meanwhile.
struct Closed<'a, P: Spoken> {
    turnout: &'a Turnout<P>,
    parked: Arc<Client<Parked<P>>>,
    old: Place<P>,
    /// The old one, until there is another.
    next: Place<P>,
}

impl<'a, P: Spoken> Closed<'a, P> {
    /// Has whatever comes from now on wait.
    fn new(place: &'a Arc<Client<Turnout<P>>>) -> Self {
        let turnout = &place.core;
        // Nobody else swaps meanwhile: it leads to that one until this has closed it.
        let old = turnout.look();
        let last = old.visible().map(P::erase);
        // Of one that is not there yet the messages may be.
        let has = last.clone().or_else(|| old.found().map(P::erase));
        let beyond = has.map_or(0, |has| has.core.beyond());
        let parked = Parked::new(last, beyond, place);
        let closed = At::Closed(old.clone(), P::widen(Arc::clone(&parked)));
        let left = mem::replace(&mut *turnout.at.lock(), closed);
        drop(left);
        Self { turnout, parked, next: old.clone(), old }
    }

    /// Has the place lead to that one when this is dropped, unless it would lead to itself then.
    fn lead_to(&mut self, next: Place<P>) -> Result<(), CallError> {
        let _others = COMMITTING.lock().unwrap_or_else(PoisonError::into_inner);
        if next.leads_to(self.turnout.address()) {
            return Err(CallError::CallingSelf);
        }
        let closed = At::Closed(next.clone(), P::widen(Arc::clone(&self.parked)));
        let left = mem::replace(&mut *self.turnout.at.lock(), closed);
        self.next = next;
        drop(left);
        Ok(())
    }

    /// Waits until the old server has handled all that it was sent through this place.
    async fn let_pass(&self) -> Result<(), CallError> {
        let there = self.old.visible();
        if let Some(there) = &there {
            current::may_call(there.core.id())?;
        }
        // Those who were shown the way before the place was closed are not there yet; nor may those be whom an earlier swap has not
        // waited for, as it was given up.
        poll_fn(|cx| self.turnout.gate.poll_empty(cx)).await;
        if there.is_none() {
            return Ok(());
        }
        // As a message would go: where this place leads to another, that may be between two servers itself.
        let Some(Found { client: old, entered }) = self.old.enter() else { return Ok(()) };
        let activity = current::may_call(old.core.id())?;
        let slot = Slot::<()>::new(Until::default(), true);
        if let Some(activity) = activity {
            let edge = Edge::new(&activity, old.core.id(), old.core.name()).map_err(CallError::Deadlock)?;
            slot.set_edge(edge);
        }
        old.core.fence(ReplyTo::new(Arc::clone(&slot), Arc::clone(old.core.life())));
        drop((old, entered));
        // Whatever the answer: a server that ends has answered all that it was sent.
        poll_fn(|cx| slot.poll(cx).map(drop)).await;
        Ok(())
    }
}

impl<P: Spoken> Drop for Closed<'_, P> {
    fn drop(&mut self) {
        let open = At::Open(self.next.clone());
        let left = self.parked.core.hand_on(&self.next, || mem::replace(&mut *self.turnout.at.lock(), open));
        drop(left);
    }
}

impl<P: Spoken> Spot for Turnout<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn show(&self, look: &mut dyn FnMut(&dyn Core)) {
        if let Some(client) = self.visible() {
            look(client.core.as_core());
        }
    }
}

impl<P: Spoken> Route<P> for Turnout<P> {
    fn occupant(&self) -> Option<Shared<P>> {
        self.enter(Haste::None).map(|found| found.client)
    }

    fn enter(&self, haste: Haste) -> Option<Found<P>> {
        let (place, entered) = match &*self.at.lock() {
            At::Open(place) => (place.clone(), self.gate.enter()),
            At::Closed(_, parked) => return Some(Found { client: Arc::clone(parked), entered: None }),
        };
        let place = if haste == Haste::Hasty { place.hasty() } else { place };
        let Found { client, entered: behind } = place.enter()?;
        Some(Found { client, entered: Some(entered.and(behind)) })
    }

    fn leads_to(&self, place: *const ()) -> bool {
        self.address() == place || self.look().leads_to(place)
    }

    fn goes_on(&self) -> bool {
        self.look().goes_on()
    }

    fn present(&self) -> Option<Shared<P>> {
        self.look().present()
    }

    fn visible(&self) -> Option<Shared<P>> {
        Self::visible(self)
    }
}

impl<P: Protocol> fmt::Debug for Swap<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Swap").field("protocol", &P::NAME).finish_non_exhaustive()
    }
}
