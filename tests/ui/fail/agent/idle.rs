//! `#[idle]` in an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[idle("5m")]
    fn quiet(&mut self) {}
}

fn main() {}
