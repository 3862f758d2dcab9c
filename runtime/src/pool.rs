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

#[cfg(all(test, not(any(callcast_loom, callcast_shuttle))))]
mod tests {
    use super::*;
    use crate::life::Life;
    use crate::reply::{Answer, ReplyTo};

    fn answered() -> Arc<Slot<u32>> {
        let slot = take::<u32>(Until::default(), false);
        ReplyTo::new(Arc::clone(&slot), Life::new("test")).send(7);
        assert!(matches!(slot.take(), Some(Answer::Value(7))));
        slot
    }

    #[test]
    fn risk10_a_thread_keeps_no_more_than_its_share() {
        let slots: Vec<_> = (0..2 * KEPT).map(|_| answered()).collect();
        slots.into_iter().for_each(give_back);
        assert_eq!(SLOTS.with_borrow(Vec::len), KEPT);
    }

    #[test]
    fn risk10_a_slot_that_somebody_else_has_is_not_used_again() {
        let slot = answered();
        let other = Arc::clone(&slot);
        give_back(slot);
        let unanswered = take::<u32>(Until::default(), false);
        give_back(Arc::clone(&unanswered));
        give_back(unanswered);
        assert_eq!(SLOTS.with_borrow(Vec::len), 0);
        drop(other);
    }
}
