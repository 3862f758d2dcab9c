//! handlers of a protocol without the attribute above them

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn look_up(&self, key: u64) -> Option<String>;
}

struct Memory;

#[agent(protocols(Store))]
impl Memory {
    #[init]
    fn new() -> Self {
        Self
    }
}

impl Store for Memory {
    fn look_up(&self, _key: u64) -> Option<String> {
        None
    }
}

fn main() {}
