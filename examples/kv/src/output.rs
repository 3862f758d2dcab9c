//! The half of a socket that is written to.

use std::io;

use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;

use crate::reply::Reply;

/// When this much has gathered it is written, however much is still to come: a client that asks for much and reads
/// little is waited for, and costs no memory.
const FULL: usize = 64 << 10;

/// Gathers replies, so that those to a whole batch of commands go out in one write.
#[derive(Debug)]
pub(crate) struct Output {
    socket: OwnedWriteHalf,
    buffer: Vec<u8>,
}

impl Output {
    pub(crate) const fn new(socket: OwnedWriteHalf) -> Self {
        Self { socket, buffer: Vec::new() }
    }

    /// Takes a reply, and writes what has gathered if that is much.
    ///
    /// # Errors
    ///
    /// What the socket says when the client is gone.
    pub(crate) async fn push(&mut self, reply: Reply) -> io::Result<()> {
        let Reply::Array(items) = reply else { return self.push_one(&reply).await };
        Reply::write_array_start(&mut self.buffer, items.len());
        // One by one, since each may be long, and all of them together too long to be in memory twice.
        for item in &items {
            self.push_one(item).await?;
        }
        Ok(())
    }

    async fn push_one(&mut self, reply: &Reply) -> io::Result<()> {
        reply.write(&mut self.buffer);
        if self.buffer.len() >= FULL { self.flush().await } else { Ok(()) }
    }

    /// Writes what has gathered.
    ///
    /// # Errors
    ///
    /// What the socket says when the client is gone.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        self.socket.write_all(&self.buffer).await?;
        self.buffer.clear();
        self.buffer.shrink_to(FULL);
        Ok(())
    }

    /// Writes what has gathered, and tells the client that this was all.
    ///
    /// # Errors
    ///
    /// What the socket says when the client is gone.
    pub(crate) async fn finish(&mut self) -> io::Result<()> {
        self.flush().await?;
        self.socket.shutdown().await
    }
}
