//! A child, whatever the type of its server.

use std::error::Error;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::oneshot;

use crate::client::{Client, ClientOf as _};
use crate::contain::contained;
use crate::engine::Core;
use crate::error::StartError;
use crate::exit::{ExitReason, Panic, drop_contained};
use crate::id::ServerId;
use crate::kind::{GenServer, Kind as _, Protocol};
use crate::life::{Ended, Life};
use crate::place::Place;
use crate::spec::Spec;
use crate::supervise::Supervisor;
use crate::supervise::again::{Beginnings, Reported, Restartable, START_TIMEOUT};
use crate::supervise::backoff::Backoff;
use crate::supervise::directory::ChildKind;
use crate::supervise::elsewhere;
use crate::supervise::policy::{Restart, Shutdown};
use crate::supervise::post::{AnyPost, Parent, Post};

/// What a supervisor knows of a child before it starts it.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) id: Arc<str>,
    /// The type of its server.
    pub(crate) name: &'static str,
    pub(crate) kind: ChildKind,
    pub(crate) restart: Restart,
    pub(crate) shutdown: Shutdown,
    pub(crate) significant: bool,
    pub(crate) backoff: Option<Backoff>,
}

/// A server that is being watched, whatever its type.
pub(crate) type AnyServer = Arc<Client<dyn Core>>;

/// A child of a supervisor.
pub(crate) trait Child: Send {
    fn about(&self) -> &About;

    /// The same once more, for a supervisor that is itself started again; none where it was started for good.
    fn again(&self) -> Option<Box<dyn Child>>;

    fn adopt(&self, parent: Parent);

    /// Its place, for whoever knows the type of its server.
    fn post(&self) -> Arc<dyn AnyPost>;

    /// The server that is to be started, and its start; none where there is no runtime. The error of one that fails is kept
    /// where somebody wants it, and else is gone before the supervisor hears of it.
    fn attempt(&mut self, keeps_error: bool) -> Option<(AnyServer, Attempt)>;

    /// The last attempt has brought a server.
    fn started(&mut self);

    /// The last attempt has brought none; others may come.
    fn failed(&mut self, failure: &Failure);

    /// It will be stopped, and comes back.
    fn leave(&self);

    /// It does not come back, unless somebody asks for it.
    fn close(&self, reason: &ExitReason);
}

/// A start that is under way.
pub(crate) type Attempt = Pin<Box<dyn Future<Output = Attempted> + Send>>;

/// What an attempt has come to.
pub(crate) struct Attempted {
    pub(crate) outcome: Outcome,
    /// Says so to whoever has asked for it.
    pub(crate) tell: Option<Box<dyn FnOnce() + Send>>,
}

pub(crate) enum Outcome {
    Started,
    /// There is nothing to start.
    Ignored,
    Failed(Failure),
}

/// Why a child did not start.
pub(crate) struct Failure {
    error: Option<Box<dyn Error + Send + Sync>>,
    /// What it says; its own code has run for that, where it could harm nobody.
    pub(crate) text: String,
    /// Whether it has not got what it claims, and has to claim again.
    has_not_claimed: bool,
    /// Whether somebody has asked for the start, and hears of this.
    pub(crate) is_told: bool,
    /// Whether it is started again and not needed any more: another has come in its place.
    pub(crate) gives_way: bool,
}

/// What whoever has asked for a start is told.
pub(crate) type Told<I> = Result<<I as Restartable>::Started, StartError<<I as Restartable>::Error>>;

/// A child whose type is known.
pub(crate) struct Kid<I: Restartable> {
    about: About,
    /// None of one that is never started again, once it has been.
    init: Option<I>,
    post: Arc<Client<Post<I::Server>>>,
    limit: Beginnings,
    /// The incarnation that has got what the spec claims.
    claimed: Option<ServerId>,
    /// The last incarnation, and all before that had not ended when it began: one whose `init` blocks its thread is still
    /// there when it has been given up.
    lasts: Vec<Arc<Life>>,
    told: Option<oneshot::Sender<Told<I>>>,
}

impl<I: Restartable> Kid<I> {
    pub(crate) fn new(spec: Spec<I>) -> Self {
        let Spec { mut init, terms } = spec;
        let terms = terms.into_said();
        let kind = ChildKind::of::<I::Server>();
        let about = About {
            id: terms.id.unwrap_or_else(|| I::Server::NAME.into()),
            name: I::Server::NAME,
            kind,
            restart: terms.restart.unwrap_or_default(),
            shutdown: terms.shutdown.unwrap_or(kind.shutdown()),
            significant: terms.significant,
            backoff: terms.backoff,
        };
        let limit = terms.start_timeout.unwrap_or(START_TIMEOUT);
        // A supervisor's own children have limits of theirs.
        let limit = if kind == ChildKind::Supervisor { terms.start_timeout } else { Some(limit) };
        let post = Arc::clone(init.claims().post());
        Self {
            about,
            init: Some(init),
            post,
            limit: Beginnings { limit, claims: false },
            claimed: None,
            lasts: Vec::new(),
            told: None,
        }
    }

    /// Has somebody told what the first start comes to.
    pub(crate) fn asked_by(mut self, told: oneshot::Sender<Told<I>>) -> Self {
        self.told = Some(told);
        self
    }
}

impl<I: Restartable> Child for Kid<I> {
    fn about(&self) -> &About {
        &self.about
    }

    fn again(&self) -> Option<Box<dyn Child>> {
        Some(Box::new(Self {
            about: self.about.clone(),
            init: Some(self.init.as_ref()?.again()?),
            post: Arc::clone(&self.post),
            limit: self.limit,
            claimed: None,
            lasts: Vec::new(),
            told: None,
        }))
    }

    fn adopt(&self, parent: Parent) {
        self.post.core.adopt(parent);
    }

    fn post(&self) -> Arc<dyn AnyPost> {
        Arc::<Client<Post<I::Server>>>::clone(&self.post)
    }

    fn attempt(&mut self, keeps_error: bool) -> Option<(AnyServer, Attempt)> {
        let client = self.post.core.prepare()?;
        let id = client.core.id();
        let start = Beginnings { claims: self.claimed.replace(id) != Some(id), ..self.limit };
        let init = self.init.as_mut()?;
        // One that has not been there yet gives way to nobody: whoever asks for it is told.
        let claims = (!self.lasts.is_empty()).then(|| init.claims().clone());
        // Its arguments are cloned, which is the user's code.
        let beginning = catch_unwind(AssertUnwindSafe(|| init.attempt(Arc::clone(&client), start)));
        // Those of one that is never started again are not kept; they are dropped where `init` runs.
        let left = if self.about.restart == Restart::Temporary { self.init.take() } else { None };
        let told = self.told.take();
        let life = Arc::clone(client.core.life());
        self.lasts.retain(|last| last.id() != id && !last.has_ended());
        let lasts = self.lasts.clone();
        self.lasts.push(Arc::clone(&life));
        // Who follows one that is never started again follows nobody.
        let place = match self.about.restart {
            Restart::Temporary => Place::new(Arc::clone(&client)),
            _ => Place::routed(Arc::<Client<Post<I::Server>>>::clone(&self.post)),
        };
        let attempt = async move {
            drop_contained(left);
            for last in lasts {
                end_of_either(last, &life).await;
            }
            let begun = match beginning {
                Ok(beginning) => contained(beginning).await,
                Err(payload) => Err(payload),
            };
            let begun = begun.unwrap_or_else(|payload| {
                Err(StartError::Panicked(Panic::new(payload, I::Server::NAME, "init")))
            });
            let gives_way = claims.is_some_and(|claims| claims.have_given_way());
            conclude::<I>(begun, place, told, keeps_error, gives_way)
        };
        Some((<I::Server as Protocol>::Kind::erase(client), Box::pin(attempt)))
    }

    fn started(&mut self) {
        if self.about.restart != Restart::Temporary {
            self.post.core.started();
        }
    }

    fn failed(&mut self, failure: &Failure) {
        if failure.has_not_claimed {
            self.claimed = None;
        }
        self.post.core.failed();
    }

    fn leave(&self) {
        self.post.core.leave();
    }

    fn close(&self, reason: &ExitReason) {
        self.post.core.close(reason);
    }
}

fn conclude<I: Restartable>(
    begun: Result<bool, StartError<I::Error>>,
    place: Place<I::Server>,
    told: Option<oneshot::Sender<Told<I>>>,
    keeps_error: bool,
    gives_way: bool,
) -> Attempted {
    let (outcome, answer) = match begun {
        Ok(true) => {
            let started = || Ok(I::started(<I::Server as Protocol>::Client::from_place(place)));
            (Outcome::Started, told.is_some().then(started))
        }
        Ok(false) => (Outcome::Ignored, Some(I::ignored().ok_or(StartError::Exit(ExitReason::Normal)))),
        Err(error) => {
            let has_not_claimed = matches!(
                error,
                StartError::AlreadyStarted(_) | StartError::Deadlock(_) | StartError::NoRuntime
            );
            let gives_way = gives_way && matches!(error, StartError::AlreadyStarted(_));
            let (text, is_told) = (shown(&error), told.is_some());
            let (kept, answer) = if is_told {
                (None, Some(Err(error)))
            } else if keeps_error {
                let kept: Box<dyn Error + Send + Sync> = Box::new(error);
                (Some(kept), None)
            } else {
                drop_contained(error);
                (None, None)
            };
            (Outcome::Failed(Failure { error: kept, text, has_not_claimed, is_told, gives_way }), answer)
        }
    };
    let tell = told.zip(answer).map(|(told, answer)| -> Box<dyn FnOnce() + Send> {
        Box::new(move || {
            // Whoever has gone meanwhile does not want to know.
            if let Err(unwanted) = told.send(answer) {
                elsewhere::drop(unwanted);
            }
        })
    });
    Attempted { outcome, tell }
}

impl ChildKind {
    fn of<S: GenServer>() -> Self {
        let is_supervisor = std::any::TypeId::of::<S>() == std::any::TypeId::of::<Supervisor>();
        if is_supervisor { Self::Supervisor } else { Self::Worker }
    }

    const fn shutdown(self) -> Shutdown {
        match self {
            Self::Worker => Shutdown::Drain(std::time::Duration::from_secs(5)),
            Self::Supervisor => Shutdown::Infinity,
        }
    }
}

impl Failure {
    pub(crate) fn into_error(self) -> Box<dyn Error + Send + Sync> {
        self.error.unwrap_or_else(|| self.text.into())
    }
}

/// Waits for the end of an incarnation before, so that there are never two at once; or until this one is given up.
async fn end_of_either(last: Arc<Life>, this: &Arc<Life>) {
    let (mut last, mut this) = (Ended::new(last), Ended::new(Arc::clone(this)));
    poll_fn(|cx| match last.poll(cx) {
        Poll::Ready(_) => Poll::Ready(()),
        Poll::Pending => this.poll(cx).map(drop),
    })
    .await;
}

/// What an error says, which is the user's code.
fn shown<E: Reported>(error: &StartError<E>) -> String {
    catch_unwind(AssertUnwindSafe(|| error.to_string())).unwrap_or_else(|payload| {
        drop_contained(payload);
        "its `init` has failed, with an error that panics when it is shown".to_owned()
    })
}
