//! `with` on the client of a server

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

async fn look(users: &UsersClient) -> usize {
    users.with(|_| 1).await.unwrap()
}
