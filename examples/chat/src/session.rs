//! A client's connection: a server.
//!
//! What the client sends comes from a job that reads one line, and is started again when that line has been dealt with:
//! whoever sends fast is read slowly. (A stream that is attached would put its lines into the mailbox, where they would
//! count, and could be dropped to make room. What a job brings needs no room.)
//!
//! What the client is told comes as casts, and their mailbox drops the oldest where one is too many: a speaker never
//! waits for a listener. They are written by another job, one at a time, which gathers what comes meanwhile in an
//! [`Outbox`] that is bounded too. So no handler ever waits for the client, however little it reads, and this server
//! hears at once that it is to end.

mod commands;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use callcast::RegisterError;
use callcast::prelude::*;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;

use crate::command::Command;
use crate::hall::{Hall, Seat};
use crate::input::{Heard, Input};
use crate::names::Nick;
use crate::outbox::Outbox;

/// How long a client may take to read the last lines and to close its end of the connection, after `/quit`.
const LINGER: Duration = Duration::from_secs(1);

/// The server's side of one connection.
#[derive(Debug)]
pub(crate) struct Session {
    hall: Hall,
    nick: Nick,
    /// The room that the client is in.
    seat: Option<Seat>,
    outbox: Outbox,
    /// Whether the client has said `/quit`, and is listened to no more.
    closing: bool,
}

#[server(mailbox = 256, overflow = "drop_oldest")]
impl Session {
    #[init]
    pub(crate) fn open(
        socket: TcpStream,
        hall: Hall,
        ctx: &mut Context<Self>,
    ) -> Result<Self, RegisterError> {
        let nick = hall.name_guest(&ctx.client())?;
        // What is said is to be heard now. Where that cannot be had, it is heard a little later.
        drop(socket.set_nodelay(true));
        let (input, output) = socket.into_split();
        ctx.spawn(Input::new(input).next(), SessionInfo::heard);
        let hello = format!("* welcome, {nick}; /help says what there is");
        let mut session = Self { hall, nick, seat: None, outbox: Outbox::new(output), closing: false };
        session.tell([hello], ctx);
        Ok(session)
    }

    /// Somebody has said something in the client's room, or something has happened there.
    #[cast]
    pub(crate) fn told(&mut self, line: Arc<str>, ctx: &mut Context<Self>) {
        self.tell([line], ctx);
    }

    #[info]
    async fn heard(&mut self, heard: Heard, input: Input, ctx: &mut Context<Self>) {
        match heard {
            Heard::End => return self.hung_up(ctx),
            _ if self.closing => {}
            Heard::Line(line) => self.obey(&line, ctx).await,
            Heard::Bad(error) => self.tell([format!("! {error}")], ctx),
        }
        ctx.spawn(input.next(), SessionInfo::heard);
    }

    #[info]
    fn written(&mut self, written: io::Result<OwnedWriteHalf>, ctx: &mut Context<Self>) {
        match written {
            Ok(socket) => self.outbox.written(socket),
            Err(_) => return self.hung_up(ctx),
        }
        if self.closing && self.outbox.is_empty() {
            self.outbox.close();
        }
        self.write(ctx);
    }

    /// The client is gone, in whatever way; that is no failure of ours.
    #[info]
    #[allow(clippy::unused_self, reason = "a handler")]
    fn hung_up(&mut self, ctx: &mut Context<Self>) {
        ctx.stop(ExitReason::Normal);
    }

    /// Runs after a panic too. The registries need no word of this; the others in the room do.
    #[terminate]
    async fn close(&mut self, reason: &ExitReason, ctx: &mut Context<Self>) {
        let farewell = match reason {
            ExitReason::Panicked(_) => format!("* {} has crashed, and left", self.nick),
            _ => format!("* {} has left", self.nick),
        };
        if let Some(seat) = self.seat.take() {
            self.hall.leave(seat, &ctx.client(), farewell).await;
        }
    }

    async fn obey(&mut self, line: &str, ctx: &mut Context<Self>) {
        let done = match Command::parse(line) {
            Ok(command) => self.execute(command, ctx).await.map_err(|refusal| refusal.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match done {
            Ok(lines) => self.tell(lines, ctx),
            Err(text) => self.tell([format!("! {text}")], ctx),
        }
    }

    fn tell<L: Into<Arc<str>>>(&mut self, lines: impl IntoIterator<Item = L>, ctx: &mut Context<Self>) {
        lines.into_iter().for_each(|line| self.outbox.push(line.into()));
        self.write(ctx);
    }

    fn write(&mut self, ctx: &mut Context<Self>) {
        if let Some(write) = self.outbox.write() {
            ctx.spawn(write, SessionInfo::written);
        }
    }
}
