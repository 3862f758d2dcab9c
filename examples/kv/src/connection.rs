//! A client's connection: a server.
//!
//! What the client sends arrives as infos, a batch of all the requests that one read brought, and what is published
//! arrives as casts. Both are handled one at a time, so replies and messages never mix. The commands of a batch are
//! executed in order, most of them by agents, which costs no task switch, and their replies go out in one write.
//!
//! A client that does not read its replies holds up this handler, and so the next read: it slows down itself, and
//! nobody else.

use std::collections::HashSet;
use std::io;
use std::time::{Duration, Instant};

use bytes::Bytes;
use callcast::prelude::*;
use tokio::net::TcpStream;
use tokio_util::codec::FramedRead;

use crate::command::{Command, Query};
use crate::entries::owned;
use crate::output::Output;
use crate::protocol::{Batch, Request, Requests};
use crate::reply::Reply;
use crate::services::Services;
use crate::stats::Connected;
use crate::topics::Subscriber;

/// How long a client may take to close its end of the connection, after ours.
const LINGER: Duration = Duration::from_secs(1);

const SUBSCRIBED: &str =
    "Can't execute this: only SUBSCRIBE / UNSUBSCRIBE / PING / QUIT are allowed in this context";

/// The server's side of one connection.
#[derive(Debug)]
pub(crate) struct Connection {
    services: Services,
    output: Output,
    /// The channels that the client has subscribed to.
    channels: HashSet<Bytes>,
    /// Whether the last reply is out, and nothing is answered any more.
    finished: bool,
    /// Counts the client while it is there.
    _connected: Connected,
}

// What a client has sent and what is to be sent to it waits here, and each may be as long as a request can be.
#[server(mailbox = 16)]
impl Connection {
    #[init]
    pub(crate) async fn open(
        socket: TcpStream,
        services: Services,
        ctx: &mut Context<Self>,
    ) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        let connected = Connected::new(services.stats.clone()).await.map_err(io::Error::other)?;
        let (input, output) = socket.into_split();
        let batches = FramedRead::new(input, Requests::default());
        ctx.attach(batches, ConnectionInfo::received, ConnectionInfo::hung_up());
        let (output, channels) = (Output::new(output), HashSet::new());
        Ok(Self { services, output, channels, finished: false, _connected: connected })
    }

    #[info]
    async fn received(&mut self, batch: io::Result<Batch>, ctx: &mut Context<Self>) {
        if !self.finished && self.answer(batch, ctx).await.is_err() {
            self.hung_up(ctx);
        }
    }

    /// A message that was published.
    #[cast]
    pub(crate) async fn deliver(&mut self, channel: Bytes, payload: Bytes, ctx: &mut Context<Self>) {
        // It may have been under way when the client unsubscribed.
        if !self.channels.contains(&channel) || self.finished {
            return;
        }
        if self.push_message(channel, payload).await.is_err() {
            self.hung_up(ctx);
        }
    }

    /// The client is gone, in whatever way; that is no failure of ours.
    #[info]
    fn hung_up(&mut self, ctx: &mut Context<Self>) {
        self.finished = true;
        ctx.stop(ExitReason::Normal);
    }

    #[terminate]
    async fn close(&mut self, ctx: &mut Context<Self>) {
        for channel in self.channels.drain() {
            // If there are no topics any more, there is nothing to unsubscribe from.
            let _ = self.services.topics.unsubscribe(channel, ctx.id()).await;
        }
    }

    /// Fails if the client is gone.
    async fn answer(&mut self, batch: io::Result<Batch>, ctx: &mut Context<Self>) -> io::Result<()> {
        let Batch { requests, error } = batch?;
        // What cannot be counted is served all the same.
        let _ = self.services.stats.executed(requests.len() as u64).await;
        for request in requests {
            self.execute(request, ctx).await?;
            if self.finished {
                return self.finish(ctx).await;
            }
        }
        if let Some(error) = error {
            self.output.push(Reply::error(error)).await?;
            return self.finish(ctx).await;
        }
        self.output.flush().await
    }

    async fn execute(&mut self, request: Request, ctx: &mut Context<Self>) -> io::Result<()> {
        let reply = match Command::parse(request) {
            Ok(Command::Ping(text)) => self.pong(text),
            Ok(Command::Query(query)) => self.query(query).await,
            Ok(Command::Subscribe(channels)) => return self.subscribe(channels, ctx).await,
            Ok(Command::Unsubscribe(channels)) => return self.unsubscribe(channels, ctx).await,
            Ok(Command::Quit) => {
                self.finished = true;
                Reply::OK
            }
            Err(error) => Reply::error(error),
        };
        self.output.push(reply).await
    }

    async fn query(&self, query: Query) -> Reply {
        if !self.channels.is_empty() {
            return Reply::error(SUBSCRIBED);
        }
        self.services.execute(query, Instant::now()).await
    }

    async fn subscribe(&mut self, channels: Vec<Bytes>, ctx: &mut Context<Self>) -> io::Result<()> {
        for channel in channels {
            // What is kept is a copy, and not a slice of all that was read with it.
            let channel = owned(&channel);
            if self.channels.insert(channel.clone()) {
                // A cast: once it is accepted, all that is published stands behind it in line. A call would wait until
                // it is handled, and the topics may be waiting for room in this server's own mailbox.
                let subscriber = Subscriber { id: ctx.id(), connection: ctx.client() };
                let accepted = self.services.topics.subscribe(channel.clone(), subscriber).await;
                accepted.map_err(io::Error::other)?;
            }
            self.push_count("subscribe", channel.into()).await?;
        }
        Ok(())
    }

    async fn unsubscribe(&mut self, channels: Vec<Bytes>, ctx: &mut Context<Self>) -> io::Result<()> {
        let channels = if channels.is_empty() { self.channels.iter().cloned().collect() } else { channels };
        if channels.is_empty() {
            return self.push_count("unsubscribe", Reply::Nil).await;
        }
        for channel in channels {
            if self.channels.remove(&channel) {
                let accepted = self.services.topics.unsubscribe(channel.clone(), ctx.id()).await;
                accepted.map_err(io::Error::other)?;
            }
            self.push_count("unsubscribe", channel.into()).await?;
        }
        Ok(())
    }

    /// Says what was done, to which channel, and how many there are now.
    async fn push_count(&mut self, what: &'static str, channel: Reply) -> io::Result<()> {
        self.output.push([Reply::text(what), channel, self.channels.len().into()].into()).await
    }

    fn pong(&self, text: Option<Bytes>) -> Reply {
        match text {
            text if !self.channels.is_empty() => {
                [Reply::text("pong"), text.unwrap_or_default().into()].into()
            }
            Some(text) => text.into(),
            None => Reply::Status("PONG"),
        }
    }

    async fn push_message(&mut self, channel: Bytes, payload: Bytes) -> io::Result<()> {
        self.output.push([Reply::text("message"), channel.into(), payload.into()].into()).await?;
        self.output.flush().await
    }

    /// Closes our end of the connection, and leaves the client some time to read what was sent and to close its own. To
    /// close both at once, with input unread, could take the last reply from the client.
    async fn finish(&mut self, ctx: &mut Context<Self>) -> io::Result<()> {
        self.finished = true;
        self.output.finish().await?;
        ctx.send_after(LINGER, ConnectionInfo::hung_up());
        Ok(())
    }
}
