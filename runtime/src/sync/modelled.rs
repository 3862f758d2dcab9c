//! What a [`Turn`](super::Turn) is made of in a model: atomics that the checker knows. That two never have the value, and
//! each sees what the last has done, is checked beside it.

use std::sync::TryLockError;

use super::chosen::Witness;
use super::chosen::atomic::{AtomicBool, Ordering};

#[derive(Debug)]
pub(crate) struct Cell<T> {
    taken: AtomicBool,
    witness: Witness,
    value: std::sync::Mutex<T>,
}

#[derive(Debug)]
pub(crate) struct Taken<'a, T> {
    cell: &'a Cell<T>,
    value: Option<std::sync::MutexGuard<'a, T>>,
}

impl<T> Cell<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { taken: AtomicBool::new(false), witness: Witness::new(), value: std::sync::Mutex::new(value) }
    }

    pub(crate) fn try_take(&self) -> Option<Taken<'_, T>> {
        self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).ok()?;
        self.witness.touch();
        let value = match self.value.try_lock() {
            Ok(value) => value,
            // Others of the model's threads unwind on this one of std's, which says nothing of the value.
            Err(TryLockError::Poisoned(value)) => value.into_inner(),
            Err(TryLockError::WouldBlock) => panic!("two have taken one value"),
        };
        Some(Taken { cell: self, value: Some(value) })
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().unwrap()
    }
}

impl<T> Taken<'_, T> {
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.as_mut().unwrap()
    }
}

impl<T> Drop for Taken<'_, T> {
    fn drop(&mut self) {
        drop(self.value.take());
        self.cell.witness.touch();
        self.cell.taken.store(false, Ordering::Release);
    }
}
