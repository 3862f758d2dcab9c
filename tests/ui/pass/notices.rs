//! `#[down]` and `#[exit]`: what a server is told of others, as the infos that it has for it.

#![deny(warnings)]

use callcast::prelude::*;
use callcast::{BackgroundTask, ServerId};

struct Leases(Vec<ServerId>);

#[server(derive(Debug, Clone, PartialEq))]
impl Leases {
    #[init]
    fn new() -> Self {
        Self(Vec::new())
    }

    #[down]
    fn lost(&mut self, mut notice: Down, _ctx: &mut Context<Self>) {
        notice.reason = ExitReason::Normal;
        self.0.push(notice.id);
    }

    #[exit]
    async fn linked_ended(
        &mut self,
        ctx: &mut Context<Self>,
        of: callcast::Exit,
    ) -> Result<(), std::fmt::Error> {
        self.0.push(of.id);
        ctx.stop(of.reason);
        Ok(())
    }
}

/// Hears nothing of others.
struct Alone;

#[server]
impl Alone {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cfg(any())]
    #[exit]
    fn linked_ended(&mut self, _exit: Exit) {}

    #[info]
    fn computed(&mut self, _sum: u64) {}
}

const _: () = assert!(<Leases as BackgroundTask>::TRAPS_EXITS);
const _: () = assert!(!<Alone as BackgroundTask>::TRAPS_EXITS);

#[tokio::main]
async fn main() {
    let id = Leases::start().await.unwrap().id().unwrap();
    let (down, exit) = (Down::new(id, ExitReason::Normal), Exit::new(id, ExitReason::Killed));
    assert_eq!(Leases::down(down.clone()), Some(LeasesInfo::Lost { notice: down }));
    assert_eq!(Leases::exit(exit.clone()), Some(LeasesInfo::LinkedEnded { of: exit.clone() }));
    assert_eq!(LeasesInfo::linked_ended(exit.clone()), LeasesInfo::LinkedEnded { of: exit.clone() });
    assert!(Alone::exit(exit).is_none());
    let _ = (Alone::spec(), AloneInfo::computed(1));
}
