//! What is not to be done on a supervisor's task: the drop of what belongs to a child, which is the user's code and may take its
//! time.

use crate::exit::{drop_contained, run_contained};

/// Drops it on a task of its own.
pub(crate) fn drop<T: Send + 'static>(value: T) {
    run(move || drop_contained(value));
}

/// Runs it on a task of its own; here, where there is no runtime any more.
pub(crate) fn run(done: impl FnOnce() + Send + 'static) {
    let done = ToDo(Some(done));
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => std::mem::drop(runtime.spawn(async move { std::mem::drop(done) })),
        Err(_) => std::mem::drop(done),
    }
}

/// What is done when this is dropped: also by a runtime that shuts down, and runs no task any more.
struct ToDo<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for ToDo<F> {
    fn drop(&mut self) {
        if let Some(done) = self.0.take() {
            run_contained(done);
        }
    }
}
