//! What is not to be done on a supervisor's task: the drop of what belongs to a child, which is the user's code and may take its
//! time.

use crate::exit::{drop_contained, run_contained};

/// Drops it on a task of its own.
pub(crate) fn drop<T: Send + 'static>(value: T) {
    run(move || drop_contained(value));
}

/// Runs it on a task of its own; here, where there is no runtime any more.
pub(crate) fn run(done: impl FnOnce() + Send + 'static) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => std::mem::drop(runtime.spawn(async move { run_contained(done) })),
        Err(_) => run_contained(done),
    }
}
