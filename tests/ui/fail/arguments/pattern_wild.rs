//! an argument without a name

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&self, _: u64) {}
}

fn main() {
    let users = Users::start().unwrap();
    users.add(1).wait().unwrap();
}
