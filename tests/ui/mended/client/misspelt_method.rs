//! a misspelt client method

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

fn main() {
    let users = Users::start().unwrap();
    users.count().wait().unwrap();
}
