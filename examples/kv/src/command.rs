//! Requests with a meaning: each command as a variant of an enum, with typed arguments.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::glob::Glob;

/// What a client may ask for.
#[derive(Debug)]
pub(crate) enum Command {
    /// Also used to tell whether a subscriber is still there, and then answered in another form.
    Ping(Option<Bytes>),
    Subscribe(Vec<Bytes>),
    /// From all channels, where none is named.
    Unsubscribe(Vec<Bytes>),
    Quit,
    /// What is answered in the same way to every client.
    Query(Query),
}

/// A command that has nothing to do with the connection it came by.
#[derive(Debug)]
pub(crate) enum Query {
    Append { key: Bytes, tail: Bytes },
    Command,
    ConfigGet(Vec<Glob>),
    DbSize,
    DebugPanic(Bytes),
    Del(Vec<Bytes>),
    Echo(Bytes),
    Exists(Vec<Bytes>),
    Expire { key: Bytes, ttl: Duration },
    FlushAll,
    Get(Bytes),
    IncrBy { key: Bytes, by: i64 },
    Info,
    Keys(Glob),
    MGet(Vec<Bytes>),
    MSet(Vec<(Bytes, Bytes)>),
    Publish { channel: Bytes, payload: Bytes },
    Select,
    Set { key: Bytes, value: Bytes, options: SetOptions },
    Ttl(Bytes),
}

/// What follows the value in a `SET`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SetOptions {
    /// `EX` or `PX`: the key is gone after this long.
    pub(crate) ttl: Option<Duration>,
    /// `NX` or `XX`: the key is set only if this holds.
    pub(crate) only_if: Option<Presence>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Absent,
    Present,
}

/// Why a request is no command; in the words that Redis has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CommandError {
    Unknown { name: String, arguments: String },
    UnknownSubcommand { name: String, of: &'static str },
    Arity(String),
    Syntax,
    NotAnInteger,
    ExpireTime(String),
    DbIndex,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, arguments } => {
                write!(f, "unknown command '{name}', with args beginning with: {arguments}")
            }
            Self::UnknownSubcommand { name, of } => write!(f, "unknown subcommand '{name}'. Try {of} GET."),
            Self::Arity(name) => write!(f, "wrong number of arguments for '{name}' command"),
            Self::Syntax => f.write_str("syntax error"),
            Self::NotAnInteger => f.write_str("value is not an integer or out of range"),
            Self::ExpireTime(name) => write!(f, "invalid expire time in '{name}' command"),
            Self::DbIndex => f.write_str("DB index is out of range"),
        }
    }
}
