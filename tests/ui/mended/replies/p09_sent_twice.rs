//! a reply that is sent twice

use callcast::prelude::*;

struct Users;

#[server]
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
