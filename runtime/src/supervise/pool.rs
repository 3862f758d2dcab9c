//! `Pool`: several servers of one kind behind one client.

use std::fmt;
use std::sync::Arc;

use crate::client::{Client, ClientOf as _};
use crate::engine::{Core, Spot};
use crate::error::StartError;
use crate::kind::{EngineOf, GenServer};
use crate::place::{Found, Haste, Place, Route};
use crate::spec::{Init as _, Spec};
use crate::supervise::again::Begin;
use crate::supervise::error::SupervisorError;
use crate::supervise::into_child::IntoChild;
use crate::supervise::plan::{SupervisorInit, SupervisorSpec};
use crate::supervise::post::Post;
use crate::supervise::spec::numbered;
use crate::supervise::supervisor::{Supervisor, SupervisorClient};
use crate::sync::atomic::{AtomicUsize, Ordering};

/// Several servers of one kind behind one client: each message goes to one of them.
///
/// It is a supervisor, whose children are the members, and a child like any other. Its [`client`](Self::client) is an
/// ordinary client of the members' type. A member that is being started again is passed over, as long as another is there; where none is, calls
/// wait for one. What is asked of the client besides messages (`id`, `load`, `stop`, `monitor`) goes to the member that the next message would go to, and
/// takes no turn.
///
/// # Examples
///
/// ```
/// use callcast::Pool;
/// use callcast::prelude::*;
///
/// struct Connection { number: usize }
///
/// #[server]
/// impl Connection {
///     #[init]
///     fn open(number: usize) -> Self { Self { number } }
///
///     #[call]
///     fn number(&self) -> usize { self.number }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pool = Pool::round_robin(2, |number| Connection::spec(number));
/// let connection = pool.client();
/// pool.start().await?;
/// assert_ne!(connection.number().await?, connection.number().await?);
/// # Ok(())
/// # }
/// ```
pub struct Pool<S: GenServer> {
    spec: SupervisorSpec,
    ring: Arc<Client<Ring<S>>>,
}

/// How a pool chooses a member for a message.
#[derive(Clone, Copy)]
enum Choice {
    RoundRobin,
    LeastLoaded,
}

/// The members of a pool.
struct Ring<S: GenServer> {
    posts: Vec<Arc<Client<Post<S>>>>,
    next: AtomicUsize,
    choice: Choice,
}

impl<S: GenServer> Pool<S> {
    /// A pool whose members have their turns one after the other.
    ///
    /// `spec` is asked for each member, at each of its starts, and once before for what it says to the supervisor: its
    /// backoff, its shutdown.
    ///
    /// # Panics
    ///
    /// Where `size` is 0: there would be nobody to send anything to.
    pub fn round_robin<I, F>(size: usize, spec: F) -> Self
    where
        I: Begin<Server = S>,
        F: Fn(usize) -> Spec<I> + Send + Sync + 'static,
    {
        Self::of(size, spec, Choice::RoundRobin)
    }

    /// A pool that gives each message to the member with the fewest messages in its mailbox; `spec` is asked as
    /// for [`round_robin`](Self::round_robin).
    ///
    /// # Panics
    ///
    /// Where `size` is 0: there would be nobody to send anything to.
    pub fn least_loaded<I, F>(size: usize, spec: F) -> Self
    where
        I: Begin<Server = S>,
        F: Fn(usize) -> Spec<I> + Send + Sync + 'static,
    {
        Self::of(size, spec, Choice::LeastLoaded)
    }

    fn of<I, F>(size: usize, spec: F, choice: Choice) -> Self
    where
        I: Begin<Server = S>,
        F: Fn(usize) -> Spec<I> + Send + Sync + 'static,
    {
        assert!(size > 0, "a pool needs a member");
        let (spec, mut posts) = (Arc::new(spec), Vec::with_capacity(size));
        let mut supervisor = Supervisor::one_for_one().id("Pool");
        for number in 0..size {
            let mut member = numbered(&spec, number);
            posts.push(Arc::clone(member.init.claims().post()));
            supervisor = supervisor.child(member);
        }
        let ring = Ring { posts, next: AtomicUsize::new(0), choice };
        Self { spec: supervisor, ring: Arc::new(Client { core: ring }) }
    }

    /// Says more of the supervisor of the members: its id, its intensity, its shutdown.
    #[must_use]
    pub fn supervisor(mut self, say: impl FnOnce(SupervisorSpec) -> SupervisorSpec) -> Self {
        self.spec = say(self.spec);
        self
    }

    /// Returns the client of all members. It can be had before the start, and gives
    /// [`NoProc`](crate::CallError::NoProc) until then.
    #[must_use]
    pub fn client(&self) -> S::Client {
        S::Client::from_place(Place::routed(Arc::<Client<Ring<S>>>::clone(&self.ring)))
    }

    /// Starts the pool by itself, under no supervisor.
    ///
    /// # Errors
    ///
    /// As for [`SupervisorSpec::start`].
    pub async fn start(self) -> Result<SupervisorClient, StartError<SupervisorError>> {
        self.spec.start().await
    }
}

impl<S: GenServer> IntoChild for Pool<S> {
    type Init = SupervisorInit;

    fn into_child(self) -> SupervisorSpec {
        self.spec
    }
}

impl<S: GenServer> Ring<S> {
    /// The members, beginning with the one of this turn.
    fn beginning_at(&self, turn: usize) -> impl Iterator<Item = &Post<S>> {
        let (before, after) = self.posts.split_at(turn % self.posts.len());
        after.iter().chain(before).map(|post| &post.core)
    }

    fn choose(&self, turn: usize) -> Option<Arc<Client<EngineOf<S>>>> {
        let mut there = self.beginning_at(turn).filter_map(Route::present);
        match self.choice {
            Choice::RoundRobin => there.next(),
            Choice::LeastLoaded => there.min_by_key(|client| client.core.load().queued),
        }
    }
}

impl<S: GenServer> Route<S> for Ring<S> {
    fn occupant(&self) -> Option<Arc<Client<EngineOf<S>>>> {
        self.enter(Haste::None).map(|found| found.client)
    }

    /// Only a message takes a turn: where its number begins anew one member has two, and nobody will see that.
    fn enter(&self, haste: Haste) -> Option<Found<S>> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let client = self.choose(turn).or_else(|| match haste {
            Haste::None => self.beginning_at(turn).find_map(Post::occupant),
            Haste::Hasty => None,
        });
        client.map(Found::new)
    }

    fn goes_on(&self) -> bool {
        self.posts.iter().any(|post| post.core.goes_on())
    }

    fn present(&self) -> Option<Arc<Client<EngineOf<S>>>> {
        self.choose(self.next.load(Ordering::Relaxed))
    }
}

impl<S: GenServer> Spot for Ring<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn show(&self, look: &mut dyn FnMut(&dyn Core)) {
        if let Some(client) = self.present() {
            look(client.core.as_core());
        }
    }
}

impl<S: GenServer> fmt::Debug for Pool<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("server", &S::NAME)
            .field("size", &self.ring.core.posts.len())
            .finish_non_exhaustive()
    }
}
