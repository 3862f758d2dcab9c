//! What a store can be asked: a protocol.
//!
//! A protocol is an ordinary trait. `#[protocol]` makes its methods messages, and writes [`StoreClient`], which is one type for
//! every server that speaks them. How a server handles them is its own affair: see [`memory`],
//! [`file`](mod@crate::file) and [`cached`] for the three ways.
//!
//! Reads can fail as writes can. A store that has everything in memory never fails, but what a protocol promises must be
//! kept by whoever speaks it, also by one that has to ask somebody else.
//!
//! [`memory`]: crate::memory
//! [`cached`]: crate::cached

use std::error::Error;
use std::fmt;

use callcast::SendError;
use callcast::prelude::*;

use crate::file::FileError;

/// All that a store keeps, in the order of the keys.
pub type Entries = Vec<(String, Vec<u8>)>;

/// Keeps values under keys.
///
/// Whatever returns a [`Result`] fails where the store cannot reach what it keeps.
#[protocol(derive(Debug, Clone, PartialEq))]
#[expect(clippy::missing_errors_doc, reason = "it is said above, once for all")]
pub trait Store {
    /// Returns the value of a key, if there is one.
    #[call]
    fn get(&self, #[into] key: String) -> Result<Option<Vec<u8>>, StoreError>;

    /// Gives a key a value, in place of the one that it has, if any.
    #[call]
    fn put(&mut self, #[into] key: String, #[into] value: Vec<u8>) -> Result<(), StoreError>;

    /// Removes a key, and returns whether there was one.
    #[call]
    fn remove(&mut self, #[into] key: String) -> Result<bool, StoreError>;

    /// Removes a key, for whoever does not wait for it. A store that fails to do so tells nobody.
    #[cast]
    fn forget(&mut self, #[into] key: String);

    /// Returns all keys, in order.
    #[call]
    fn keys(&self) -> Result<Vec<String>, StoreError>;

    /// Returns everything: what another store needs to take this one's place.
    #[call]
    fn entries(&self) -> Result<Entries, StoreError>;

    /// Returns how many keys there are.
    ///
    /// A default, for those whose handlers are the trait's own methods. A server with handlers that wait has to write it
    /// out, since it would have to wait for `keys`.
    #[call]
    fn size(&self) -> Result<usize, StoreError> {
        Ok(self.keys()?.len())
    }
}

/// Why a store has not done what it was asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// Its file could not be written.
    File(FileError),
    /// The store behind it has not answered.
    Behind(CallError),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => fmt::Display::fmt(error, f),
            Self::Behind(error) => write!(f, "the store behind: {error}"),
        }
    }
}

impl Error for StoreError {}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<CallError> for StoreError {
    fn from(error: CallError) -> Self {
        Self::Behind(error)
    }
}

impl From<SendError<StoreCall>> for StoreError {
    fn from(error: SendError<StoreCall>) -> Self {
        Self::Behind(match error {
            SendError::Full(_) => CallError::Full,
            SendError::InsideAgent(_) => CallError::InsideAgent,
            _ => CallError::NoProc,
        })
    }
}
