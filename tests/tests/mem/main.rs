//! What is left in memory: nothing. And how much there is while it is used.
//!
//! `CALLCAST_MEM=10000` has each kind of server come and go so often, `CALLCAST_FLOOD=10000000` sends so many messages; `--nocapture` shows
//! the figures. A binary of its own, one test at a time: the allocator counts for all threads.

#![allow(missing_docs, reason = "the macro's items in a test")]
#![allow(clippy::unused_self, clippy::needless_pass_by_value, reason = "handlers own their arguments")]

mod cycles;
mod flood;
mod idle;
mod left;
#[path = "../soak/memory.rs"]
mod memory;
#[path = "../quiet/mod.rs"]
mod quiet;
mod registries;
mod servers;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime};

/// One test at a time: the memory is everybody's.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    quiet::be_quiet(servers::MARK);
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be had")
}

fn threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("there are threads")
}

/// Waits for the last steps of tasks that have told their end already.
async fn settled(tasks: usize) {
    let metrics = Handle::current().metrics();
    let began = Instant::now();
    while metrics.num_alive_tasks() != tasks {
        let left = metrics.num_alive_tasks();
        assert!(began.elapsed() < Duration::from_mins(1), "{left} tasks are left, where there were {tasks}");
        tokio::task::yield_now().await;
    }
}

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
}
