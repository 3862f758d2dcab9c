//! an option of calls on an info

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[info(always)]
    fn clear(&mut self) {}
}

fn main() {}
