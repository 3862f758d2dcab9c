//! `Supervisor`: a server whose state is its children.

use std::any::TypeId;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::client::ClientOf as _;
use crate::context::Context;
use crate::engine::Core as _;
use crate::error::CallError;
use crate::exit::{ExitReason, run_contained};
use crate::id::ServerId;
use crate::kind::Protocol;
use crate::life::Ended;
use crate::place::Place;
use crate::reply::ReplyTo;
use crate::supervise::again::Restartable;
use crate::supervise::child::{AnyServer, Attempted, Child, Kid};
use crate::supervise::directory::{ChildKind, Directory};
use crate::supervise::elsewhere;
use crate::supervise::error::{ChildError, NoChild, StartChildError, SupervisorError};
use crate::supervise::family::Family;
use crate::supervise::info::{ChildCounts, ChildInfo, ChildRef};
use crate::supervise::into_child::IntoChild;
use crate::supervise::member::Asked;
use crate::supervise::plan::{Plan, SupervisorSpec};
use crate::supervise::policy::Strategy;
use crate::supervise::rules::{Event, No, Refused, Status};
use crate::supervise::tree::Tree;

/// A server whose state is its children: it starts them in order, starts those again that fail, within limits, and stops
/// them in reverse.
///
/// It is built by [`one_for_one`](Self::one_for_one), [`one_for_all`](Self::one_for_all) or
/// [`rest_for_one`](Self::rest_for_one), and is a child like any other: trees have any depth. Its generated client is
/// [`SupervisorClient`]. Whatever its children do, it answers: it never waits for one of them.
///
/// # Examples
///
/// ```
/// use callcast::Supervisor;
/// use callcast::prelude::*;
///
/// struct Stock { left: u32 }
///
/// #[server]
/// impl Stock {
///     #[init]
///     fn new(left: u32) -> Self { Self { left } }
///
///     #[call]
///     fn take(&mut self) -> u32 { self.left = self.left.checked_sub(1).expect("sold out"); self.left }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # std::panic::set_hook(Box::new(|_| {}));
/// let shop = Supervisor::one_for_one().child(Stock::spec(1).id("stock")).start().await?;
/// let stock = shop.client::<Stock>("stock")?;              // follows its server through restarts
/// assert_eq!(stock.take().await?, 0);
/// assert!(stock.take().await.is_err());                    // panics: this incarnation ends,
/// assert_eq!(stock.take().await?, 0);                      // and the next begins anew
/// shop.stop().await?;
/// assert_eq!(stock.take().await, Err(CallError::NoProc));
/// # Ok(())
/// # }
/// ```
pub struct Supervisor {
    family: Family,
    /// What a supervisor of children that are started at run time has besides: how many there may be.
    most: Option<usize>,
    strategy: Strategy,
}

/// What a child's start gives.
type StartedBy<C> = <<C as IntoChild>::Init as Restartable>::Started;
/// Why a child did not start.
type NotStarted<C> = StartChildError<<<C as IntoChild>::Init as Restartable>::Error>;

/// A child on its way to its supervisor.
pub(crate) struct NewChild(Box<dyn Child>);

/// Why a supervisor did not take a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    AlreadyStarted(ServerId),
    AlreadyPresent,
    MaxChildren,
    Significant,
}

impl fmt::Display for NotTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the child was not taken")
    }
}

#[callcast::server(start = begin, spec = planned)]
#[expect(clippy::needless_pass_by_value, reason = "a message owns its arguments")]
impl Supervisor {
    #[init]
    pub(crate) async fn init(mut plan: Plan, ctx: &mut Context<Self>) -> Result<Self, SupervisorError> {
        plan.check()?;
        let mut family = Family::new(
            plan.rules(),
            plan.strategy != Strategy::OneForOne,
            Arc::clone(&plan.directory),
            &ctx.client,
        );
        ctx.client.core.life().set_directory(Arc::clone(&plan.directory));
        let started = family.start_all(std::mem::take(&mut plan.children)).await;
        if let Err(error) = started {
            family.stop_all(false).await;
            return Err(error);
        }
        Ok(Self { family, most: plan.most, strategy: plan.strategy })
    }

    /// Lists the children, in the order in which they are started.
    #[call]
    #[must_use]
    pub fn which_children(&self) -> Vec<ChildInfo> {
        self.family.directory.show().into_iter().map(ChildInfo::from).collect()
    }

    /// Counts the children.
    #[call]
    #[must_use]
    pub fn count_children(&self) -> ChildCounts {
        let mut counts = ChildCounts::default();
        for child in self.family.directory.show() {
            counts.specs += 1;
            counts.active += usize::from(child.server_id().is_some());
            match child.about.kind {
                ChildKind::Supervisor => counts.supervisors += 1,
                ChildKind::Worker => counts.workers += 1,
            }
        }
        counts
    }

    /// Stops a child, as its spec says, and answers when it has ended. It is not started again; its spec is kept, unless it
    /// is temporary or one of a [`DynamicSupervisor`](crate::DynamicSupervisor)'s. One that is down already is no error.
    #[call(timeout = Duration::MAX)]
    pub fn terminate_child(
        &mut self,
        #[into] child: ChildRef,
        reply: ReplyTo<Result<(), ChildError>>,
        ctx: &mut Context<Self>,
    ) {
        let Some(no) = self.number(&child) else { return reply.send(Err(ChildError::NotFound)) };
        if self.family.status(no) == Some(Status::Down) {
            return reply.send(Ok(()));
        }
        self.family.ask(no, Asked::ToEnd(reply));
        self.family.apply(Event::Terminate { no }, ctx);
    }

    /// Starts a child that is down, and answers when its `init` is done.
    #[call(timeout = Duration::MAX)]
    pub fn restart_child(
        &mut self,
        #[into] child: ChildRef,
        reply: ReplyTo<Result<(), ChildError>>,
        ctx: &mut Context<Self>,
    ) {
        let Some(no) = self.number(&child) else { return reply.send(Err(ChildError::NotFound)) };
        if let Err(refused) = self.family.may_restart(no) {
            return reply.send(Err(refused.into()));
        }
        self.family.ask(no, Asked::ToStart(reply));
        self.family.apply(Event::Restart { no }, ctx);
    }

    /// Drops the spec of a child that is down.
    ///
    /// # Errors
    ///
    /// [`ChildError::NotFound`], [`ChildError::Running`], [`ChildError::Restarting`].
    #[call]
    pub fn delete_child(
        &mut self,
        #[into] child: ChildRef,
        ctx: &mut Context<Self>,
    ) -> Result<(), ChildError> {
        let no = self.number(&child).ok_or(ChildError::NotFound)?;
        self.family.may_delete(no)?;
        self.family.apply(Event::Delete { no }, ctx);
        Ok(())
    }

    #[call]
    pub(crate) fn add(&mut self, child: NewChild, ctx: &mut Context<Self>) -> Result<(), NotTaken> {
        let about = child.0.about();
        if let Err(not_taken) = self.may_take(&about.id, about.significant) {
            elsewhere::drop(child);
            return Err(not_taken);
        }
        let event = self.family.take_in(child.0);
        self.family.apply(event, ctx);
        Ok(())
    }

    #[info]
    fn attempted(&mut self, no: No, attempted: Attempted, ctx: &mut Context<Self>) {
        let event = self.family.attempted(no, &attempted.outcome);
        self.family.apply(event, ctx);
        // When it is listed: whoever hears of it may look at once.
        if let Some(tell) = attempted.tell {
            run_contained(tell);
        }
    }

    #[info]
    fn ended(&mut self, no: No, server: ServerId, reason: ExitReason, ctx: &mut Context<Self>) {
        if let Some(event) = self.family.ended(no, server, &reason) {
            self.family.apply(event, ctx);
        }
    }

    #[info]
    fn due(&mut self, no: No, ctx: &mut Context<Self>) {
        self.family.apply(Event::Due { no }, ctx);
    }

    #[info]
    fn overdue(&mut self, no: No, server: ServerId) {
        self.family.overdue(no, server);
    }

    #[terminate]
    async fn stop_children(&mut self) {
        self.family.stop_all(self.is_dynamic()).await;
    }
}

impl Supervisor {
    /// Whether its children are started at run time, and have nothing to do with each other.
    const fn is_dynamic(&self) -> bool {
        self.most.is_some()
    }

    fn number(&self, child: &ChildRef) -> Option<No> {
        match child {
            ChildRef::Id(id) => self.family.directory.number(id),
            ChildRef::Server(server) => self.family.number(*server),
        }
    }

    fn may_take(&self, id: &str, significant: bool) -> Result<(), NotTaken> {
        if significant {
            return Err(NotTaken::Significant);
        }
        if let Some(most) = self.most {
            return if self.family.len() < most { Ok(()) } else { Err(NotTaken::MaxChildren) };
        }
        let Some(no) = self.family.directory.number(id) else { return Ok(()) };
        match self.family.server(no) {
            Some(server) if self.family.status(no) == Some(Status::Running) => {
                Err(NotTaken::AlreadyStarted(server))
            }
            _ => Err(NotTaken::AlreadyPresent),
        }
    }

    /// A supervisor whose children have nothing to do with each other: where one fails, that one is started again.
    pub fn one_for_one() -> SupervisorSpec {
        SupervisorSpec::planned(Strategy::OneForOne)
    }

    /// A supervisor whose children need each other: where one fails, all are stopped, in reverse order, and started again.
    pub fn one_for_all() -> SupervisorSpec {
        SupervisorSpec::planned(Strategy::OneForAll)
    }

    /// A supervisor whose children need those before them: where one fails, those after it are stopped, in reverse order, and all of
    /// these are started again.
    pub fn rest_for_one() -> SupervisorSpec {
        SupervisorSpec::planned(Strategy::RestForOne)
    }
}

impl From<Refused> for ChildError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => Self::NotFound,
            Refused::Running => Self::Running,
            Refused::Restarting => Self::Restarting,
        }
    }
}

impl SupervisorClient {
    /// Returns a client of a child, which follows it from one incarnation to the next.
    ///
    /// It is a look-up in a table, and no message: it works while the supervisor starts its children, and from within a child's `init`.
    ///
    /// A [`DynamicSupervisor`](crate::DynamicSupervisor) may have several children of one id: the client is that of the last one that
    /// was added and has not ended for good. It follows this child, and no other of that id.
    ///
    /// # Errors
    ///
    /// [`NoChild`], where there is none of this id, or it is a server of another type that does not speak this protocol.
    pub fn client<P: Protocol>(&self, id: &str) -> Result<P::Client, NoChild> {
        let directory = self.directory().ok_or(NoChild::NotFound)?;
        let (post, name) = directory.post(id).ok_or(NoChild::NotFound)?;
        let client = post.client(TypeId::of::<P::Client>()).ok_or(NoChild::OtherType(name))?;
        client.downcast().map(|client| *client).map_err(|_| NoChild::OtherType(name))
    }

    /// Starts a child besides those that there are, and waits until its `init` is done. It is the last to be started and
    /// the first to be stopped from now on.
    ///
    /// # Errors
    ///
    /// [`StartChildError`]; the supervisor has kept nothing of it then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the child.
    pub async fn start_child<C: IntoChild>(&self, child: C) -> Result<StartedBy<C>, NotStarted<C>> {
        let spec = child.into_child();
        let (told, answer) = oneshot::channel();
        let child = Kid::new(spec).asked_by(told);
        // This incarnation, and no other: what it has begun the next one knows nothing of.
        let this = self.place().found().ok_or(StartChildError::Supervisor(CallError::NoProc))?;
        let mut ended = Ended::new(Arc::clone(this.core.life()));
        let this = Self::from_place(Place::new(this));
        let taken = this.add(NewChild(Box::new(child))).no_timeout().split().await;
        taken.map_err(StartChildError::Supervisor)??;
        let Ok(told) = answer.await else {
            let reason = poll_fn(|cx| ended.poll(cx)).await;
            return Err(StartChildError::Supervisor(CallError::Exit { reason, started: true }));
        };
        told.map_err(StartChildError::Start)
    }

    /// Returns a picture of the supervisor and all that is below it, as it is at the moment. No message is sent for it.
    #[must_use]
    pub fn tree(&self) -> Tree {
        Tree::of(self.server())
    }

    pub(crate) fn server(&self) -> Option<AnyServer> {
        self.place().visible().filter(|client| client.core.is_alive()).map(|client| -> AnyServer { client })
    }

    fn directory(&self) -> Option<Arc<Directory>> {
        self.place().visible()?.core.life().directory()
    }
}

impl<E> From<NotTaken> for StartChildError<E> {
    fn from(not_taken: NotTaken) -> Self {
        match not_taken {
            NotTaken::AlreadyStarted(id) => Self::AlreadyStarted(id),
            NotTaken::AlreadyPresent => Self::AlreadyPresent,
            NotTaken::MaxChildren => Self::MaxChildren,
            NotTaken::Significant => Self::Significant,
        }
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor")
            .field("strategy", &self.strategy)
            .field("children", &self.family.len())
            .finish_non_exhaustive()
    }
}
