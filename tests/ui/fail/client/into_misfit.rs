//! an argument that cannot be converted

use callcast::prelude::*;

pub struct Name(pub String);

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(name)
    }
}

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, #[into] _name: Name) {}
}

fn main() {
    let users = Users::start().unwrap();
    users.add(1).wait().unwrap();
}
