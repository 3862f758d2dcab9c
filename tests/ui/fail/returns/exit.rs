//! `#[exit]` that returns a value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[exit]
    fn linked_ended(&mut self, _exit: Exit) -> u64 {
        1
    }
}

fn main() {}
