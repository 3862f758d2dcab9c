//! What all clients share: identity, liveness, the end.

use std::fmt;
use std::sync::Arc;

use crate::access::With;
use crate::changes::{Changes, Snapshots, WaitUntil};
use crate::engine::{Core, Spot};
use crate::exit::ExitReason;
use crate::id::ServerId;
use crate::kind::{Protocol, StateHolder};
use crate::monitor::Monitor;
use crate::place::{Place, WeakPlace};
use crate::protocol::Spoken;
use crate::stop::{Order, Stop};
use crate::stub::Stub;
use crate::sys::Sys;

/// What all clients share, whatever server they are a client of.
///
/// Each generated client derefs to it. A handler of the same name as one of these methods wins, and
/// `Client::stop(&counter)` reaches the shared one.
///
/// # Examples
///
/// ```
/// use callcast::Client;
/// use callcast::prelude::*;
///
/// struct Light { on: bool }
///
/// #[agent]
/// impl Light {
///     #[init]
///     fn new() -> Self { Self { on: false } }
///
///     /// A call of the same name as a shared method.
///     #[call]
///     fn stop(&mut self) -> bool { std::mem::replace(&mut self.on, false) }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let light = Light::start()?;
/// assert_eq!(light.stop().wait()?, false);   // the handler
/// Client::stop(&light).wait()?;              // the shared method: ends the agent
/// assert!(!light.is_alive());
/// # Ok(())
/// # }
/// ```
pub struct Client<C: ?Sized = dyn Spot> {
    pub(crate) core: C,
}

impl Client {
    /// Asks the server that is there now, if any.
    pub(crate) fn now<T>(&self, ask: impl FnOnce(&dyn Core) -> T) -> Option<T> {
        let (mut ask, mut answer) = (Some(ask), None);
        self.core.show(&mut |core| answer = ask.take().map(|ask| ask(core)));
        answer
    }

    /// Returns the id of the incarnation that is there now, if any.
    #[must_use]
    pub fn id(&self) -> Option<ServerId> {
        self.now(|core| core.is_alive().then(|| core.id())).flatten()
    }

    /// Says whether there is a server that takes messages.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.now(|core| core.is_alive()).unwrap_or_default()
    }

    /// Says how full the mailbox is, so that a caller can slow down before there is no room.
    #[must_use]
    pub fn load(&self) -> Load {
        self.now(|core| core.load()).unwrap_or(Load { queued: 0, capacity: 0 })
    }

    /// Counts the messages that were accepted and never handled: dropped by the overflow policy, or left when it ended.
    #[must_use]
    pub fn undelivered(&self) -> u64 {
        self.now(|core| core.life().undelivered()).unwrap_or_default()
    }

    /// How many messages have gone through the queue so far; the others ran where they were sent.
    #[doc(hidden)]
    #[must_use]
    pub fn enqueued(&self) -> u64 {
        self.now(|core| core.enqueued()).unwrap_or_default()
    }

    /// Stops the server when it has handled what was sent before, and waits for its end; `terminate` runs.
    ///
    /// There is no limit of time unless [`Stop::timeout`] sets one. A server that has ended by itself a moment before
    /// gives [`StopError::NoProc`](crate::StopError::NoProc), as in OTP; where that is as good, ignore it.
    pub fn stop(&self) -> Stop<'_> {
        self.stop_with(ExitReason::Normal)
    }

    /// Stops the server as [`stop`](Self::stop) does, with another reason than `Normal`.
    pub fn stop_with(&self, reason: ExitReason) -> Stop<'_> {
        Stop::new(self, Order::Stop(reason))
    }

    /// Ends the server at its next await point (an agent at the end of its handler), without `terminate`, and waits for
    /// its end. It goes ahead of all messages, and is carried out also where awaiting it is refused; [`Stop::wait`] that is refused kills
    /// nobody.
    pub fn kill(&self) -> Stop<'_> {
        Stop::new(self, Order::Kill)
    }

    /// Waits for the end of the incarnation that is there now, without asking for it.
    ///
    /// The [`Monitor`] gives a [`Down`](crate::Down) when everything of the server is gone; at once, with
    /// [`ExitReason::NoProc`], where it is gone already. There is no limit of time. In a server,
    /// [`Context::monitor`](crate::Context::monitor) has its `#[down]` handler told instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use callcast::{Agent, ExitReason};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let hits = Agent::new(0);
    /// let monitor = hits.monitor();
    /// hits.stop_with(ExitReason::Shutdown).await?;
    /// assert_eq!(monitor.await.reason, ExitReason::Shutdown);
    /// assert_eq!(hits.monitor().await.reason, ExitReason::NoProc);
    /// # Ok(())
    /// # }
    /// ```
    pub fn monitor(&self) -> Monitor {
        Monitor::new(self.now(|core| Arc::clone(core.life())))
    }

    /// Says whether both are clients of the same place. A client is no value: it has no equality of its own.
    #[must_use]
    pub fn same_place(&self, other: &Self) -> bool {
        std::ptr::eq(self.core.address(), other.core.address())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("server", &self.core.name())
            .field("id", &self.now(|core| core.id()))
            .finish_non_exhaustive()
    }
}

/// How full a mailbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Load {
    /// Messages that wait to be handled, those that wait for room among them.
    pub queued: usize,
    /// Messages that the mailbox holds; 0 where a name led to nobody.
    pub capacity: usize,
}

impl Load {
    /// Says whether the next message would have to wait for room: not where there is nobody to wait for.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.capacity != 0 && self.queued >= self.capacity
    }
}

/// A client of a server of type `S`: what its type gives it beyond [`Client`].
///
/// Each generated client implements it; the prelude brings it into scope. Agents' clients have more methods than
/// servers', which say so where they are called on a server's.
///
/// # Examples
///
/// ```
/// use callcast::Agent;
/// use callcast::prelude::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let names = Agent::new(vec!["Ada", "Grace"]);
/// assert_eq!(names.with(|names| names.len()).wait()?, 2);
/// names.wait_until(|names| names.contains(&"Ada")).wait()?;
///
/// let weak = names.downgrade();
/// drop(names);                      // the last client: the agent goes with it
/// assert!(weak.upgrade().is_none());
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not a client of `{S}`")]
pub trait ClientOf<S: Protocol>: Clone + 'static {
    #[doc(hidden)]
    fn place(&self) -> &Place<S>;

    #[doc(hidden)]
    fn from_place(place: Place<S>) -> Self;

    /// Starts an agent whose calls are answered by a function, and returns a client of it: for tests. Casts are dropped.
    ///
    /// Messages come to the function one at a time and in order, as to any agent; no runtime is needed. A reply that it keeps may
    /// be sent later; one that it drops is a [`NoReply`](crate::CallError::NoReply); a function that panics ends the agent.
    ///
    /// # Examples
    ///
    /// ```
    /// use callcast::prelude::*;
    ///
    /// #[protocol]
    /// pub trait Store {
    ///     #[call]
    ///     fn get(&self, key: String) -> Option<u32>;
    ///
    ///     #[call]
    ///     fn put(&mut self, key: String, value: u32);
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let store = StoreClient::stub(|request| match request {
    ///     StoreRequest::Get { key, reply } => reply.send((key == "a").then_some(7)),
    ///     StoreRequest::Put { reply, .. } => drop(reply),   // never answered
    /// });
    /// assert_eq!(store.get("a".into()).wait()?, Some(7));
    /// assert_eq!(store.put("a".into(), 8).wait(), Err(CallError::NoReply));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    fn stub<F>(answer: F) -> Self
    where
        S: Spoken,
        F: FnMut(S::Request) + Send + 'static,
    {
        Self::stub_with(answer, drop)
    }

    /// Starts a stub, as [`stub`](Self::stub) does, with another function that gets the casts.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use callcast::prelude::*;
    ///
    /// #[protocol]
    /// pub trait Store {
    ///     #[call]
    ///     fn len(&self) -> usize;
    ///
    ///     #[cast]
    ///     fn forget(&mut self, key: String);
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (forgotten, keys) = mpsc::channel();
    /// let store = StoreClient::stub_with(
    ///     |StoreRequest::Len { reply }| reply.send(3),
    ///     move |StoreCast::Forget { key }| drop(forgotten.send(key)),
    /// );
    /// store.forget("a".into()).wait()?;
    /// assert_eq!(store.len().wait()?, 3);
    /// assert_eq!(keys.try_recv()?, "a");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    fn stub_with<F, G>(answer: F, told: G) -> Self
    where
        S: Spoken,
        F: FnMut(S::Request) + Send + 'static,
        G: FnMut(S::Cast) + Send + 'static,
    {
        Self::from_place(Place::widened(&Stub::start(answer, told)))
    }

    /// Returns a client that keeps nothing alive.
    #[must_use]
    fn downgrade(&self) -> WeakClient<S> {
        WeakClient { place: self.place().downgrade() }
    }

    /// Returns a client that gets [`NoProc`](crate::CallError::NoProc) at once while a supervisor starts the server again,
    /// instead of waiting for that.
    #[must_use]
    fn fail_fast(&self) -> Self {
        Self::from_place(self.place().hasty())
    }

    /// Returns a client that stays with the incarnation that is there now, where there is one.
    ///
    /// One that has been given by a supervisor or a name follows it to the next otherwise.
    #[must_use]
    fn pinned(&self) -> Option<Self> {
        self.place().pinned().map(Self::from_place)
    }

    /// Returns what looks into the server while it runs: for people who debug, and for tools.
    fn sys(&self) -> Sys<'_, S> {
        Sys::new(self.place())
    }

    /// Reads an agent's state in place.
    ///
    /// Another caller may run the closure, so it borrows nothing. A panic in it comes back to this caller, and the agent
    /// lives.
    fn with<R, F>(&self, read: F) -> With<'_, S, F, R>
    where
        S: StateHolder,
        R: Send + 'static,
        F: FnOnce(&S) -> R + Send + 'static,
    {
        With::new(self.place(), read)
    }

    /// Returns a stream that yields when a `&mut self` handler of an agent has run.
    ///
    /// Several changes may come as one. It never delays the agent, does not keep it alive, and ends with it.
    fn watch(&self) -> Changes
    where
        S: StateHolder,
    {
        Changes::of(self.place())
    }

    /// Returns a stream like that of [`watch`](Self::watch), with a clone of the state each time, the first at once.
    ///
    /// It keeps the agent alive, as any client does.
    fn watch_state(&self) -> Snapshots<S>
    where
        S: StateHolder + Clone,
    {
        let place = self.place().pinned().unwrap_or_else(|| self.place().clone());
        let changes = Changes::of(&place);
        Snapshots::new(place, changes, S::clone)
    }

    /// Waits until an agent's state is as the closure asks; there is no limit of time unless
    /// [`WaitUntil::timeout`] sets one.
    fn wait_until<F>(&self, condition: F) -> WaitUntil<S>
    where
        S: StateHolder,
        F: FnMut(&S) -> bool + Send + 'static,
    {
        WaitUntil::new(self.place().clone(), condition)
    }
}

/// A client that keeps nothing alive, and that must be upgraded to be used.
///
/// Agents that hold clients of each other keep each other alive, as `Arc`s do, and so do servers with `stop_when_unused`:
/// in a circle, one of them holds a `WeakClient`. [`observe`](fn@crate::observe) lists who is alive.
pub struct WeakClient<S: Protocol> {
    place: WeakPlace<S>,
}

impl<S: Protocol> WeakClient<S> {
    /// Returns a client, where the server is still there.
    #[must_use]
    pub fn upgrade(&self) -> Option<S::Client> {
        let place = self.place.upgrade()?;
        place.core().is_alive().then(|| S::Client::from_place(place))
    }
}

impl<S: Protocol> Clone for WeakClient<S> {
    fn clone(&self) -> Self {
        Self { place: self.place.clone() }
    }
}

impl<S: Protocol> fmt::Debug for WeakClient<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakClient").field("server", &S::NAME).finish_non_exhaustive()
    }
}
