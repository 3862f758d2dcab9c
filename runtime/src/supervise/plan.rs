//! What a supervisor is to be: its strategy, its limits, its children.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::claim::Claims;
use crate::client::Client;
use crate::kind::EngineOf;
use crate::spec::{Init, Spec};
use crate::start::Start;
use crate::supervise::again::{Begin, Beginning, Beginnings, Restartable};
use crate::supervise::child::{Child, Kid};
use crate::supervise::directory::Directory;
use crate::supervise::error::SupervisorError;
use crate::supervise::intensity::Intensity;
use crate::supervise::into_child::IntoChild;
use crate::supervise::policy::{AutoShutdown, Restart, Strategy};
use crate::supervise::rules::Rules;
use crate::supervise::supervisor::{Supervisor, SupervisorClient};

/// How many restarts there may be, and in which time, where nothing is said: as in OTP.
const DEFAULT_INTENSITY: (u32, Duration) = (3, Duration::from_secs(5));

/// All that a supervisor is to be.
pub(crate) struct Plan {
    pub(crate) strategy: Strategy,
    intensity: (u32, Duration),
    auto_shutdown: AutoShutdown,
    /// For children that are started at run time: how many there may be.
    pub(crate) most: Option<usize>,
    pub(crate) children: Vec<Box<dyn Child>>,
    pub(crate) directory: Arc<Directory>,
}

impl Plan {
    fn intensity(&self) -> Intensity {
        Intensity::new(self.intensity.0, self.intensity.1)
    }

    pub(crate) fn rules(&self) -> Rules {
        match self.most {
            Some(_) => Rules::dynamic(self.intensity()),
            None => Rules::new(self.strategy, self.intensity(), self.auto_shutdown),
        }
    }

    /// What cannot be seen before all has been said.
    pub(crate) fn check(&self) -> Result<(), SupervisorError> {
        if self.most.is_some() {
            if self.strategy != Strategy::OneForOne {
                return Err(SupervisorError::Dynamic("a strategy other than `one_for_one`"));
            }
            if self.auto_shutdown != AutoShutdown::Never {
                return Err(SupervisorError::Dynamic("an `auto_shutdown`"));
            }
        }
        let mut ids = HashSet::new();
        for child in &self.children {
            let about = child.about();
            if self.most.is_none() && !ids.insert(&about.id) {
                return Err(SupervisorError::Duplicate(Arc::clone(&about.id)));
            }
            let never_ends = self.auto_shutdown == AutoShutdown::Never || about.restart == Restart::Permanent;
            if about.significant && never_ends {
                return Err(SupervisorError::Significant(Arc::clone(&about.id)));
            }
        }
        Ok(())
    }

    /// The same for another start: without the children that were started once and for all.
    fn again(&self) -> Self {
        Self {
            strategy: self.strategy,
            intensity: self.intensity,
            auto_shutdown: self.auto_shutdown,
            most: self.most,
            children: self.children.iter().filter_map(|child| child.again()).collect(),
            directory: Arc::default(),
        }
    }
}

/// A supervisor that has not been started yet: see [`Supervisor`].
pub type SupervisorSpec = Spec<SupervisorInit>;

/// How a supervisor begins.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "part of a spec, whose own says all")]
pub struct SupervisorInit {
    plan: Plan,
    claims: Claims<Supervisor>,
}

impl SupervisorSpec {
    pub(crate) fn planned(strategy: Strategy) -> Self {
        let plan = Plan {
            strategy,
            intensity: DEFAULT_INTENSITY,
            auto_shutdown: AutoShutdown::default(),
            most: None,
            children: Vec::new(),
            directory: Arc::default(),
        };
        Self::new(SupervisorInit { plan, claims: Claims::new() })
    }

    /// For children that are started at run time.
    pub(crate) fn dynamic() -> Self {
        let mut spec = Self::planned(Strategy::OneForOne);
        spec.init.plan.most = Some(usize::MAX);
        spec
    }

    pub(crate) fn set_max_children(&mut self, most: usize) {
        self.init.plan.most = Some(most);
    }

    /// Gives up, with [`Shutdown`](crate::ExitReason::Shutdown), when there are more restarts than this within that time,
    /// whosever they are; 3 in 5 s where nothing is said. Its own supervisor decides then.
    pub fn max_restarts(mut self, most: u32, within: Duration) -> Self {
        self.init.plan.intensity = (most, within);
        self
    }

    /// Says whether it ends when its significant children do.
    pub fn auto_shutdown(mut self, auto_shutdown: AutoShutdown) -> Self {
        self.init.plan.auto_shutdown = auto_shutdown;
        self
    }

    /// Adds a child: it is started after those that were added before it, and stopped before them.
    pub fn child(mut self, child: impl IntoChild) -> Self {
        self.init.plan.children.push(Box::new(Kid::new(child.into_child())));
        self
    }

    /// Starts the supervisor and its children, one after the other: each child's `init` is done before the next begins.
    ///
    /// # Errors
    ///
    /// [`StartError::Init`](crate::StartError::Init) with a [`SupervisorError`], where a child did not start; those
    /// before it have been stopped again then.
    pub fn start(self) -> Start<Supervisor, Result<Supervisor, SupervisorError>> {
        let said = self.terms.into_said();
        if let Some(id) = said.id {
            self.init.plan.directory.set_own_id(id);
        }
        let mut spec = Supervisor::planned(self.init.plan);
        *spec.init.claims() = self.init.claims;
        if let Some(limit) = said.start_timeout {
            spec = spec.start_timeout(limit);
        }
        spec.start()
    }
}

impl Init for SupervisorInit {
    type Server = Supervisor;

    fn claims(&mut self) -> &mut Claims<Supervisor> {
        &mut self.claims
    }
}

impl Begin for SupervisorInit {
    type Error = SupervisorError;
    type Started = SupervisorClient;

    fn begin(
        self,
        client: Arc<Client<EngineOf<Supervisor>>>,
        start: Beginnings,
    ) -> Beginning<SupervisorError> {
        let mut spec = Supervisor::planned(self.plan);
        *spec.init.claims() = self.claims;
        spec.init.begin(client, start)
    }

    fn started(client: SupervisorClient) -> SupervisorClient {
        client
    }

    fn ignored() -> Option<SupervisorClient> {
        None
    }
}

impl Restartable for SupervisorInit {
    type Error = SupervisorError;
    type Started = SupervisorClient;

    fn attempt(
        &mut self,
        client: Arc<Client<EngineOf<Supervisor>>>,
        start: Beginnings,
    ) -> Beginning<SupervisorError> {
        let next = self.plan.again();
        let plan = std::mem::replace(&mut self.plan, next);
        Self { plan, claims: self.claims.clone() }.begin(client, start)
    }

    fn again(&self) -> Option<Self> {
        Some(Self { plan: self.plan.again(), claims: self.claims.clone() })
    }

    fn started(client: SupervisorClient) -> SupervisorClient {
        client
    }

    fn ignored() -> Option<SupervisorClient> {
        None
    }
}
