//! a misspelt option behind the period

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[every("30s", nwo)]
    fn tick(&mut self) {}
}

fn main() {}
