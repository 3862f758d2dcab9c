//! an argument that shares a `Cell`

use callcast::prelude::*;
use std::sync::atomic::AtomicU64;
use std::sync::Arc;

struct Hits;

#[server]
impl Hits {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn count(&mut self, _into: Arc<AtomicU64>) {}
}
