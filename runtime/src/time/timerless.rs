//! Runtimes that were built without their timer: tokio says so by a panic, and the program's hook is to hear one of each, not one of
//! every deadline.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::runtime::Id;

/// Whether there is one: hardly any program has any.
static ANY: AtomicBool = AtomicBool::new(false);

static ALL: Mutex<Vec<Id>> = Mutex::new(Vec::new());

pub(super) fn is(runtime: Id) -> bool {
    // Relaxed: who does not see it yet finds it out once more.
    ANY.load(Ordering::Relaxed) && all().contains(&runtime)
}

pub(super) fn note(runtime: Id) {
    all().push(runtime);
    ANY.store(true, Ordering::Relaxed);
}

fn all() -> MutexGuard<'static, Vec<Id>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}
