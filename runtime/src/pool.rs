//! Reply slots that are used again: a call that goes through the queue allocates nothing.

use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

use crate::reply::Slot;
use crate::time::Until;

/// How many slots a thread keeps, whatever their types: as many as it is likely to have in flight.
const KEPT: usize = 64;

/// How many of them are looked at for one of the right type.
const LOOKED_AT: usize = 8;

type Kept = Arc<dyn Any + Send + Sync>;

thread_local! {
    /// Each holds no value and no waker, and nobody else has it.
    static SLOTS: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

/// A slot, used before where there is one.
pub(crate) fn take<R: Send + 'static>(until: Until, always: bool) -> Arc<Slot<R>> {
    let Some(mut slot) = find() else { return Slot::new(until, always) };
    match Arc::get_mut(&mut slot) {
        Some(unique) => {
            unique.renew(until, always);
            slot
        }
        None => Slot::new(until, always),
    }
}

fn find<R: Send + 'static>() -> Option<Arc<Slot<R>>> {
    SLOTS
        .try_with(|slots| {
            let mut slots = slots.try_borrow_mut().ok()?;
            let index = slots.iter().rev().take(LOOKED_AT).position(|slot| (**slot).is::<Slot<R>>())?;
            let index = slots.len() - 1 - index;
            slots.swap_remove(index).downcast().ok()
        })
        .ok()
        .flatten()
}

/// Keeps a slot whose reply has been taken, unless somebody else still has it: what comes late comes to nobody.
pub(crate) fn give_back<R: Send + 'static>(mut slot: Arc<Slot<R>>) {
    if !Arc::get_mut(&mut slot).is_some_and(Slot::is_spent) {
        return;
    }
    // A thread whose locals are gone keeps nothing.
    let _ = SLOTS.try_with(|slots| {
        if let Ok(mut slots) = slots.try_borrow_mut()
            && slots.len() < KEPT
        {
            slots.push(slot);
        }
    });
}
