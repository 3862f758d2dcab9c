//! a generic handler of a protocol

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<String>;

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

#[server]
impl Store for Disk {
    async fn get<K: Into<String>>(&self, _key: K) -> Option<String> {
        None
    }

    fn forget(&mut self, _key: u64) {}
}

fn main() {}
