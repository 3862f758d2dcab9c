//! an agent that is started with `await`

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

async fn begin() -> UsersClient {
    Users::start().await.unwrap()
}

fn main() {}
