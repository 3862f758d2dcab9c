//! a period of zero

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[every("0ms")]
    fn tick(&mut self) {}
}

fn main() {}
