//! a `ReplyTo` in a cast
//!
//! Here the `ReplyTo` is an argument like others, so that a server can hand a reply on to another one. Only in a call is it the
//! reply of the call itself.

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn next(&mut self, reply: ReplyTo<u64>) {
        reply.send(1);
    }
}

async fn ask(users: &UsersClient) -> u64 {
    users.next().await.unwrap()
}

fn main() {}
