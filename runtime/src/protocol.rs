//! Protocols: messages that any server may speak, and how they reach it.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;

use crate::client::{Client, ClientOf as _};
use crate::current::CASTS_A_UNIT;
use crate::engine::{Core, Engine, Host, Ran, RuntimeId, When};
use crate::exit::{ExitReason, Fault};
use crate::handler::BoxFuture;
use crate::kind::{BackgroundTask, ContextOf, GenServer, Kind, Nothing, Protocol, Shared, StateHolder};
use crate::life::Life;
use crate::op::{CallOp, CastOp};
use crate::place::Place;
use crate::reply::Caller;
use crate::sys::Access;
use crate::waiting::Limit;

/// A server or an agent that takes the messages of a protocol: its own, or one of `protocols(…)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not speak `{P}`",
    label = "takes other messages",
    note = "name the trait of `{P}` in the attribute of `impl {Self}`, the block that has `#[init]`: `#[agent(protocols(…))]` or `#[server(protocols(…))]`",
    note = "the handlers of `{P}` stand in a block of their own, `impl … for {Self}`, with `#[agent]` or `#[server]` above it as well"
)]
pub trait Speaks<P: Protocol>: GenServer {
    #[doc(hidden)]
    fn request(request: P::Request) -> Self::Request;

    #[doc(hidden)]
    fn cast(cast: P::Cast) -> Self::Cast;

    #[doc(hidden)]
    fn widen(client: Shared<Self>) -> Shared<P>;

    /// The same place, for whoever speaks only this protocol.
    #[doc(hidden)]
    #[must_use]
    fn speaking(place: &Place<Self>) -> Place<P> {
        Place::widened(place)
    }
}

/// Each speaks its own.
#[diagnostic::do_not_recommend]
impl<S: GenServer> Speaks<S> for S {
    fn request(request: S::Request) -> S::Request {
        request
    }

    fn cast(cast: S::Cast) -> S::Cast {
        cast
    }

    fn widen(client: Shared<S>) -> Shared<S> {
        client
    }

    fn speaking(place: &Place<S>) -> Place<S> {
        place.clone()
    }
}

/// A client of one of the protocols that a server speaks.
pub(crate) fn speaking<S: Speaks<P>, P: Protocol>(client: &S::Client) -> P::Client {
    P::Client::from_place(S::speaking(client.place()))
}

/// What `#[protocol]` writes for the type that stands for its trait.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no protocol",
    label = "no messages are made of its methods",
    note = "annotate the trait with `#[protocol]`"
)]
pub trait Spoken: Protocol<Kind = ProtocolKind, Request: Send, Cast: Send> {
    /// Whoever speaks it, as its clients share it.
    type Engine: ?Sized + Engine<Self>;
    /// The handlers of one that does.
    type Handlers<S: Handles<Self>>: Queued;

    fn spot(client: &Client<Self::Engine>) -> &Client;
    fn erase(client: Arc<Client<Self::Engine>>) -> Arc<Client<dyn Core>>;
    fn widen<E>(client: Arc<Client<E>>) -> Arc<Client<Self::Engine>>
    where
        E: Host<Server: Handles<Self>> + Engine<Self>;

    /// Who waits for the reply to a request.
    fn caller(request: &Self::Request) -> Option<&dyn Caller>;
    /// The request goes to another server, which owes the answer from then on.
    fn redirect(request: &mut Self::Request, to: &Arc<Life>);

    /// Runs the handler of a call, and replies, if the handler cannot wait; gives the message back if it can.
    fn handle_request_now<S: Handles<Self>>(
        server: &mut S,
        request: Self::Request,
        ctx: &mut ContextOf<S>,
    ) -> Result<(), Self::Request>;

    /// Runs the handler of a call, and replies.
    fn handle_request<'a, S: Handles<Self> + BackgroundTask>(
        server: &'a mut S,
        request: Self::Request,
        ctx: &'a mut ContextOf<S>,
    ) -> BoxFuture<'a, ()>;

    /// Runs the handler of a cast, if it cannot wait; gives the message back if it can.
    fn handle_cast_now<S: Handles<Self>>(
        server: &mut S,
        cast: Self::Cast,
        ctx: &mut ContextOf<S>,
    ) -> Result<Result<(), Fault>, Self::Cast>;

    /// Runs the handler of a cast.
    fn handle_cast<'a, S: Handles<Self> + BackgroundTask>(
        server: &'a mut S,
        cast: Self::Cast,
        ctx: &'a mut ContextOf<S>,
    ) -> BoxFuture<'a, Result<(), Fault>>;
}

/// The handlers of a protocol, as `#[agent] impl Store for Memory` gives them.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no handlers for `{P}`",
    label = "its handlers are missing",
    note = "write them in a block of their own, `impl … for {Self}`, with `#[agent]` or `#[server]` above it",
    note = "where there is such a block, it has no attribute yet: a plain impl of the trait handles no messages"
)]
pub trait Handles<P: Spoken>: Speaks<P> {
    /// Says that it is what the attribute on the block says, an agent or a server.
    const KIND: ();
    const HANDLERS: P::Handlers<Self>;
}

/// What `#[protocol]` has made of a trait `Store`, as the crate of the server `S` reaches it: by way of `dyn Store`, since only the trait
/// has a name there. Coherence knows what it says of an `S` of that crate, and of no other.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no protocol",
    label = "no messages are made of its methods",
    note = "annotate the trait with `#[protocol]`"
)]
pub trait ProtocolFor<S> {
    type Protocol: Spoken;
    type Client;
}

/// The protocol that was made of the trait of `T`, a `dyn Store`.
#[doc(hidden)]
pub type ProtocolOf<T, S> = <T as ProtocolFor<S>>::Protocol;

/// Handlers that are run by their messages only.
#[doc(hidden)]
pub trait Queued {
    const QUEUED: Self;
}

/// Those of a type that implements the trait of the protocol itself.
#[doc(hidden)]
pub trait OfTrait {
    const OF_TRAIT: Self;
}

/// Says that this is an agent.
#[doc(hidden)]
pub const fn is_agent<S: StateHolder>() {}

/// Says that this is a server.
#[doc(hidden)]
pub const fn is_server<S: BackgroundTask>() {}

/// Of whoever speaks a protocol.
#[doc(hidden)]
#[derive(Debug)]
pub enum ProtocolKind {}

impl<P: Spoken> Kind<P> for ProtocolKind {
    type Engine = P::Engine;
    type Frame = Nothing;
    type Context = ();

    // Whoever speaks it may be a server.
    const CASTS_A_UNIT: u32 = CASTS_A_UNIT;

    #[inline]
    fn call_now<A: 'static, R: Send + 'static>(
        engine: &P::Engine,
        op: &'static CallOp<P, A, R>,
        args: A,
        limit: &Limit,
    ) -> Ran<R, A> {
        match op.via {
            Some(via) => via(engine, args, limit, When::Now),
            None => Ran::Later(args),
        }
    }

    fn call_soon<A: 'static, R: Send + 'static>(
        engine: &P::Engine,
        op: &'static CallOp<P, A, R>,
        args: A,
        limit: &Limit,
    ) -> Ran<R, A> {
        match op.via {
            Some(via) => via(engine, args, limit, When::Soon),
            None => Ran::Later(args),
        }
    }

    #[inline]
    fn cast_now<A: 'static>(engine: &P::Engine, op: &'static CastOp<P, A>, args: A) -> Result<(), A> {
        match op.via {
            Some(via) => via(engine, args),
            None => Err(args),
        }
    }

    fn vacant(_life: Arc<Life>, _runtime: Option<RuntimeId>) -> Option<Arc<Client<P::Engine>>> {
        None
    }

    fn give_up(engine: &P::Engine, reason: ExitReason) {
        engine.request_end(reason);
    }

    fn access(_engine: &P::Engine, access: Access<P>) {
        drop(access);
    }

    fn spot(client: &Client<P::Engine>) -> &Client {
        P::spot(client)
    }

    fn erase(client: Arc<Client<P::Engine>>) -> Arc<Client<dyn Core>> {
        P::erase(client)
    }
}

/// Somebody asks a server of an unknown type for a client of a protocol.
#[doc(hidden)]
pub struct Ask<'a, S: GenServer> {
    place: &'a Place<S>,
    /// The type of the client that is wanted.
    wanted: TypeId,
    given: Option<Box<dyn Any>>,
}

impl<'a, S: GenServer> Ask<'a, S> {
    /// The client of that type, where the server speaks its protocol.
    pub(crate) fn ask(place: &'a Place<S>, wanted: TypeId) -> Option<Box<dyn Any>> {
        let mut ask = Self { place, wanted, given: None };
        ask.speaks::<S>();
        S::protocols(&mut ask);
        ask.given
    }

    /// It speaks this one.
    pub fn speaks<P: Protocol>(&mut self)
    where
        S: Speaks<P>,
    {
        if TypeId::of::<P::Client>() == self.wanted {
            self.given = Some(Box::new(P::Client::from_place(S::speaking(self.place))));
        }
    }
}

impl<S: GenServer> fmt::Debug for Ask<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("server", &S::NAME).finish_non_exhaustive()
    }
}
