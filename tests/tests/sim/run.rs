//! One seed: a tree, and what is done to it, compared with the model after each step.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use callcast::ServerId;
use tokio::time::Instant;

use crate::calls::{self, Waiting};
use crate::compare;
use crate::journal::in_order;
use crate::model::{Answer, Env, Goes, Sup};
use crate::plan::{self, Kind, Plan, Scale, Strategy};
use crate::rng::Rng;
use crate::servers::Shared;
use crate::steps::{Step, Steps};
use crate::world::{World, ms, supervisor};

/// How many things are done to one tree.
const STEPS: usize = 40;

/// What is still being done in the real tree.
enum Doing {
    Nothing,
    Fault(Vec<tokio::task::JoinHandle<()>>),
    Order(tokio::task::JoinHandle<Answer>, Answer),
}

/// What one seed was about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) steps: u64,
    pub(crate) restarts: u64,
    /// Those that had to be compared without their order.
    pub(crate) ambiguous: u64,
    pub(crate) ended_early: u64,
    /// Those that could not be compared to their end.
    pub(crate) undecided: u64,
    pub(crate) widest: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.steps += other.steps;
        self.restarts += other.restarts;
        self.ambiguous += other.ambiguous;
        self.undecided += other.undecided;
        self.ended_early += other.ended_early;
        self.widest = self.widest.max(other.widest);
    }
}

pub(crate) struct Run {
    pub(crate) env: Env,
    /// None when the root has ended.
    pub(crate) root: Option<Sup>,
    pub(crate) world: World,
    /// Which incarnation of each was seen last, and its id.
    pub(crate) ids: BTreeMap<String, (u32, ServerId)>,
    /// Calls that wait for a server to be started again.
    pub(crate) waiting: Vec<Waiting>,
    began: Instant,
    steps: Steps,
}

/// Runs one seed. The error is its story, and how it went wrong.
pub(crate) async fn run(seed: u64, story: &mut String) -> Result<Tally, String> {
    let mut rng = Rng::new(seed);
    let scale = Scale::random(&mut rng);
    let plan = plan::root(&mut rng, scale);
    writeln!(story, "{scale:?}\n{plan}").expect("a string takes all");
    let mut run = Run::begin(&plan, Steps::new(rng, scale)).await?;
    let mut tally = Tally::default();
    for _ in 0..STEPS {
        if run.root.is_none() || run.env.is_undecided {
            tally.ended_early = 1;
            break;
        }
        let went = run.step(story, &mut tally).await;
        went.map_err(|wrong| run.trees(&wrong))?;
    }
    if run.env.is_undecided {
        tally.undecided = 1;
        return Ok(tally);
    }
    run.end().await.map_err(|wrong| run.trees(&wrong))?;
    Ok(tally)
}

impl Run {
    async fn begin(plan: &Arc<Plan>, steps: Steps) -> Result<Self, String> {
        let shared = Arc::<Shared>::default();
        let began = Instant::now();
        shared.state().began = Some(began);
        let Kind::Supervisor(sup) = &plan.kind else { return Err("the root is no supervisor".into()) };
        let root = supervisor(sup, "r", &shared).start().await.map_err(|error| error.to_string())?;
        let mut env = Env::default();
        let model = Sup::start(plan, "r", true, &mut env);
        let world = World { root, shared, dynamic: BTreeSet::new(), clients: BTreeMap::new() };
        let mut run =
            Self { env, root: model, world, ids: BTreeMap::new(), waiting: Vec::new(), began, steps };
        run.know_dynamic(plan, "r");
        run.settle().await;
        compare::all(&mut run).await?;
        calls::all(&mut run).await?;
        Ok(run)
    }

    fn know_dynamic(&mut self, plan: &Plan, path: &str) {
        if let Kind::Supervisor(sup) = &plan.kind {
            if sup.strategy == Strategy::Dynamic {
                self.world.dynamic.insert(path.to_owned());
            }
            for child in &sup.children {
                self.know_dynamic(child, &format!("{path}.{}", child.id));
            }
        }
    }

    async fn step(&mut self, story: &mut String, tally: &mut Tally) -> Result<(), String> {
        let Some(root) = &self.root else { return Ok(()) };
        let step = self.steps.next(root, &self.env);
        writeln!(story, "{:>8} {step:?}", self.env.now).expect("a string takes all");
        let doing = self.do_it(&step).map_err(|error| format!("it could not be done: {error}"))?;
        self.settle().await;
        if self.env.is_undecided {
            return Ok(());
        }
        tally.steps += 1;
        tally.ambiguous += u64::from(self.env.is_ambiguous);
        tally.restarts += self.env.journal.iter().filter(|note| note.text.starts_with("init")).count() as u64;
        tally.widest = tally.widest.max(self.root.as_ref().map_or(0, |root| root.all().len()));
        check(doing).await?;
        compare::all(self).await?;
        calls::all(self).await
    }

    /// Does it to both.
    fn do_it(&mut self, step: &Step) -> Result<Doing, callcast::NoChild> {
        let Some(mut root) = self.root.take() else { return Ok(Doing::Nothing) };
        let (doing, goes) = match step {
            Step::Fault { path, way, fault, scripts } => {
                self.script(scripts);
                let kind = kind_of(&root, path);
                let doing = self.world.fault(path, &kind.kind, *fault)?;
                (Doing::Fault(vec![doing]), root.fault(way, *fault, &mut self.env))
            }
            Step::Kills { paths, ways } => {
                let kills = paths.iter().map(|path| self.kill(path));
                let doing = kills.collect::<Result<_, _>>()?;
                (Doing::Fault(doing), root.kill_all(ways, &mut self.env))
            }
            Step::Order { path, way, order, scripts } => {
                self.script(scripts);
                if let crate::model::Order::StartChild(plan) = order {
                    self.know_dynamic(plan, &format!("{path}.{}", plan.id));
                }
                let doing = self.world.order(path, order)?;
                let (answer, goes) = root.order(way, order, path, &mut self.env);
                (Doing::Order(doing, answer), goes)
            }
            Step::Nap { path, way, times } => {
                let doing = self.world.nap(path, times)?;
                root.nap(way, times, &self.env);
                (Doing::Fault(vec![doing]), Goes::On)
            }
            Step::Pass(time) => {
                let until = self.env.now + time;
                (Doing::Nothing, root.pass(until, &mut self.env))
            }
        };
        self.root = (goes == Goes::On).then_some(root);
        Ok(doing)
    }

    fn kill(&self, path: &str) -> Result<tokio::task::JoinHandle<()>, callcast::NoChild> {
        let kind = Kind::Worker(plan::What::Server(plan::AtEnd::Quiet));
        self.world.fault(path, &kind, crate::model::Fault::Kill)
    }

    fn script(&mut self, scripts: &[crate::steps::Script]) {
        for (path, does) in scripts {
            self.env.scripts.insert(path.clone(), does.iter().copied().collect());
            self.world.shared.state().scripts.insert(path.clone(), does.iter().copied().collect());
        }
    }

    /// Lets both come to rest: the real one has as long as the model says that it takes, and no more.
    async fn settle(&mut self) {
        let mut until = self.env.now + 1;
        while let Some(mut root) = self.root.take() {
            let goes = root.pass(until, &mut self.env);
            self.root = (goes == Goes::On).then_some(root);
            // What is due at that very moment would run beside whoever compares.
            if self.env.last_due < until {
                break;
            }
            until += 1;
        }
        self.env.now = self.env.now.max(until);
        // On a paused clock: when nothing is left that could run.
        tokio::time::sleep_until(self.began + ms(self.env.now)).await;
    }

    /// What has been written down since the last time, by the real tree and by the model.
    pub(crate) fn journals(&mut self) -> (Vec<String>, Vec<String>) {
        let is_ambiguous = std::mem::take(&mut self.env.is_ambiguous);
        let real = std::mem::take(&mut self.world.shared.state().journal);
        let model = std::mem::take(&mut self.env.journal);
        let dynamic = &self.world.dynamic;
        (in_order(real, dynamic, is_ambiguous), in_order(model, dynamic, is_ambiguous))
    }

    /// What went wrong, and both trees.
    fn trees(&self, wrong: &str) -> String {
        let model =
            self.root.as_ref().map_or_else(|| vec!["it has ended".to_owned()], Sup::lines).join("\n  ");
        let real = self.world.root.tree();
        format!("At {}: {wrong}\n\nThe real tree:\n{real}\n\nThe model's:\n  {model}", self.env.now)
    }

    /// Stops the root, where it has not ended by itself.
    async fn end(&mut self) -> Result<(), String> {
        let stopped = self.world.root.clone();
        let stopping = tokio::spawn(async move { stopped.stop().await });
        if let Some(mut root) = self.root.take() {
            root.stop_children(&mut self.env);
        }
        self.settle().await;
        if self.env.is_undecided {
            return Ok(());
        }
        if !stopping.is_finished() {
            return Err("the root does not stop".into());
        }
        drop(stopping.await);
        compare::all(self).await?;
        calls::all(self).await
    }
}

fn kind_of(root: &Sup, path: &str) -> Arc<Plan> {
    let all = root.all();
    let found = all.iter().find(|seen| seen.child.path == path).expect("it was chosen from these");
    Arc::clone(&found.child.plan)
}

/// What was asked for has been done by now, and was answered as the model says.
async fn check(doing: Doing) -> Result<(), String> {
    match doing {
        Doing::Nothing => Ok(()),
        Doing::Fault(doing) if doing.iter().all(tokio::task::JoinHandle::is_finished) => Ok(()),
        Doing::Fault(_) => Err("whoever did it still waits".into()),
        Doing::Order(doing, expected) if doing.is_finished() => match doing.await {
            Ok(answer) if answer == expected => Ok(()),
            Ok(answer) => Err(format!("the answer is {answer:?} instead of {expected:?}")),
            Err(error) => Err(format!("whoever asked has failed: {error}")),
        },
        Doing::Order(_, expected) => Err(format!("no answer yet instead of {expected:?}")),
    }
}
