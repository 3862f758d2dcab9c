//! What an attribute's options become.

use std::time::Duration;

/// How long a call waits for its reply, and a cast for room, where nothing else is said: 5 s, as in OTP.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// How many messages a mailbox holds where nothing else is said.
pub const DEFAULT_MAILBOX: usize = 1024;

/// What happens to a message that meets a full mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overflow {
    /// The sender waits for room, within its timeout; messages that wait keep their order.
    #[default]
    Wait,
    /// The sender gets `Full` at once.
    Reject,
    /// The oldest message makes room; a call among them is answered `Full`.
    DropOldest,
    /// The new message is dropped; a call is answered `Full`.
    DropNewest,
}

/// The options of a server or an agent, as its attribute gives them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    pub(crate) mailbox: usize,
    pub(crate) overflow: Overflow,
    pub(crate) timeout: Duration,
    pub(crate) slow: Option<Duration>,
    pub(crate) inline: bool,
    pub(crate) stop_when_unused: bool,
}

impl Options {
    /// Returns the defaults: a mailbox of 1,024 messages, senders that wait, a timeout of 5 s.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            mailbox: DEFAULT_MAILBOX,
            overflow: Overflow::Wait,
            timeout: DEFAULT_TIMEOUT,
            slow: None,
            inline: false,
            stop_when_unused: false,
        }
    }

    /// Sets how many messages the mailbox holds; at least one.
    #[must_use]
    pub const fn mailbox(mut self, messages: usize) -> Self {
        self.mailbox = if messages == 0 { 1 } else { messages };
        self
    }

    /// Sets what happens to a message that meets a full mailbox.
    #[must_use]
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// Sets how long a call waits for its reply, and a cast for room.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Has a handler that runs longer than this named in the log, while it runs.
    #[must_use]
    pub const fn slow(mut self, limit: Duration) -> Self {
        self.slow = Some(limit);
        self
    }

    /// Sets whether a caller may run an idle server on its own thread; without it, none does.
    ///
    /// The handler then sees its caller's task-locals and task id.
    #[must_use]
    pub const fn inline(mut self, inline: bool) -> Self {
        self.inline = inline;
        self
    }

    /// Sets whether a server stops when its last client has gone.
    ///
    /// What was sent before is handled. A call whose [`ReplyTo`](crate::ReplyTo) a handler has handed on is not waited for: its
    /// caller gets [`Exit`](crate::CallError::Exit).
    #[must_use]
    pub const fn stop_when_unused(mut self, stop: bool) -> Self {
        self.stop_when_unused = stop;
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
