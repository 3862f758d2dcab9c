//! a duration on a cast

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast("2s")]
    fn clear(&mut self) {}
}

fn main() {}
