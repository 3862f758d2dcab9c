//! The stores of a bench, one after the other.

use storage::Scratch;
use storage::protocol::StoreClient;
use storage::which::{Ends, Opened, Which};

use crate::Problem;
use crate::bench::caller::PREFIX;

/// The first is the one that was asked for. The others are empty, in turn one of each kind, and end when nobody has a client
/// of them any more.
#[derive(Debug)]
pub(super) struct Stores {
    first: Opened,
    /// The kind of the first, as a place in the turn.
    kind: usize,
    /// How many there have been.
    count: usize,
    /// The ends of all but the first.
    ends: Vec<Ends>,
    /// Where the others have their files.
    scratch: Scratch,
}

impl Stores {
    pub(super) async fn open(first: &Which) -> Result<Self, Problem> {
        let kind = match first {
            Which::Memory => 0,
            Which::File(_) => 1,
            Which::Cached(_) => 2,
        };
        Ok(Self { first: first.open().await?, kind, count: 0, ends: Vec::new(), scratch: Scratch::new()? })
    }

    /// The first one.
    pub(super) fn first(&mut self) -> StoreClient {
        self.count = self.count.next_multiple_of(3);
        self.first.store.clone()
    }

    /// The next one: of another kind than the last.
    pub(super) async fn next(&mut self) -> Result<StoreClient, Problem> {
        self.count += 1;
        let file = || Which::File(self.scratch.path().join(self.count.to_string()));
        let which = match (self.kind + self.count) % 3 {
            0 => Which::Memory,
            1 => file(),
            _ => Which::Cached(Box::new(file())),
        };
        let Opened { store, ends, .. } = which.open().await?;
        self.ends.push(ends);
        Ok(store)
    }

    /// Leaves the first one as it was, and waits until all have ended.
    pub(super) async fn close(self) -> Result<(), Problem> {
        for key in self.first.store.keys().await? {
            if key.starts_with(PREFIX) {
                self.first.store.remove(key).await?;
            }
        }
        for end in self.ends {
            end.wait().await.map_err(|reason| reason.to_string())?;
        }
        Ok(self.first.close().await.map_err(|reason| reason.to_string())?)
    }
}
