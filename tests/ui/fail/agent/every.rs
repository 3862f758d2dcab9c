//! `#[every]` in an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[every("30s")]
    fn tick(&mut self) {}
}

fn main() {}
