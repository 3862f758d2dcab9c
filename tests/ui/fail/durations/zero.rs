//! a timeout of zero

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = "0s")]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
