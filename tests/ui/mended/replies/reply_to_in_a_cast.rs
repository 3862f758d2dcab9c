//! a `ReplyTo` in a cast

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

async fn ask(users: &UsersClient) -> u64 {
    users.next().await.unwrap()
}
