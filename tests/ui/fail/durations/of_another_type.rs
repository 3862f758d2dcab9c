//! an expression that is no duration

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = 1 + 1)]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
