//! a misspelt handler where one is `async`

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

#[server]
impl Store for Disk {
    async fn get(&self, _key: u64) -> Option<String> {
        None
    }

    fn forget(&mut self, _key: u64) {}
}
