//! Expiry: a server with a timer of its own.
//!
//! Nobody sees a key that has expired, because every command looks at its deadline first. What is left to do is to give
//! back the memory of those that nobody asks for any more; that takes agency, so this is a server and not an agent.

use std::time::Instant;

use callcast::prelude::*;

use crate::keyspace::Keyspace;

/// Removes expired keys.
#[derive(Debug)]
pub(crate) struct Expiry {
    keyspace: Keyspace,
}

#[server]
impl Expiry {
    #[init]
    pub(crate) fn new(keyspace: Keyspace) -> Self {
        Self { keyspace }
    }

    #[every("100ms")]
    async fn sweep(&mut self) {
        self.keyspace.remove_expired(Instant::now()).await;
    }
}
