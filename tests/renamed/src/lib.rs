//! A library that knows callcast by another name, as `package = "callcast"` in a manifest gives it.

#![deny(warnings, missing_docs)]

use actors::prelude::*;

/// An agent.
#[derive(Debug)]
pub struct Counter {
    value: i64,
}

#[agent(crate = ::actors, derive(Debug))]
impl Counter {
    /// Makes one.
    #[init]
    pub const fn new(value: i64) -> Self {
        Self { value }
    }

    /// Adds to it.
    #[call]
    pub const fn add(&mut self, n: i64) -> i64 {
        self.value += n;
        self.value
    }
}

/// A server.
#[derive(Debug)]
pub struct Worker;

#[server(crate = ::actors)]
impl Worker {
    /// Makes one.
    #[init]
    pub const fn create() -> Self {
        Self
    }

    /// Answers.
    #[call]
    pub async fn get(&self, reply: ReplyTo<Vec<Counter>>) {
        std::future::ready(()).await;
        reply.send(vec![]);
    }

    #[every("1h")]
    fn tick(&mut self) {}
}

/// A protocol, by paths.
#[actors::protocol(crate = ::actors)]
pub trait Doubled {
    /// Twice as much.
    #[actors::call]
    fn doubled(&self, #[actors::into] n: i64) -> i64;
}

/// A server that speaks it.
#[derive(Debug)]
pub struct Doubling;

#[actors::server(crate = ::actors, protocols(Doubled))]
impl Doubling {
    /// Makes one.
    #[actors::init]
    pub const fn create() -> Self {
        Self
    }
}

#[server(crate = ::actors)]
impl Doubled for Doubling {
    async fn doubled(&self, n: i64) -> i64 {
        std::future::ready(2 * n).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn servers_of_a_renamed_crate_are_servers() {
        assert_eq!(Counter::start(1).unwrap().add(2).await.unwrap(), 3);
        assert!(Worker::start().await.unwrap().get().await.unwrap().is_empty());
        let doubled: DoubledClient = Doubling::start().await.unwrap().into();
        assert_eq!(doubled.doubled(2).await.unwrap(), 4);
    }
}
