//! `#[down]` without its notice

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[down]
    fn lost(&mut self) {}
}

fn main() {}
