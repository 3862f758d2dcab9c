//! a watch that nobody reads

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
    users.watch();
}

fn main() {}
