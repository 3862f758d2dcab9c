//! `#[terminate]` that returns a value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[terminate]
    fn close(&mut self) -> u64 {
        1
    }
}

fn main() {}
