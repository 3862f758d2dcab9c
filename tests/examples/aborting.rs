//! Servers in a program without unwinding: `CARGO_PROFILE_DEV_PANIC=abort cargo run --example aborting -- work`.
//!
//! All works as it does anywhere, but a panic ends the process. `tests/hostile/aborting.rs` builds it so, and runs it.

#![allow(clippy::unused_self, reason = "a handler has a receiver")]

use std::env;
use std::time::Duration;

use callcast::prelude::*;
use callcast::{Restart, Supervisor};
use tracing::Level;

use crate::collector::Collector;

#[expect(dead_code, reason = "others ask it for more")]
#[path = "../tests/collector/mod.rs"]
mod collector;

#[derive(Default)]
struct Worker {
    sum: u32,
}

#[server]
impl Worker {
    #[init]
    fn new() -> Self {
        Self::default()
    }

    #[call]
    fn sum(&self) -> u32 {
        self.sum
    }

    #[call]
    async fn sum_later(&mut self) -> u32 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.sum
    }

    #[cast]
    fn add(&mut self, n: u32) {
        self.sum += n;
    }

    #[cast]
    fn fail(&mut self) -> Result<(), String> {
        Err("out of paper".to_owned())
    }

    #[call]
    fn boom(&self) {
        panic!("the last words")
    }
}

struct Desk;

#[agent]
impl Desk {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn ping(&self) {}

    #[call]
    fn boom(&self) {
        panic!("the last words")
    }
}

/// Each thing once, the restart of a child that fails without a panic among them.
async fn work() {
    let worker = Worker::start().await.expect("it starts");
    worker.add(2).await.expect("it takes it");
    assert_eq!((worker.sum().await, worker.sum_later().await), (Ok(2), Ok(2)));
    assert_eq!(worker.stop().await, Ok(ExitReason::Normal));
    assert_eq!(worker.sum().await, Err(CallError::NoProc));
    let desk = Desk::start().expect("it starts");
    desk.ping().await.expect("it answers");
    let mut child = Worker::spec().restart(Restart::Permanent);
    let client = child.client();
    let root = Supervisor::one_for_one().child(child).start().await.expect("it starts");
    client.add(1).await.expect("it takes it");
    let before = client.pinned().expect("it lives");
    let down = before.monitor();
    before.fail().await.expect("it takes it");
    assert!(matches!(down.await.reason, ExitReason::Failed(_)));
    assert_eq!(client.sum().await, Ok(0), "it has been started again");
    assert_eq!(root.stop().await, Ok(ExitReason::Normal));
    println!("all is well");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match env::args().nth(1).as_deref() {
        Some("work") => work().await,
        Some("log") => {
            let collector = Collector::default();
            tracing::subscriber::set_global_default(collector.clone()).expect("there is no other");
            work().await;
            let warnings: Vec<_> =
                collector.events().into_iter().filter(|event| event.level == Level::WARN).collect();
            for warning in &warnings {
                let (count, server) = (warnings.len(), warning.get("server").unwrap_or_default());
                println!("{count} warning of {server}");
            }
        }
        Some("panic") => Worker::start().await.expect("it starts").boom().await.expect("nobody comes back"),
        Some("panic in an agent") => {
            Desk::start().expect("it starts").boom().await.expect("nobody comes back");
        }
        _ => println!("work, log, panic, or panic in an agent"),
    }
}
