//! A question of `sys`, from when it is asked until it is answered or let go of.

use std::sync::Arc;
use std::thread;

use crate::life::Life;
use crate::reply::{Caller, ReplyTo, Slot};

/// So many questions at most wait at one server. They need no room in its mailbox, and one that hangs comes to none of them.
const MOST: u16 = 1024;

/// How many questions wait at one server.
#[derive(Default)]
pub(crate) struct Questions(u16);

impl Questions {
    /// Takes one more, where there may be one more.
    pub(crate) fn enter(&mut self) -> bool {
        let may = self.0 < MOST;
        self.0 += u16::from(may);
        may
    }

    pub(crate) fn leave(&mut self) {
        self.0 -= 1;
    }
}

/// A question that waits at a server, and counts as one until it is dropped.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "named by the engines only")]
pub struct Question<R> {
    /// Taken by whoever answers; there until then.
    reply: Option<ReplyTo<thread::Result<R>>>,
    life: Arc<Life>,
}

impl<R: Send + 'static> Question<R> {
    /// None where too many wait already.
    pub(crate) fn new(slot: &Arc<Slot<thread::Result<R>>>, life: &Arc<Life>) -> Option<Self> {
        life.questions(Questions::enter).then(|| Self {
            reply: Some(ReplyTo::new(Arc::clone(slot), Arc::clone(life))),
            life: Arc::clone(life),
        })
    }

    /// Notes that it is looked into now; says whether there is still somebody to whom it matters.
    pub(crate) fn begin(&self) -> bool {
        self.reply.as_ref().and_then(ReplyTo::caller).and_then(Caller::begin).is_some()
    }

    pub(crate) fn answer(mut self, result: thread::Result<R>) {
        let reply = self.reply.take();
        // First the count: who has his answer may ask again.
        drop(self);
        if let Some(reply) = reply {
            reply.send_unnoted(result);
        }
    }
}

impl<R> Drop for Question<R> {
    fn drop(&mut self) {
        self.life.questions(Questions::leave);
    }
}
