//! `#[exit]` with a reference

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[exit]
    fn linked_ended(&mut self, _exit: &Exit) {}
}

fn main() {}
