//! `watch` on the client of a server

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

async fn look(users: &UsersClient) {
    let _ = users.watch().changed().await;
}

fn main() {}
