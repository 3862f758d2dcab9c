//! a mistake in the init, and one in a call

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new(_name: &'static str) -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }

    #[call]
    fn find(&self, _name: String) -> bool {
        false
    }
}

async fn run() {
    let users = Users::start("a").await.unwrap();
    let _: usize = users.count().await.unwrap();
    let _: bool = users.find("a".to_owned()).await.unwrap();
}
