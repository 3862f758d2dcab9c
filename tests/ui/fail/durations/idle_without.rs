//! `#[idle]` without a duration

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[idle]
    fn tick(&mut self) {}
}

fn main() {}
