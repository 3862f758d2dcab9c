//! What is measured by hand, on a quiet machine and in a release build:
//! `cargo test --release -p callcast-tests --test figures -- --ignored --nocapture --test-threads=1`.
//!
//! What does not depend on the machine is asserted in every run, with fewer of everything.

#![allow(missing_docs, reason = "the macro's items in a test")]
#![allow(clippy::unused_self, clippy::needless_pass_by_value, reason = "handlers own their arguments")]

mod g07_kill;
mod g08_fairness;
mod g21_monitors;
mod g22_names;
mod g25_timers;

use std::fs;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be had")
}

fn threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("there are threads")
}

/// The CPU time of this process so far, to a hundredth of a second.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("there is a /proc");
    // Behind the name of the program, which may hold anything, stand 11 fields before the two.
    let fields = stat.rsplit_once(')').expect("a name is in parentheses").1.split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(|field| field.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(10 * ticks)
}
