//! A store that keeps everything in a file, and has it again after a restart.
//!
//! It has to wait for the file, so it is a server, and its handlers are `async` where they write. No trait has such
//! methods: so `#[server]` makes the block below the type's own, and checks each handler against the protocol all the same.
//! Which of them wait is the server's affair. These read what is in memory, and do not.
//!
//! The file is a log of what was done: `log` has its life, and `line` its form. What has been answered has been
//! handed to the system, so a crash of the program loses nothing of it; a crash of the machine may.

mod error;
mod line;
mod log;

use std::collections::BTreeMap;
use std::path::PathBuf;

use callcast::prelude::*;

use crate::audit::{Audit, Counts, Tally};
pub use crate::file::error::FileError;
use crate::file::log::Log;
use crate::protocol::{Entries, Store, StoreError};

/// Keeps entries in a file.
#[derive(Debug)]
pub struct FileStore {
    /// What the file says, in memory.
    entries: BTreeMap<String, Vec<u8>>,
    log: Log,
    tally: Tally,
}

// It ends with its last client, as an agent does, so that whoever has a `StoreClient` need not know which of the two it
// is to be rid of it.
#[server(protocols(Store, Audit), stop_when_unused)]
impl FileStore {
    /// Opens the file, or makes it, and reads what is in there.
    ///
    /// # Errors
    ///
    /// Where the file cannot be had, or another store has it, or it is none that a store has written.
    #[init]
    pub async fn open(path: PathBuf) -> Result<Self, FileError> {
        let (log, entries) = Log::open(path).await?;
        Ok(Self { entries, log, tally: Tally::default() })
    }

    /// Has all of it on the disk before anybody is told that the store has ended.
    #[terminate]
    async fn close(&mut self) -> Result<(), FileError> {
        self.log.sync().await
    }

    /// A log that has grown long is written anew.
    async fn shorten(&mut self) {
        if self.log.is_long(self.entries.len()) {
            // What was asked for has been done. Where this fails, the long log says the same, and goes on.
            drop(self.log.rewrite(&self.entries).await);
        }
    }
}

#[server]
#[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "the protocol says what it is")]
impl Store for FileStore {
    fn get(&self, key: String) -> Result<Option<Vec<u8>>, StoreError> {
        self.tally.read();
        Ok(self.entries.get(&key).cloned())
    }

    async fn put(&mut self, key: String, value: Vec<u8>) -> Result<(), StoreError> {
        self.tally.write();
        // First the file: where that fails, nothing has happened.
        self.log.append(&line::put(&key, &value)).await?;
        self.entries.insert(key, value);
        self.shorten().await;
        Ok(())
    }

    async fn remove(&mut self, key: String) -> Result<bool, StoreError> {
        self.tally.write();
        if !self.entries.contains_key(&key) {
            return Ok(false);
        }
        self.log.append(&line::remove(&key)).await?;
        self.entries.remove(&key);
        self.shorten().await;
        Ok(true)
    }

    async fn forget(&mut self, key: String) {
        // As `remove`; nobody waits for what comes of it.
        drop(self.remove(key).await);
    }

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.tally.read();
        Ok(self.entries.keys().cloned().collect())
    }

    fn entries(&self) -> Result<Entries, StoreError> {
        self.tally.read();
        Ok(self.entries.clone().into_iter().collect())
    }

    fn size(&self) -> Result<usize, StoreError> {
        self.tally.read();
        Ok(self.entries.len())
    }
}

#[server]
impl Audit for FileStore {
    fn counts(&self) -> Counts {
        self.tally.counts()
    }
}
