//! a client of a protocol that the server does not speak

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: u64) -> Option<String>;

    #[cast]
    fn forget(&mut self, key: u64);
}

#[protocol]
trait Audit {
    #[call]
    fn count(&self) -> usize;
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
    fn get(&self, _key: u64) -> Option<String> {
        None
    }

    fn forget(&mut self, _key: u64) {}
}

fn count(memory: &MemoryClient) -> AuditClient {
    memory.clone().into()
}

fn main() {}
