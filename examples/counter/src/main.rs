//! The same counter three times: by hand with channels, as an agent, as a server.
//!
//! `cargo run -p counter` uses all three; the test at the end none of them: it calls the impl block's own methods.

use std::error::Error;

/// By hand: an enum for the messages, a client that sends them, and a task that handles them.
mod by_hand {
    use tokio::sync::{mpsc, oneshot};

    enum Message {
        Get(oneshot::Sender<i64>),
        Add(i64, oneshot::Sender<i64>),
        Reset,
    }

    pub(crate) struct CounterClient {
        messages: mpsc::Sender<Message>,
    }

    impl CounterClient {
        pub(crate) async fn get(&self) -> Result<i64, &'static str> {
            let (reply, answer) = oneshot::channel();
            self.messages.send(Message::Get(reply)).await.map_err(|_| "the counter is gone")?;
            answer.await.map_err(|_| "the counter ended")
        }

        pub(crate) async fn add(&self, n: i64) -> Result<i64, &'static str> {
            let (reply, answer) = oneshot::channel();
            self.messages.send(Message::Add(n, reply)).await.map_err(|_| "the counter is gone")?;
            answer.await.map_err(|_| "the counter ended")
        }

        pub(crate) async fn reset(&self) -> Result<(), &'static str> {
            self.messages.send(Message::Reset).await.map_err(|_| "the counter is gone")
        }
    }

    pub(crate) fn start(mut value: i64) -> CounterClient {
        let (messages, mut inbox) = mpsc::channel(1024);
        tokio::spawn(async move {
            while let Some(message) = inbox.recv().await {
                // An error of `reply.send` says that the caller has gone, and does not want its reply.
                match message {
                    Message::Get(reply) => _ = reply.send(value),
                    Message::Add(n, reply) => {
                        value += n;
                        _ = reply.send(value);
                    }
                    Message::Reset => value = 0,
                }
            }
        });
        CounterClient { messages }
    }
}

/// As an agent: the impl block alone. It runs where it is called, so it has no task and needs no runtime.
mod agent {
    use callcast::prelude::*;

    pub(crate) struct Counter {
        value: i64,
    }

    #[agent]
    impl Counter {
        #[init]
        pub(crate) fn new(value: i64) -> Self {
            Self { value }
        }

        #[call]
        pub(crate) fn get(&self) -> i64 {
            self.value
        }

        #[call]
        pub(crate) fn add(&mut self, n: i64) -> i64 {
            self.value += n;
            self.value
        }

        #[cast]
        pub(crate) fn reset(&mut self) {
            self.value = 0;
        }
    }
}

/// As a server: the same block with a task of its own. It could wait in a handler, and act by itself.
mod server {
    use callcast::prelude::*;

    pub(crate) struct Counter {
        value: i64,
    }

    #[server]
    impl Counter {
        #[init]
        pub(crate) fn new(value: i64) -> Self {
            Self { value }
        }

        #[call]
        pub(crate) fn get(&self) -> i64 {
            self.value
        }

        #[call]
        pub(crate) fn add(&mut self, n: i64) -> i64 {
            self.value += n;
            self.value
        }

        #[cast]
        pub(crate) fn reset(&mut self) {
            self.value = 0;
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let counter = by_hand::start(5);
    println!("by hand:  5 + 2 = {}", counter.add(2).await?);
    counter.reset().await?;
    println!("by hand:  reset to {}", counter.get().await?);

    let counter = agent::Counter::start(5)?;
    println!("agent:    5 + 2 = {}", counter.add(2).await?);
    counter.reset().await?;
    println!("agent:    reset to {}", counter.get().await?);

    let counter = server::Counter::start(5).await?;
    println!("server:   5 + 2 = {}", counter.add(2).await?);
    counter.reset().await?;
    println!("server:   reset to {}", counter.get().await?);
    counter.stop().await?; // a server lives until it is stopped; an agent goes with its last client
    Ok(())
}

#[test]
fn a_counter_is_a_plain_object_too() {
    let mut counter = agent::Counter::new(5);
    assert_eq!(counter.add(2), 7);
    counter.reset();
    assert_eq!(counter.get(), 0);
}
