//! `PartitionSupervisor`: as many servers of one kind as there are parts of a job, found by key.

use std::fmt;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::claim::Claims;
use crate::client::{Client, ClientOf as _};
use crate::error::{CallError, StartError};
use crate::kind::{EngineOf, GenServer, Protocol};
use crate::place::Place;
use crate::spec::{Init, Spec};
use crate::supervise::again::{Begin, Beginning, Beginnings, Restartable};
use crate::supervise::error::{ChildError, SupervisorError};
use crate::supervise::into_child::IntoChild;
use crate::supervise::plan::{SupervisorInit, SupervisorSpec};
use crate::supervise::post::Post;
use crate::supervise::spec::numbered;
use crate::supervise::supervisor::{Supervisor, SupervisorClient};
use crate::sync::atomic::{AtomicUsize, Ordering};

/// A supervisor of several servers of one kind, each for a part of the keys.
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
/// use callcast::PartitionSupervisor;
/// use callcast::prelude::*;
///
/// #[derive(Default)]
/// struct Shard { values: HashMap<String, u64> }
///
/// #[agent]
/// impl Shard {
///     #[init]
///     fn new(_number: usize) -> Self { Self::default() }
///
///     #[call]
///     fn add(&mut self, key: String, n: u64) -> u64 {
///         let value = self.values.entry(key).or_default();
///         *value += n;
///         *value
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let shards = PartitionSupervisor::new(4, |number| Shard::spec(number)).start().await?;
/// shards.get("a").add("a".to_owned(), 1).await?;
/// assert_eq!(shards.get("a").add("a".to_owned(), 1).await?, 2);
/// # Ok(())
/// # }
/// ```
pub struct PartitionSupervisor<S: GenServer> {
    spec: SupervisorSpec,
    partitions: Partitions<S>,
}

/// The parts of a [`PartitionSupervisor`]: where the server for a key is found. A clone is another way to the same ones.
pub struct Partitions<S: GenServer> {
    parts: Arc<Parts<S>>,
    supervisor: SupervisorClient,
}

struct Parts<S: GenServer> {
    posts: Vec<Arc<Client<Post<S>>>>,
    /// How many of them are in use.
    used: AtomicUsize,
    /// How many of them are started: not fewer, while their number grows.
    wanted: Arc<AtomicUsize>,
    hasher: RandomState,
}

impl<S: GenServer> PartitionSupervisor<S> {
    /// As many servers as this.
    ///
    /// `spec` is asked for each, by its number, at each of its starts, and once before for what it says to the supervisor:
    /// its backoff, its shutdown.
    ///
    /// # Panics
    ///
    /// Where `size` is 0: no key would have a server.
    pub fn new<I, F>(size: usize, spec: F) -> Self
    where
        I: Begin<Server = S>,
        F: Fn(usize) -> Spec<I> + Send + Sync + 'static,
    {
        assert!(size > 0, "a partition supervisor needs a partition");
        let (spec, mut posts) = (Arc::new(spec), Vec::with_capacity(size));
        let mut supervisor = Supervisor::one_for_one().id("PartitionSupervisor");
        let wanted = Arc::new(AtomicUsize::new(size));
        for number in 0..size {
            let Spec { init, terms } = numbered(&spec, number);
            let mut init = Part { init, number, wanted: Arc::clone(&wanted) };
            posts.push(Arc::clone(init.claims().post()));
            supervisor = supervisor.child(Spec { init, terms });
        }
        let parts = Parts { posts, used: AtomicUsize::new(size), wanted, hasher: RandomState::new() };
        let partitions = Partitions { parts: Arc::new(parts), supervisor: supervisor.client() };
        Self { spec: supervisor, partitions }
    }

    /// As many servers as the runtime has threads, or the machine processors where there is no runtime.
    pub fn per_thread<I, F>(spec: F) -> Self
    where
        I: Begin<Server = S>,
        F: Fn(usize) -> Spec<I> + Send + Sync + 'static,
    {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads =
            Handle::try_current().map_or_else(|_| processors(), |runtime| runtime.metrics().num_workers());
        Self::new(threads.max(1), spec)
    }

    /// Says more of the supervisor: its id, its name, its intensity, its shutdown.
    #[must_use]
    pub fn supervisor(mut self, say: impl FnOnce(SupervisorSpec) -> SupervisorSpec) -> Self {
        self.spec = say(self.spec);
        self
    }

    /// Returns the parts. They can be had before the start; calls give
    /// [`NoProc`](crate::CallError::NoProc) until then.
    #[must_use]
    pub fn partitions(&self) -> Partitions<S> {
        self.partitions.clone()
    }

    /// Starts it by itself, under no supervisor.
    ///
    /// # Errors
    ///
    /// As for [`SupervisorSpec::start`].
    pub async fn start(self) -> Result<Partitions<S>, StartError<SupervisorError>> {
        let Self { spec, partitions } = self;
        spec.start().await?;
        Ok(partitions)
    }
}

impl<S: GenServer> IntoChild for PartitionSupervisor<S> {
    type Init = SupervisorInit;

    fn into_child(self) -> SupervisorSpec {
        self.spec
    }
}

impl<S: GenServer> Partitions<S> {
    /// Returns a client of the server that a key belongs to; it follows that server through restarts.
    pub fn get<K: Hash + ?Sized>(&self, key: &K) -> S::Client {
        let hash = self.parts.hasher.hash_one(key);
        // The remainder is less than the number of parts, whatever is cut off.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        self.at(hash as usize)
    }

    /// Returns a client of the server of this number; numbers go round.
    ///
    /// Where [`resize`](Self::resize) has left none, its calls give [`NoProc`](crate::CallError::NoProc).
    #[must_use]
    pub fn at(&self, number: usize) -> S::Client {
        let post = &self.parts.posts[number % self.len().max(1)];
        S::Client::from_place(Place::routed(Arc::<Client<Post<S>>>::clone(post)))
    }

    /// Returns how many of them are in use.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.used.load(Ordering::Acquire)
    }

    /// Says whether none is in use.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the client of the supervisor.
    #[must_use]
    pub const fn supervisor(&self) -> &SupervisorClient {
        &self.supervisor
    }

    /// Uses the first so many of them from now on, no more than there were at the start: starts those that are missing,
    /// stops the others, and returns how many were in use before.
    ///
    /// Keys belong to other servers then; what these hold is not carried over. So many there are also when the supervisor
    /// has been started again. One who resizes at a time.
    ///
    /// # Errors
    ///
    /// A [`CallError`] of the supervisor's; [`ChildError::NotFound`] where there are not so many,
    /// [`ChildError::NotStarted`] where one does not start: as many are in use as before then. Where some are to be stopped and the error is another
    /// than [`NoProc`](CallError::NoProc), those are out of use all the same, and the next resize stops what is left of them: so it is where one does
    /// not end in the time that a handler's caller has given.
    ///
    /// # Cancel safety
    ///
    /// A resize that is given up midway leaves servers that nobody uses, or none where one is in use. The next one sees to that.
    pub async fn resize(&self, size: usize) -> Result<usize, CallError<ChildError>> {
        if size > self.parts.posts.len() {
            return Err(CallError::Handler(ChildError::NotFound));
        }
        let before = self.len();
        if size > before {
            self.grow(before, size).await?;
        } else {
            self.shrink(size).await?;
        }
        Ok(before)
    }

    /// Starts those that are missing, and uses them when all of them run.
    async fn grow(&self, before: usize, size: usize) -> Result<(), CallError<ChildError>> {
        self.parts.wanted.store(size, Ordering::Release);
        for number in before..size {
            if let Err(error) = self.start_anew(number).await {
                self.parts.wanted.store(before, Ordering::Release);
                self.stop_from(before).await?;
                return Err(error);
            }
        }
        self.parts.used.store(size, Ordering::Release);
        // Those that an earlier resize has left, as it was given up.
        self.stop_from(size).await
    }

    /// Starts one that is not in use. Where an earlier resize was given up it may run, or be about to end: it is stopped first.
    async fn start_anew(&self, number: usize) -> Result<(), CallError<ChildError>> {
        self.supervisor.terminate_child(number.to_string()).await?;
        self.supervisor.restart_child(number.to_string()).await
    }

    /// Uses none of those that are too many any more, and stops them.
    async fn shrink(&self, size: usize) -> Result<(), CallError<ChildError>> {
        let before = self.parts.used.swap(size, Ordering::AcqRel);
        self.parts.wanted.store(size, Ordering::Release);
        let stopped = self.stop_from(size).await;
        if stopped == Err(CallError::NoProc) {
            // None of them is there, nor whoever was to stop them: as many are started when that one is.
            self.parts.used.store(before, Ordering::Release);
            self.parts.wanted.store(before, Ordering::Release);
        }
        stopped
    }

    /// Stops all from this one on, the last first; those that are down already are no error.
    async fn stop_from(&self, first: usize) -> Result<(), CallError<ChildError>> {
        for number in (first..self.parts.posts.len()).rev() {
            self.supervisor.terminate_child(number.to_string()).await?;
        }
        Ok(())
    }
}

/// One of the parts: it is started while it is wanted, also when its supervisor is started again.
struct Part<I> {
    init: I,
    number: usize,
    wanted: Arc<AtomicUsize>,
}

impl<I: Init> Init for Part<I> {
    type Server = I::Server;

    fn claims(&mut self) -> &mut Claims<I::Server> {
        self.init.claims()
    }
}

impl<I: Restartable> Restartable for Part<I> {
    type Error = I::Error;
    type Started = I::Started;

    fn attempt(
        &mut self,
        client: Arc<Client<EngineOf<I::Server>>>,
        start: Beginnings,
    ) -> Beginning<I::Error> {
        if self.number < self.wanted.load(Ordering::Acquire) {
            self.init.attempt(client, start)
        } else {
            Box::pin(std::future::ready(Ok(false)))
        }
    }

    fn again(&self) -> Option<Self> {
        Some(Self { init: self.init.again()?, number: self.number, wanted: Arc::clone(&self.wanted) })
    }

    fn started(client: <I::Server as Protocol>::Client) -> I::Started {
        I::started(client)
    }

    fn ignored() -> Option<I::Started> {
        I::ignored()
    }
}

impl<S: GenServer> Clone for Partitions<S> {
    fn clone(&self) -> Self {
        Self { parts: Arc::clone(&self.parts), supervisor: self.supervisor.clone() }
    }
}

impl<S: GenServer> fmt::Debug for Partitions<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partitions")
            .field("server", &S::NAME)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl<S: GenServer> fmt::Debug for PartitionSupervisor<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartitionSupervisor").field("partitions", &self.partitions).finish_non_exhaustive()
    }
}
