//! Starting servers under a key.

use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::claim::Claim;
use crate::current;
use crate::deadlock::Edge;
use crate::engine::Core as _;
use crate::error::{Cycle, StartError};
use crate::kind::{Protocol, Shared};
use crate::launch::Launch;
use crate::life::{Begun, Ended, Life};
use crate::protocol::{Speaks, speaking};
use crate::registry::record::live;
use crate::registry::tables::{Refusal, Tables};
use crate::registry::turns::Turn;
use crate::registry::{Registry, Unique};
use crate::spec::{Init, Spec};
use crate::supervise::{Restartable, StartChildError, SupervisorClient};
use crate::sync::Lock;
use crate::sync::atomic::{AtomicBool, Ordering};

/// A spec's claim to an entry.
struct Claimed<K, S: Protocol, V> {
    tables: Arc<Tables<K, S, V>>,
    key: K,
    value: V,
    /// Whether the last start was refused because of this very claim.
    refused: AtomicBool,
    /// Whether the one that has the key was there by then, with a state.
    replaced: AtomicBool,
    /// Whether its `init` was still running, and this is no first start.
    waits: AtomicBool,
    /// Of one who has a server started where there is none: kept until the key is claimed.
    turn: Option<Lock<Option<Turn<K>>>>,
}

impl<K, S, T, V> Claim<T> for Claimed<K, S, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
    T: Speaks<S>,
    V: Clone + Send + Sync + 'static,
{
    fn claim(&self, newcomer: &Arc<Life>) -> Result<(), Arc<Life>> {
        let record = self.tables.record(newcomer, self.key.clone(), self.value.clone());
        let claimed = match self.tables.enter(record) {
            Ok(()) => Ok(()),
            Err(Refusal::Taken(holder)) => Err(holder),
            // It ends before it begins: there is nobody to be entered.
            Err(Refusal::Gone) => Err(Arc::clone(newcomer)),
        };
        // One start is made at a time, by whoever reads this.
        self.refused.store(claimed.is_err(), Ordering::Relaxed);
        let turn = self.turn.as_ref().and_then(|turn| turn.lock().take());
        let is_first = turn.is_some();
        drop(turn);
        let holder = claimed.as_ref().err().filter(|holder| holder.is_alive());
        let has_started = holder.map(|holder| holder.has_started());
        self.replaced.store(has_started == Some(true), Ordering::Relaxed);
        self.waits.store(has_started == Some(false) && !is_first, Ordering::Relaxed);
        claimed
    }

    fn open(&self, client: &Shared<T>) {
        self.tables.open(&T::widen(Arc::clone(client)));
    }

    fn has_given_way(&self) -> bool {
        self.turn.is_some() && self.replaced.load(Ordering::Relaxed)
    }

    fn may_give_way(&self) -> bool {
        self.turn.is_some() && self.waits.load(Ordering::Relaxed)
    }
}

impl<I: Init> Spec<I> {
    /// Enters the server in a registry, before its `init` runs; it is taken out when the server has ended.
    ///
    /// Where another has the key of a unique registry, `start` gives [`StartError::AlreadyStarted`], and `init` does not
    /// run. The start of a server waits where the one that has the key is about to end.
    ///
    /// The registry may be one of any servers that speak a protocol: a `Registry<K, StoreProtocol>`.
    pub fn register<K, P, M>(self, registry: &Registry<K, P, (), M>, key: K) -> Self
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        P: Protocol,
        I::Server: Speaks<P>,
    {
        self.register_with(registry, key, ())
    }

    /// Enters the server in a registry, as [`register`](Self::register) does, with a value.
    pub fn register_with<K, P, V, M>(mut self, registry: &Registry<K, P, V, M>, key: K, value: V) -> Self
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        P: Protocol,
        I::Server: Speaks<P>,
        V: Clone + Send + Sync + 'static,
    {
        self.init.claims().add(registry.claim(key, value, None));
        self
    }
}

impl<K, S, V, M> Registry<K, S, V, M>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
    V: Clone + Send + Sync + 'static,
{
    fn claim(&self, key: K, value: V, turn: Option<Turn<K>>) -> Arc<Claimed<K, S, V>> {
        let tables = Arc::clone(&self.tables);
        let turn = turn.map(|turn| Lock::new(Some(turn)));
        let [refused, replaced, waits] = [false; 3].map(AtomicBool::new);
        Arc::new(Claimed { tables, key, value, refused, replaced, waits, turn })
    }
}

/// Who has a key, for one who wants a server there.
enum Holder<S: Protocol> {
    Nobody,
    Server(S::Client),
    /// Its `init` runs, or its end does.
    Between(Arc<Life>),
}

impl<K, S> Registry<K, S, (), Unique>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
{
    /// Returns the server under a key, or has a supervisor start one there.
    ///
    /// Of any number who ask at the same time, one has it started, and the others wait until its `init` is done: there is one
    /// `init`, and all get the same server. Whoever had it started gets a client that
    /// follows it, as from [`start_child`](SupervisorClient::start_child); that of one who found it stays with this incarnation.
    ///
    /// One that its supervisor starts again is entered again. Where another has been started under the key meanwhile, as its supervisor waits
    /// before it starts it again, it gives way to that other when that has started: it is not started again, that attempt is not counted, and clients that
    /// follow it get [`NoProc`](crate::CallError::NoProc). It waits for the other's `init` no longer than its own start may take, and where something
    /// else that its spec claims is taken as well, it may be that which is said: such an attempt has failed like any other.
    ///
    /// # Errors
    ///
    /// The [`StartChildError`] of the start that this very caller has asked for;
    /// [`StartError::Deadlock`] within it for a handler that would wait for itself.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop what the supervisor has begun to start.
    ///
    /// # Examples
    ///
    /// ```
    /// use callcast::DynamicSupervisor;
    /// use callcast::prelude::*;
    ///
    /// struct Room { topic: String }
    ///
    /// #[agent]
    /// impl Room {
    ///     #[init]
    ///     fn new(topic: String) -> Self { Self { topic } }
    ///
    ///     #[call]
    ///     fn topic(&self) -> String { self.topic.clone() }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let supervisor = DynamicSupervisor::new().start().await?;
    /// let rooms: Registry<&str, Room> = Registry::unique();
    /// let room = rooms.get_or_start(&supervisor, "rust", || Room::spec("Rust".to_owned())).await?;
    /// assert_eq!(room.topic().await?, "Rust");
    /// let again = rooms.get_or_start(&supervisor, "rust", || Room::spec("never".to_owned())).await?;
    /// assert_eq!(again.id(), room.id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_or_start<'a, I>(
        &self,
        supervisor: &'a SupervisorClient,
        key: K,
        mut spec: impl FnMut() -> Spec<I> + Send + 'a,
    ) -> impl Future<Output = Result<S::Client, StartChildError<I::Error>>> + Send + 'a
    where
        I: Restartable<Server: Speaks<S>, Started = <<I as Init>::Server as Protocol>::Client>,
        <I::Server as Protocol>::Client: Send,
        S::Client: Send,
    {
        let start = move |claim: Arc<Claimed<K, S, ()>>| {
            let mut spec = spec();
            spec.init.claims().add(claim);
            let started = supervisor.start_child(spec);
            async move { started.await.map(|client| speaking::<I::Server, S>(&client)) }
        };
        self.clone().found_or_started(key, (), start)
    }

    /// Returns the server under a key, or starts one there that has no supervisor.
    ///
    /// Of any number who ask at the same time, one starts the server, and the others wait until its `init` is done: there
    /// is one `init`, and all get the same server. Where that fails, its starter gets the error, and the next tries. Where a
    /// server is about to end, the next is started when it has.
    ///
    /// # Errors
    ///
    /// The [`StartError`] of the start that this very caller has made; [`StartError::Deadlock`] for a handler that would
    /// wait for itself.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends a server whose `init` it waits for, as dropping a [`Starting`](crate::Starting) does; one
    /// of those who wait starts the next.
    pub fn get_or_start_alone<'a, L>(
        &self,
        key: K,
        spec: impl FnMut() -> L + Send + 'a,
    ) -> GetOrStart<'a, S::Client, L::Error>
    where
        L: Launch<Server: Speaks<S>> + 'a,
    {
        self.get_or_start_alone_with(key, (), spec)
    }
}

impl<K, S, V> Registry<K, S, V, Unique>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    S: Protocol,
    V: Clone + Send + Sync + 'static,
{
    /// Returns the server under a key, or starts one there with a value, as
    /// [`get_or_start_alone`](Registry::get_or_start_alone) does.
    ///
    /// # Errors
    ///
    /// As for `get_or_start_alone`.
    pub fn get_or_start_alone_with<'a, L>(
        &self,
        key: K,
        value: V,
        spec: impl FnMut() -> L + Send + 'a,
    ) -> GetOrStart<'a, S::Client, L::Error>
    where
        L: Launch<Server: Speaks<S>> + 'a,
    {
        let mut spec = spec;
        let start = move |claim: Arc<Claimed<K, S, V>>| launch::<L, S>(spec(), claim);
        GetOrStart { future: Box::pin(self.clone().found_or_started(key, value, start)) }
    }

    async fn found_or_started<E: Refused, F>(
        self,
        key: K,
        value: V,
        mut start: impl FnMut(Arc<Claimed<K, S, V>>) -> F,
    ) -> Result<S::Client, E>
    where
        F: Future<Output = Result<S::Client, E>> + Send,
    {
        let (mut turn, mut late) = (None, None);
        loop {
            // What may never wait lets others run all the same.
            poll_fn(current::pay).await;
            let between = match self.holder(&key) {
                Holder::Server(client) => return Ok(client),
                Holder::Between(life) => Some(life),
                Holder::Nobody => None,
            };
            if let Some(life) = between {
                turn = None;
                settled(&life).await.map_err(E::deadlock)?;
                continue;
            }
            // Whose turn it was may have had one started meanwhile: so it is looked again.
            let Some(mine) = turn.take() else {
                match self.tables.turns.begin(key.clone(), late.take().as_ref()) {
                    Ok(mine) => turn = Some(mine),
                    Err(theirs) => late = (!theirs.is_over().await).then_some(theirs),
                }
                continue;
            };
            let claim = self.claim(key.clone(), value.clone(), Some(mine));
            match start(Arc::clone(&claim)).await {
                // Another was first.
                Err(error) if error.is_taken() && claim.refused.load(Ordering::Relaxed) => {}
                started => return started,
            }
        }
    }

    fn holder(&self, key: &K) -> Holder<S> {
        let Some(row) = self.tables.first(key) else { return Holder::Nobody };
        if row.is_vacant() {
            return Holder::Nobody;
        }
        // An agent is entered, or its entry opened, when it has a state; a server's `init` may run behind an open entry.
        let found = row.upgrade().filter(|found| !found.core.needs_runtime() || row.life.has_started());
        match found.and_then(live::<S>) {
            Some(client) => Holder::Server(client),
            None => Holder::Between(Arc::clone(&row.life)),
        }
    }
}

/// Why a start has failed, for one who may find the server that another has started.
trait Refused {
    fn is_taken(&self) -> bool;

    fn deadlock(cycle: Cycle) -> Self;
}

impl<E> Refused for StartError<E> {
    fn is_taken(&self) -> bool {
        matches!(self, Self::AlreadyStarted(_))
    }

    fn deadlock(cycle: Cycle) -> Self {
        Self::Deadlock(cycle)
    }
}

impl<E> Refused for StartChildError<E> {
    fn is_taken(&self) -> bool {
        matches!(self, Self::Start(error) if error.is_taken())
    }

    fn deadlock(cycle: Cycle) -> Self {
        Self::Start(StartError::Deadlock(cycle))
    }
}

/// The server under a key, found or started: see [`Registry::get_or_start_alone`].
#[must_use = "nothing is looked up or started before this is polled"]
pub struct GetOrStart<'a, T, E> {
    // Without a name that leads back to `init`'s types, as for a `Starting`.
    future: Pin<Box<dyn Future<Output = Result<T, StartError<E>>> + Send + 'a>>,
}

impl<T, E> Future for GetOrStart<'_, T, E> {
    type Output = Result<T, StartError<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.future.as_mut().poll(cx)
    }
}

impl<T, E> fmt::Debug for GetOrStart<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetOrStart").finish_non_exhaustive()
    }
}

/// Starts a server with one more claim.
fn launch<L: Launch<Server: Speaks<P>>, P: Protocol>(
    mut spec: L,
    claim: Arc<dyn Claim<L::Server>>,
) -> impl Future<Output = Result<P::Client, StartError<L::Error>>> + Send {
    spec.claims().add(claim);
    let started = spec.launch();
    async move { started.await.map(|client| speaking::<L::Server, P>(&client)) }
}

/// Waits until a server's `init` is done, or the server has ended.
async fn settled(life: &Arc<Life>) -> Result<(), Cycle> {
    let edge = match current::activity() {
        Some(activity) => Some(Edge::new(&activity, life.id(), life.name())?),
        None => None,
    };
    if life.is_alive() && !life.has_started() {
        let mut begun = Begun::new(Arc::clone(life));
        poll_fn(|cx| begun.poll(cx)).await;
    } else if !life.is_alive() {
        let mut ended = Ended::new(Arc::clone(life));
        poll_fn(|cx| ended.poll(cx)).await;
    } else {
        // An agent that has a state and cannot be called yet: its starter is about to say that it can.
        look_again().await;
    }
    drop(edge);
    Ok(())
}

/// Has this task polled again, behind whatever else is ready to run.
async fn look_again() {
    let mut looked = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut looked, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
