//! a `str` as an argument

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _value: str) {}
}

fn main() {
    let users = Users::start().unwrap();
    users.add(String::new()).wait().unwrap();
}
