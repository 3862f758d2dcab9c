//! a state that shares a `Cell`
//!
//! An `Arc` of something that two threads may not use at once helps nobody.

use callcast::prelude::*;
use std::cell::Cell;
use std::sync::Arc;

struct Hits(Arc<Cell<u64>>);

#[agent]
impl Hits {
    #[init]
    fn new() -> Self {
        Self(Arc::default())
    }

    #[call]
    fn count(&self) -> u64 {
        self.0.get()
    }
}

fn main() {
    let hits = Hits::start().unwrap();
    assert_eq!(hits.count().wait().unwrap(), 0);
}
