//! A table in parts, each with a lock of its own, so that few wait for each other.

use std::thread;

/// The parts: a power of two, so that a hash chooses one by its bits.
pub(super) struct Shards<T>(Box<[Padded<T>]>);

/// In a cache line of its own: who locks one part does not slow down those at its neighbours.
#[repr(align(64))]
struct Padded<T>(T);

/// A hash's bits from here on choose the part: a table uses the lowest and the highest for what is in one.
const FIRST_BIT: u32 = 40;

impl<T: Default> Shards<T> {
    pub(super) fn new(count: usize) -> Self {
        Self((0..count.next_power_of_two()).map(|_| Padded(T::default())).collect())
    }
}

impl<T> Shards<T> {
    #[inline]
    pub(super) fn of(&self, hash: u64) -> &T {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "where `usize` is small, few bits are used all the same"
        )]
        let chosen = (hash >> FIRST_BIT) as usize & (self.0.len() - 1);
        &self.0[chosen].0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|padded| &padded.0)
    }
}

/// How many parts there are where nobody says.
pub(super) fn default_count() -> usize {
    4 * thread::available_parallelism().map_or(1, usize::from)
}
