//! The tree, and how its servers are reached.

use std::sync::Arc;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{ChildCounts, Name, Pool, Supervisor, SupervisorClient, SupervisorSpec, observe};

use crate::bits::Mail;
use crate::ledger::{Allowed, Ledger};
use crate::servers::{Chair, Door, Quick, Store, Worker, through};

/// What messages are sent to.
pub(crate) const TARGETS: usize = 11;
/// Where states are: each target is one, but for the two pools, which have five.
pub(crate) const SEATS: usize = TARGETS + 5;

static WORKER: Name<Worker> = Name::new("soaked worker");
static QUICK: Name<Quick> = Name::new("soaked quick");
static STORE: Name<Store> = Name::new("soaked store");

/// Whose hand may end a target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    Root,
    Inner,
    Pool,
}

type Find = Box<dyn Fn() -> Option<Door> + Send + Sync>;

pub(crate) struct Target {
    /// Follows it.
    pub(crate) door: Door,
    /// Leads to it by its name or its key, where it has one.
    pub(crate) find: Option<Find>,
    pub(crate) under: Under,
}

impl Target {
    fn new(door: Door, under: Under) -> Self {
        Self { door, find: None, under }
    }

    fn found_by(mut self, find: impl Fn() -> Option<Door> + Send + Sync + 'static) -> Self {
        self.find = Some(Box::new(find));
        self
    }
}

pub(crate) struct World {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) targets: Vec<Target>,
    root: SupervisorClient,
    pub(crate) inner: SupervisorClient,
    workers: Registry<u32, Worker>,
    stores: Registry<u32, Store>,
}

/// A spec of a server, by the number of its seat.
macro_rules! child {
    ($server:ident, $ledger:expr, $seat:expr) => {
        $server::spec(Chair { ledger: Arc::clone($ledger), seat: $seat }).id($seat.to_string())
    };
}

/// As many restarts as the killer likes.
fn supervisor() -> SupervisorSpec {
    Supervisor::one_for_one().max_restarts(u32::MAX, Duration::from_millis(100))
}

impl World {
    pub(crate) async fn start(ledger: &Arc<Ledger>) -> Self {
        let (workers, stores) = (Registry::unique(), Registry::unique());
        let (plain, inner, targets) = Self::children(ledger, &workers, &stores);
        let root = plain.child(inner).start().await.expect("nothing fails yet");
        let inner = root.client::<Supervisor>("inner").expect("it is there");
        Self { ledger: Arc::clone(ledger), targets, root, inner, workers, stores }
    }

    /// The root, the supervisor that will be below it, and what is to be reached.
    fn children(
        ledger: &Arc<Ledger>,
        workers: &Registry<u32, Worker>,
        stores: &Registry<u32, Store>,
    ) -> (SupervisorSpec, SupervisorSpec, Vec<Target>) {
        let mut named_worker = child!(Worker, ledger, 0usize).name(&WORKER);
        let mut kept_worker = child!(Worker, ledger, 1usize).register(workers, 1);
        let mut worker = child!(Worker, ledger, 2usize);
        let mut named_quick = child!(Quick, ledger, 3usize).name(&QUICK);
        let mut quick = child!(Quick, ledger, 4usize);
        let mut named_store = child!(Store, ledger, 5usize).name(&STORE);
        let mut kept_store = child!(Store, ledger, 6usize).register(stores, 6);
        let (below_worker, below_store) = (child!(Worker, ledger, 9usize), child!(Store, ledger, 10usize));
        let (mut below_worker, mut below_store) = (below_worker, below_store);
        let (of_workers, of_quicks) = (Arc::clone(ledger), Arc::clone(ledger));
        let turns = Pool::round_robin(3, move |no| child!(Worker, &of_workers, (TARGETS + no)));
        let least = Pool::least_loaded(2, move |no| child!(Quick, &of_quicks, (TARGETS + 3 + no)));
        let (kept_workers, kept_stores) = (workers.clone(), stores.clone());
        let targets = vec![
            Target::new(Door::Worker(named_worker.client()), Under::Root)
                .found_by(|| Some(Door::Worker(WORKER.client()))),
            Target::new(Door::Worker(kept_worker.client()), Under::Root)
                .found_by(move || kept_workers.lookup(&1).map(Door::Worker)),
            Target::new(Door::Worker(worker.client()), Under::Root),
            Target::new(Door::Quick(named_quick.client()), Under::Root)
                .found_by(|| QUICK.whereis().map(Door::Quick)),
            Target::new(Door::Quick(quick.client()), Under::Root),
            Target::new(Door::Store(named_store.client()), Under::Root)
                .found_by(|| Some(Door::Store(STORE.client()))),
            Target::new(Door::Store(kept_store.client()), Under::Root)
                .found_by(move || kept_stores.lookup(&6).map(Door::Store)),
            Target::new(Door::Worker(turns.client()), Under::Pool),
            Target::new(Door::Quick(least.client()), Under::Pool),
            Target::new(Door::Worker(below_worker.client()), Under::Inner),
            Target::new(Door::Store(below_store.client()), Under::Inner),
        ];
        let many = |pool: SupervisorSpec| pool.max_restarts(u32::MAX, Duration::from_millis(100));
        let root = supervisor()
            .child(named_worker)
            .child(kept_worker)
            .child(worker)
            .child(named_quick)
            .child(quick)
            .child(named_store)
            .child(kept_store)
            .child(turns.supervisor(|pool| many(pool).id("turns")))
            .child(least.supervisor(|pool| many(pool).id("least")));
        (root, supervisor().id("inner").child(below_worker).child(below_store), targets)
    }

    /// Who can end this target by hand.
    pub(crate) fn supervisor_of(&self, target: usize) -> Option<&SupervisorClient> {
        match self.targets[target].under {
            Under::Root => Some(&self.root),
            Under::Inner => Some(&self.inner),
            Under::Pool => None,
        }
    }

    /// A target below the supervisor that can be killed.
    pub(crate) fn below_inner(&self) -> usize {
        let below = self.targets.iter().position(|target| target.under == Under::Inner);
        below.expect("there is one")
    }

    /// Whether a client that follows a target may be told that there is nobody.
    pub(crate) fn allows(&self, target: usize, timeout: bool) -> Allowed {
        let no_proc = self.ledger.has_done(target, crate::ledger::Deed::Terminated);
        Allowed { no_proc, timeout }
    }

    /// After all that was done to them they are all there.
    pub(crate) async fn all_answer(&self) {
        for (no, target) in self.targets.iter().enumerate() {
            let mail = Mail { producer: 0, number: self.ledger.last_number(no) };
            let answer = through!(&target.door, client => client.take(mail).await);
            match answer {
                Ok(number) => self.ledger.answer(mail, number),
                Err(error) => self.ledger.wrong(format!("target {no} at the end: {error:?}")),
            }
        }
        let counts = self.root.count_children().await.expect("it lives");
        let ChildCounts { specs, supervisors, workers, .. } = counts;
        assert_eq!((specs, supervisors, workers), (10, 3, 7));
        assert!(WORKER.whereis().is_some() && !self.workers.is_empty() && !self.stores.is_empty());
    }

    /// Ends all, and looks for what is left.
    pub(crate) async fn stop(self) {
        self.root.stop().await.expect("it lives");
        for (no, target) in self.targets.iter().enumerate() {
            let mail = Mail { producer: 0, number: 1 };
            let answer = through!(&target.door, client => client.take(mail).await);
            if answer != Err(CallError::NoProc) {
                self.ledger.wrong(format!("target {no} after the end: {answer:?}"));
            }
        }
        assert!(WORKER.whereis().is_none() && QUICK.whereis().is_none() && STORE.whereis().is_none());
        assert!(self.workers.is_empty() && self.stores.is_empty());
        assert_eq!(self.root.monitor().await.reason, ExitReason::NoProc);
        let left: Vec<_> = observe().iter().map(ToString::to_string).collect();
        assert!(left.is_empty(), "they live still: {left:#?}");
    }
}
