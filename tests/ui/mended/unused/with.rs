//! a look at the state that is not awaited

#![deny(unused_must_use)]

use callcast::prelude::*;

struct Users;

#[agent]
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
    users.with(|_| 1).await.unwrap();
}
