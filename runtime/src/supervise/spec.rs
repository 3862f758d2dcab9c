//! What a spec says to a supervisor: when its server is started again, how it is stopped, where it is to be found.

use std::sync::Arc;
use std::time::Duration;

use crate::client::ClientOf as _;
use crate::kind::Protocol;
use crate::place::Place;
use crate::spec::{Init, Spec};
use crate::supervise::again::{Factory, Once};
use crate::supervise::backoff::Backoff;
use crate::supervise::policy::{Restart, Shutdown};

/// What is said to a supervisor, where anything is: most servers have none, and their start pays nothing for it.
#[derive(Clone, Debug)]
pub(crate) struct Terms(Option<Box<Said>>);

/// What a supervisor is to know of a child; each is the kind's default where nothing is said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) id: Option<Arc<str>>,
    pub(crate) restart: Option<Restart>,
    pub(crate) shutdown: Option<Shutdown>,
    pub(crate) significant: bool,
    pub(crate) backoff: Option<Backoff>,
    pub(crate) start_timeout: Option<Duration>,
}

impl Terms {
    pub(crate) const fn new() -> Self {
        Self(None)
    }

    fn say(&mut self) -> &mut Said {
        self.0.get_or_insert_default()
    }

    pub(crate) fn into_said(self) -> Said {
        self.0.map_or_else(Said::default, |said| *said)
    }
}

/// A factory of specs, for a server whose arguments cannot be cloned: it is asked for a new one at each start.
///
/// What its supervisor is to know (`id`, `restart`, `shutdown`, `backoff`) is said of the whole, and not within.
///
/// # Examples
///
/// ```
/// use callcast::prelude::*;
/// use callcast::{Supervisor, spec_with};
///
/// // Neither `Clone` nor made without a reason.
/// struct Connection { address: String }
///
/// struct Worker { connection: Connection }
///
/// #[server]
/// impl Worker {
///     #[init]
///     fn new(connection: Connection) -> Self { Self { connection } }
///
///     #[call]
///     fn address(&self) -> String { self.connection.address.clone() }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let connect = || Connection { address: "127.0.0.1:6379".to_owned() };
/// let tree = Supervisor::one_for_one().child(spec_with(move || Worker::spec(connect()))).start().await?;
/// assert_eq!(tree.client::<Worker>("Worker")?.address().await?, "127.0.0.1:6379");
/// # Ok(())
/// # }
/// ```
pub fn spec_with<F, I>(factory: F) -> Spec<Factory<F, I>>
where
    F: Fn() -> Spec<I> + Send + Sync + 'static,
    I: Init,
{
    Spec::new(Factory::new(factory))
}

/// One of several children that are the same but for their number, which is its id.
pub(crate) fn numbered<F, I>(
    spec: &Arc<F>,
    number: usize,
) -> Spec<Factory<impl Fn() -> Spec<I> + Send + Sync + 'static + use<F, I>, I>>
where
    F: Fn(usize) -> Spec<I> + Send + Sync + 'static,
    I: Init,
{
    let (terms, spec) = (spec(number).terms, Arc::clone(spec));
    let mut numbered = spec_with(move || spec(number));
    numbered.terms = terms;
    numbered.id(number.to_string())
}

impl<I: Init> Spec<I> {
    /// Names the child among its siblings; the name of its type where nothing is said.
    pub fn id(mut self, id: impl Into<Arc<str>>) -> Self {
        self.terms.say().id = Some(id.into());
        self
    }

    /// Says when a supervisor starts it again: [`Restart::Permanent`] where nothing is said, for tasks `Temporary`.
    pub fn restart(mut self, restart: Restart) -> Self {
        self.terms.say().restart = Some(restart);
        self
    }

    /// Says how a supervisor stops it: [`Shutdown::Drain`] for 5 s where nothing is said, for supervisors `Infinity`.
    pub fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.terms.say().shutdown = Some(shutdown);
        self
    }

    /// Says whether its end may end its supervisor: see [`AutoShutdown`](crate::AutoShutdown).
    pub fn significant(mut self, significant: bool) -> Self {
        self.terms.say().significant = significant;
        self
    }

    /// Has a supervisor wait before it starts it again; it does not where nothing is said, as OTP's.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.terms.say().backoff = Some(backoff);
        self
    }

    /// Has it started once, and never again: so its arguments need not be `Clone`.
    pub fn temporary(self) -> Spec<Once<I>> {
        let Self { init, mut terms } = self;
        terms.say().restart = Some(Restart::Temporary);
        Spec { init: Once::new(init), terms }
    }

    /// Returns a client of the server that will be started, which follows it from one incarnation to the next.
    ///
    /// Siblings can be given it before any of them has started. A call gives
    /// [`NoProc`](crate::CallError::NoProc) before the first start and when nobody starts it again; while its supervisor does,
    /// calls wait for the next incarnation, within their time.
    pub fn client(&mut self) -> <I::Server as Protocol>::Client {
        let post = Arc::clone(self.init.claims().post());
        <I::Server as Protocol>::Client::from_place(Place::routed(post))
    }
}
