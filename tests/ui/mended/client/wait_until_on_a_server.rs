//! `wait_until` on the client of a server

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

async fn look(users: &UsersClient) {
    users.wait_until(|_| true).await.unwrap();
}
