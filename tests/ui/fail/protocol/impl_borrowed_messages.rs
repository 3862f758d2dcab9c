//! a protocol whose messages borrow

use callcast::prelude::*;

#[protocol]
trait Cache<K: Send + 'static> {
    #[call]
    fn has(&self, key: K) -> bool;
}

struct Memory;

#[agent(protocols(Cache<&str>))]
impl Memory {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[agent]
impl Cache<&str> for Memory {
    fn has(&self, key: &str) -> bool {
        key.is_empty()
    }
}

fn main() {}
