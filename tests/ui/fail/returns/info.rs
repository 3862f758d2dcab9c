//! `#[info]` that returns a value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[info]
    fn downloaded(&mut self, _page: String) -> u64 {
        1
    }
}

fn main() {}
