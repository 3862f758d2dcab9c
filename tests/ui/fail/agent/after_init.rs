//! `#[after_init]` in an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[after_init]
    fn warm_up(&mut self) {}
}

fn main() {}
