//! a constant among the handlers of a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: u64) -> Option<String>;

    #[cast]
    fn forget(&mut self, key: u64);
}

struct Disk;

#[server(protocols(Store))]
impl Disk {
    #[init]
    fn new() -> Self {
        Self
    }
}

impl Disk {
    const LIMIT: u64 = 8;
}

#[server]
impl Store for Disk {
    async fn get(&self, key: u64) -> Option<String> {
        (key < Self::LIMIT).then(String::new)
    }

    fn forget(&mut self, _key: u64) {}
}
