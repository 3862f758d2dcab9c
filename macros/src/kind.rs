//! The two kinds of `GenServer`, what both can speak, and the roles that methods play.

use std::fmt::{self, Display};

/// Decided once, by the attribute; printed as in messages to users.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A `StateHolder`.
    Agent,
    /// A `BackgroundTask`.
    Server,
    /// A trait: what servers of any type may be asked.
    Protocol,
}

impl Kind {
    /// ``an agent``, ``a server``
    pub(crate) fn with_article(self) -> &'static str {
        match self {
            Self::Agent => "an agent",
            Self::Server => "a server",
            Self::Protocol => "a protocol",
        }
    }

    /// The attribute, as a user writes it.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Agent => "#[agent]",
            Self::Server => "#[server]",
            Self::Protocol => "#[protocol]",
        }
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Agent => "agent",
            Self::Server => "server",
            Self::Protocol => "protocol",
        })
    }
}

/// What a handler attribute makes of a method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Init,
    AfterInit,
    Call,
    Cast,
    Info,
    Every,
    Idle,
    Down,
    Exit,
    Terminate,
    FormatStatus,
}

impl Role {
    pub(crate) const ALL: [Self; 11] = [
        Self::Init,
        Self::AfterInit,
        Self::Call,
        Self::Cast,
        Self::Info,
        Self::Every,
        Self::Idle,
        Self::Down,
        Self::Exit,
        Self::Terminate,
        Self::FormatStatus,
    ];

    /// The attribute's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::AfterInit => "after_init",
            Self::Call => "call",
            Self::Cast => "cast",
            Self::Info => "info",
            Self::Every => "every",
            Self::Idle => "idle",
            Self::Down => "down",
            Self::Exit => "exit",
            Self::Terminate => "terminate",
            Self::FormatStatus => "format_status",
        }
    }

    /// The enum that has a variant for it.
    pub(crate) fn direction(self) -> Option<Direction> {
        match self {
            Self::Call => Some(Direction::Call),
            Self::Cast => Some(Direction::Cast),
            Self::Info | Self::Every | Self::Idle | Self::Down | Self::Exit => Some(Direction::Info),
            Self::Init | Self::AfterInit | Self::Terminate | Self::FormatStatus => None,
        }
    }

    /// Whether a client has a method for it.
    pub(crate) fn is_for_clients(self) -> bool {
        matches!(self.direction(), Some(Direction::Call | Direction::Cast))
    }

    /// Whether an agent may have it.
    pub(crate) fn is_for_agents(self) -> bool {
        matches!(self, Self::Init | Self::Call | Self::Cast | Self::FormatStatus)
    }

    /// Whether a protocol may have it.
    pub(crate) fn is_for_protocols(self) -> bool {
        self.is_for_clients()
    }

    /// Whether a server has one at most.
    pub(crate) fn is_single(self) -> bool {
        !matches!(self, Self::Call | Self::Cast | Self::Info | Self::Every)
    }

    /// Whether it takes arguments that users choose.
    pub(crate) fn takes_arguments(self) -> bool {
        matches!(self, Self::Init | Self::Call | Self::Cast | Self::Info)
    }
}

/// Where a message comes from, and whether it is answered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// From a client, with an answer.
    Call,
    /// From a client, without one.
    Cast,
    /// From the server itself, a timer, a stream, a monitor.
    Info,
}
