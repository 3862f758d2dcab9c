//! What the modules share: a child that does as its script says, a log of what all did, and a limit to hanging.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, pending};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callcast::prelude::*;
use callcast::{
    ChildInfo, ChildKind, ChildStatus, DynamicSupervisor, Restartable, ServerId, Spec, SupervisorClient,
    SupervisorSpec,
};
use tokio::time::sleep;

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// Longer than any test takes; on a paused clock what waits for ever is found out at once.
const LIMIT: Duration = Duration::from_hours(24);

pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LIMIT, future).await.expect("it hangs")
}

pub(crate) fn shutdown_with(why: &str) -> ExitReason {
    ExitReason::ShutdownWith(why.into())
}

/// What happened, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn push(&self, line: impl Into<String>) {
        self.0.lock().expect("nothing panics while it logs").push(line.into());
    }

    /// What has happened since the last look.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nothing panics while it logs"))
    }
}

/// The error of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Oops;

impl fmt::Display for Oops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("oops")
    }
}

impl std::error::Error for Oops {}

/// What a child's `init` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    Well,
    Ignores,
    Fails,
    Panics,
    /// It never returns.
    Hangs,
}

/// What a child's `terminate` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Promptly,
    Takes(Duration),
    /// It never returns.
    Deaf,
}

/// More starts than any test needs. A restart loop that nobody ends gets stuck then, and a paused clock finds that out.
const MOST_STARTS: u32 = 10_000;

/// What a child does; a clone shares it.
#[derive(Clone, Debug)]
pub(crate) struct Script(Arc<Mutex<Lines>>);

#[derive(Debug)]
struct Lines {
    name: String,
    log: Log,
    /// What the next starts do, and then all others.
    begins: VecDeque<Begin>,
    then: Begin,
    end: End,
    starts: u32,
}

/// A child that begins and ends well.
pub(crate) fn script(name: impl Into<String>, log: &Log) -> Script {
    Script(Arc::new(Mutex::new(Lines {
        name: name.into(),
        log: log.clone(),
        begins: VecDeque::new(),
        then: Begin::Well,
        end: End::Promptly,
        starts: 0,
    })))
}

impl Script {
    fn with<R>(&self, look: impl FnOnce(&mut Lines) -> R) -> R {
        look(&mut self.0.lock().expect("nothing panics while it reads its script"))
    }

    /// What its starts do, one after the other; well, after these.
    pub(crate) fn begins(self, begins: &[Begin]) -> Self {
        self.with(|lines| lines.begins = begins.iter().copied().collect());
        self
    }

    /// What its starts do from now on.
    pub(crate) fn henceforth(&self, begin: Begin) {
        self.with(|lines| lines.then = begin);
    }

    pub(crate) fn ends(self, end: End) -> Self {
        self.with(|lines| lines.end = end);
        self
    }

    /// How often its `init` has run.
    pub(crate) fn starts(&self) -> u32 {
        self.with(|lines| lines.starts)
    }

    pub(crate) fn name(&self) -> String {
        self.with(|lines| lines.name.clone())
    }

    /// Its spec, under its name.
    pub(crate) fn spec(
        &self,
    ) -> Spec<impl Restartable<Server = Kid, Error = Oops, Started = Option<KidClient>> + use<>> {
        Kid::spec(self.clone()).id(self.name())
    }

    fn begin(&self) -> Begin {
        self.with(|lines| {
            lines.starts += 1;
            if lines.starts > MOST_STARTS {
                return Begin::Hangs;
            }
            let begin = lines.begins.pop_front().unwrap_or(lines.then);
            let what = if begin == Begin::Well { "start" } else { "fail" };
            lines.log.push(format!("{what} {}", lines.name));
            begin
        })
    }

    fn end(&self) -> End {
        self.with(|lines| lines.end)
    }

    fn ended(&self) {
        self.with(|lines| lines.log.push(format!("stop {}", lines.name)));
    }
}

/// Does as its script says, and counts.
pub(crate) struct Kid {
    script: Script,
    count: u32,
}

#[server]
impl Kid {
    #[init]
    pub(crate) async fn new(script: Script) -> Result<Option<Self>, Oops> {
        match script.begin() {
            Begin::Well => Ok(Some(Self { script, count: 0 })),
            Begin::Ignores => Ok(None),
            Begin::Fails => Err(Oops),
            Begin::Panics => panic!("it cannot begin"),
            Begin::Hangs => pending().await,
        }
    }

    /// How often it has been asked in this life.
    #[call]
    pub(crate) fn count(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    #[call]
    pub(crate) async fn work(&mut self, time: Duration) {
        sleep(time).await;
    }

    #[cast]
    pub(crate) fn end(&mut self, reason: ExitReason, ctx: &mut Context<Self>) {
        ctx.stop(reason);
    }

    #[cast]
    pub(crate) fn fail(&mut self) -> Result<(), Oops> {
        Err(Oops)
    }

    #[cast]
    pub(crate) fn boom(&mut self) {
        panic!("boom");
    }

    #[terminate]
    async fn close(&mut self) {
        match self.script.end() {
            End::Promptly => {}
            End::Takes(time) => sleep(time).await,
            End::Deaf => pending().await,
        }
        self.script.ended();
    }
}

/// State, and nothing else.
pub(crate) struct Stock {
    left: u32,
}

#[agent]
impl Stock {
    #[init]
    pub(crate) fn new(left: u32) -> Self {
        Self { left }
    }

    #[call]
    pub(crate) fn take(&mut self) -> u32 {
        self.left -= 1;
        self.left
    }
}

/// The ways in which a child ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Normal,
    Shutdown,
    ShutdownWith,
    Fails,
    Panics,
    Killed,
}

pub(crate) const GOOD_ENDS: [Way; 3] = [Way::Normal, Way::Shutdown, Way::ShutdownWith];
pub(crate) const BAD_ENDS: [Way; 3] = [Way::Fails, Way::Panics, Way::Killed];

impl Way {
    /// Has the child end so, some time.
    pub(crate) fn go(self, kid: &KidClient) {
        let sent = match self {
            Self::Normal => kid.end(ExitReason::Normal).send().is_ok(),
            Self::Shutdown => kid.end(ExitReason::Shutdown).send().is_ok(),
            Self::ShutdownWith => kid.end(shutdown_with("enough")).send().is_ok(),
            Self::Fails => kid.fail().send().is_ok(),
            Self::Panics => kid.boom().send().is_ok(),
            Self::Killed => kid.kill().send().is_ok(),
        };
        assert!(sent, "{self:?}");
    }

    /// Has the child end so, and waits for that.
    pub(crate) async fn end(self, kid: &KidClient) -> ServerId {
        let monitor = kid.monitor();
        self.go(kid);
        let down = within(monitor).await;
        assert!(self.is(&down.reason), "{self:?}: {}", down.reason);
        down.id
    }

    pub(crate) fn is(self, reason: &ExitReason) -> bool {
        match reason {
            ExitReason::Normal => self == Self::Normal,
            ExitReason::Shutdown => self == Self::Shutdown,
            ExitReason::ShutdownWith(_) => self == Self::ShutdownWith,
            ExitReason::Failed(_) => self == Self::Fails,
            ExitReason::Panicked(_) => self == Self::Panics,
            ExitReason::Killed => self == Self::Killed,
            _ => false,
        }
    }
}

/// Starts a supervisor.
pub(crate) async fn start(spec: SupervisorSpec) -> SupervisorClient {
    within(spec.start()).await.expect("it starts")
}

/// Starts a dynamic supervisor that bears any number of restarts.
pub(crate) async fn dynamic() -> SupervisorClient {
    start(DynamicSupervisor::new().max_restarts(10_000, secs(1))).await
}

/// Has a supervisor start another child.
pub(crate) async fn add<I>(supervisor: &SupervisorClient, spec: Spec<I>) -> KidClient
where
    I: Restartable<Server = Kid, Error = Oops, Started = Option<KidClient>>,
{
    within(supervisor.start_child(spec)).await.expect("it starts").expect("it is there")
}

pub(crate) fn kid(supervisor: &SupervisorClient, id: &str) -> KidClient {
    supervisor.client::<Kid>(id).expect("there is one")
}

pub(crate) async fn children(supervisor: &SupervisorClient) -> Vec<ChildInfo> {
    within(supervisor.which_children()).await.expect("it answers")
}

/// Looks until the children are as expected.
pub(crate) async fn until(
    supervisor: &SupervisorClient,
    expected: impl Fn(&[ChildInfo]) -> bool,
) -> Vec<ChildInfo> {
    for _ in 0..1_000 {
        let children = children(supervisor).await;
        if expected(&children) {
            return children;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never comes to that: {:?}", children(supervisor).await)
}

/// Looks until a child is at this.
pub(crate) async fn until_status(supervisor: &SupervisorClient, id: &str, status: ChildStatus) -> ChildInfo {
    let children =
        until(supervisor, |children| children.iter().any(|child| &*child.id == id && child.status == status));
    children.await.into_iter().find(|child| &*child.id == id).expect("it was there")
}

pub(crate) async fn info(supervisor: &SupervisorClient, id: &str) -> ChildInfo {
    children(supervisor).await.into_iter().find(|child| &*child.id == id).expect("it is there")
}

/// What the children are at, in the order of their start.
pub(crate) async fn statuses(supervisor: &SupervisorClient) -> Vec<ChildStatus> {
    children(supervisor).await.into_iter().map(|child| child.status).collect()
}

/// The incarnations of the children, in the order of their start.
pub(crate) async fn servers(supervisor: &SupervisorClient) -> Vec<Option<ServerId>> {
    children(supervisor).await.into_iter().map(|child| child.server).collect()
}

/// Specs, active, supervisors, workers.
pub(crate) async fn counts(supervisor: &SupervisorClient) -> [usize; 4] {
    let counts = within(supervisor.count_children()).await.expect("it answers");
    let listed = children(supervisor).await;
    let are_supervisors = listed.iter().filter(|child| child.kind == ChildKind::Supervisor).count();
    assert_eq!((counts.specs, counts.supervisors), (listed.len(), are_supervisors), "{listed:?}");
    [counts.specs, counts.active, counts.supervisors, counts.workers]
}

/// Some time in which nothing is expected to happen; on a paused clock it passes when nobody has anything left to do.
pub(crate) async fn a_while() {
    sleep(secs(10)).await;
}

/// Stops a supervisor, as its own supervisor would.
pub(crate) async fn stop(supervisor: &SupervisorClient) {
    assert_eq!(within(supervisor.stop()).await, Ok(ExitReason::Normal));
}
