//! a `ReplyTo` for what has no size

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn name(&mut self, reply: ReplyTo<str>) {
        drop(reply);
    }
}

fn main() {}
