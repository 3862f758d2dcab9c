//! The real tree: built from a plan, and done to what the steps say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{
    Backoff, ChildError, ChildStatus, DynamicSupervisor, NoChild, StartChildError, Supervisor,
    SupervisorClient, SupervisorSpec, Tree, spec_with,
};
use tokio::task::JoinHandle;

use crate::model::{Answer, Fault, Order};
use crate::plan::{AtEnd, Kind, Plan, Shutdown, Strategy, SupPlan, What};
use crate::servers::{Badge, Keeper, KeeperClient, Shared, Worker, WorkerClient};

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A client of a server at a leaf.
#[derive(Clone)]
pub(crate) enum Leaf {
    Server(WorkerClient),
    Agent(KeeperClient),
}

pub(crate) struct World {
    pub(crate) root: SupervisorClient,
    pub(crate) shared: Arc<Shared>,
    /// The paths of those that start their children at run time.
    pub(crate) dynamic: BTreeSet<String>,
    /// Clients that follow their servers, from when these were first seen.
    pub(crate) clients: BTreeMap<String, Leaf>,
}

/// Says in a spec what the plan does.
macro_rules! said {
    ($spec:expr, $plan:expr) => {{
        let plan: &Plan = $plan;
        let spec = $spec.id(plan.id.as_str()).restart(plan.restart).significant(plan.significant);
        let spec = spec.shutdown(shutdown(plan.shutdown));
        if plan.backoff == 0 { spec } else { spec.backoff(Backoff::constant(ms(plan.backoff))) }
    }};
}

const fn shutdown(shutdown: Shutdown) -> callcast::Shutdown {
    match shutdown {
        Shutdown::Drain(limit) => callcast::Shutdown::Drain(ms(limit)),
        Shutdown::After(limit) => callcast::Shutdown::After(ms(limit)),
        Shutdown::Infinity => callcast::Shutdown::Infinity,
        Shutdown::Kill => callcast::Shutdown::Kill,
    }
}

fn badge(path: &str, at_end: AtEnd, shared: &Arc<Shared>) -> Badge {
    Badge { path: path.to_owned(), at_end, shared: Arc::clone(shared) }
}

/// The spec of a supervisor and of all below it.
pub(crate) fn supervisor(plan: &SupPlan, path: &str, shared: &Arc<Shared>) -> SupervisorSpec {
    let spec = match plan.strategy {
        Strategy::OneForOne => Supervisor::one_for_one(),
        Strategy::OneForAll => Supervisor::one_for_all(),
        Strategy::RestForOne => Supervisor::rest_for_one(),
        Strategy::Dynamic => DynamicSupervisor::new().max_children(plan.max_children),
    };
    let spec = spec.max_restarts(plan.most, ms(plan.window)).auto_shutdown(plan.auto);
    plan.children.iter().fold(spec, |spec, child| with_child(spec, child, path, shared))
}

fn with_child(sup: SupervisorSpec, plan: &Plan, path: &str, shared: &Arc<Shared>) -> SupervisorSpec {
    let path = format!("{path}.{}", plan.id);
    match &plan.kind {
        Kind::Supervisor(below) => {
            let spec = said!(supervisor(below, &path, shared), plan);
            if plan.once { sup.child(spec.temporary()) } else { sup.child(spec) }
        }
        Kind::Worker(What::Server(at_end)) => {
            let badge = badge(&path, *at_end, shared);
            match (plan.once, path.len() % 2) {
                (true, _) => sup.child(said!(Worker::spec(badge).temporary(), plan)),
                (false, 0) => sup.child(said!(Worker::spec(badge), plan)),
                (false, _) => sup.child(said!(spec_with(move || Worker::spec(badge.clone())), plan)),
            }
        }
        Kind::Worker(What::Agent) => {
            let spec = said!(Keeper::spec(badge(&path, AtEnd::Quiet, shared)), plan);
            if plan.once { sup.child(spec.temporary()) } else { sup.child(spec) }
        }
    }
}

impl World {
    /// The client of a supervisor that runs.
    pub(crate) fn sup(&self, path: &str) -> Result<SupervisorClient, NoChild> {
        path.split('.').skip(1).try_fold(self.root.clone(), |sup, id| sup.client::<Supervisor>(id))
    }

    /// A client of a leaf, as its supervisor gives it.
    pub(crate) fn leaf(&self, path: &str, is_agent: bool) -> Result<Leaf, NoChild> {
        let (of, id) = path.rsplit_once('.').expect("the root is no leaf");
        let sup = self.sup(of)?;
        if is_agent {
            sup.client::<Keeper>(id).map(Leaf::Agent)
        } else {
            sup.client::<Worker>(id).map(Leaf::Server)
        }
    }

    /// Does something to a server that runs.
    pub(crate) fn fault(&self, path: &str, kind: &Kind, fault: Fault) -> Result<JoinHandle<()>, NoChild> {
        let client = match kind {
            Kind::Supervisor(_) => return Ok(tokio::spawn(end(self.sup(path)?, fault))),
            Kind::Worker(what) => self.leaf(path, *what == What::Agent)?,
        };
        Ok(match client {
            Leaf::Server(server) => tokio::spawn(async move {
                match fault {
                    Fault::Crash => drop(server.crash().await),
                    Fault::Fail => drop(server.fail().await),
                    Fault::Leave => drop(server.leave(ExitReason::Shutdown).await),
                    _ => end(server, fault).await,
                }
            }),
            Leaf::Agent(agent) => tokio::spawn(async move {
                match fault {
                    Fault::Crash => drop(agent.crash().await),
                    Fault::Fail => drop(agent.fail().await),
                    _ => end(agent, fault).await,
                }
            }),
        })
    }

    pub(crate) fn nap(&self, path: &str, times: &[u64]) -> Result<JoinHandle<()>, NoChild> {
        let Leaf::Server(server) = self.leaf(path, false)? else { return Err(NoChild::NotFound) };
        let times = times.to_vec();
        Ok(tokio::spawn(async move {
            for time in times {
                let _ = server.nap(ms(time)).await;
            }
        }))
    }

    pub(crate) fn order(&self, path: &str, order: &Order) -> Result<JoinHandle<Answer>, NoChild> {
        let (sup, shared, path) = (self.sup(path)?, Arc::clone(&self.shared), path.to_owned());
        Ok(match order.clone() {
            Order::StartChild(plan) => {
                tokio::spawn(async move { start_child(&sup, &plan, &path, &shared).await })
            }
            Order::Terminate(id) => {
                tokio::spawn(async move { done(&sup.terminate_child(id.as_str()).await) })
            }
            Order::Restart(id) => tokio::spawn(async move { done(&sup.restart_child(id.as_str()).await) }),
            Order::Delete(id) => tokio::spawn(async move { done(&sup.delete_child(id.as_str()).await) }),
        })
    }

    /// The tree as text, as the model draws its own.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        draw(&self.root.tree(), "r", &mut lines);
        lines
    }
}

async fn end(client: impl std::ops::Deref<Target = callcast::Client>, fault: Fault) {
    let ended = match fault {
        Fault::Kill => client.kill().await,
        Fault::Stop => client.stop().await,
        Fault::StopWith => client.stop_with(ExitReason::ShutdownWith("simulated".into())).await,
        Fault::Crash | Fault::Fail | Fault::Leave => panic!("not from outside"),
    };
    drop(ended);
}

async fn start_child(sup: &SupervisorClient, plan: &Plan, path: &str, shared: &Arc<Shared>) -> Answer {
    let path = format!("{path}.{}", plan.id);
    match &plan.kind {
        Kind::Supervisor(below) => {
            let spec = said!(supervisor(below, &path, shared), plan);
            if plan.once {
                return started(&sup.start_child(spec.temporary()).await.map(Some));
            }
            started(&sup.start_child(spec).await.map(Some))
        }
        Kind::Worker(What::Server(at_end)) => {
            let spec = said!(Worker::spec(badge(&path, *at_end, shared)), plan);
            if plan.once {
                return started(&sup.start_child(spec.temporary()).await);
            }
            started(&sup.start_child(spec).await)
        }
        Kind::Worker(What::Agent) => {
            let spec = said!(Keeper::spec(badge(&path, AtEnd::Quiet, shared)), plan);
            started(&sup.start_child(spec).await)
        }
    }
}

fn started<C, E>(result: &Result<Option<C>, StartChildError<E>>) -> Answer {
    match result {
        Ok(Some(_)) => Answer::Done,
        Ok(None) => Answer::Ignored,
        Err(StartChildError::Start(_)) => Answer::StartFailed,
        Err(StartChildError::AlreadyStarted(_)) => Answer::AlreadyStarted,
        Err(StartChildError::AlreadyPresent) => Answer::AlreadyPresent,
        Err(StartChildError::MaxChildren) => Answer::MaxChildren,
        Err(StartChildError::Significant) => Answer::Significant,
        Err(_) => Answer::NotAsked,
    }
}

fn done(result: &Result<(), CallError<ChildError>>) -> Answer {
    match result {
        Ok(()) => Answer::Done,
        Err(CallError::Handler(ChildError::NotFound)) => Answer::NotFound,
        Err(CallError::Handler(ChildError::Running)) => Answer::Running,
        Err(CallError::Handler(ChildError::Restarting)) => Answer::Restarting,
        Err(CallError::Handler(ChildError::NotStarted)) => Answer::NotStarted,
        Err(_) => Answer::NotAsked,
    }
}

fn draw(tree: &Tree, path: &str, lines: &mut Vec<String>) {
    for child in &tree.children {
        let path = format!("{path}.{}", child.id);
        let status: ChildStatus = child.status;
        lines.push(format!("{path} {status:?}, restarted {} times", child.restarts));
        draw(child, &path, lines);
    }
}
