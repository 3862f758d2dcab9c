//! `#[terminate]` in an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[terminate]
    fn close(&mut self) {}
}

fn main() {}
