//! `#[down]` in an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[down]
    fn lost(&mut self, _down: Down) {}
}

fn main() {}
