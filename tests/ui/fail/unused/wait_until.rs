//! a condition that nobody waits for

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
    users.wait_until(|_| true);
}

fn main() {}
