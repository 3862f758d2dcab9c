//! handlers of a protocol that the server does not name

use callcast::prelude::*;

#[protocol]
trait Store {
    #[call]
    fn look_up(&self, key: u64) -> Option<String>;
}

struct Disk;

#[server]
impl Disk {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[server]
impl Store for Disk {
    async fn look_up(&self, _key: u64) -> Option<String> {
        None
    }
}

fn main() {}
