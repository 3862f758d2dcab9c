//! What models use with loom, which tries each interleaving, and each value that a load may see.

pub(crate) use loom::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic};
pub(crate) use loom::thread::yield_now;

pub(super) use super::modelled as turn;

/// A model's threads take turns on one of std's, so the checker has to say which thread's own a value is.
macro_rules! thread_local {
    ($(#[$meta:meta])* static $name:ident: $type:ty = $value:expr;) => {
        loom::thread_local! { static $name: $type = $value; }
    };
}

/// Tells the checker of each access to a value: that they exclude each other, and that each sees what the last has done.
#[derive(Debug)]
pub(crate) struct Witness(std::sync::Mutex<loom::cell::UnsafeCell<()>>);

impl Witness {
    pub(crate) fn new() -> Self {
        Self(std::sync::Mutex::new(loom::cell::UnsafeCell::new(())))
    }

    pub(crate) fn touch(&self) {
        self.0.lock().unwrap().with_mut(|_| ());
    }
}

pub(crate) mod model {
    #[cfg(test)]
    pub(crate) use loom::future::block_on;
    pub(crate) use loom::thread;

    /// Tries all interleavings in which no more than so many times a thread has to make way; `LOOM_MAX_PREEMPTIONS` has
    /// another number of them tried.
    pub(crate) fn check(preemptions: usize, f: impl Fn() + Sync + Send + 'static) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound.get_or_insert(preemptions);
        builder.check(f);
    }
}
