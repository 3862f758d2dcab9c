//! a `ReplyTo` for a handler of a protocol, without the type of the reply

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
    fn get(&self, _key: u64, _reply: ReplyTo) {}

    fn forget(&mut self, _key: u64) {}
}

fn main() {}
