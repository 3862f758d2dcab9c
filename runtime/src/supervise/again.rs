//! What a supervisor can start, and start again.

use std::fmt::{Debug, Display};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::claim::Claims;
use crate::client::Client;
use crate::engine::Core as _;
use crate::error::StartError;
use crate::exit::ExitReason;
use crate::kind::{BackgroundTask, EngineOf, Protocol, Sendable, StateHolder};
use crate::spec::{AgentInit, Init, InitOutput, ServerInit, Spec, run_init};
use crate::start::{claim_for, start_in};
use crate::time;

/// How long an `init` may take under a supervisor, where its spec does not say.
pub(crate) const START_TIMEOUT: Duration = Duration::from_mins(1);

/// What an `init` comes to: whether there is a server.
#[doc(hidden)]
pub type Beginning<E> = Pin<Box<dyn Future<Output = Result<bool, StartError<E>>> + Send>>;

/// The error of an `init` that runs under a supervisor, which puts it in the log.
#[diagnostic::on_unimplemented(
    message = "`init` fails with `{Self}`, which a supervisor cannot put in its log",
    note = "the error of a child's `init` is `Debug + Display + Send + Sync + 'static`"
)]
pub trait Reported: Debug + Display + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<E: Debug + Display + Send + Sync + 'static> Reported for E {}

/// The arguments of a server that a supervisor starts again with the same ones.
#[diagnostic::on_unimplemented(
    message = "the arguments `{Self}` are not `Clone`, and a supervisor starts a child again with the same ones",
    label = "cannot be started a second time",
    note = "make the arguments of its `init` `Clone`",
    note = "or give a factory: `spec_with(|| Server::spec(…))`",
    note = "or say that it is never started again: `Server::spec(…).temporary()`"
)]
#[doc(hidden)]
pub trait Again: Clone {}

#[diagnostic::do_not_recommend]
impl<A: Clone> Again for A {}

/// What runs one `init`, for a server that is there already.
#[doc(hidden)]
pub trait Begin: Init + Send + Sized + 'static {
    type Error: Reported;
    /// What is given to whoever has it started.
    type Started: Send + 'static;

    /// Runs it; with `claims`, takes first what the spec claims.
    fn begin(self, client: Arc<Client<EngineOf<Self::Server>>>, start: Beginnings) -> Beginning<Self::Error>;

    fn started(client: <Self::Server as Protocol>::Client) -> Self::Started;

    fn ignored() -> Option<Self::Started>;
}

/// How an `init` is to be run.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Beginnings {
    pub(crate) limit: Option<Duration>,
    pub(crate) claims: bool,
}

impl<S, A, R> Begin for AgentInit<S, A, R>
where
    S: StateHolder,
    A: Send + 'static,
    R: InitOutput<S, Started: Send, Error: Reported>,
{
    type Error = R::Error;
    type Started = R::Started;

    fn begin(self, client: Arc<Client<EngineOf<S>>>, start: Beginnings) -> Beginning<R::Error> {
        Box::pin(async move {
            let Self { args, init, claims } = self;
            if start.claims {
                claim_for(client.core.life(), &claims, start.limit.and_then(time::after)).await?;
            }
            if let Some(reason) = client.core.life().reason() {
                return Err(StartError::Exit(reason));
            }
            let Some(state) = run_init::<S, R>(|| init(args))? else { return Ok(false) };
            if !client.core.fill(state) {
                let reason = client.core.life().reason();
                return Err(StartError::Exit(reason.unwrap_or(ExitReason::Normal)));
            }
            claims.open(&client);
            Ok(true)
        })
    }

    fn started(client: S::Client) -> R::Started {
        R::started(client)
    }

    fn ignored() -> Option<R::Started> {
        R::ignored()
    }
}

impl<S, A, R> Begin for ServerInit<S, A, R>
where
    S: BackgroundTask,
    A: Sendable,
    R: InitOutput<S, Started: Send, Error: Reported>,
{
    type Error = R::Error;
    type Started = R::Started;

    fn begin(mut self, client: Arc<Client<EngineOf<S>>>, start: Beginnings) -> Beginning<R::Error> {
        self.start_timeout = self.start_timeout.or(start.limit);
        Box::pin(start_in(client, self, start.claims))
    }

    fn started(client: S::Client) -> R::Started {
        R::started(client)
    }

    fn ignored() -> Option<R::Started> {
        R::ignored()
    }
}

/// A spec that a supervisor can start, and start again where it has to.
///
/// What a generated `spec` returns is one where its arguments are `Clone`; so are
/// [`spec_with`](crate::spec_with)`(|| …)`, which makes a new spec for each start, and what
/// [`Spec::temporary`] returns, which is never started again. It is not meant to be implemented by others.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be started by a supervisor")]
pub trait Restartable: Init + Send + Sized + 'static {
    /// The error of its `init`.
    type Error: Reported;
    /// What is given to whoever has it started: a client, or an `Option` of one.
    type Started: Send + 'static;

    /// Runs `init` once more.
    #[doc(hidden)]
    fn attempt(
        &mut self,
        client: Arc<Client<EngineOf<Self::Server>>>,
        start: Beginnings,
    ) -> Beginning<Self::Error>;

    /// The same once more, for a supervisor that is itself started again; none where it was started for good.
    #[doc(hidden)]
    fn again(&self) -> Option<Self>;

    #[doc(hidden)]
    fn started(client: <Self::Server as Protocol>::Client) -> Self::Started;

    #[doc(hidden)]
    fn ignored() -> Option<Self::Started>;
}

impl<S, A, R> Restartable for AgentInit<S, A, R>
where
    S: StateHolder,
    A: Again + Send + 'static,
    R: InitOutput<S, Started: Send, Error: Reported>,
{
    type Error = R::Error;
    type Started = R::Started;

    fn attempt(&mut self, client: Arc<Client<EngineOf<S>>>, start: Beginnings) -> Beginning<R::Error> {
        self.copy().begin(client, start)
    }

    fn again(&self) -> Option<Self> {
        Some(self.copy())
    }

    fn started(client: S::Client) -> R::Started {
        R::started(client)
    }

    fn ignored() -> Option<R::Started> {
        R::ignored()
    }
}

impl<S: StateHolder, A: Clone, R> AgentInit<S, A, R> {
    fn copy(&self) -> Self {
        Self { args: self.args.clone(), init: self.init, claims: self.claims.clone() }
    }
}

impl<S, A, R> Restartable for ServerInit<S, A, R>
where
    S: BackgroundTask,
    A: Again + Sendable,
    R: InitOutput<S, Started: Send, Error: Reported>,
{
    type Error = R::Error;
    type Started = R::Started;

    fn attempt(&mut self, client: Arc<Client<EngineOf<S>>>, start: Beginnings) -> Beginning<R::Error> {
        self.copy().begin(client, start)
    }

    fn again(&self) -> Option<Self> {
        Some(self.copy())
    }

    fn started(client: S::Client) -> R::Started {
        R::started(client)
    }

    fn ignored() -> Option<R::Started> {
        R::ignored()
    }
}

impl<S: BackgroundTask, A: Clone, R> ServerInit<S, A, R> {
    fn copy(&self) -> Self {
        Self {
            args: self.args.clone(),
            init: self.init,
            claims: self.claims.clone(),
            start_timeout: self.start_timeout,
        }
    }
}

/// A spec that is started once, and never again.
pub struct Once<I: Init> {
    /// None once it has been started.
    init: Option<I>,
    claims: Claims<I::Server>,
}

impl<I: Init> Once<I> {
    pub(crate) fn new(mut init: I) -> Self {
        let claims = std::mem::take(init.claims());
        Self { init: Some(init), claims }
    }
}

impl<I: Init> Debug for Once<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}

impl<I: Init> Init for Once<I> {
    type Server = I::Server;

    fn claims(&mut self) -> &mut Claims<I::Server> {
        &mut self.claims
    }
}

impl<I: Begin> Restartable for Once<I> {
    type Error = I::Error;
    type Started = I::Started;

    fn attempt(
        &mut self,
        client: Arc<Client<EngineOf<I::Server>>>,
        start: Beginnings,
    ) -> Beginning<I::Error> {
        let Some(mut init) = self.init.take() else {
            // Whoever supervises it knows.
            return Box::pin(std::future::ready(Err(StartError::Exit(ExitReason::Normal))));
        };
        *init.claims() = self.claims.clone();
        init.begin(client, start)
    }

    fn again(&self) -> Option<Self> {
        None
    }

    fn started(client: <I::Server as Protocol>::Client) -> I::Started {
        I::started(client)
    }

    fn ignored() -> Option<I::Started> {
        I::ignored()
    }
}

/// A factory of specs: see [`spec_with`](crate::spec_with).
pub struct Factory<F, I: Init> {
    make: Arc<F>,
    claims: Claims<I::Server>,
    spec: PhantomData<fn() -> I>,
}

impl<F, I: Init> Factory<F, I> {
    pub(crate) fn new(factory: F) -> Self {
        Self { make: Arc::new(factory), claims: Claims::new(), spec: PhantomData }
    }
}

impl<F, I: Init> Debug for Factory<F, I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Factory").finish_non_exhaustive()
    }
}

impl<F, I: Init> Init for Factory<F, I> {
    type Server = I::Server;

    fn claims(&mut self) -> &mut Claims<I::Server> {
        &mut self.claims
    }
}

impl<F, I> Restartable for Factory<F, I>
where
    F: Fn() -> Spec<I> + Send + Sync + 'static,
    I: Begin,
{
    type Error = I::Error;
    type Started = I::Started;

    fn attempt(
        &mut self,
        client: Arc<Client<EngineOf<I::Server>>>,
        start: Beginnings,
    ) -> Beginning<I::Error> {
        let (make, claims) = (Arc::clone(&self.make), self.claims.clone());
        Box::pin(async move {
            // Here, and not where the supervisor runs: it is the user's.
            let mut init = make().init;
            init.claims().append(claims);
            init.begin(client, start).await
        })
    }

    fn again(&self) -> Option<Self> {
        Some(Self { make: Arc::clone(&self.make), claims: self.claims.clone(), spec: PhantomData })
    }

    fn started(client: <I::Server as Protocol>::Client) -> I::Started {
        I::started(client)
    }

    fn ignored() -> Option<I::Started> {
        I::ignored()
    }
}
