//! Locks, atomics and cells behind one path: std's in a build, loom's in a model.
//!
//! Everything of ours that threads share goes through here, so that `--cfg callcast_loom` can try its interleavings.

// Never contended, so there is nothing in it for a model.
use std::sync::Mutex as OwnedMutex;

#[cfg(callcast_loom)]
use loom::sync::Mutex;
#[cfg(callcast_loom)]
pub(crate) use loom::sync::MutexGuard;
#[cfg(callcast_loom)]
pub(crate) use loom::sync::atomic;
#[cfg(not(callcast_loom))]
pub(crate) use std::sync::MutexGuard;
#[cfg(not(callcast_loom))]
pub(crate) use std::sync::atomic;
#[cfg(not(callcast_loom))]
use std::sync::{Mutex, TryLockError};

/// A value that only its owner's `&mut` reaches, which makes a value that is `Send` also `Sync`: nothing is ever locked.
#[derive(Debug, Default)]
pub(crate) struct Exclusive<T>(OwnedMutex<T>);

impl<T> Exclusive<T> {
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A mutex that knows no poison: no code of a user's runs under one without being caught first.
#[derive(Debug, Default)]
pub(crate) struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    #[cfg(not(callcast_loom))]
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    #[cfg(callcast_loom)]
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    #[cfg(not(callcast_loom))]
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    #[cfg(callcast_loom)]
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock().ok()
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
