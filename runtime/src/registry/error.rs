//! What can go wrong with a registration and an update.

use std::error::Error;
use std::fmt;

use crate::id::ServerId;

/// Why a server was not registered; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The key is taken by this server, or by the same one already.
    AlreadyRegistered(ServerId),
    /// The server is gone, or its end is decided.
    NoProc,
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyRegistered(id) => write!(f, "the key is taken by server {id}"),
            Self::NoProc => f.write_str("the server is gone"),
        }
    }
}

impl Error for RegisterError {}

/// Why a value was not updated. The closure has changed nothing: where it has run, as the server ended meanwhile, it was on a clone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateError {
    /// Nobody has the key.
    NotRegistered,
    /// The key is taken by this server, whose value it is.
    OwnedBy(ServerId),
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRegistered => f.write_str("nobody has the key"),
            Self::OwnedBy(id) => write!(f, "the key is taken by server {id}"),
        }
    }
}

impl Error for UpdateError {}
