//! a cast of an agent whose error is no error

use callcast::prelude::*;

#[derive(Debug)]
struct NoUsers;

impl std::fmt::Display for NoUsers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no users")
    }
}

impl std::error::Error for NoUsers {}

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
