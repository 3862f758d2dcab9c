//! What a build uses.

pub(crate) use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic};

/// Lets other threads run.
pub(crate) use std::thread::yield_now;

/// What a [`Turn`](super::Turn) is made of.
pub(crate) mod turn {
    use atomic_refcell::{AtomicRefCell, AtomicRefMut};

    use crate::sync::Exclusive;

    // The mutex within is never locked: it makes of a value that is `Send` one that is `Sync`.
    #[derive(Debug)]
    pub(crate) struct Cell<T>(AtomicRefCell<Exclusive<T>>);

    #[derive(Debug)]
    pub(crate) struct Taken<'a, T>(AtomicRefMut<'a, Exclusive<T>>);

    impl<T> Cell<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(AtomicRefCell::new(Exclusive::new(value)))
        }

        #[inline]
        pub(crate) fn try_take(&self) -> Option<Taken<'_, T>> {
            self.0.try_borrow_mut().ok().map(Taken)
        }

        pub(crate) fn get_mut(&mut self) -> &mut T {
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
