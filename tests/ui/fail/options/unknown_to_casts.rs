//! an unknown option of a cast

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast(colour)]
    fn clear(&mut self) {}
}

fn main() {}
