//! The servers at the leaves: one of each kind of mailbox, and all alike otherwise.

use std::fmt;
use std::sync::Arc;

use callcast::prelude::*;

use super::desk::{Desk, Parcel};
use super::world::World;

/// What a server is started with.
#[derive(Clone)]
pub(crate) struct Badge {
    pub(crate) world: Arc<World>,
    pub(crate) slot: usize,
}

/// The error of an `init` or a handler that was told to fail.
#[derive(Debug)]
pub(crate) struct Told;

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it was told to fail")
    }
}

impl std::error::Error for Told {}

/// A reply: which message it answers, and whose it is.
#[derive(Debug)]
pub(crate) struct Receipt {
    pub(crate) number: usize,
    pub(crate) life: usize,
    /// Whether it panics when it is dropped.
    pub(crate) is_armed: bool,
}

impl Receipt {
    pub(crate) const fn disarm(&mut self) {
        self.is_armed = false;
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        assert!(!self.is_armed || std::thread::panicking(), "simulated: a reply's drop");
    }
}

/// What all of them can do.
#[protocol]
pub(crate) trait Work {
    #[call]
    fn ask(&mut self, parcel: Parcel) -> Receipt;

    #[cast]
    fn tell(&mut self, parcel: Parcel) -> Result<(), Told>;
}

/// Which of them a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Tight,
    Rejects,
    Oldest,
    Newest,
    Inline,
    Agent,
}

macro_rules! server {
    ($name:ident, $cast:ident, $info:ident, $($options:tt)*) => {
        pub(crate) struct $name(Desk);

        #[callcast::server(protocols(Work), $($options)*)]
        #[allow(dead_code, reason = "most are started by supervisors alone")]
        impl $name {
            #[init]
            pub(crate) async fn new(badge: Badge, ctx: &mut Context<Self>) -> Result<Option<Self>, Told> {
                let desk = Desk::begin(badge, Some((ctx.id(), ctx.client().into())));
                let Some(mut desk) = desk.init().await? else { return Ok(None) };
                desk.link(|other| ctx.link(other));
                for target in desk.targets() {
                    Self::watch(&mut desk, target, ctx);
                }
                Ok(Some(Self(desk)))
            }

            fn watch(desk: &mut Desk, target: usize, ctx: &mut Context<Self>) {
                if let Some(client) = desk.find(target) {
                    ctx.monitor(&client);
                } else {
                    ctx.send_after(desk.soon(), $info::again((desk.life, target)));
                }
            }

            #[info]
            fn again(&mut self, life: usize, target: usize, ctx: &mut Context<Self>) {
                self.0.woken(life);
                Self::watch(&mut self.0, target, ctx);
            }

            #[down]
            fn lost(&mut self, down: Down, ctx: &mut Context<Self>) {
                if let Some(target) = self.0.lost(&down) {
                    ctx.send_after(self.0.soon(), $info::again((self.0.life, target)));
                }
            }

            #[terminate]
            async fn close(&mut self, left: Vec<$cast>) -> Result<(), Told> {
                let left = left.into_iter().map(|$cast::Work(WorkCast::Tell { parcel })| parcel).collect();
                self.0.end(left).await
            }
        }

        #[callcast::server]
        impl Work for $name {
            async fn ask(&mut self, parcel: Parcel, ctx: &mut Context<Self>) -> Receipt {
                if let Some(reason) = self.0.leaves(&parcel) {
                    ctx.stop(reason);
                }
                self.0.ask(parcel).await
            }

            async fn tell(&mut self, parcel: Parcel, ctx: &mut Context<Self>) -> Result<(), Told> {
                if let Some(reason) = self.0.leaves(&parcel) {
                    ctx.stop(reason);
                }
                self.0.tell(parcel).await
            }
        }
    };
}

server!(Plain, PlainCast, PlainInfo, mailbox = 64);
server!(Tight, TightCast, TightInfo, mailbox = 1);
server!(Rejects, RejectsCast, RejectsInfo, mailbox = 2, overflow = "reject");
server!(Oldest, OldestCast, OldestInfo, mailbox = 2, overflow = "drop_oldest");
server!(Newest, NewestCast, NewestInfo, mailbox = 3, overflow = "drop_newest");
server!(Inline, InlineCast, InlineInfo, mailbox = 4, inline = true);

pub(crate) struct Keeper(Desk);

#[callcast::agent(protocols(Work), mailbox = 8)]
impl Keeper {
    #[init]
    pub(crate) fn new(badge: Badge) -> Result<Option<Self>, Told> {
        Ok(Desk::begin(badge, None).init_now()?.map(Self))
    }
}

#[callcast::agent]
impl Work for Keeper {
    fn ask(&mut self, parcel: Parcel) -> Receipt {
        self.0.ask_now(&parcel)
    }

    fn tell(&mut self, parcel: Parcel) -> Result<(), Told> {
        self.0.tell_now(&parcel)
    }
}
