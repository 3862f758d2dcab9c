//! a stream of replies that nobody reads
//!
//! The stream ends when it is dropped.

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
    fn all(&mut self, _replies: ReplyStream<u64>) {}
}

async fn run(users: UsersClient) {
    users.all().await.unwrap();
}

fn main() {}
