//! an argument of the wrong type

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _n: u64) {}
}

fn main() {
    let users = Users::start().unwrap();
    users.add(1).wait().unwrap();
}
