//! One who calls, one call after the other, and looks at every answer.

use std::time::{Duration, Instant};

use callcast::CallError;
use storage::protocol::{StoreClient, StoreError};

use crate::bench::progress::Progress;

/// How all keys of a bench begin.
pub(super) const PREFIX: &str = "bench/";

/// How many keys each caller has.
const KEYS: u32 = 16;

/// Puts values under keys of its own, each greater than the one before, and gets each at once.
#[derive(Debug)]
pub(super) struct Caller {
    number: u32,
    store: StoreClient,
    progress: Progress,
    report: Report,
}

/// What has come of calls.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// How long each took.
    pub(super) times: Vec<Duration>,
    /// Those that failed, or had the wrong answer.
    pub(super) failures: Vec<String>,
}

impl Report {
    /// What has come of all of them.
    pub(super) fn of(parts: Vec<Self>) -> Self {
        let mut report = Self::default();
        for part in parts {
            report.times.extend(part.times);
            report.failures.extend(part.failures);
        }
        report
    }
}

impl Caller {
    pub(super) fn new(number: u32, store: StoreClient, progress: Progress) -> Self {
        Self { number, store, progress, report: Report::default() }
    }

    /// Makes so many calls, then looks whether each of its keys has the value that was put last.
    pub(super) async fn call(mut self, calls: u32) -> Report {
        for call in 0..calls {
            // Two calls a value: it is put, and got.
            let value = call / 2;
            let began = Instant::now();
            let answer = if call % 2 == 0 { self.put(value).await } else { self.get(value).await };
            self.report.times.push(began.elapsed());
            self.note(answer);
            self.progress.count();
        }
        let values = calls.div_ceil(2);
        for value in values.saturating_sub(KEYS)..values {
            let answer = self.get(value).await;
            self.note(answer);
        }
        self.report
    }

    async fn put(&self, value: u32) -> Result<(), String> {
        let put = self.store.put(self.key(value), value.to_string());
        put.await.map_err(|error| self.failed("put", value, &error))
    }

    async fn get(&self, value: u32) -> Result<(), String> {
        let got = self.store.get(self.key(value)).await.map_err(|error| self.failed("get", value, &error))?;
        if got.as_deref() == Some(value.to_string().as_bytes()) {
            return Ok(());
        }
        let got = got.map(|got| String::from_utf8_lossy(&got).into_owned());
        Err(format!("{} is {got:?} and should be {value}", self.key(value)))
    }

    fn failed(&self, task: &str, value: u32, error: &CallError<StoreError>) -> String {
        format!("{task} {}: {error}", self.key(value))
    }

    fn note(&mut self, answer: Result<(), String>) {
        self.report.failures.extend(answer.err());
    }

    fn key(&self, value: u32) -> String {
        format!("{PREFIX}{}/{}", self.number, value % KEYS)
    }
}
