//! a derive that an argument does not have

use callcast::prelude::*;

pub struct User;

struct Users;

#[agent(derive(Debug))]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _user: User) {}
}

fn main() {}
