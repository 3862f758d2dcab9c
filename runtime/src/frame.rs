//! All that a server is, while nothing of it runs: handed from whoever ran it last to whoever runs it next.

use std::error::Error;
use std::task::Waker;

use crate::context::Context;
use crate::exit::{ExitReason, Fault};
use crate::kind::BackgroundTask;
use crate::quiet::Quiet;

/// A server's state and what belongs to it.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by generated code only")]
pub struct Frame<S: BackgroundTask> {
    pub(crate) state: S,
    pub(crate) ctx: Context<S>,
    pub(crate) quiet: Option<Box<Quiet>>,
    /// The task's, for whoever runs the server in its stead.
    pub(crate) waker: Option<Waker>,
}

impl<S: BackgroundTask> Frame<S> {
    /// For an async handler that is begun on its caller's thread.
    #[doc(hidden)]
    pub const fn state(&mut self) -> &mut S {
        &mut self.state
    }

    /// A call or a cast has been handled. Says whether the task is to look after the quiet that begins now.
    #[inline]
    pub(crate) fn broken(&mut self) -> bool {
        self.quiet.as_mut().is_some_and(|quiet| quiet.broken())
    }
}

/// Why a server ends, with the handler's own error where there is one.
pub(crate) struct End {
    pub(crate) reason: ExitReason,
    pub(crate) error: Option<Box<dyn Error + Send + Sync>>,
}

impl From<ExitReason> for End {
    fn from(reason: ExitReason) -> Self {
        Self { reason, error: None }
    }
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self { reason: ExitReason::Failed(fault.failure), error: Some(fault.error) }
    }
}
