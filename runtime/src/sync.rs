//! Locks, atomics and cells behind one path: std's in a build, loom's in a model.
//!
//! Everything of ours that threads share goes through here, so that `--cfg callcast_loom` can try its interleavings.

// Never contended, so there is nothing in it for a model.
use std::sync::Mutex as OwnedMutex;

#[cfg(callcast_loom)]
pub(crate) use loom::sync::atomic;
#[cfg(callcast_loom)]
use loom::sync::{Mutex, RwLock};
#[cfg(callcast_loom)]
pub(crate) use loom::sync::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};
#[cfg(not(callcast_loom))]
pub(crate) use std::sync::atomic;
#[cfg(not(callcast_loom))]
use std::sync::{Mutex, RwLock};
#[cfg(not(callcast_loom))]
pub(crate) use std::sync::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};

/// A model's threads take turns on one of std's, so loom has to say which thread's own a value is.
#[cfg(callcast_loom)]
macro_rules! thread_local {
    ($(#[$meta:meta])* static $name:ident: $type:ty = $value:expr;) => {
        loom::thread_local! { static $name: $type = $value; }
    };
}

/// A value that only its owner's `&mut` reaches, which makes a value that is `Send` also `Sync`: nothing is ever locked.
#[derive(Debug, Default)]
pub(crate) struct Exclusive<T>(OwnedMutex<T>);

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(OwnedMutex::new(value))
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A value that one has at a time: whoever finds it taken goes away, since nobody waits here.
///
/// Unlike a mutex's, its unlock is a plain store. So whoever lets go must look round by a read-modify-write for those
/// who came meanwhile.
#[derive(Debug)]
pub(crate) struct Turn<T>(turn::Cell<T>);

pub(crate) use turn::Taken;

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

/// Lets other threads run.
#[cfg(not(callcast_loom))]
pub(crate) fn yield_now() {
    std::thread::yield_now();
}

#[cfg(callcast_loom)]
pub(crate) fn yield_now() {
    loom::thread::yield_now();
}

#[cfg(not(callcast_loom))]
mod turn {
    use atomic_refcell::{AtomicRefCell, AtomicRefMut};

    use super::Exclusive;

    // The mutex within is never locked: it makes of a value that is `Send` one that is `Sync`.
    #[derive(Debug)]
    pub(super) struct Cell<T>(AtomicRefCell<Exclusive<T>>);

    #[derive(Debug)]
    pub(crate) struct Taken<'a, T>(AtomicRefMut<'a, Exclusive<T>>);

    impl<T> Cell<T> {
        pub(super) fn new(value: T) -> Self {
            Self(AtomicRefCell::new(Exclusive::new(value)))
        }

        #[inline]
        pub(super) fn try_take(&self) -> Option<Taken<'_, T>> {
            self.0.try_borrow_mut().ok().map(Taken)
        }

        pub(super) fn get_mut(&mut self) -> &mut T {
            self.0.get_mut().get_mut()
        }
    }

    impl<T> Taken<'_, T> {
        #[inline]
        pub(crate) fn get_mut(&mut self) -> &mut T {
            self.0.get_mut()
        }
    }
}

/// The same in atomics that the model knows; that two never have the value, and each sees what the last has done, is
/// checked beside it.
#[cfg(callcast_loom)]
mod turn {
    use std::sync::TryLockError;

    use loom::cell::UnsafeCell;
    use loom::sync::atomic::{AtomicBool, Ordering};

    #[derive(Debug)]
    pub(super) struct Cell<T> {
        taken: AtomicBool,
        witness: std::sync::Mutex<UnsafeCell<()>>,
        value: std::sync::Mutex<T>,
    }

    #[derive(Debug)]
    pub(crate) struct Taken<'a, T> {
        cell: &'a Cell<T>,
        value: Option<std::sync::MutexGuard<'a, T>>,
    }

    impl<T> Cell<T> {
        pub(super) fn new(value: T) -> Self {
            Self {
                taken: AtomicBool::new(false),
                witness: std::sync::Mutex::new(UnsafeCell::new(())),
                value: std::sync::Mutex::new(value),
            }
        }

        pub(super) fn try_take(&self) -> Option<Taken<'_, T>> {
            self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).ok()?;
            self.witness.lock().unwrap().with_mut(|_| ());
            let value = match self.value.try_lock() {
                Ok(value) => value,
                // Others of the model's threads unwind on this one of std's, which says nothing of the value.
                Err(TryLockError::Poisoned(value)) => value.into_inner(),
                Err(TryLockError::WouldBlock) => panic!("two have taken one value"),
            };
            Some(Taken { cell: self, value: Some(value) })
        }

        pub(super) fn get_mut(&mut self) -> &mut T {
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
            self.cell.witness.lock().unwrap().with_mut(|_| ());
            self.cell.taken.store(false, Ordering::Release);
        }
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

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// As [`Lock`], for what many read and few change.
#[derive(Debug, Default)]
pub(crate) struct SharedLock<T>(RwLock<T>);

impl<T> SharedLock<T> {
    #[inline]
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    #[inline]
    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
