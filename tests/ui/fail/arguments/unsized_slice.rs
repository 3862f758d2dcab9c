//! a slice without a size as an argument

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&mut self, _value: [u8]) {}
}

fn main() {
    let users = Users::start().unwrap();
    users.add(vec![1]).wait().unwrap();
}
