//! The servers, one of each kind, and the client of any.

#![allow(clippy::unused_self, clippy::needless_pass_by_value, reason = "handlers own their arguments")]

use std::sync::Arc;

use callcast::prelude::*;
use tokio::task::yield_now;

use crate::PRODUCERS;
use crate::bits::Mail;
use crate::ledger::{Ledger, MARK};

/// What an incarnation is started with, each time.
#[derive(Clone)]
pub(crate) struct Chair {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) seat: usize,
}

/// What an incarnation knows.
struct Sitting {
    chair: Chair,
    /// The last message of each producer that this incarnation has handled.
    last: Vec<u64>,
}

impl Chair {
    fn sit(self) -> Sitting {
        self.ledger.comes(self.seat);
        Sitting { chair: self, last: vec![0; PRODUCERS] }
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        self.chair.ledger.leaves(self.chair.seat);
    }
}

/// There while a handler runs.
struct Handling(Chair);

impl Drop for Handling {
    fn drop(&mut self) {
        self.0.ledger.ends(self.0.seat);
    }
}

impl Sitting {
    fn handle(&mut self, mail: Mail) -> Handling {
        let Chair { ledger, seat } = &self.chair;
        ledger.begins(*seat, mail);
        let last = std::mem::replace(&mut self.last[mail.producer], mail.number);
        if last >= mail.number {
            ledger.wrong(format!("an incarnation in seat {seat}: {mail:?} after {last}"));
        }
        Handling(self.chair.clone())
    }
}

/// How one is to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Panic(u64),
    Error(u64),
}

impl End {
    fn come(self) -> Result<(), String> {
        match self {
            Self::Panic(number) => panic!("{MARK}{number}"),
            Self::Error(number) => Err(format!("{MARK}{number}")),
        }
    }
}

/// A plain server, with timers, jobs and late answers.
pub(crate) struct Worker(Sitting);

#[server(mailbox = 32, timeout = "300s")]
impl Worker {
    #[init]
    pub(crate) fn new(chair: Chair) -> Self {
        Self(chair.sit())
    }

    #[call]
    pub(crate) async fn take(&mut self, mail: Mail) -> u64 {
        let _handling = self.0.handle(mail);
        if mail.number.is_multiple_of(8) {
            yield_now().await;
        }
        mail.number
    }

    #[call]
    pub(crate) fn later(&mut self, mail: Mail, reply: ReplyTo<u64>, ctx: &mut Context<Self>) {
        let _handling = self.0.handle(mail);
        ctx.reply_with(reply, async move {
            yield_now().await;
            mail.number
        });
    }

    #[cast]
    pub(crate) fn note(&mut self, mail: Mail) {
        drop(self.0.handle(mail));
    }

    #[cast]
    pub(crate) fn end(&mut self, end: End) -> Result<(), String> {
        end.come()
    }

    #[every("5ms")]
    fn tick(&mut self, ctx: &mut Context<Self>) {
        ctx.spawn(yield_now(), WorkerInfo::ticked);
    }

    #[info]
    fn ticked(&mut self, _done: ()) {}
}

/// A server that its callers run.
pub(crate) struct Quick(Sitting);

#[server(mailbox = 32, timeout = "300s", inline = true)]
impl Quick {
    #[init]
    pub(crate) async fn new(chair: Chair) -> Self {
        yield_now().await;
        Self(chair.sit())
    }

    #[call]
    pub(crate) async fn take(&mut self, mail: Mail) -> u64 {
        let _handling = self.0.handle(mail);
        if mail.number.is_multiple_of(8) {
            yield_now().await;
        }
        mail.number
    }

    #[call]
    pub(crate) fn later(&mut self, mail: Mail, reply: ReplyTo<u64>) {
        let _handling = self.0.handle(mail);
        reply.send(mail.number);
    }

    #[cast]
    pub(crate) fn note(&mut self, mail: Mail) {
        drop(self.0.handle(mail));
    }

    #[cast]
    pub(crate) fn end(&mut self, end: End) -> Result<(), String> {
        end.come()
    }
}

/// An agent.
pub(crate) struct Store(Sitting);

#[agent(mailbox = 32, timeout = "300s")]
impl Store {
    #[init]
    pub(crate) fn new(chair: Chair) -> Self {
        Self(chair.sit())
    }

    #[call]
    pub(crate) fn take(&mut self, mail: Mail) -> u64 {
        let _handling = self.0.handle(mail);
        mail.number
    }

    #[call]
    pub(crate) fn later(&mut self, mail: Mail) -> u64 {
        self.take(mail)
    }

    #[cast]
    pub(crate) fn note(&mut self, mail: Mail) {
        drop(self.0.handle(mail));
    }

    #[cast]
    pub(crate) fn end(&mut self, end: End) -> Result<(), String> {
        end.come()
    }
}

/// A client of one of them.
#[derive(Clone)]
pub(crate) enum Door {
    Worker(WorkerClient),
    Quick(QuickClient),
    Store(StoreClient),
}

/// The same code for a client of whichever type.
macro_rules! through {
    ($door:expr, $client:ident => $body:expr) => {
        match $door {
            $crate::servers::Door::Worker($client) => $body,
            $crate::servers::Door::Quick($client) => $body,
            $crate::servers::Door::Store($client) => $body,
        }
    };
}
pub(crate) use through;

impl Door {
    pub(crate) fn fail_fast(&self) -> Self {
        match self {
            Self::Worker(client) => Self::Worker(client.fail_fast()),
            Self::Quick(client) => Self::Quick(client.fail_fast()),
            Self::Store(client) => Self::Store(client.fail_fast()),
        }
    }

    pub(crate) fn pinned(&self) -> Option<Self> {
        match self {
            Self::Worker(client) => client.pinned().map(Self::Worker),
            Self::Quick(client) => client.pinned().map(Self::Quick),
            Self::Store(client) => client.pinned().map(Self::Store),
        }
    }

    /// What all clients share.
    pub(crate) fn core(&self) -> &callcast::Client {
        through!(self, client => client)
    }
}
