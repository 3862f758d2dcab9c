//! A server with everything, under every lint that a careful crate turns on.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unused,
    future_incompatible,
    nonstandard_style
)]
#![deny(rust_2018_idioms, unreachable_pub, single_use_lifetimes, unused_qualifications, unused_results)]
#![deny(elided_lifetimes_in_paths, let_underscore_drop, unit_bindings, unused_lifetimes, trivial_casts)]
#![deny(private_interfaces, private_bounds, redundant_lifetimes, explicit_outlives_requirements)]
#![forbid(unsafe_code, missing_docs)]

use callcast::prelude::*;

/// An agent.
#[derive(Debug)]
pub struct Counter {
    value: i64,
}

#[agent(derive(Debug, Clone, PartialEq, Eq, Hash))]
impl Counter {
    /// Makes one.
    #[init]
    #[must_use]
    pub const fn new(value: i64) -> Self {
        Self { value }
    }

    /// The value now.
    #[call]
    #[must_use]
    #[inline]
    pub const fn get(&self) -> i64 {
        self.value
    }

    /// The old name of `get`.
    #[deprecated(note = "call `get`")]
    #[call]
    pub const fn value(&self) -> i64 {
        self.value
    }

    /// The old way to do nothing.
    #[cast]
    #[deprecated]
    pub const fn nothing(&mut self) {}

    /// Has a name of its own.
    #[allow(non_snake_case, reason = "as it is called elsewhere")]
    #[call]
    pub fn getAll(&self, fromHere: i64) -> Vec<i64> {
        vec![self.value, fromHere]
    }

    /// Is expected to be unusual.
    #[expect(non_snake_case)]
    #[cast]
    pub const fn setAll(&mut self, toThis: i64) {
        self.value = toThis;
    }

    /// What people see.
    #[format_status]
    #[must_use]
    pub const fn shown(&self) -> &'static str {
        "a counter"
    }

    /// Has many arguments.
    #[call]
    #[allow(clippy::too_many_arguments)]
    pub const fn many(&self, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> [u8; 8] {
        [a, b, c, d, e, f, g, h]
    }
}

/// An agent that is to be made in another way.
#[derive(Debug)]
pub struct Old;

#[agent]
impl Old {
    /// Makes one.
    #[init]
    #[deprecated(note = "use `Counter`")]
    pub const fn new() -> Self {
        Self
    }
}

/// A server.
#[derive(Debug, Clone)]
pub struct Worker {
    sum: u64,
}

#[server(derive(Debug), mailbox = 8, timeout = "2s")]
impl Worker {
    /// Makes one.
    ///
    /// # Errors
    ///
    /// Never.
    #[init]
    pub async fn new(sum: u64, _ctx: &mut Context<Self>) -> Result<Self, std::fmt::Error> {
        tokio::task::yield_now().await;
        Ok(Self { sum })
    }

    /// Answers later.
    #[call]
    pub fn later(&mut self, reply: ReplyTo<u64>) {
        reply.send(self.sum);
    }

    /// Waits.
    #[call(timeout = "1s", always)]
    pub async fn wait(&mut self, #[into] sum: u64) -> u64 {
        tokio::task::yield_now().await;
        self.sum += sum;
        self.sum
    }

    #[every("1h")]
    const fn tick(&mut self) {
        self.sum += 1;
    }

    #[idle("1h")]
    fn quiet(&mut self, ctx: &mut Context<Self>) {
        ctx.stop(ExitReason::Normal);
    }

    #[info]
    const fn computed(&mut self, sum: u64) {
        self.sum = sum;
    }

    #[terminate]
    const fn close(&mut self, _reason: &ExitReason) {
        self.sum = 0;
    }

    #[format_status]
    fn shown(&self) -> String {
        self.sum.to_string()
    }
}

#[tokio::main]
async fn main() {
    let counter = Counter::start(1).unwrap();
    assert_eq!(counter.get().await.unwrap(), 1);
    assert_eq!(counter.getAll(2).await.unwrap(), [1, 2]);
    counter.setAll(3).await.unwrap();
    assert_eq!(counter.many(1, 2, 3, 4, 5, 6, 7, 8).await.unwrap()[7], 8);
    let worker = Worker::start(1).await.unwrap();
    assert_eq!(worker.later().await.unwrap(), 1);
    assert_eq!(worker.wait(1_u8).await.unwrap(), 2);
    assert_eq!(format!("{:?}", WorkerInfo::computed(1)), "Computed { sum: 1 }");
}
