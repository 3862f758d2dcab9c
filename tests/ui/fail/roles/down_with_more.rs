//! `#[down]` with one more argument

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[down]
    fn lost(&mut self, _down: Down, _n: u64) {}
}

fn main() {}
