//! a cast that is not awaited

#![deny(unused_must_use)]

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn clear(&mut self) {}
}

async fn run(users: UsersClient) {
    users.clear();
}

fn main() {}
