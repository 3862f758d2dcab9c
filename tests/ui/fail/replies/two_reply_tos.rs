//! two `ReplyTo`s

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn next(&mut self, _a: ReplyTo<u64>, _b: ReplyTo<u64>) {}
}

fn main() {}
