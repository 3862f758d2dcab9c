//! a reply that nobody sends

#![deny(unused_must_use)]

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&mut self, reply: ReplyTo<usize>) {
        keep(reply);
    }
}

fn keep(reply: ReplyTo<usize>) -> ReplyTo<usize> {
    reply
}

fn main() {}
