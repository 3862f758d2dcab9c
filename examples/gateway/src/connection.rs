//! A connection to the database: a server, so that what the database needs stays in one place.
//!
//! Several commands can be under way at a time: each waits in line for its reply, and the next one is sent meanwhile. There
//! is no state to repair. Whatever goes wrong with the connection is an `Err`, which ends this server with `Failed`: whoever
//! waits hears why, and the supervisor starts another, whose `init` connects anew.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use callcast::prelude::*;
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::timeout;
use tokio_util::codec::FramedRead;

use crate::resp::{Replies, Reply, command};

/// How long the database may take for anything before the connection is given up. Longer than a call's own limit, so that its
/// caller is told that the database is slow, and not that the connection has been given up.
const PATIENCE: Duration = Duration::from_secs(2);

/// One connection.
pub(crate) struct Connection {
    output: OwnedWriteHalf,
    /// The commands that have no reply yet, in the order in which they were sent.
    waiting: VecDeque<Question>,
}

struct Question {
    asked: Instant,
    answer: Box<dyn FnOnce(Reply) + Send>,
}

// A full mailbox is a database that cannot keep up: to be told so at once is better than to wait.
#[server(timeout = "1s", mailbox = 256, overflow = "reject")]
impl Connection {
    #[init]
    pub(crate) async fn open(address: Arc<str>, ctx: &mut Context<Self>) -> Result<Self, Broken> {
        let connected = timeout(PATIENCE, connect(&address)).await.unwrap_or(Err(Broken::Silent));
        let (output, replies) = connected.map_err(|why| Broken::NotConnected(address, why.to_string()))?;
        ctx.attach(replies, ConnectionInfo::received, ConnectionInfo::broken(Broken::HungUp));
        Ok(Self { output, waiting: VecDeque::new() })
    }

    #[call]
    pub(crate) async fn get(
        &mut self,
        key: Bytes,
        answer: ReplyTo<Result<Option<Bytes>, Refused>>,
        ctx: &mut Context<Self>,
    ) {
        self.ask(&[b"GET", &key], move |reply| answer.send(value(reply)), ctx).await;
    }

    /// The values of several keys; none for one that is not there, is no string, or is too long.
    #[call]
    pub(crate) async fn get_all(
        &mut self,
        keys: Vec<Bytes>,
        answer: ReplyTo<Result<Vec<Option<Bytes>>, Refused>>,
        ctx: &mut Context<Self>,
    ) {
        let words: Vec<&[u8]> = [&b"MGET"[..]].into_iter().chain(keys.iter().map(|key| &key[..])).collect();
        self.ask(&words, move |reply| answer.send(values(reply)), ctx).await;
    }

    #[call]
    pub(crate) async fn set(
        &mut self,
        key: Bytes,
        value: Bytes,
        answer: ReplyTo<Result<(), Refused>>,
        ctx: &mut Context<Self>,
    ) {
        self.ask(&[b"SET", &key, &value], move |reply| answer.send(done(reply)), ctx).await;
    }

    /// Deletes a key, and says whether it was there.
    #[call]
    pub(crate) async fn delete(
        &mut self,
        key: Bytes,
        answer: ReplyTo<Result<bool, Refused>>,
        ctx: &mut Context<Self>,
    ) {
        self.ask(&[b"DEL", &key], move |reply| answer.send(count(reply).map(|count| count > 0)), ctx).await;
    }

    #[info]
    fn received(&mut self, reply: io::Result<Reply>) -> Result<(), Broken> {
        let reply = reply.map_err(|error| Broken::Socket(error.to_string()))?;
        let question = self.waiting.pop_front().ok_or(Broken::Unasked)?;
        (question.answer)(reply);
        Ok(())
    }

    /// Also where nothing is under way: so there is a new connection before somebody needs it.
    #[info]
    #[expect(clippy::unused_self, reason = "a handler has it")]
    fn broken(&mut self, why: Broken) -> Result<(), Broken> {
        Err(why)
    }

    #[every("250ms")]
    fn watch_the_clock(&mut self) -> Result<(), Broken> {
        let oldest = self.waiting.front().map(|question| question.asked.elapsed());
        if oldest.is_some_and(|age| age > PATIENCE) { Err(Broken::Silent) } else { Ok(()) }
    }

    /// Sends a command, and notes who is to have the reply.
    async fn ask(
        &mut self,
        words: &[&[u8]],
        answer: impl FnOnce(Reply) + Send + 'static,
        ctx: &mut Context<Self>,
    ) {
        self.waiting.push_back(Question { asked: Instant::now(), answer: Box::new(answer) });
        let bytes = command(words);
        let sent = timeout(PATIENCE, self.output.write_all(&bytes)).await;
        let error = match sent {
            Ok(Ok(())) => return,
            Ok(Err(error)) => Broken::Socket(error.to_string()),
            Err(_) => Broken::Silent,
        };
        // A call has no `Err` of its own that could end the server: the info has.
        ctx.next(ConnectionInfo::broken(error));
    }
}

/// Connects, and asks whether somebody is there: a port can be open although nobody serves it.
async fn connect(
    address: &str,
) -> Result<(OwnedWriteHalf, FramedRead<tokio::net::tcp::OwnedReadHalf, Replies>), Broken> {
    let socket = |error: io::Error| Broken::Socket(error.to_string());
    let stream = TcpStream::connect(address).await.map_err(socket)?;
    stream.set_nodelay(true).map_err(socket)?;
    let (input, mut output) = stream.into_split();
    let mut replies = FramedRead::new(input, Replies::default());
    output.write_all(&command(&[b"PING"])).await.map_err(socket)?;
    match replies.next().await {
        Some(Ok(Reply::Status(pong))) if pong == "PONG" => Ok((output, replies)),
        Some(Ok(Reply::Error(error))) => Err(Broken::Socket(format!("it refuses: {error}"))),
        Some(Ok(_)) => Err(Broken::Unasked),
        Some(Err(error)) => Err(socket(error)),
        None => Err(Broken::HungUp),
    }
}

fn value(reply: Reply) -> Result<Option<Bytes>, Refused> {
    match reply {
        Reply::Bulk(value) => Ok(Some(value)),
        Reply::Nil => Ok(None),
        other => Err(Refused::of(other)),
    }
}

fn values(reply: Reply) -> Result<Vec<Option<Bytes>>, Refused> {
    match reply {
        Reply::Array(items) => Ok(items.into_iter().map(|item| value(item).unwrap_or_default()).collect()),
        other => Err(Refused::of(other)),
    }
}

fn done(reply: Reply) -> Result<(), Refused> {
    if matches!(reply, Reply::Status(_)) { Ok(()) } else { Err(Refused::of(reply)) }
}

fn count(reply: Reply) -> Result<i64, Refused> {
    if let Reply::Integer(count) = reply { Ok(count) } else { Err(Refused::of(reply)) }
}

/// The database's own no to a command, on a connection that is fine: for the caller, and nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused(String);

impl Refused {
    fn of(reply: Reply) -> Self {
        Self(match reply {
            Reply::Error(error) => error,
            Reply::TooLong(length) => format!("a value of {length} bytes, which is too long for the gateway"),
            other => format!("an unexpected reply: {other:?}"),
        })
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Refused {}

/// Why a connection is of no use any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    NotConnected(Arc<str>, String),
    Socket(String),
    HungUp,
    /// It has taken longer than is to be borne.
    Silent,
    /// A reply to nothing: from here on, no reply would go to the right one.
    Unasked,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConnected(address, why) => {
                write!(f, "no connection to the database at {address}: {why}")
            }
            Self::Socket(error) => f.write_str(error),
            Self::HungUp => f.write_str("the database has closed the connection"),
            Self::Silent => write!(f, "the database has said nothing for {} s", PATIENCE.as_secs()),
            Self::Unasked => f.write_str("the database answers what nobody has asked"),
        }
    }
}

impl Error for Broken {}
