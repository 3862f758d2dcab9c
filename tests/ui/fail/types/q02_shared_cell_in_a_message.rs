//! an argument that shares a `Cell`
//!
//! The second error is rustc's, of the same mistake.

use callcast::prelude::*;
use std::cell::Cell;
use std::sync::Arc;

struct Hits;

#[server]
impl Hits {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn count(&mut self, _into: Arc<Cell<u64>>) {}
}

fn main() {}
