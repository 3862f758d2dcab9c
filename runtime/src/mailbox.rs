//! The queue of a server or an agent: capacity, overflow, closing.
//!
//! A message that waits for room waits here, behind those that have it, and is moved up without the future that sent
//! it. So the queue alone says what comes next, and a sender that is never polled again delays nobody.

mod entries;

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use crate::contain::wake;
pub(crate) use crate::mailbox::entries::Entry;
use crate::mailbox::entries::{Room, State};
use crate::mutants::mutant;
use crate::options::{Options, Overflow};
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Lock, MutexGuard};

/// The place of a message in the order of all; it grows with each message.
#[doc(hidden)]
pub type Ticket = u64;

pub(crate) struct Mailbox<M> {
    capacity: usize,
    overflow: Overflow,
    /// How many entries there are: written under the lock, and read without it.
    length: AtomicUsize,
    /// How many messages hold a place that have been taken out in a batch, and not been begun.
    taken: AtomicUsize,
    /// How many senders wait for a place: written under the lock, and read without it.
    waiting: AtomicUsize,
    state: Lock<State<M>>,
}

/// Messages that have been taken out together, to be handled one by one.
pub(crate) type Batch<M> = VecDeque<Entry<M>>;

/// How many messages' room is kept for the next ones: a flood's is given back.
const KEPT: usize = 256;

/// What a message asks of a full mailbox.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Push {
    /// Whatever the overflow policy says.
    Policy,
    /// A place now or none.
    Now,
    /// It needs no place.
    Free,
    /// It has been accepted elsewhere, and cannot be refused: where there is no place, it waits for one that may, and else has one beyond the
    /// bound.
    Handed,
}

/// What became of a message; one that was refused comes back as it was handed in.
#[doc(hidden)]
#[derive(Debug)]
pub enum Pushed<P> {
    /// It has a place.
    Accepted(Ticket),
    /// It waits for a place.
    Waiting(Ticket),
    /// There is no place for it, and it may not wait.
    Full(P),
    /// The overflow policy dropped it.
    Dropped(P),
    /// Nobody takes messages here any more.
    Closed(P),
}

impl<M> Mailbox<M> {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            capacity: options.mailbox,
            overflow: options.overflow,
            length: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            state: Lock::new(State {
                entries: VecDeque::new(),
                next: 0,
                accepted: 0,
                waiting: 0,
                closed: false,
                sealed: false,
                stopping: false,
                first_refused: 0,
                receiver: None,
            }),
        }
    }

    /// Puts a message at the end, as `wrap` makes one of what is handed in; another may have to go for it.
    pub(crate) fn push<P>(
        &self,
        payload: P,
        wrap: impl FnOnce(P) -> M,
        push: Push,
        attended: bool,
    ) -> (Pushed<P>, Option<M>) {
        let mut state = self.state.lock();
        mutant!("mailbox_takes_messages_after_its_end" => state.closed = false);
        if state.closed || state.sealed {
            return (Pushed::Closed(payload), None);
        }
        let waits = matches!(push, Push::Policy | Push::Handed) && self.overflow == Overflow::Wait;
        let is_full = !self.has_room(&mut state, waits);
        let (room, dropped) = match (push, self.overflow) {
            (Push::Free, _) => (Room::Free, None),
            _ if !is_full => (Room::Accepted, None),
            _ if waits => (Room::Waiting, None),
            (Push::Handed, _) => (Room::Accepted, None),
            (_, Overflow::DropOldest) => {
                (Room::Accepted, state.drop_oldest().map(|entry| (entry.message, entry.waker)))
            }
            (_, Overflow::DropNewest) => return (Pushed::Dropped(payload), None),
            (_, Overflow::Reject | Overflow::Wait) => return (Pushed::Full(payload), None),
        };
        state.make_room(self.capacity);
        let ticket = state.enter(wrap(payload), room, attended);
        self.note(&state);
        let receiver = state.receiver.take();
        drop(state);
        wake(receiver);
        let dropped = dropped.map(|(message, sender)| {
            wake(sender);
            message
        });
        let pushed = if room == Room::Waiting { Pushed::Waiting(ticket) } else { Pushed::Accepted(ticket) };
        (pushed, dropped)
    }

    /// Whether a message can have a place. A place that falls free goes to whoever waits, at once: where there is one,
    /// nobody waits.
    ///
    /// A receiver gives back the place of a message of its batch without the lock. So whoever is about to wait says so
    /// and *then* looks once more, by a read-modify-write, as the receiver gives back and *then* looks who waits.
    fn has_room(&self, state: &mut State<M>, waits: bool) -> bool {
        if state.accepted + self.taken.load(Ordering::Acquire) < self.capacity {
            return state.waiting == 0;
        }
        if !waits {
            return false;
        }
        mutant!("mailbox_looks_for_room_but_once" => return false);
        self.waiting.store(state.waiting + 1, Ordering::Relaxed);
        mutant!("mailbox_looks_again_by_a_load" => return self.taken.load(Ordering::Acquire) == 0);
        let taken = self.taken.fetch_add(0, Ordering::AcqRel);
        state.waiting == 0 && state.accepted + taken < self.capacity
    }

    /// Takes out the messages that have their place, in their order, or leaves a waker for the next; `batch` is empty.
    ///
    /// A message keeps its place until it is begun: see [`begun`](Self::begun).
    pub(crate) fn take_batch(&self, batch: &mut Batch<M>, most: usize, cx: &Context<'_>) {
        let mut state = self.state.lock();
        if state.entries.is_empty() {
            state.give_back(KEPT);
            // An idle server keeps one buffer of the two: the next message finds it.
            if state.entries.capacity() < batch.capacity() {
                std::mem::swap(&mut state.entries, batch);
            }
            *batch = VecDeque::new();
            mutant!("mailbox_lets_go_before_it_leaves_its_waker" => drop(state); state = self.state.lock());
            if state.receiver.as_ref().is_none_or(|waker| !waker.will_wake(cx.waker())) {
                state.receiver = Some(cx.waker().clone());
            }
            return;
        }
        let count = match self.overflow {
            // What is here may have to make room.
            Overflow::DropOldest => 1,
            _ if state.waiting == 0 => state.entries.len(),
            _ => state.entries.iter().take_while(|entry| entry.room != Room::Waiting).count(),
        };
        let count = count.min(most);
        // What is large stays here: the queue would grow to that size once more beside it.
        if count == state.entries.len() && state.entries.capacity() <= KEPT {
            std::mem::swap(&mut state.entries, batch);
        } else {
            batch.extend(state.entries.drain(..count));
        }
        let places = batch.iter().filter(|entry| entry.room == Room::Accepted).count();
        state.accepted -= places;
        self.taken.fetch_add(places, Ordering::AcqRel);
        self.note(&state);
    }

    /// Takes the first message out, or leaves a waker for the next.
    #[cfg(all(test, any(callcast_loom, callcast_shuttle)))]
    pub(crate) fn poll_pop(&self, cx: &Context<'_>) -> Poll<M> {
        let mut batch = VecDeque::new();
        self.take_batch(&mut batch, 1, cx);
        let Some(entry) = batch.pop_front() else { return Poll::Pending };
        self.begun(&entry);
        Poll::Ready(entry.message)
    }

    /// A message of a batch is being handled: its place goes to the first that waits for one.
    #[inline]
    pub(crate) fn begun(&self, entry: &Entry<M>) {
        if entry.room != Room::Accepted {
            return;
        }
        self.taken.fetch_sub(1, Ordering::AcqRel);
        mutant!("mailbox_gives_a_place_to_nobody" => return);
        if self.waiting.load(Ordering::Acquire) != 0 {
            self.move_up();
        }
    }

    #[cold]
    fn move_up(&self) {
        let mut state = self.state.lock();
        let taken = self.taken.load(Ordering::Acquire);
        let moved_up = if state.accepted + taken < self.capacity { state.move_up() } else { None };
        self.note(&state);
        drop(state);
        wake(moved_up);
    }

    /// Whether none of those that count stands ahead of a message that is here.
    pub(crate) fn is_first(&self, ticket: Ticket, counts: impl Fn(&M) -> bool) -> bool {
        let state = self.state.lock();
        let first = state.entries.iter().find(|entry| entry.ticket == ticket || counts(&entry.message));
        first.is_some_and(|first| first.ticket == ticket)
    }

    /// Takes the first message out, if it stands no later than this; with it comes the sender that waits for its turn.
    pub(crate) fn pop_until(&self, last: Ticket) -> Option<(M, Option<Waker>)> {
        let mut state = self.state.lock();
        if state.entries.front()?.ticket > last {
            return None;
        }
        let (entry, moved_up) = state.pop()?;
        state.give_back(KEPT);
        self.note(&state);
        drop(state);
        wake(moved_up);
        Some((entry.message, entry.waker))
    }

    /// Whether a message has a place; `Err` where it never got one before the mailbox was closed.
    pub(crate) fn poll_accepted(&self, ticket: Ticket, cx: &Context<'_>) -> Poll<Result<(), ()>> {
        let mut state = self.state.lock();
        match state.find(ticket) {
            Some(index) if state.entries[index].room == Room::Waiting => {
                state.entries[index].waker = Some(cx.waker().clone());
                Poll::Pending
            }
            None if state.closed && ticket >= state.first_refused => Poll::Ready(Err(())),
            _ => Poll::Ready(Ok(())),
        }
    }

    /// Leaves a waker with a message; `false` where it has been taken out.
    pub(crate) fn attend(&self, ticket: Ticket, cx: &Context<'_>) -> bool {
        let mut state = self.state.lock();
        let Some(index) = state.find(ticket) else { return false };
        state.entries[index].waker = Some(cx.waker().clone());
        true
    }

    /// Whether a message is still here.
    pub(crate) fn contains(&self, ticket: Ticket) -> bool {
        self.state.lock().find(ticket).is_some()
    }

    /// No future sees to this message any more.
    pub(crate) fn leave_alone(&self, ticket: Ticket) {
        let mut state = self.state.lock();
        if let Some(index) = state.find(ticket) {
            let entry = &mut state.entries[index];
            entry.attended = false;
            entry.waker = None;
        }
    }

    /// Takes a message out again that still waits for a place, or needs none and is of use to nobody but who waits for it.
    pub(crate) fn withdraw(&self, ticket: Ticket) -> Option<M> {
        let mut state = self.state.lock();
        let index = state.find(ticket)?;
        mutant!("mailbox_withdraws_what_has_a_place" => state.entries[index].room = Room::Waiting);
        match state.entries[index].room {
            Room::Waiting => state.waiting -= 1,
            Room::Free if state.entries[index].attended => {}
            Room::Free | Room::Accepted => return None,
        }
        let entry = state.entries.remove(index);
        self.note(&state);
        entry.map(|entry| entry.message)
    }

    /// Takes out, wherever they stand, those that need no room and are as asked.
    pub(crate) fn extract(&self, is_wanted: impl Fn(&M) -> bool) -> Vec<M> {
        let mut state = self.state.lock();
        let is_wanted = |entry: &Entry<M>| entry.room == Room::Free && is_wanted(&entry.message);
        if !state.entries.iter().any(is_wanted) {
            return Vec::new();
        }
        let (wanted, rest) =
            std::mem::take(&mut state.entries).into_iter().partition::<VecDeque<_>, _>(is_wanted);
        state.entries = rest;
        self.note(&state);
        drop(state);
        wanted.into_iter().map(|entry| entry.message).collect()
    }

    /// Whether there is one that needs no room and is as asked.
    pub(crate) fn has(&self, is_wanted: impl Fn(&M) -> bool) -> bool {
        let state = self.state.lock();
        state.entries.iter().any(|entry| entry.room == Room::Free && is_wanted(&entry.message))
    }

    /// Puts a last message behind all that are here, those that wait for room among them, and takes no more after it.
    pub(crate) fn seal(&self, last: M) -> Result<Ticket, M> {
        let mut state = self.state.lock();
        if state.closed || state.sealed {
            return Err(last);
        }
        state.sealed = true;
        Ok(self.enter_last(state, last))
    }

    /// Puts a message that ends the receiver behind all that are here, unless there is one already: however often an end is
    /// asked for, it takes the room of one message.
    pub(crate) fn push_stop(&self, stop: M) -> Result<Ticket, M> {
        let mut state = self.state.lock();
        if state.closed || state.sealed || state.stopping {
            return Err(stop);
        }
        state.stopping = true;
        Ok(self.enter_last(state, stop))
    }

    fn enter_last(&self, mut state: MutexGuard<'_, State<M>>, last: M) -> Ticket {
        state.make_room(self.capacity);
        let ticket = state.enter(last, Room::Free, false);
        self.note(&state);
        let receiver = state.receiver.take();
        drop(state);
        wake(receiver);
        ticket
    }

    /// Takes no more messages, and gives back those that were never taken out; with each goes whether it was accepted,
    /// for the sender of one that was not learns that it was refused.
    pub(crate) fn close(&self) -> Vec<(M, bool)> {
        Self::left(self.close_now())
    }

    /// What is left, when those who wait for a place have been woken.
    pub(crate) fn left(entries: Batch<M>) -> Vec<(M, bool)> {
        let mut messages = Vec::with_capacity(entries.len());
        for entry in entries {
            // Of one that nobody sees to the sender has been told that it was accepted.
            messages.push((entry.message, entry.room != Room::Waiting || !entry.attended));
            wake(entry.waker);
        }
        messages
    }

    /// Takes no more messages, and gives back what is here without a look at it.
    pub(crate) fn close_now(&self) -> Batch<M> {
        let (entries, receiver) = {
            let mut state = self.state.lock();
            if state.closed {
                return Batch::new();
            }
            state.closed = true;
            // Those with a place all stand before the first that has none.
            let first_refused =
                state.entries.iter().skip(state.accepted).find(|entry| entry.room == Room::Waiting);
            state.first_refused = first_refused.map_or(state.next, |entry| entry.ticket);
            state.accepted = 0;
            state.waiting = 0;
            self.taken.store(0, Ordering::Release);
            let left = (std::mem::take(&mut state.entries), state.receiver.take());
            self.note(&state);
            left
        };
        wake(receiver);
        entries
    }

    /// The wakers of all senders that left one.
    pub(crate) fn take_wakers(&self) -> Vec<Waker> {
        self.state.lock().entries.iter_mut().filter_map(|entry| entry.waker.take()).collect()
    }

    /// The last message that no future sees to.
    pub(crate) fn last_unattended(&self) -> Option<Ticket> {
        self.state.lock().entries.iter().rev().find(|entry| !entry.attended).map(|entry| entry.ticket)
    }

    /// Whether there is nothing in it, as far as this thread can know.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        // Acquire: who sees that its message is gone sees as well that somebody has it.
        self.length.load(Ordering::Acquire) == 0
    }

    /// After each change, before the lock is let go.
    fn note(&self, state: &State<M>) {
        self.length.store(state.entries.len(), Ordering::Release);
        self.waiting.store(state.waiting, Ordering::Release);
    }

    pub(crate) fn len(&self) -> usize {
        let state = self.state.lock();
        state.accepted + self.taken.load(Ordering::Acquire) + state.waiting
    }

    /// How many were handed on and have no place within the bound.
    pub(crate) fn beyond(&self) -> usize {
        let state = self.state.lock();
        let waiting = state.entries.iter().filter(|entry| entry.room == Room::Waiting && !entry.attended);
        let placed = state.accepted + self.taken.load(Ordering::Acquire);
        placed.saturating_sub(self.capacity) + waiting.count()
    }

    /// How many messages have been put in so far.
    pub(crate) fn enqueued(&self) -> u64 {
        self.state.lock().next
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }
}
