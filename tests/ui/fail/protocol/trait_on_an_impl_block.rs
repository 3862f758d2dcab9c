//! `#[protocol]` on an impl block

use callcast::prelude::*;

#[allow(dead_code)]
trait Store {
    fn get(&self, key: String) -> Option<u64>;
}

struct Memory;

#[protocol]
impl Store for Memory {
    fn get(&self, _key: String) -> Option<u64> {
        None
    }
}

fn main() {}
