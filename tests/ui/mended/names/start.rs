//! a message called `start`

use callcast::prelude::*;

struct Users;

#[agent(start = launch)]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn start(&mut self) {}
}
