//! A batch that never ends is named, instead of being waited for.

use std::process;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_mins(1);

/// Runs what is given, and ends the process with a message if that takes too long: a wake-up was lost, or a message was.
pub(crate) fn watched<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let (done, wait) = mpsc::channel::<()>();
    let what = what.to_owned();
    let watcher: JoinHandle<()> = thread::spawn(move || {
        if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            eprintln!("error: {what} has not ended after {PATIENCE:?}");
            process::abort();
        }
    });
    let value = run();
    drop(done);
    watcher.join().expect("the watchdog does not panic");
    value
}
