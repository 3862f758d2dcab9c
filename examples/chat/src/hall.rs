//! Who is where: three registries, and nothing else.
//!
//! No server stands behind this, and nothing has to be cleaned up: a registry keeps nothing alive, and forgets whoever
//! ends, however it ends.

use std::sync::Arc;

use callcast::prelude::*;
use callcast::{DuplicateRegistry, RegisterError};

use crate::names::{Nick, RoomName};
use crate::refusal::Refusal;
use crate::room::{Room, RoomClient, Welcome};
use crate::session::{Session, SessionClient};

/// All rooms and all who are connected. A clone is another way to the same.
///
/// Whoever changes a room or tells it something has the lock of its key meanwhile. So all in the room hear everything in
/// the same order, and a newcomer is shown as history exactly what was said before the first line that it hears itself.
#[derive(Clone, Debug)]
pub(crate) struct Hall {
    rooms: Registry<RoomName, Room>,
    /// Who is in which room.
    members: DuplicateRegistry<RoomName, Session>,
    /// Everybody, in a room or not.
    nicks: Registry<Nick, Session>,
}

/// A place in a room, which is there for as long as somebody has one.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) name: RoomName,
    pub(crate) room: RoomClient,
}

impl Hall {
    pub(crate) fn new() -> Self {
        Self { rooms: Registry::unique(), members: Registry::duplicate(), nicks: Registry::unique() }
    }

    /// Calls a newcomer `guest-1`, or the next that is free.
    pub(crate) fn name_guest(&self, session: &SessionClient) -> Result<Nick, RegisterError> {
        let mut number = 1;
        loop {
            let nick = Nick::guest(number);
            match self.nicks.register(session, nick.clone()) {
                Ok(()) => return Ok(nick),
                Err(RegisterError::AlreadyRegistered(_)) => number += 1,
                Err(gone) => return Err(gone),
            }
        }
    }

    /// Takes the new name before the old one is given back, so that there is no moment without.
    pub(crate) fn rename(&self, session: &SessionClient, old: &Nick, new: &Nick) -> Result<(), Refusal> {
        match self.nicks.register(session, new.clone()) {
            Ok(()) => {}
            Err(RegisterError::AlreadyRegistered(_)) => return Err(Refusal::NickTaken(new.clone())),
            Err(gone) => return Err(gone.into()),
        }
        self.nicks.unregister(session, old);
        Ok(())
    }

    pub(crate) async fn join(
        &self,
        name: RoomName,
        session: &SessionClient,
        nick: &Nick,
    ) -> Result<(Seat, Welcome), Refusal> {
        let _turn = self.rooms.lock(name.clone()).await;
        let room = self.rooms.get_or_start_alone(name.clone(), Room::spec).await?;
        let welcome = room.welcome().await?;
        // Entered first: whoever hears of it, and asks who is there, is told so.
        self.members.register(session, name.clone())?;
        self.tell(&name, format!("* {nick} has joined").into()).await;
        Ok((Seat { name, room }, welcome))
    }

    /// Gives a place back, and with the last one the room.
    pub(crate) async fn leave(&self, seat: Seat, session: &SessionClient, farewell: String) {
        let _turn = self.rooms.lock(seat.name.clone()).await;
        self.members.unregister(session, &seat.name);
        self.tell(&seat.name, farewell.into()).await;
    }

    pub(crate) async fn say(&self, seat: &Seat, line: Arc<str>) -> Result<(), Refusal> {
        let _turn = self.rooms.lock(seat.name.clone()).await;
        seat.room.keep(Arc::clone(&line)).await?;
        self.tell(&seat.name, line).await;
        Ok(())
    }

    pub(crate) async fn set_topic(&self, seat: &Seat, nick: &Nick, topic: &str) -> Result<(), Refusal> {
        let _turn = self.rooms.lock(seat.name.clone()).await;
        seat.room.set_topic(topic.into()).await?;
        self.tell(&seat.name, format!("* {nick} has set the topic: {topic}").into()).await;
        Ok(())
    }

    /// Tells all in a room what is not kept.
    pub(crate) async fn announce(&self, seat: &Seat, line: String) {
        let _turn = self.rooms.lock(seat.name.clone()).await;
        self.tell(&seat.name, line.into()).await;
    }

    /// It waits for nobody, since a session's mailbox always has room. Who is gone meanwhile need not be told.
    async fn tell(&self, room: &RoomName, line: Arc<str>) {
        self.members.dispatch(room, |session| session.told(Arc::clone(&line))).await;
    }

    /// Who is in a room, those who were connected first before others.
    pub(crate) fn who(&self, room: &RoomName) -> Vec<Nick> {
        let members = self.members.entries(room);
        members.iter().filter_map(|member| self.nicks.keys(&member.client).pop()).collect()
    }

    /// All rooms, and how many are in each.
    pub(crate) fn rooms(&self) -> Vec<(RoomName, usize)> {
        let names = self.rooms.iter().map(|(name, _)| name);
        let mut rooms: Vec<_> = names.map(|name| (self.members.entries(&name).len(), name)).collect();
        rooms.sort_unstable_by(|(_, one), (_, other)| one.cmp(other));
        rooms.into_iter().map(|(count, name)| (name, count)).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.nicks.count()
    }

    pub(crate) fn sessions(&self) -> Vec<SessionClient> {
        self.nicks.iter().map(|(_, entry)| entry.client).collect()
    }
}
