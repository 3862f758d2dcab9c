//! A protocol, an agent and a server that speak it.

use callcast::prelude::*;

/// Keeps numbers.
#[protocol(derive(Debug, Clone), timeout = "2s")]
pub trait Store {
    /// What stands there.
    #[call]
    fn get(&self, place: usize) -> Option<u64>;

    /// Puts it there.
    ///
    /// # Errors
    ///
    /// Where there is no such place.
    #[call(timeout = "1s", always)]
    fn put(&mut self, place: usize, #[into] number: u64) -> Result<(), core::fmt::Error>;

    /// All of them.
    #[call]
    fn all(&self) -> Replies<u64>;

    /// Forgets them.
    #[cast]
    fn clear(&mut self);
}

/// Says how much it holds.
#[protocol]
pub trait Counted<T: Copy + Send + 'static> {
    /// How much.
    #[call]
    fn count(&self, by: T) -> T;
}

/// Keeps them in a list.
#[derive(Debug)]
pub struct List {
    /// The numbers.
    numbers: Vec<u64>,
}

#[agent(derive(Debug), protocols(Counted<u64>))]
impl List {
    /// Makes one.
    #[init]
    #[must_use]
    #[inline]
    pub const fn new(numbers: Vec<u64>) -> Self {
        Self { numbers }
    }
}

#[agent]
impl Counted<u64> for List {
    #[inline]
    fn count(&self, by: u64) -> u64 {
        by.saturating_mul(self.numbers.len().try_into().unwrap_or(u64::MAX))
    }
}

/// Keeps them somewhere.
#[derive(Debug)]
pub struct Disk<T> {
    /// The numbers.
    numbers: Vec<u64>,
    /// What it counts by.
    by: Option<T>,
}

#[server(protocols(Store, Counted<T>))]
impl<T: Copy + Send + Sync + 'static> Disk<T> {
    /// Makes one.
    #[init]
    #[must_use]
    #[inline]
    pub const fn new(by: Option<T>) -> Self {
        Self { numbers: Vec::new(), by }
    }
}

#[server]
impl<T: Copy + Send + Sync + 'static> Store for Disk<T> {
    /// What stands there.
    async fn get(&self, place: usize) -> Option<u64> {
        tokio::time::sleep(core::time::Duration::ZERO).await;
        self.numbers.get(place).copied()
    }

    /// Puts it there.
    fn put(&mut self, place: usize, number: u64) -> Result<(), core::fmt::Error> {
        self.numbers.get_mut(place).map(|there| *there = number).ok_or(core::fmt::Error)
    }

    /// All of them.
    fn all(&self, mut out: ReplyStream<u64>) {
        let _sent = self.numbers.iter().all(|number| out.try_send(*number).is_ok());
    }

    /// Forgets them, and that it was there.
    fn clear(&mut self, ctx: &mut Context<Self>) {
        self.numbers.clear();
        ctx.stop(ExitReason::Normal);
    }
}

#[server]
impl<T: Copy + Send + Sync + 'static> Counted<T> for Disk<T> {
    #[inline]
    fn count(&self, by: T) -> T {
        self.by.unwrap_or(by)
    }
}
