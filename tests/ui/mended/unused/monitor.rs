//! a monitor that is not awaited

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
    fn count(&self) -> usize {
        0
    }
}

async fn run(users: UsersClient) {
    users.monitor().await;
}
