//! `#[idle]` that returns a value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[idle("5m")]
    fn quiet(&mut self) -> u64 {
        1
    }
}

fn main() {}
