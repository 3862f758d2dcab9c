//! a timeout without a value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout)]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
