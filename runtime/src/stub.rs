//! A stub: closures that stand behind a client of a protocol, in tests.

use std::fmt;
use std::ops::Deref;

use crate::agent::AgentEngine;
use crate::client::{Client, ClientOf};
use crate::exit::Fault;
use crate::kind::{AgentKind, GenServer, Protocol, Shared, StateHolder};
use crate::place::Place;
use crate::protocol::{Handles, Queued, Speaks, Spoken, is_agent};

/// An agent whose handlers are two closures: so all that holds for agents holds for stubs.
pub(crate) struct Stub<P: Spoken> {
    answer: Answer<P>,
    told: Told<P>,
}

/// What answers calls.
type Answer<P> = Box<dyn FnMut(<P as Protocol>::Request) + Send>;

/// What gets casts.
type Told<P> = Box<dyn FnMut(<P as Protocol>::Cast) + Send>;

/// A client of a stub, for whoever knows it to be one.
pub(crate) struct StubClient<P: Spoken> {
    place: Place<Stub<P>>,
}

impl<P: Spoken> Stub<P> {
    /// Starts one; it needs no runtime.
    pub(crate) fn start<F, G>(answer: F, told: G) -> Place<Self>
    where
        F: FnMut(P::Request) + Send + 'static,
        G: FnMut(P::Cast) + Send + 'static,
    {
        Place::new(AgentEngine::create(Self { answer: Box::new(answer), told: Box::new(told) }))
    }
}

impl<P: Spoken> Protocol for Stub<P> {
    type Call = P::Call;
    type Cast = P::Cast;
    type Request = P::Request;
    type Client = StubClient<P>;
    type Kind = AgentKind;

    const NAME: &'static str = P::NAME;
}

impl<P: Spoken> GenServer for Stub<P> {}

// Nobody who is told that his type is no agent is helped by being told of this one.
#[diagnostic::do_not_recommend]
impl<P: Spoken> StateHolder for Stub<P> {
    fn handle_request(&mut self, request: P::Request) {
        (self.answer)(request);
    }

    fn handle_cast(&mut self, cast: P::Cast) -> Result<(), Fault> {
        (self.told)(cast);
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<P: Spoken> Speaks<P> for Stub<P> {
    fn request(request: P::Request) -> P::Request {
        request
    }

    fn cast(cast: P::Cast) -> P::Cast {
        cast
    }

    fn widen(client: Shared<Self>) -> Shared<P> {
        P::widen(client)
    }
}

/// The messages are what the closures take, so none is run without its message.
#[diagnostic::do_not_recommend]
impl<P: Spoken> Handles<P> for Stub<P> {
    const KIND: () = is_agent::<Self>();
    const HANDLERS: P::Handlers<Self> = <P::Handlers<Self> as Queued>::QUEUED;
}

impl<P: Spoken> ClientOf<Stub<P>> for StubClient<P> {
    fn place(&self) -> &Place<Stub<P>> {
        &self.place
    }

    fn from_place(place: Place<Stub<P>>) -> Self {
        Self { place }
    }
}

impl<P: Spoken> Clone for StubClient<P> {
    fn clone(&self) -> Self {
        Self { place: self.place.clone() }
    }
}

impl<P: Spoken> Deref for StubClient<P> {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.place.core()
    }
}

impl<P: Spoken> fmt::Debug for Stub<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("protocol", &P::NAME).finish_non_exhaustive()
    }
}

impl<P: Spoken> fmt::Debug for StubClient<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::private::debug_client(f, "StubClient", &self.place)
    }
}
