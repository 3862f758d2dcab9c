//! What has become of each message, and whether that is what its sender was told.

use std::collections::BTreeMap;

use callcast::{CallError, CastError, ServerId};

use super::faults::Fault;
use super::servers::{Kind, Receipt};
use super::world::State;

/// What the sender knows of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Sending,
    /// A cast that was accepted.
    Accepted,
    /// A call that brought a value.
    Answered,
    /// An error said that it has not run and never will.
    Refused,
    /// As `Refused`, since there was no room.
    Full,
    /// It may be handled once, or not at all.
    Unknown,
}

#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) slot: usize,
    sender: u64,
    seq: u64,
    /// When it was sent.
    at: u64,
    pub(crate) is_call: bool,
    /// Whom it was sent to, where that was one incarnation and no other.
    pub(crate) target: Option<ServerId>,
    pub(crate) fate: Fate,
    /// Which incarnation has handled it.
    pub(crate) handled: Option<usize>,
    /// A `terminate` was given it as one that was left.
    pub(crate) is_left: bool,
}

/// A call or a cast on its way: what its end is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) number: usize,
    pub(crate) at: u64,
    /// Milliseconds; none for ever.
    pub(crate) limit: Option<u64>,
}

impl State {
    /// Writes down that a message is about to be sent.
    pub(crate) fn send(
        &mut self,
        slot: usize,
        sender: u64,
        is_call: bool,
        target: Option<ServerId>,
        limit: Option<u64>,
    ) -> Sent {
        let seq = self.senders.entry(sender).or_default();
        *seq += 1;
        let (seq, number, at) = (*seq, self.messages.len(), self.now());
        let fate = Fate::Sending;
        self.messages.push(Message {
            slot,
            sender,
            seq,
            at,
            is_call,
            target,
            fate,
            handled: None,
            is_left: false,
        });
        self.note(if is_call { "call" } else { "cast" }, slot, number as u64);
        Sent { number, at, limit }
    }

    /// An incarnation begins to handle a message.
    pub(crate) fn handle(&mut self, number: usize, life: usize) {
        let (slot, is_busy) = (self.lives[life].slot, self.lives[life].is_busy);
        self.note("handle", slot, number as u64);
        let Message { slot: meant, sender, seq, fate, handled, is_left, .. } = self.messages[number];
        if meant != slot {
            self.broken(|| format!("message {number} to s{meant} is handled at s{slot}"));
        }
        if is_busy {
            self.broken(|| format!("message {number} is handled while s{slot} handles another"));
        }
        if let Some(first) = handled {
            self.broken(|| format!("message {number} is handled by life {first}, and again by {life}"));
        }
        if matches!(fate, Fate::Refused | Fate::Full | Fate::Answered) {
            self.broken(|| format!("message {number} is handled, and its sender was told: {fate:?}"));
        }
        if is_left {
            self.broken(|| format!("message {number} is handled after `terminate` had it as left"));
        }
        if let Some(last) = self.lives[life].last.insert(sender, seq)
            && last >= seq
        {
            self.broken(|| format!("s{slot} handles {seq} of sender {sender} after {last}"));
        }
        if self.lives[life].ended.is_some() {
            self.broken(|| format!("life {life} of s{slot} handles message {number} after its end"));
        }
        self.messages[number].handled = Some(life);
        self.lives[life].is_busy = true;
    }

    /// A `terminate` has been given a message that was left.
    pub(crate) fn leave(&mut self, number: usize, life: usize) {
        self.note("left", self.lives[life].slot, number as u64);
        let Message { fate, handled, is_left, .. } = self.messages[number];
        if handled.is_some() || is_left || matches!(fate, Fate::Refused | Fate::Full) {
            self.broken(|| format!("message {number} is left, and was {fate:?}, handled by {handled:?}"));
        }
        self.messages[number].is_left = true;
    }

    fn set_fate(&mut self, number: usize, fate: Fate) {
        let Message { slot, handled, is_left, .. } = self.messages[number];
        self.messages[number].fate = fate;
        let never = matches!(fate, Fate::Refused | Fate::Full);
        if never && (handled.is_some() || is_left) {
            self.broken(|| {
                format!(
                    "message {number} to s{slot} was not delivered, it says, and was handled by {handled:?}"
                )
            });
        }
    }

    /// A call has ended.
    pub(crate) fn answered(&mut self, sent: Sent, result: &Result<Receipt, CallError>) {
        let Sent { number, .. } = sent;
        let slot = self.messages[number].slot;
        match result {
            Ok(receipt) => {
                self.note("answer", slot, number as u64);
                let handled = self.messages[number].handled;
                if receipt.number != number || handled != Some(receipt.life) {
                    let life = receipt.life;
                    self.broken(|| format!("call {number} has got {life}'s reply, and {handled:?} had it"));
                }
                self.set_fate(number, Fate::Answered);
            }
            Err(error) => {
                self.note(kind_of_call_error(error), slot, number as u64);
                match error {
                    CallError::Timeout { .. } => self.fault(Fault::Timeout),
                    CallError::Full => self.fault(Fault::Full),
                    CallError::NoProc => self.fault(Fault::NobodyThere),
                    _ => {}
                }
                let fate = match error {
                    CallError::Full => Fate::Full,
                    error if error.may_have_run() => Fate::Unknown,
                    _ => Fate::Refused,
                };
                self.set_fate(number, fate);
            }
        }
        self.ends(sent, matches!(result, Err(CallError::Timeout { .. })));
    }

    /// A cast has been accepted, or not.
    pub(crate) fn accepted(&mut self, sent: Sent, result: Result<(), CastError>) {
        let (number, slot) = (sent.number, self.messages[sent.number].slot);
        match result {
            Ok(()) => self.accept(number),
            Err(error) => {
                self.note("not cast", slot, number as u64);
                match error {
                    CastError::Timeout => self.fault(Fault::Timeout),
                    CastError::Full => self.fault(Fault::Full),
                    CastError::NoProc => self.fault(Fault::NobodyThere),
                    _ => {}
                }
                self.set_fate(number, Fate::Refused);
            }
        }
        self.ends(sent, result == Err(CastError::Timeout));
    }

    pub(crate) fn accept(&mut self, number: usize) {
        let Message { slot, at, handled, .. } = self.messages[number];
        self.note("accepted", slot, number as u64);
        self.set_fate(number, Fate::Accepted);
        // Whoever sends to an agent that is free runs it; where others stand before it, those may end the agent.
        let has_ended = self.lives.iter().rev().any(|life| life.slot == slot && life.ended >= Some(at));
        if self.slots[slot].kind == Kind::Agent && handled.is_none() && !has_ended {
            self.broken(|| format!("cast {number} to the agent s{slot} is accepted, and has not run"));
        }
    }

    /// A message came back.
    pub(crate) fn came_back(&mut self, sent: Sent, is_full: bool) {
        let slot = self.messages[sent.number].slot;
        self.note("came back", slot, sent.number as u64);
        self.fault(if is_full { Fault::Full } else { Fault::NobodyThere });
        // What `.send()` gives back was never taken, so it is not counted either.
        self.set_fate(sent.number, Fate::Refused);
    }

    /// Nobody waits for it any more.
    pub(crate) fn given_up(&mut self, sent: Sent) {
        self.note("given up", self.messages[sent.number].slot, sent.number as u64);
        self.fault(Fault::Cancel);
        self.set_fate(sent.number, Fate::Unknown);
    }

    /// Whatever it came to has come by its deadline, and a time-out then and not before.
    fn ends(&mut self, sent: Sent, is_timeout: bool) {
        let (now, Sent { number, at, limit }) = (self.now(), sent);
        let Some(limit) = limit else {
            if is_timeout {
                self.broken(|| format!("message {number} has timed out, and has no limit"));
            }
            return;
        };
        let deadline = self.moment(at + limit);
        // The limit of one that is sent while time is put forward may count from where that has landed.
        let late = self.jumps.iter().find(|(from, _)| *from == at).map(|(_, to)| to + limit);
        let latest = late.map_or(deadline, |late| late.max(deadline));
        let is_right = if is_timeout { now == deadline || Some(now) == late } else { now <= latest };
        if !is_right {
            let what = if is_timeout { "times out" } else { "ends" };
            self.broken(|| format!("message {number}, sent at {at}, {what} at {now} instead of {deadline}"));
        }
    }

    /// What was accepted was handled, or is counted as undelivered: of all that have ended.
    pub(crate) fn balance(&mut self) {
        for slot in 0..self.slots.len() {
            if self.slots[slot].kind != Kind::Agent {
                self.balance_of(slot);
            }
        }
    }

    fn balance_of(&mut self, slot: usize) {
        let drops = matches!(self.slots[slot].kind, Kind::Oldest | Kind::Newest);
        let (mut known, mut unknown) = (BTreeMap::<ServerId, u64>::new(), 0);
        for message in self.messages.iter().filter(|message| message.slot == slot) {
            if message.handled.is_some() {
                continue;
            }
            // A call is counted where another took its place, and where it was not taken.
            let is_counted = match message.fate {
                Fate::Accepted => !message.is_call,
                Fate::Full => drops && message.is_call,
                _ => false,
            };
            match message.target {
                Some(target) if is_counted => *known.entry(target).or_default() += 1,
                _ if is_counted || message.fate == Fate::Unknown && !message.is_call => unknown += 1,
                _ => unknown += u64::from(drops && message.is_call),
            }
        }
        let (mut all, mut counted) = (0, 0);
        // Several `init`s may have been tried on the same one.
        let lives = self.lives.iter().filter(|life| life.slot == slot).filter_map(with_handle);
        for (life, handle) in lives.collect::<BTreeMap<_, _>>() {
            let undelivered = handle.undelivered();
            let expected = known.get(&life).copied().unwrap_or_default();
            if self.wrong.is_none() && (undelivered < expected || undelivered > expected + unknown) {
                let name = self.name_of(slot);
                self.wrong = Some(format!(
                    "{name} {life}: {expected} messages were accepted and not handled (besides {unknown} of which \
                     that is not known), and {undelivered} are counted"
                ));
            }
            all += expected;
            counted += undelivered;
        }
        if counted > all + unknown {
            let name = self.name_of(slot);
            self.broken(|| format!("{name}: {counted} are counted, and at most {all} + {unknown} were lost"));
        }
    }
}

fn with_handle(life: &super::world::Life) -> Option<(ServerId, &super::servers::WorkClient)> {
    Some((life.id?, life.handle.as_ref()?))
}

const fn kind_of_call_error(error: &CallError) -> &'static str {
    match error {
        CallError::NoProc => "no proc",
        CallError::Exit { .. } => "exit",
        CallError::Timeout { .. } => "timeout",
        CallError::Full => "full",
        CallError::NoReply => "no reply",
        CallError::CallingSelf => "calling self",
        CallError::Deadlock(_) => "deadlock",
        _ => "another error",
    }
}
