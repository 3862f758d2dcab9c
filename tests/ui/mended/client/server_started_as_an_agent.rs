//! a server that is started without `await`

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

async fn begin() -> UsersClient {
    Users::start().await.unwrap()
}
