//! What each command does.

use std::sync::Arc;

use callcast::prelude::*;

use crate::command::{Command, HELP};
use crate::hall::Seat;
use crate::names::{Nick, RoomName};
use crate::refusal::Refusal;
use crate::session::{LINGER, Session, SessionInfo};

/// What the client that has sent a command is told. All who are in its room are told by the hall.
type Lines = Vec<Arc<str>>;

impl Session {
    pub(super) async fn execute(
        &mut self,
        command: Command,
        ctx: &mut Context<Self>,
    ) -> Result<Lines, Refusal> {
        match command {
            Command::Nick(nick) => self.rename(nick, ctx).await,
            Command::Join(room) => self.join(room, ctx).await,
            Command::Leave => self.leave(ctx).await,
            Command::Who => Ok(vec![self.who(&self.seat()?.name)]),
            Command::Rooms => Ok(self.rooms()),
            Command::Topic => Ok(vec![topic(self.seat()?.room.topic().await?)]),
            Command::SetTopic(topic) => self.set_topic(&topic).await,
            Command::Servers => Ok(callcast::observe().iter().map(|it| format!("* {it}").into()).collect()),
            Command::Crash => panic!("{} has asked for it", self.nick),
            Command::Quit => self.quit(ctx).await,
            Command::Help => Ok(HELP.map(Arc::from).into()),
            Command::Say(text) => self.say(&text).await,
            Command::Nothing => Ok(Vec::new()),
        }
    }

    fn seat(&self) -> Result<&Seat, Refusal> {
        self.seat.as_ref().ok_or(Refusal::NoRoom)
    }

    async fn say(&self, text: &str) -> Result<Lines, Refusal> {
        self.hall.say(self.seat()?, format!("{}: {text}", self.nick).into()).await?;
        Ok(Vec::new())
    }

    async fn rename(&mut self, nick: Nick, ctx: &mut Context<Self>) -> Result<Lines, Refusal> {
        if nick != self.nick {
            self.hall.rename(&ctx.client(), &self.nick, &nick)?;
        }
        let old = std::mem::replace(&mut self.nick, nick);
        let Some(seat) = &self.seat else {
            return Ok(vec![format!("* you are now {}", self.nick).into()]);
        };
        self.hall.announce(seat, format!("* {old} is now {}", self.nick)).await;
        Ok(Vec::new())
    }

    async fn join(&mut self, name: RoomName, ctx: &mut Context<Self>) -> Result<Lines, Refusal> {
        if self.seat.as_ref().is_some_and(|seat| seat.name == name) {
            return Err(Refusal::SameRoom(name));
        }
        self.go_out(ctx).await;
        let (seat, welcome) = self.hall.join(name, &ctx.client(), &self.nick).await?;
        let mut lines = welcome.history;
        lines.push(self.who(&seat.name));
        lines.push(topic(welcome.topic));
        self.seat = Some(seat);
        Ok(lines)
    }

    async fn leave(&mut self, ctx: &mut Context<Self>) -> Result<Lines, Refusal> {
        let line = format!("* you have left {}", self.seat()?.name);
        self.go_out(ctx).await;
        Ok(vec![line.into()])
    }

    /// Ends when the client has closed its end, or has had the time for it. To close both at once, with input unread,
    /// could take the last lines from the client.
    async fn quit(&mut self, ctx: &mut Context<Self>) -> Result<Lines, Refusal> {
        self.go_out(ctx).await;
        self.closing = true;
        ctx.send_after(LINGER, SessionInfo::hung_up());
        Ok(vec!["* goodbye".into()])
    }

    async fn go_out(&mut self, ctx: &mut Context<Self>) {
        if let Some(seat) = self.seat.take() {
            self.hall.leave(seat, &ctx.client(), format!("* {} has left", self.nick)).await;
        }
    }

    async fn set_topic(&self, topic: &str) -> Result<Lines, Refusal> {
        self.hall.set_topic(self.seat()?, &self.nick, topic).await?;
        Ok(Vec::new())
    }

    fn who(&self, room: &RoomName) -> Arc<str> {
        let nicks: Vec<_> = self.hall.who(room).iter().map(Nick::to_string).collect();
        format!("* in {room}: {}", nicks.join(", ")).into()
    }

    fn rooms(&self) -> Lines {
        let rooms = self.hall.rooms();
        if rooms.is_empty() {
            return vec!["* there are no rooms; /join makes one".into()];
        }
        rooms.iter().map(|(name, count)| format!("* {name}: {count}").into()).collect()
    }
}

fn topic(topic: Option<Arc<str>>) -> Arc<str> {
    topic.map_or_else(|| "* no topic".into(), |topic| format!("* topic: {topic}").into())
}
