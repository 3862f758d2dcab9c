//! One of those who send.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use callcast::{CallError, CastError, Pending, SendError};
use tokio::sync::mpsc;

use crate::bits::Mail;
use crate::faults::Fault;
use crate::plain::A_TURN;
use crate::plain::book::Book;
use crate::plain::servers::{Door, WAYS, World, through};
use crate::producer::polled;
use crate::rng::Rng;

/// So many calls are on their way at once, sometimes.
const BURST: u64 = 4;
/// So many of a hundred calls are polled a few times at most: half of them are answered by then.
const GIVEN_UP: u64 = 20;
/// So many of a hundred calls have two milliseconds at most.
const HURRIED: u64 = 5;
/// So many of a hundred calls have less than a millisecond, and a handler that takes longer where that is a server's.
const LATE: u64 = 4;

pub(crate) struct Sender {
    world: Arc<World>,
    number: usize,
    rng: Rng,
    /// How many messages it has sent.
    sent: u64,
}

/// A call or a cast with a limit of its own, or without, polled as often as that.
macro_rules! limited {
    ($call:expr, $limit:expr, $polls:expr) => {
        match $limit {
            Some(limit) => polled($call.timeout(limit), $polls).await,
            None => polled($call, $polls).await,
        }
    };
}

impl Sender {
    pub(crate) const fn new(world: Arc<World>, number: usize, rng: Rng) -> Self {
        Self { world, number, rng, sent: 0 }
    }

    pub(crate) async fn run(mut self, messages: u64, turns: mpsc::Sender<()>) {
        while self.sent < messages {
            let before = self.sent;
            let way = self.rng.index(WAYS);
            match self.rng.below(100) {
                0..20 => self.cast(way).await,
                20..30 if messages - self.sent >= BURST => self.burst(way).await,
                _ if self.rng.percent(LATE) => self.call_in_vain(way).await,
                _ => self.call(way).await,
            }
            if before / A_TURN != self.sent / A_TURN {
                // Where there is no room, one is being replaced already.
                let _ = turns.try_send(());
            }
        }
    }

    fn next(&mut self, way: usize) -> Mail {
        self.sent += 1;
        let mail = Mail { producer: self.number, number: self.sent };
        self.world.book.sending(mail, way);
        mail
    }

    /// How often it is polled, if it is to be given up.
    fn polls(&mut self) -> Option<u64> {
        self.rng.percent(GIVEN_UP).then(|| self.rng.below(6))
    }

    fn limit(&mut self) -> Option<Duration> {
        let micros = if self.rng.percent(50) { 0 } else { self.rng.below(2_000) };
        self.rng.percent(HURRIED).then(|| Duration::from_micros(micros))
    }

    async fn cast(&mut self, way: usize) {
        let mail = self.next(way);
        let (limit, polls) = (self.limit(), self.polls());
        let told =
            through!(&self.world.ways[way], client.(note | put)(mail), cast => limited!(cast, limit, polls));
        let book = &self.world.book;
        match told {
            Some(Ok(())) => book.surely(mail),
            Some(Err(CastError::Timeout)) if limit.is_some() => {
                book.inject(Fault::TimeOut);
                book.never(mail);
            }
            Some(Err(error)) => book.wrong(format!("cast {mail:?} by way {way}: {error:?}")),
            None => given_up(book, mail, polls),
        }
    }

    async fn call(&mut self, way: usize) {
        let mail = self.next(way);
        let (limit, polls) = (self.limit(), self.polls());
        let door = &self.world.ways[way];
        let answer = if self.rng.percent(20) {
            through!(door, client.(later | accept_slowly)(mail), call => limited!(call, limit, polls))
        } else {
            through!(door, client.(take | accept)(mail), call => limited!(call, limit, polls))
        };
        match answer {
            Some(answer) => judge(&self.world.book, mail, answer, limit.is_some()),
            None => given_up(&self.world.book, mail, polls),
        }
    }

    async fn call_in_vain(&mut self, way: usize) {
        let mail = self.next(way);
        let limit = Duration::from_micros(self.rng.below(1_000));
        let answer = through!(&self.world.ways[way], client.(too_late | accept_too_slowly)(mail), call => call.timeout(limit).await);
        judge(&self.world.book, mail, answer, true);
    }

    /// Several are on their way at once; some of them nobody waits for.
    async fn burst(&mut self, way: usize) {
        let mut sent = Vec::new();
        for _ in 0..BURST {
            let mail = self.next(way);
            match send(&self.world.ways[way], mail) {
                Some(pending) => sent.push((mail, pending)),
                None => self.world.book.never(mail),
            }
        }
        while !sent.is_empty() {
            let (mail, pending) = sent.swap_remove(self.rng.index(sent.len()));
            match self.rng.below(100) {
                0..GIVEN_UP => {
                    drop(pending);
                    self.world.book.inject(Fault::Cancel);
                }
                GIVEN_UP..25 => {
                    pending.detach();
                    self.world.book.surely(mail);
                }
                _ => judge(&self.world.book, mail, Pin::new(&mut { pending }).await, false),
            }
        }
    }
}

/// None where there is no room.
fn send(door: &Door, mail: Mail) -> Option<Pending<u64>> {
    through!(door, client.(take | accept)(mail), call => match call.send() {
        Ok(pending) => Some(pending),
        Err(SendError::Full(_)) => None,
        Err(error) => panic!("sending {mail:?}: {error}"),
    })
}

fn given_up(book: &Book, mail: Mail, polls: Option<u64>) {
    book.inject(Fault::Cancel);
    if polls == Some(0) {
        // Nothing is sent before the first poll.
        book.never(mail);
    }
}

fn judge(book: &Book, mail: Mail, answer: Result<u64, CallError>, may_time_out: bool) {
    match answer {
        Ok(number) => book.answer(mail, number),
        Err(error @ CallError::Timeout { .. }) if may_time_out => {
            book.inject(Fault::TimeOut);
            if !error.may_have_run() {
                book.never(mail);
            }
        }
        Err(error) => book.wrong(format!("{mail:?}: {error:?}")),
    }
}

pub(crate) async fn call_by_each_way(world: &World) {
    for way in (0..WAYS).rev() {
        let mail = Mail { producer: 0, number: world.book.last_number(way) };
        let answer = through!(&world.ways[way], client.(take | accept)(mail), call => call.await);
        judge(&world.book, mail, answer, false);
    }
}
