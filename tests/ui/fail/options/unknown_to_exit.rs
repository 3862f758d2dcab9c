//! an option of an exit handler

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[exit(trap)]
    fn ended(&mut self, _exit: Exit) {}
}

fn main() {}
