//! two inits

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[init]
    fn with(_name: String) -> Self {
        Self
    }
}

fn main() {
    let users = Users::start().unwrap();
    drop(users);
}
