//! A store that remembers what another has said.
//!
//! The store behind is a [`StoreClient`]: in memory, in a file, another cache, or a place in which one is swapped for the
//! other. It may be slow, and what is remembered must not wait for it. So a handler that has to ask it does not wait: it
//! *sends* the call, has [`Context::reply_with`] reply when the answer is there, and returns.
//!
//! Sending is not waiting, and it is done in the handler, not beside it: so calls reach the store behind in the order in
//! which they came. A write and a read of the same key behind it cannot overtake each other.
//!
//! What it costs is that a call cannot wait for room in the mailbox behind. Where there is none, its caller is told so.

mod lru;

use callcast::prelude::*;
use callcast::{Pending, SendError};

use crate::audit::{Audit, Counts, Tally};
pub use crate::cached::lru::Lease;
use crate::cached::lru::{Look, Lru};
use crate::protocol::{Entries, Store, StoreCall, StoreClient, StoreError};

/// Remembers what the store behind it has said.
#[derive(Debug)]
pub struct CachedStore {
    behind: StoreClient,
    lru: Lru,
    tally: Tally,
}

// It ends with its last client. Each job has one: so it does not end before the last caller has his reply.
#[server(protocols(Store, Audit), stop_when_unused)]
#[allow(clippy::needless_pass_by_value, reason = "a message owns its arguments")]
impl CachedStore {
    /// Returns one that remembers so many keys at most, those that were used last.
    #[init]
    #[must_use]
    pub fn new(behind: StoreClient, capacity: usize) -> Self {
        Self { behind, lru: Lru::new(capacity), tally: Tally::default() }
    }

    /// The store behind has said what this key's value is.
    #[cast]
    fn learn(&mut self, lease: Lease, value: Option<Vec<u8>>) {
        self.lru.learn(&lease, value);
    }
}

#[server]
impl Store for CachedStore {
    fn get(
        &mut self,
        key: String,
        reply: ReplyTo<Result<Option<Vec<u8>>, StoreError>>,
        ctx: &mut Context<Self>,
    ) {
        self.tally.read();
        let lease = match self.lru.look(&key) {
            Look::Known(value) => return reply.send(Ok(value)),
            Look::Ask(lease) => lease,
        };
        let (asked, me) = (self.behind.get(key).split().send(), ctx.client());
        ctx.reply_with(reply, async move {
            let value = answer(asked).await?;
            learned(&me, lease, value.clone());
            Ok(value)
        });
    }

    fn put(
        &mut self,
        key: String,
        value: Vec<u8>,
        reply: ReplyTo<Result<(), StoreError>>,
        ctx: &mut Context<Self>,
    ) {
        self.tally.write();
        let lease = self.lru.renew(&key);
        let (asked, me) = (self.behind.put(key, value.clone()).split().send(), ctx.client());
        ctx.reply_with(reply, async move {
            answer(asked).await?;
            learned(&me, lease, Some(value));
            Ok(())
        });
    }

    fn remove(&mut self, key: String, reply: ReplyTo<Result<bool, StoreError>>, ctx: &mut Context<Self>) {
        self.tally.write();
        let lease = self.lru.renew(&key);
        let (asked, me) = (self.behind.remove(key).split().send(), ctx.client());
        ctx.reply_with(reply, async move {
            let removed = answer(asked).await?;
            learned(&me, lease, None);
            Ok(removed)
        });
    }

    /// The one that waits: until there is room behind. There is no reply that could say that there was none.
    async fn forget(&mut self, key: String) {
        self.tally.write();
        self.lru.forget(&key);
        let _ = self.behind.forget(key).await;
    }

    fn keys(&mut self, reply: ReplyTo<Result<Vec<String>, StoreError>>, ctx: &mut Context<Self>) {
        self.tally.read();
        pass_on(self.behind.keys().split().send(), reply, ctx);
    }

    fn entries(&mut self, reply: ReplyTo<Result<Entries, StoreError>>, ctx: &mut Context<Self>) {
        self.tally.read();
        pass_on(self.behind.entries().split().send(), reply, ctx);
    }

    fn size(&mut self, reply: ReplyTo<Result<usize, StoreError>>, ctx: &mut Context<Self>) {
        self.tally.read();
        pass_on(self.behind.size().split().send(), reply, ctx);
    }
}

#[server]
impl Audit for CachedStore {
    fn counts(&self) -> Counts {
        self.tally.counts()
    }
}

/// A call that the store behind was sent.
type Asked<T> = Result<Pending<Result<T, StoreError>>, SendError<StoreCall>>;

/// What the store behind says to it.
async fn answer<T: Send + 'static>(asked: Asked<T>) -> Result<T, StoreError> {
    asked?.await?
}

/// Replies what the store behind says, and remembers nothing of it.
fn pass_on<T: Send + 'static>(
    asked: Asked<T>,
    reply: ReplyTo<Result<T, StoreError>>,
    ctx: &mut Context<CachedStore>,
) {
    let me = ctx.client();
    ctx.reply_with(reply, async move {
        let answer = answer(asked).await;
        drop(me);
        answer
    });
}

/// Says so to the store whose job this is, before the caller has his reply: so what he asks next, he asks a store that
/// knows it.
fn learned(me: &CachedStoreClient, lease: Lease, value: Option<Vec<u8>>) {
    // Where its mailbox is full, it is not remembered, and will be asked for again.
    drop(me.learn(lease, value).send());
}
