//! Publish and subscribe: a server.
//!
//! It is a server because it waits: publishing ends when every subscriber has room for the message, so a publisher is
//! no faster than its subscribers, and all of them see all messages in the same order. A subscriber that does not read
//! makes no room. It is waited for once, and then disconnected, so its memory is bounded by its mailbox.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use callcast::prelude::*;
use callcast::{CastError, ServerId};
use futures_util::future::join_all;

use crate::connection::ConnectionClient;

/// How long a subscriber that does not read is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Who has subscribed to which channel.
#[derive(Debug, Default)]
pub(crate) struct Topics {
    channels: HashMap<Bytes, Vec<Subscriber>>,
}

/// A connection that has subscribed.
#[derive(Debug)]
pub(crate) struct Subscriber {
    pub(crate) id: ServerId,
    pub(crate) connection: ConnectionClient,
}

#[server]
#[allow(clippy::needless_pass_by_value, reason = "a message owns its arguments")]
impl Topics {
    #[init]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    #[cast]
    pub(crate) fn subscribe(&mut self, channel: Bytes, subscriber: Subscriber) {
        self.channels.entry(channel).or_default().push(subscriber);
    }

    #[cast]
    pub(crate) fn unsubscribe(&mut self, channel: Bytes, id: ServerId) {
        if let Some(subscribers) = self.channels.get_mut(&channel) {
            subscribers.retain(|subscriber| subscriber.id != id);
            self.forget_if_empty(&channel);
        }
    }

    /// Returns how many subscribers the message was sent to.
    #[call]
    pub(crate) async fn publish(&mut self, channel: Bytes, payload: Bytes) -> usize {
        let Some(subscribers) = self.channels.get_mut(&channel) else { return 0 };
        let deliveries = subscribers.iter().map(|subscriber| subscriber.deliver(&channel, &payload));
        let mut delivered = join_all(deliveries).await.into_iter();
        subscribers.retain(|_| delivered.next().unwrap_or_default());
        let reached = subscribers.len();
        self.forget_if_empty(&channel);
        reached
    }

    fn forget_if_empty(&mut self, channel: &Bytes) {
        if self.channels.get(channel).is_some_and(Vec::is_empty) {
            self.channels.remove(channel);
        }
    }
}

impl Subscriber {
    /// Returns whether the subscriber is still there.
    async fn deliver(&self, channel: &Bytes, payload: &Bytes) -> bool {
        let delivery = self.connection.deliver(channel.clone(), payload.clone()).timeout(PATIENCE).await;
        if delivery == Err(CastError::Timeout) {
            // Not `stop`, which would stand in line behind the write that does not end.
            drop(self.connection.kill().send());
        }
        delivery.is_ok()
    }
}
