// A reply is sent once: `ReplyTo::send` takes it (p09).

struct Counter;

use callcast::prelude::*;

#[server]
impl Counter {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn get(&self, reply: ReplyTo<i64>) {
        reply.send(1);
        reply.send(2);
    }
}

fn main() {}
