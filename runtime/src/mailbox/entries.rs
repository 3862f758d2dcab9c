//! What stands in a mailbox, and in which order.

use std::collections::VecDeque;
use std::task::Waker;

use super::Ticket;

pub(super) struct State<M> {
    /// In the order in which they were sent.
    pub(super) entries: VecDeque<Entry<M>>,
    pub(super) next: Ticket,
    /// How many entries hold one of the mailbox's places.
    pub(super) accepted: usize,
    /// How many wait for a place.
    pub(super) waiting: usize,
    pub(super) closed: bool,
    /// Whether no more are taken, though what is here will be handled.
    pub(super) sealed: bool,
    /// Whether a message that ends the receiver is here, or was.
    pub(super) stopping: bool,
    /// When closed: the first message that never had a place.
    pub(super) first_refused: Ticket,
    /// Whoever takes messages out, while it waits for one.
    pub(super) receiver: Option<Waker>,
}

/// A message where it stands.
pub(crate) struct Entry<M> {
    pub(super) ticket: Ticket,
    pub(crate) message: M,
    pub(super) room: Room,
    /// The sender that waits for a place, or, at an agent, for its turn.
    pub(super) waker: Option<Waker>,
    /// Whether a future will see to this message.
    pub(super) attended: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Needs none: what the server itself or its supervisor sends.
    Free,
    Accepted,
    Waiting,
}

impl<M> Entry<M> {
    /// A message that was never taken out, and holds no place any more.
    pub(crate) const fn left(message: M) -> Self {
        Self { ticket: 0, message, room: Room::Free, waker: None, attended: false }
    }
}

impl<M> State<M> {
    /// Makes room for one more, where there is none: twice as much as there is, but for no more than may have a place; from
    /// there on for twice as many as wait.
    pub(super) fn make_room(&mut self, places: usize) {
        let room = self.entries.capacity();
        if self.entries.len() == room {
            let more = if room < places { room.max(4).min(places - room) } else { (room - places).max(16) };
            self.entries.reserve_exact(more);
        }
    }

    /// Gives back the room of a flood that is over.
    pub(super) fn give_back(&mut self, kept: usize) {
        if self.entries.is_empty() && self.entries.capacity() > kept {
            self.entries = VecDeque::new();
        }
    }

    pub(super) fn enter(&mut self, message: M, room: Room, attended: bool) -> Ticket {
        let ticket = self.next;
        self.next += 1;
        match room {
            Room::Free => {}
            Room::Accepted => self.accepted += 1,
            Room::Waiting => self.waiting += 1,
        }
        self.entries.push_back(Entry { ticket, message, room, waker: None, attended });
        ticket
    }

    /// Tickets grow along the queue, with gaps where messages were withdrawn.
    pub(super) fn find(&self, ticket: Ticket) -> Option<usize> {
        self.entries.binary_search_by_key(&ticket, |entry| entry.ticket).ok()
    }

    /// The first message, and the sender that gets its place.
    pub(super) fn pop(&mut self) -> Option<(Entry<M>, Option<Waker>)> {
        let entry = self.entries.pop_front()?;
        let moved_up = match entry.room {
            Room::Free => None,
            Room::Waiting => {
                self.waiting -= 1;
                None
            }
            Room::Accepted => {
                self.accepted -= 1;
                self.move_up()
            }
        };
        Some((entry, moved_up))
    }

    /// Gives a free place to the first that waits for one.
    pub(super) fn move_up(&mut self) -> Option<Waker> {
        if self.waiting == 0 {
            return None;
        }
        // Those with a place all stand before the first that has none.
        let entry = self.entries.iter_mut().skip(self.accepted).find(|entry| entry.room == Room::Waiting)?;
        entry.room = Room::Accepted;
        let waker = entry.waker.take();
        self.waiting -= 1;
        self.accepted += 1;
        waker
    }

    pub(super) fn drop_oldest(&mut self) -> Option<Entry<M>> {
        let index = self.entries.iter().position(|entry| entry.room == Room::Accepted)?;
        self.accepted -= 1;
        self.entries.remove(index)
    }
}
