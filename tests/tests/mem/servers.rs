//! What comes and goes.

use std::future::pending;
use std::time::Duration;

use callcast::prelude::*;
use futures_util::stream;

/// What the texts of all panics begin with.
pub(crate) const MARK: &str = "meant";

#[protocol]
pub(crate) trait Count {
    #[call]
    fn add(&mut self, n: u64) -> u64;

    #[cast]
    fn reset(&mut self);
}

macro_rules! counter {
    ($name:ident, $kind:ident($($option:tt)*)) => {
        pub(crate) struct $name(u64);

        #[$kind($($option)*)]
        impl $name {
            #[init]
            pub(crate) fn new(n: u64) -> Self {
                Self(n)
            }

            #[call]
            pub(crate) fn get(&self) -> u64 {
                self.0
            }

            #[call]
            pub(crate) fn text(&self) -> String {
                self.0.to_string()
            }

            #[cast]
            pub(crate) fn crash(&mut self) {
                panic!("{MARK}: {}", self.0);
            }
        }

        #[$kind]
        impl Count for $name {
            fn add(&mut self, n: u64) -> u64 {
                self.0 += n;
                self.0
            }

            fn reset(&mut self) {
                self.0 = 0;
            }
        }
    };
}

counter!(Cell, agent(protocols(Count)));
counter!(Worker, server(protocols(Count), inline = false));
counter!(Quick, server(protocols(Count), inline = true));

/// A server with all that only a server has.
pub(crate) struct Busy {
    sum: u64,
    downs: u64,
}

#[server(inline = false)]
impl Busy {
    #[init]
    pub(crate) fn new() -> Self {
        Self { sum: 0, downs: 0 }
    }

    /// Sets timers: some ring, some are cancelled, some are left.
    #[call]
    pub(crate) fn time(&mut self, ctx: &mut Context<Self>) {
        ctx.send_after(Duration::ZERO, BusyInfo::heard(1));
        ctx.every(Duration::from_mins(1), || BusyInfo::heard(2));
        let cancelled = ctx.send_after(Duration::from_mins(1), BusyInfo::heard(3));
        assert!(ctx.cancel(cancelled));
        ctx.send_after(Duration::from_mins(1), BusyInfo::heard(4));
    }

    /// Has jobs: one that is done, and one that never is.
    #[call]
    pub(crate) fn work(&mut self, ctx: &mut Context<Self>) {
        ctx.spawn(async { 5 }, BusyInfo::heard);
        ctx.spawn(pending::<u64>(), BusyInfo::heard);
        ctx.next(BusyInfo::heard(6));
    }

    /// Reads a stream.
    #[call]
    pub(crate) fn read(&mut self, ctx: &mut Context<Self>) {
        ctx.attach(stream::iter([7, 8, 9]), BusyInfo::heard, BusyInfo::heard(10));
        ctx.attach(stream::pending(), BusyInfo::heard, None);
    }

    /// Replies many times.
    #[call]
    pub(crate) fn replies(&mut self, mut out: ReplyStream<u64>) {
        for n in 0..3 {
            out.try_send(n).expect("there is room");
        }
    }

    #[call]
    pub(crate) fn later(&mut self, reply: ReplyTo<u64>, ctx: &mut Context<Self>) {
        let sum = self.sum;
        ctx.reply_with(reply, async move { sum });
    }

    #[call]
    pub(crate) fn watch(&mut self, other: WorkerClient, ctx: &mut Context<Self>) {
        ctx.monitor(&other);
        let taken_back = ctx.monitor(&other);
        assert!(ctx.demonitor(taken_back));
    }

    #[call]
    pub(crate) fn link(&mut self, other: WorkerClient, ctx: &mut Context<Self>) {
        ctx.link(&other);
    }

    #[call]
    pub(crate) async fn start_link(&mut self, ctx: &mut Context<Self>) -> WorkerClient {
        ctx.start_link(Worker::spec(1)).await.expect("there is a runtime")
    }

    #[call]
    pub(crate) fn sum(&self) -> (u64, u64) {
        (self.sum, self.downs)
    }

    /// Never ends.
    #[cast]
    pub(crate) async fn hang(&mut self) {
        pending::<()>().await;
    }

    #[info]
    fn heard(&mut self, n: u64) {
        self.sum += n;
    }

    #[down]
    fn lost(&mut self, _down: Down) {
        self.downs += 1;
    }

    #[exit]
    fn ended(&mut self, _exit: Exit) {
        self.downs += 1;
    }
}

/// One whose `init` fails, or panics.
pub(crate) struct Unborn;

#[server]
impl Unborn {
    #[init]
    pub(crate) fn new(panics: bool) -> Result<Self, String> {
        assert!(!panics, "{MARK}");
        Err("it fails".to_owned())
    }
}
