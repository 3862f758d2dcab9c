//! Timers beside a caller that never waits.

use std::time::{Duration, Instant};

use callcast::prelude::*;
use tokio::sync::mpsc;

use crate::one_thread;

struct Cell(u64);

#[agent]
impl Cell {
    #[init]
    fn new() -> Self {
        Self(0)
    }

    #[call]
    fn add(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

struct Quick(u64);

#[server(inline = true)]
impl Quick {
    #[init]
    fn new() -> Self {
        Self(0)
    }

    #[call]
    fn add(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// Says when it ticks.
struct Ticker(mpsc::UnboundedSender<Instant>);

#[server]
impl Ticker {
    #[init]
    fn new(ticks: mpsc::UnboundedSender<Instant>) -> Self {
        Self(ticks)
    }

    #[every("10ms")]
    fn tick(&mut self) {
        self.0.send(Instant::now()).expect("somebody counts");
    }
}

/// The longest time between two ticks, while this is called all the time, and how often it was.
macro_rules! beside {
    ($hot:expr) => {
        one_thread().block_on(async {
            let hot = $hot;
            let (sender, mut ticks) = mpsc::unbounded_channel();
            let _ticker = Ticker::start(sender).await.expect("there is a runtime");
            let mut last = Instant::now();
            let (mut longest, mut count) = (Duration::ZERO, 0_u64);
            for _ in 0..200 {
                // No look at the clock, and nothing else that waits.
                let tick = loop {
                    assert!(hot.add().await.is_ok());
                    count += 1;
                    if let Ok(tick) = ticks.try_recv() {
                        break tick;
                    }
                };
                longest = longest.max(tick - last);
                last = tick;
            }
            (longest, count)
        })
    };
}

#[test]
#[ignore = "it is about time"]
fn g08_a_ticker_is_on_time_beside_a_hot_caller() {
    for (name, (longest, calls)) in [
        ("agent", beside!(Cell::start().unwrap())),
        ("inline server", beside!(Quick::start().await.unwrap())),
    ] {
        let late = longest.saturating_sub(Duration::from_millis(10));
        eprintln!("a tick beside a hot caller of an {name}: at most {late:?} late, {calls} calls");
        assert!(late <= Duration::from_millis(50), "{late:?}");
    }
}
