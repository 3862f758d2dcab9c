use callcast::prelude::*;

#[protocol]
trait Cache<K: Send + 'static> {
    #[call]
    fn has(&self, key: K) -> bool;
}

struct Memory;

#[agent(protocols(Cache<String>))]
impl Memory {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[agent]
impl Cache<String> for Memory {
    fn has(&self, key: String) -> bool {
        key.is_empty()
    }
}
