//! a type of one's own that is called `Result`

use callcast::prelude::*;

pub struct Result;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(plain)]
    fn compare(&self) -> Result {
        Result
    }
}

async fn compare(users: &UsersClient) -> Result {
    users.compare().await.unwrap()
}
