//! `#[exit]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[exit]
    fn linked_ended(&mut self, _exit: Exit) {}
}

fn main() {}
