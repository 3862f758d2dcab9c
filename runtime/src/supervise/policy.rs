//! What a supervisor is told of its children: whether to start them again, how to stop them, whom it ends with.

use std::time::Duration;

/// How long a child that is not a supervisor has for its end where nothing else is said: 5 s, as in OTP.
const DEFAULT_SHUTDOWN: Duration = Duration::from_secs(5);

/// Which ends of a child its supervisor answers by starting it again, as OTP's `restart`.
///
/// What counts is how it ended by itself. A child that is stopped because a sibling died comes back with its group,
/// unless it is temporary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Restart {
    /// Every end, a normal one as well. The default, as in OTP.
    #[default]
    Permanent,
    /// Failures: it was killed, panicked, or returned an error. After a normal end or a shutdown it stays down; its spec
    /// is kept, so that it can be started again by hand.
    Transient,
    /// None, not even with its group. Its spec is dropped when it ends, so that its arguments need not be `Clone`.
    Temporary,
}

/// How a supervisor stops a child, and how long it waits before it kills it, as OTP's `shutdown`.
///
/// OTP's `shutdown` of so many milliseconds is [`After`](Self::After) for a process that does not trap exits, and
/// [`Drain`](Self::Drain) for one that does; its `infinity` and `brutal_kill` are [`Infinity`](Self::Infinity) and
/// [`Kill`](Self::Kill).
///
/// One that is killed ends at its next await point. A handler that blocks its thread has none: when the supervisor itself ends, it waits a
/// second for such a child, says in the log what it is doing, and leaves it behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shutdown {
    /// It refuses new messages, handles those that are queued, and terminates; it is killed if that takes longer. The
    /// default, with 5 s as in OTP.
    Drain(Duration),
    /// It finishes the handler that runs and terminates, whatever is queued; it is killed if that takes longer.
    After(Duration),
    /// As `Drain`, without a limit. What supervisors have, as in OTP: their children have limits of their own.
    Infinity,
    /// It is killed at once, without `terminate`.
    Kill,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::Drain(DEFAULT_SHUTDOWN)
    }
}

/// Whether a supervisor ends, with `Shutdown`, when its significant children have ended, as OTP's `auto_shutdown`.
///
/// A significant child is one whose spec says so: it is transient or temporary. It counts when it ends by itself and is
/// not started again, never when it was stopped by hand or because a sibling died.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AutoShutdown {
    /// It does not; no child may be significant. The default, as in OTP.
    #[default]
    Never,
    /// With the first significant child that ends.
    AnySignificant,
    /// With the last significant child that ends.
    AllSignificant,
}

/// Whom the restart of a child concerns besides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Strategy {
    /// Nobody.
    OneForOne,
    /// All others.
    OneForAll,
    /// Those that were started after it.
    RestForOne,
}

#[cfg(all(test, not(any(callcast_loom, callcast_shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn sv_o_13_the_defaults_are_those_of_otp() {
        assert_eq!(Restart::default(), Restart::Permanent);
        assert_eq!(Shutdown::default(), Shutdown::Drain(Duration::from_secs(5)));
        assert_eq!(AutoShutdown::default(), AutoShutdown::Never);
    }
}
