//! a state that shares a `Cell`

use callcast::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

struct Hits(Arc<AtomicU64>);

#[agent]
impl Hits {
    #[init]
    fn new() -> Self {
        Self(Arc::default())
    }

    #[call]
    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn main() {
    let hits = Hits::start().unwrap();
    assert_eq!(hits.count().wait().unwrap(), 0);
}
