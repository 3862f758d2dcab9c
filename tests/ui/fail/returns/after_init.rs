//! `#[after_init]` that returns a value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[after_init]
    fn warm_up(&mut self) -> u64 {
        1
    }
}

fn main() {}
