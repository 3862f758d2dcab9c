//! a string with a lifetime as an argument

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add<'a>(&mut self, _name: &'a str) {}
}

fn main() {
    let users = Users::start().unwrap();
    users.add("a").wait().unwrap();
}
