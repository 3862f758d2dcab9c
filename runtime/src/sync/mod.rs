//! Locks, atomics and cells behind one path: std's in a build, those of a checker in a model.
//!
//! Everything of ours that threads share goes through here. So `--cfg callcast_loom` can try each interleaving of it, and
//! `--cfg callcast_shuttle` many at random.

#[cfg(callcast_loom)]
#[macro_use]
mod by_loom;
#[cfg(callcast_shuttle)]
#[macro_use]
mod by_shuttle;
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
mod by_std;
#[cfg(any(callcast_loom, callcast_shuttle))]
mod modelled;

// Never contended, so there is nothing in it for a model.
use std::sync::Mutex as OwnedMutex;
use std::sync::PoisonError;

#[cfg(callcast_loom)]
use self::by_loom as chosen;
#[cfg(callcast_shuttle)]
use self::by_shuttle as chosen;
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
use self::by_std as chosen;
/// What only models use: threads, and the checker that runs them.
#[cfg(any(callcast_loom, callcast_shuttle))]
pub(crate) use self::chosen::model;
use self::chosen::{Mutex, RwLock, turn};
pub(crate) use self::chosen::{MutexGuard, RwLockReadGuard, RwLockWriteGuard, atomic, yield_now};
pub(crate) use self::turn::Taken;

/// A value that only its owner's `&mut` reaches, which makes a value that is `Send` also `Sync`: nothing is ever locked.
#[derive(Debug, Default)]
pub(crate) struct Exclusive<T>(OwnedMutex<T>);

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(OwnedMutex::new(value))
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A value that one has at a time: whoever finds it taken goes away, since nobody waits here.
///
/// Unlike a mutex's, its unlock is a plain store. So whoever lets go must look round by a read-modify-write for those
/// who came meanwhile.
#[derive(Debug)]
pub(crate) struct Turn<T>(turn::Cell<T>);

impl<T: Default> Default for Turn<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Turn<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(turn::Cell::new(value))
    }

    /// The value, if nobody has it.
    #[inline]
    pub(crate) fn try_take(&self) -> Option<Taken<'_, T>> {
        self.0.try_take()
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As [`Lock`], for what many read and few change.
#[derive(Debug, Default)]
pub(crate) struct SharedLock<T>(RwLock<T>);

impl<T> SharedLock<T> {
    #[inline]
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
