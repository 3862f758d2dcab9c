//! a call whose reply is used without `await`

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

async fn count(users: &UsersClient) -> usize {
    users.count().await.unwrap()
}
