//! a cast of an agent whose error is no error

use callcast::prelude::*;

struct NoUsers;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn clear(&mut self) -> Result<(), NoUsers> {
        Err(NoUsers)
    }
}

fn main() {}
