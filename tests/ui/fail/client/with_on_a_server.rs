//! `with` on the client of a server
//!
//! A server changes its state while others wait, so that nobody can look at it in place: ask it with a call, or make it an agent.

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

async fn look(users: &UsersClient) -> usize {
    users.with(|_| 1).await.unwrap()
}

fn main() {}
