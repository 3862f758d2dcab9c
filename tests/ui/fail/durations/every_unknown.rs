//! an unknown option of `#[every]`

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[every("30s, soon")]
    fn tick(&mut self) {}
}

fn main() {}
