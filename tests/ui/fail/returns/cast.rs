//! `#[cast]` that returns a value

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn clear(&mut self) -> u64 {
        1
    }
}

fn main() {}
