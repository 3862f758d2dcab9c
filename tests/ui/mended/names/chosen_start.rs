//! a message called as the chosen `start`

use callcast::prelude::*;

struct Users;

#[agent(start = begin)]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn launch(&mut self) {}
}
