//! a call of a protocol by way of the server's own client

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

#[agent]
impl Store for Memory {
    fn look_up(&self, _key: u64) -> Option<String> {
        None
    }
}

fn main() {
    let memory = Memory::start().unwrap();
    memory.look_up(7).wait().unwrap();
}
