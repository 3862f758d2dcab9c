//! an `async` init of an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    async fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: usize = users.count().wait().unwrap();
}
