//! a reply of a type that is not in scope

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn first(&self) -> Option<Page> {
        None
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _ = users.first().wait().unwrap();
}
