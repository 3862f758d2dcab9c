//! options on the handlers of a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: u64) -> Option<String>;

    #[cast]
    fn forget(&mut self, key: u64);
}

struct Memory;

#[agent(protocols(Store))]
impl Memory {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[agent(timeout = "2s")]
impl Store for Memory {
    fn get(&self, _key: u64) -> Option<String> {
        None
    }

    fn forget(&mut self, _key: u64) {}
}

fn main() {}
