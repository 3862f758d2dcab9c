//! a timeout on a cast

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast(timeout = "2s")]
    fn clear(&mut self) {}
}

fn main() {}
