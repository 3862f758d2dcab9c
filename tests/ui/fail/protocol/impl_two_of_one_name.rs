//! methods of one name for two protocols, both `async`

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
    fn get(&self, id: u64) -> bool;
}

struct Disk;

#[server(protocols(Store, Audit))]
impl Disk {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[server]
impl Store for Disk {
    async fn get(&self, _key: u64) -> Option<String> {
        None
    }

    fn forget(&mut self, _key: u64) {}
}

#[server]
impl Audit for Disk {
    async fn get(&self, _id: u64) -> bool {
        true
    }
}

fn main() {}
