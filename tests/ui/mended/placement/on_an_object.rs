//! `#[agent]` on a trait object

use callcast::prelude::*;

trait Store {}

struct Memory(Box<dyn Store + Send>);

#[agent]
impl Memory {
    #[init]
    fn new(store: Box<dyn Store + Send>) -> Self {
        Self(store)
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}
