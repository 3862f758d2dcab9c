//! `#[protocol]` on an impl block

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}

struct Memory;

impl Store for Memory {
    fn get(&self, _key: String) -> Option<u64> {
        None
    }
}
