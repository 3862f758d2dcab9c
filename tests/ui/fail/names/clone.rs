//! a message called `clone`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn clone(&self) -> usize {
        0
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: UsersClient = users.clone();
}
