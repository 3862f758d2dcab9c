//! an argument of `#[after_init]`

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[after_init]
    fn warm_up(&mut self, _n: u64) {}
}

fn main() {}
