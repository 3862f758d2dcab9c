//! an info sent by a client

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn downloaded(&mut self, _page: String) {}
}

async fn tell(users: &UsersClient) {
    users.downloaded("a".to_owned()).await.unwrap();
}
