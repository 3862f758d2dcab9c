//! How much memory is in use.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

pub(crate) fn live() -> isize {
    let stats = ALLOCATOR.stats();
    let signed = |bytes: usize| isize::try_from(bytes).expect("there is not so much memory");
    // What grows or shrinks is in these two as well.
    signed(stats.bytes_allocated) - signed(stats.bytes_deallocated)
}
