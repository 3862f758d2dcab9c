//! Ends the whole where nothing goes on any more, and prints where it stands.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const LOOK: Duration = Duration::from_secs(1);
/// Far more than a busy machine needs, and far less than the limits of the calls: those would hide that one hangs.
const LOOKS: u32 = 40;

/// What is to go on.
pub(crate) trait Watched: Send + Sync + 'static {
    /// Grows as long as anything goes on.
    fn progress(&self) -> u64;

    /// Where it stands, for people to read.
    fn standing(&self) -> String;
}

/// Watches until it is dropped.
pub(crate) struct Watchdog {
    over: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watchdog {
    pub(crate) fn start(watched: &Arc<impl Watched>) -> Self {
        let watched = Arc::clone(watched);
        let (over, is_over) = mpsc::channel::<()>();
        let watch = move || {
            let (mut last, mut same) = (0, 0);
            while is_over.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                let now = watched.progress();
                same = if now == last { same + 1 } else { 0 };
                last = now;
                if same == LOOKS {
                    eprintln!("nothing goes on any more: {}", watched.standing());
                    std::process::abort();
                }
            }
        };
        Self { over: Some(over), thread: Some(thread::spawn(watch)) }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.over.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("it only looks");
        }
    }
}
