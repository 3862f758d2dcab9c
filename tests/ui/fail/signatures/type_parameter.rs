//! a generic handler

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add<T: Send>(&mut self, _value: T) {}
}

fn main() {}
