//! One of those who send.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use callcast::{CallError, CastError, SendError};
use tokio::sync::mpsc;
use tokio::task::yield_now;

use crate::A_TURN;
use crate::bits::Mail;
use crate::ledger::{Allowed, Count};
use crate::rng::Rng;
use crate::servers::{Door, through};
use crate::tree::{TARGETS, World};

/// So many calls are on their way at once, sometimes.
const BURST: u64 = 4;

type Answer = Result<u64, CallError>;
type Sent = (Mail, Pin<Box<dyn Future<Output = Answer> + Send>>);

pub(crate) struct Producer {
    world: Arc<World>,
    number: usize,
    rng: Rng,
    /// How many messages it has sent.
    sent: u64,
    /// For each target: a client that follows, one that does not wait, and one that stays with an incarnation.
    doors: Vec<(Door, Door, Option<Door>)>,
}

/// A call with a limit of its own, or without.
macro_rules! limited {
    ($call:expr, $limit:expr, $polls:expr) => {{
        let call = $call;
        match $limit {
            Some(limit) => polled(call.timeout(limit), $polls).await,
            None => polled(call, $polls).await,
        }
    }};
}

/// Polls a call no more than so many times, one after the other; then it is dropped.
pub(crate) async fn polled<F: Future + Unpin>(mut call: F, most: Option<u64>) -> Option<F::Output> {
    let Some(mut left) = most else { return Some(call.await) };
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Pin::new(&mut call).poll(cx).map(Some)
    })
    .await
}

/// How a message is sent.
struct Way {
    target: usize,
    door: Door,
    /// It may be told that there is nobody, though nobody has said that there is to be nobody.
    may_miss: bool,
}

impl Producer {
    pub(crate) fn new(world: Arc<World>, number: usize, rng: Rng) -> Self {
        let doors = world.targets.iter().map(|target| (target.door.clone(), target.door.fail_fast(), None));
        Self { doors: doors.collect(), world, number, rng, sent: 0 }
    }

    pub(crate) async fn run(mut self, messages: u64, turns: mpsc::Sender<()>) {
        while self.sent < messages {
            let way = self.way();
            let before = self.sent;
            match self.rng.below(100) {
                0..20 => self.cast(&way).await,
                20..35 if messages - self.sent >= BURST => self.burst(&way).await,
                _ => self.call(&way).await,
            }
            // What has been sent since may have passed the mark in one leap.
            if (before..self.sent).any(|sent| sent % A_TURN == self.number as u64 % A_TURN) {
                turns.send(()).await.expect("the killer waits for all of them");
            }
        }
    }

    fn way(&mut self) -> Way {
        let target = self.rng.index(TARGETS);
        let (follows, hasty, pinned) = &mut self.doors[target];
        let (door, may_miss) = match self.rng.below(10) {
            0..2 => (Some(hasty.clone()), true),
            2..4 => {
                if pinned.as_ref().is_none_or(|door| !door.core().is_alive()) {
                    *pinned = follows.pinned();
                }
                (pinned.clone(), true)
            }
            4..6 => (self.world.targets[target].find.as_ref().and_then(|find| find()), true),
            _ => (None, false),
        };
        match door {
            Some(door) => Way { target, door, may_miss },
            None => Way { target, door: follows.clone(), may_miss: false },
        }
    }

    fn next(&mut self, target: usize) -> Mail {
        self.sent += 1;
        let mail = Mail { producer: self.number, number: self.sent };
        self.world.ledger.sending(mail, target);
        mail
    }

    fn allowed(&self, way: &Way, timeout: bool) -> Allowed {
        let allowed = self.world.allows(way.target, timeout);
        Allowed { no_proc: allowed.no_proc || way.may_miss, timeout }
    }

    async fn cast(&mut self, way: &Way) {
        let mail = self.next(way.target);
        match through!(&way.door, client => client.note(mail).await) {
            Ok(()) => self.world.ledger.count(Count::Accepted),
            Err(CastError::NoProc) => {
                self.world.ledger.refuse(mail);
                self.missed().await;
            }
            Err(error) => self.world.ledger.wrong(format!("cast {mail:?}: {error:?}")),
        }
    }

    async fn call(&mut self, way: &Way) {
        let mail = self.next(way.target);
        let limit = self.rng.percent(1).then(|| Duration::from_micros(self.rng.below(300)));
        let polls = self.rng.percent(10).then(|| self.rng.below(4));
        let is_late = self.rng.percent(20);
        if polls == Some(0) {
            // Nothing is sent before the first poll.
            self.world.ledger.refuse(mail);
        }
        let answer = through!(&way.door, client => if is_late {
            limited!(client.later(mail), limit, polls)
        } else {
            limited!(client.take(mail), limit, polls)
        });
        match answer {
            Some(answer) => self.judge(mail, way, answer, limit.is_some()).await,
            None => self.world.ledger.count(Count::Dropped),
        }
    }

    /// Several are on their way at once; some of them nobody waits for.
    async fn burst(&mut self, way: &Way) {
        let mut sent: VecDeque<Sent> = VecDeque::new();
        for _ in 0..BURST {
            let mail = self.next(way.target);
            match Self::send(mail, way) {
                Ok(pending) => sent.push_back((mail, pending)),
                Err(refused) => {
                    self.world.ledger.refuse(mail);
                    self.world.ledger.count(refused);
                }
            }
        }
        while let Some((mail, pending)) =
            if self.rng.percent(50) { sent.pop_front() } else { sent.pop_back() }
        {
            if self.rng.percent(10) {
                self.world.ledger.count(Count::Dropped);
                continue;
            }
            let answer = pending.await;
            self.judge(mail, way, answer, false).await;
        }
    }

    fn send(mail: Mail, way: &Way) -> Result<Pin<Box<dyn Future<Output = Answer> + Send>>, Count> {
        through!(&way.door, client => match client.take(mail).send() {
            Ok(pending) => Ok(Box::pin(pending)),
            Err(SendError::Full(_)) => Err(Count::Full),
            Err(error) => {
                // It has no other word for a server that has ended a moment ago.
                assert!(matches!(error, SendError::NoProc(_)), "sending {mail:?}: {error:?}");
                Err(Count::NoProc)
            }
        })
    }

    async fn judge(&self, mail: Mail, way: &Way, answer: Answer, timeout: bool) {
        match answer {
            Ok(number) => self.world.ledger.answer(mail, number),
            Err(error) => {
                self.world.ledger.error(mail, way.target, &error, self.allowed(way, timeout));
                if error == CallError::NoProc {
                    yield_now().await;
                }
            }
        }
    }

    async fn missed(&self) {
        self.world.ledger.count(Count::NoProc);
        yield_now().await;
    }
}
