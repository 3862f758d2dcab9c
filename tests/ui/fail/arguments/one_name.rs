//! two arguments of one name

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _name: String, _name: String) {}
}

fn main() {}
