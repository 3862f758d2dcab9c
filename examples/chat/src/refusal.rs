//! Why something cannot be done, in words for the client.

use std::fmt;

use callcast::{CallError, RegisterError, StartError};

use crate::names::{Nick, RoomName};

/// Why a command was not carried out. The connection goes on.
#[derive(Debug)]
pub(crate) enum Refusal {
    NoRoom,
    SameRoom(RoomName),
    NickTaken(Nick),
    /// The room's agent could not be started.
    Start(StartError),
    /// The room's agent did not answer.
    Call(CallError),
    /// This session is about to end.
    Register(RegisterError),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoom => f.write_str("you are in no room; /join ROOM brings you to one"),
            Self::SameRoom(room) => write!(f, "you are in {room} already"),
            Self::NickTaken(nick) => write!(f, "somebody else is called {nick}"),
            Self::Start(error) => error.fmt(f),
            Self::Call(error) => error.fmt(f),
            Self::Register(error) => error.fmt(f),
        }
    }
}

impl From<StartError> for Refusal {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

impl From<CallError> for Refusal {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl From<RegisterError> for Refusal {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}
