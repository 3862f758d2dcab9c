//! `Probe`: what stands behind a client of a protocol in a test that says which messages are to come.

mod diff;
mod expected;
mod inbox;
mod wanted;

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::access::With;
use crate::call::Call;
use crate::cast::Cast;
use crate::client::ClientOf as _;
use crate::engine::Core as _;
use crate::exit::ExitReason;
use crate::kind::{Message, Protocol};
use crate::place::Place;
pub use crate::probe::expected::Expected;
use crate::probe::inbox::{Arrived, Inbox, Inlet};
use crate::probe::wanted::{Anything, WantedCall, WantedCast, list};
use crate::protocol::Spoken;
use crate::reply::ReplyTo;
use crate::stub::Stub;

/// How long a probe waits for a message, unless it is told otherwise.
const LIMIT: Duration = Duration::from_secs(5);

/// Stands behind clients of a protocol in a test, which says what is to come and answers it.
///
/// What is expected is said as it would be sent, so it is typed: `expect_call` gives the
/// [`ReplyTo`] of that very call. The next message that comes must be the one expected, with equal arguments; else the
/// test panics and says what came instead, argument by argument. A probe is an agent: it needs no runtime, and its
/// clients have all that agents' clients have.
///
/// It waits 5 s for a message, by tokio's clock where there is a runtime, so that on a paused one a test that gets nothing
/// fails at once; [`within`](Self::within) sets another limit. A probe that is dropped ends as any server does: whoever
/// waits for an answer gets [`Exit`](crate::CallError::Exit), whoever comes later [`NoProc`](crate::CallError::NoProc).
///
/// Where it is enough that something answers, [`ClientOf::stub`](crate::ClientOf::stub) is shorter.
///
/// # Examples
///
/// ```
/// use callcast::Probe;
/// use callcast::prelude::*;
///
/// #[protocol]
/// pub trait Store {
///     #[call]
///     fn get(&self, key: String) -> Option<u32>;
///
///     #[cast]
///     fn forget(&mut self, key: String);
/// }
///
/// /// What is tested.
/// struct Reader { store: StoreClient }
///
/// #[server]
/// impl Reader {
///     #[init]
///     fn new(store: StoreClient) -> Self { Self { store } }
///
///     #[call]
///     async fn read(&mut self, key: String) -> Result<u32, CallError> {
///         Ok(self.store.get(key).await?.unwrap_or_default())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let probe = Probe::<StoreProtocol>::new();
/// let reader = Reader::start(probe.client()).await?;
///
/// let read = reader.read("a".into()).send()?;
/// probe.expect_call(|store| store.get("a".into())).await.send(Some(7));
/// assert_eq!(read.await?, 7);
/// probe.expect_nothing();
/// # Ok(())
/// # }
/// ```
pub struct Probe<P: Spoken> {
    place: Place<Stub<P>>,
    inbox: Arc<Inbox<P>>,
    limit: Duration,
}

/// A message that has come to a [`Probe`], for whoever looks at it himself.
pub enum Received<P: Protocol> {
    /// A call, with where its reply goes.
    Call(P::Request),
    /// A cast.
    Cast(P::Cast),
}

impl<P: Spoken> Probe<P> {
    /// Starts a probe; it needs no runtime.
    #[must_use]
    pub fn new() -> Self {
        let inbox = Inbox::new();
        let (calls, casts) = (Inlet(Arc::clone(&inbox)), Inlet(Arc::clone(&inbox)));
        let answer = move |request| calls.push(Received::Call(request));
        let told = move |cast| casts.push(Received::Cast(cast));
        Self { place: Stub::start(answer, told), inbox, limit: LIMIT }
    }

    /// Starts a probe whose calls are answered by a function, as a stub's are; the casts are there to be expected.
    ///
    /// It still knows the [`names`](Self::names) of all messages.
    #[must_use]
    pub fn answering<F>(mut answer: F) -> Self
    where
        F: FnMut(P::Request) + Send + 'static,
    {
        let inbox = Inbox::new();
        let (calls, casts) = (Inlet(Arc::clone(&inbox)), Inlet(Arc::clone(&inbox)));
        let answer = move |request: P::Request| {
            calls.note(request.name());
            answer(request);
        };
        let told = move |cast| casts.push(Received::Cast(cast));
        Self { place: Stub::start(answer, told), inbox, limit: LIMIT }
    }

    /// Waits this long for each message instead of 5 s.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Returns a client for what is tested; all of them lead to this probe.
    #[must_use]
    pub fn client(&self) -> P::Client {
        P::Client::from_place(Place::widened(&self.place))
    }

    /// Expects the next message to be this call, and returns where its reply goes.
    ///
    /// The closure makes the call, as what is tested would; it is not sent, only compared. For a call without arguments
    /// the client's method itself will do: `probe.expect_call(StoreClient::len)`.
    ///
    /// # Panics
    ///
    /// When it is awaited: where another message comes, or none in time.
    #[track_caller]
    pub fn expect_call<F, A, R, M>(&self, call: F) -> Expected<'_, P, ReplyTo<R>>
    where
        F: FnOnce(&P::Client) -> Call<'_, P, A, R, M>,
        A: PartialEq + fmt::Debug + Send + 'static,
        R: Send + 'static,
    {
        let client = self.client();
        let Some((op, args)) = call(&client).into_parts() else {
            panic!("a call that was made is not expected")
        };
        Expected::new(self, WantedCall { op, args }, Location::caller())
    }

    /// Expects the next message to be this cast.
    ///
    /// # Panics
    ///
    /// When it is awaited: where another message comes, or none in time.
    #[track_caller]
    pub fn expect_cast<F, A>(&self, cast: F) -> Expected<'_, P, ()>
    where
        F: FnOnce(&P::Client) -> Cast<'_, P, A>,
        A: PartialEq + fmt::Debug + Send + 'static,
    {
        let client = self.client();
        let Some((op, args)) = cast(&client).into_parts() else {
            panic!("a cast that was made is not expected")
        };
        Expected::new(self, WantedCast { op, args }, Location::caller())
    }

    /// The next message, whatever it is.
    ///
    /// # Panics
    ///
    /// When it is awaited: where none comes in time.
    #[track_caller]
    pub fn next(&self) -> Expected<'_, P, Received<P>> {
        Expected::new(self, Anything, Location::caller())
    }

    /// Returns the next message, if there is one by now.
    #[must_use]
    pub fn try_next(&self) -> Option<Received<P>> {
        self.take().map(|arrived| arrived.message)
    }

    /// Says that all that has come by now was expected.
    ///
    /// # Panics
    ///
    /// Where there is a message that nobody has expected.
    #[track_caller]
    pub fn expect_nothing(&self) {
        self.catch_up();
        let queued = self.inbox.queued();
        assert!(
            queued.is_empty(),
            "a probe of `{}` got messages that nobody expected: {}",
            P::NAME,
            list(&queued)
        );
    }

    /// Returns the handlers that all messages so far were for, in the order in which they came.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.catch_up();
        self.inbox.names()
    }

    /// The next message, if there is one by now.
    fn take(&self) -> Option<Arrived<P>> {
        self.catch_up();
        self.inbox.take()
    }

    /// Waits until what was sent before is in the inbox: another thread may be about to put it there.
    fn catch_up(&self) {
        // Where it has ended, nothing is to be waited for.
        drop(With::new(&self.place, |_: &Stub<P>| ()).wait());
    }
}

impl<P: Spoken> Default for Probe<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Spoken> Drop for Probe<P> {
    /// Ahead of the inbox: those whose calls are in there are told of the end, and not that they get no reply.
    fn drop(&mut self) {
        if let Some(client) = self.place.here() {
            client.core.request_end(ExitReason::Normal);
        }
    }
}

impl<P: Spoken> fmt::Debug for Probe<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe")
            .field("protocol", &P::NAME)
            .field("queued", &self.inbox.queued())
            .finish_non_exhaustive()
    }
}

impl<P: Protocol> Message for Received<P> {
    fn name(&self) -> &'static str {
        match self {
            Self::Call(request) => request.name(),
            Self::Cast(cast) => cast.name(),
        }
    }
}

impl<P: Protocol> fmt::Debug for Received<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Call(_) => "Call",
            Self::Cast(_) => "Cast",
        };
        f.debug_tuple(kind).field(&self.name()).finish()
    }
}
