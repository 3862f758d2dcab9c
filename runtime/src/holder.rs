//! `Agent<T>`: state that deserves no type of its own.

use std::fmt;
use std::ops::Deref;

use crate::access::With;
use crate::agent::AgentEngine;
use crate::call::Call;
use crate::cast::Cast;
use crate::changes::{Changes, Snapshots, WaitUntil};
use crate::client::{Client, ClientOf};
use crate::exit::Fault;
use crate::kind::{AgentKind, GenServer, Message, Protocol, StateHolder};
use crate::op::{CallOp, CastOp};
use crate::place::Place;
use crate::spec::{AgentSpec, agent_spec};

/// The server type of an [`Agent`]: for a [`Name`](crate::Name) or a [`Registry`](crate::Registry) of such agents.
#[derive(Debug)]
pub struct Holder<T>(T);

/// A closure on its way to an [`Agent`].
pub struct Access<T> {
    name: &'static str,
    run: Box<dyn FnOnce(&mut T) + Send>,
}

#[cfg(all(test, any(callcast_loom, callcast_shuttle)))]
impl<T: Copy> Holder<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    pub(crate) const fn value(&self) -> T {
        self.0
    }
}

impl<T> Message for Access<T> {
    fn name(&self) -> &'static str {
        self.name
    }
}

impl<T> fmt::Debug for Access<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl<T: Send + 'static> GenServer for Holder<T> {}

impl<T: Send + 'static> Protocol for Holder<T> {
    type Call = Access<T>;
    type Cast = Access<T>;
    type Request = Access<T>;
    type Client = Agent<T>;
    type Kind = AgentKind;

    const NAME: &'static str = "Agent";
}

// Nobody who is told that his type is no agent is helped by being told of this one.
#[diagnostic::do_not_recommend]
impl<T: Send + 'static> StateHolder for Holder<T> {
    fn handle_request(&mut self, request: Access<T>) {
        (request.run)(&mut self.0);
    }

    fn handle_cast(&mut self, cast: Access<T>) -> Result<(), Fault> {
        (cast.run)(&mut self.0);
        Ok(())
    }
}

/// A ready-made agent: a value behind messages, which are closures. It is its own client, cheap to clone.
///
/// A closure borrows nothing, since another caller may run it, and it may not call other agents or servers. A closure
/// that panics ends the agent, as it may have left the value half changed.
///
/// # Examples
///
/// ```
/// use callcast::Agent;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let hits = Agent::new(0);
/// hits.update(|n| *n += 1).await?;
/// assert_eq!(hits.get(|n| *n).await?, 1);
/// assert_eq!(hits.get_and_update(|n| std::mem::replace(n, 7)).wait()?, 1);
/// hits.cast(|n| *n = 0).await?;
/// assert_eq!(hits.get(|n| *n).await?, 0);
/// # Ok(())
/// # }
/// ```
pub struct Agent<T: Send + 'static> {
    place: Place<Holder<T>>,
}

/// The spec of an [`Agent`].
pub type HolderSpec<T> = AgentSpec<Holder<T>, (T,), Holder<T>>;

type Reading<'a, T, F, R> = Call<'a, Holder<T>, (F,), R>;

impl<T: Send + 'static> Agent<T> {
    /// Starts an agent with this value; it needs no runtime.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { place: Place::new(AgentEngine::create(Holder(value))) }
    }

    /// Returns a spec, for an agent that is to have a name, a label or a key.
    ///
    /// # Examples
    ///
    /// ```
    /// use callcast::{Agent, Holder, Name};
    ///
    /// static HITS: Name<Holder<u64>> = Name::new("hits");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// Agent::spec(0).name(&HITS).start()?;
    /// HITS.client().update(|n| *n += 1).await?;
    /// assert_eq!(HITS.client().get(|n| *n).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn spec(value: T) -> HolderSpec<T> {
        agent_spec((value,), |(value,)| Holder(value))
    }

    /// Reads the value.
    pub fn get<R, F>(&self, read: F) -> Reading<'_, T, F, R>
    where
        R: Send + 'static,
        F: FnOnce(&T) -> R + Send + 'static,
    {
        self.place.call(
            const {
                &CallOp::new("get", |(read,): (F,), reply| Access {
                    name: "get",
                    run: Box::new(move |value| reply.send(read(value))),
                })
                .run(|holder: &mut Holder<T>, (read,)| read(&holder.0))
            },
            (read,),
        )
    }

    /// Changes the value.
    pub fn update<F>(&self, update: F) -> Reading<'_, T, F, ()>
    where
        F: FnOnce(&mut T) + Send + 'static,
    {
        self.get_and_update(update)
    }

    /// Changes the value, and returns what the closure does.
    pub fn get_and_update<R, F>(&self, update: F) -> Reading<'_, T, F, R>
    where
        R: Send + 'static,
        F: FnOnce(&mut T) -> R + Send + 'static,
    {
        self.place.call(
            const {
                &CallOp::new("update", |(update,): (F,), reply| Access {
                    name: "update",
                    run: Box::new(move |value| reply.send(update(value))),
                })
                .run(|holder: &mut Holder<T>, (update,)| update(&mut holder.0))
                .mutates()
            },
            (update,),
        )
    }

    /// Changes the value, in its turn; nobody waits for it.
    pub fn cast<F>(&self, update: F) -> Cast<'_, Holder<T>, (F,)>
    where
        F: FnOnce(&mut T) + Send + 'static,
    {
        self.place.cast(
            const {
                &CastOp::new("cast", |(update,): (F,)| Access { name: "cast", run: Box::new(update) })
                    .run(|holder: &mut Holder<T>, (update,)| {
                        update(&mut holder.0);
                        Ok(())
                    })
                    .mutates()
            },
            (update,),
        )
    }

    /// A stream that yields when the value may have changed; see [`ClientOf::watch`].
    pub fn watch(&self) -> Changes {
        ClientOf::watch(self)
    }

    /// Reads the value in place: as [`get`](Self::get), but a panic of the closure comes back to this caller, and the
    /// agent lives.
    pub fn with<R, F>(&self, read: F) -> With<'_, Holder<T>, impl FnOnce(&Holder<T>) -> R + Send + 'static, R>
    where
        R: Send + 'static,
        F: FnOnce(&T) -> R + Send + 'static,
    {
        With::new(&self.place, move |holder: &Holder<T>| read(&holder.0))
    }

    /// Waits until the value is as the closure asks; there is no limit of time unless [`WaitUntil::timeout`] sets one.
    pub fn wait_until<F>(&self, mut condition: F) -> WaitUntil<Holder<T>>
    where
        F: FnMut(&T) -> bool + Send + 'static,
    {
        WaitUntil::new(self.place.clone(), move |holder| condition(&holder.0))
    }

    /// A stream of clones of the value, the first at once and then one after each change; several may come as one.
    pub fn watch_state(&self) -> Snapshots<Holder<T>, T>
    where
        T: Clone,
    {
        Snapshots::new(self.place.clone(), self.watch(), |holder| holder.0.clone())
    }
}

impl<T: Send + 'static> Clone for Agent<T> {
    fn clone(&self) -> Self {
        Self { place: self.place.clone() }
    }
}

impl<T: Send + 'static> Deref for Agent<T> {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.place.core()
    }
}

impl<T: Send + 'static> ClientOf<Holder<T>> for Agent<T> {
    fn place(&self) -> &Place<Holder<T>> {
        &self.place
    }

    fn from_place(place: Place<Holder<T>>) -> Self {
        Self { place }
    }
}

impl<T: Send + 'static> fmt::Debug for Agent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::private::debug_client(f, "Agent", &self.place)
    }
}
