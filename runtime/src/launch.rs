//! `Launch`: the start of a server by somebody who does not know of which kind it is.

use std::future::Future;

use crate::claim::Claims;
use crate::error::StartError;
use crate::kind::{BackgroundTask, GenServer, Protocol, Sendable, StateHolder};
use crate::spec::{AgentInit, Init as _, InitOutput, ServerInit, Spec};

/// A spec that whoever has it can start, of an agent or of a server: what
/// [`Registry::get_or_start`](crate::Registry::get_or_start) asks for.
///
/// What a generated `spec` returns is one, unless `init` may say that there is nothing to start, and returns
/// `Result<Option<Self>, E>`. It is not meant to be implemented by others.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no spec of a server that always starts",
    note = "`Server::spec(…)` is one, unless `init` returns `Result<Option<Self>, E>`"
)]
pub trait Launch {
    /// What is started.
    type Server: GenServer;
    /// The error of its `init`.
    type Error;

    #[doc(hidden)]
    fn claims(&mut self) -> &mut Claims<Self::Server>;

    /// Starts it: an agent at once, a server when the future is first polled.
    #[doc(hidden)]
    fn launch(self) -> impl Future<Output = Launched<Self::Server, Self::Error>> + Send;
}

/// What a start gives that cannot be ignored.
pub(crate) type Launched<S, E> = Result<<S as Protocol>::Client, StartError<E>>;

impl<S, A, R> Launch for Spec<AgentInit<S, A, R>>
where
    S: StateHolder,
    R: InitOutput<S, Started = S::Client, Error: Send>,
{
    type Server = S;
    type Error = R::Error;

    fn claims(&mut self) -> &mut Claims<S> {
        self.init.claims()
    }

    fn launch(self) -> impl Future<Output = Launched<S, R::Error>> + Send {
        std::future::ready(self.start())
    }
}

impl<S, A, R> Launch for Spec<ServerInit<S, A, R>>
where
    S: BackgroundTask,
    A: Sendable,
    R: InitOutput<S, Started = S::Client, Error: Sendable>,
{
    type Server = S;
    type Error = R::Error;

    fn claims(&mut self) -> &mut Claims<S> {
        self.init.claims()
    }

    fn launch(self) -> impl Future<Output = Launched<S, R::Error>> + Send {
        self.start()
    }
}
