//! a `ReplyTo` in an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn next(&mut self, reply: ReplyTo<u64>) {
        reply.send(1);
    }
}

fn main() {}
