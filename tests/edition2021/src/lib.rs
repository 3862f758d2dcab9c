//! A library of the edition before: its handlers use what has changed since.
//!
//! The tokens that the macros write are of their own edition, those of a handler of its author's.

#![deny(warnings, missing_docs)]

use callcast::prelude::*;

/// A server whose names are keywords by now, and whose calls would capture more than they do.
#[derive(Debug)]
pub struct Generator {
    gen: u32,
}

#[server]
impl Generator {
    /// Makes one.
    #[init]
    pub fn new(gen: u32) -> Self {
        Self { gen }
    }

    /// The next.
    #[call]
    pub async fn gen(&mut self, gen: u32) -> u32 {
        self.gen += gen;
        self.gen
    }

    /// Lends nothing: in this edition, the iterator does not capture `self`.
    pub fn all(count: &u32) -> impl Iterator<Item = u32> {
        0..*count
    }

    /// The last.
    #[call]
    pub fn last(&self) -> Option<u32> {
        Self::all(&self.gen).last()
    }
}

/// The same as an agent.
#[derive(Debug)]
pub struct Holder {
    gen: u32,
}

#[agent(derive(Debug))]
impl Holder {
    /// Makes one.
    #[init]
    pub fn new(gen: u32) -> Self {
        Self { gen }
    }

    /// What there is.
    #[call]
    pub fn gen(&self) -> u32 {
        self.gen
    }
}

/// A protocol whose names are keywords by now.
#[protocol]
pub trait Async {
    /// The next.
    #[call]
    fn gen(&mut self, gen: u32) -> u32;
}

/// Speaks it with handlers of its own.
#[derive(Debug)]
pub struct Waiting;

#[server(protocols(Async))]
impl Waiting {
    /// Makes one.
    #[init]
    pub fn create() -> Self {
        Self
    }
}

#[server]
impl Async for Waiting {
    async fn gen(&mut self, gen: u32) -> u32 {
        std::future::ready(gen).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn servers_of_the_edition_before_are_servers() {
        let generator = Generator::start(1).await.unwrap();
        assert_eq!(generator.gen(2).await.unwrap(), 3);
        assert_eq!(generator.last().await.unwrap(), Some(2));
        assert_eq!(Holder::start(7).unwrap().gen().await.unwrap(), 7);
        let waiting: AsyncClient = Waiting::start().await.unwrap().into();
        assert_eq!(waiting.gen(3).await.unwrap(), 3);
    }
}
