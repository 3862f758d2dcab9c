//! a message called `deref`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn deref(&mut self) {}
}

fn main() {}
