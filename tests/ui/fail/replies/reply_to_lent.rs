//! a `ReplyTo` as a reference

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn next(&mut self, _reply: &ReplyTo<u64>) {}
}

fn main() {}
