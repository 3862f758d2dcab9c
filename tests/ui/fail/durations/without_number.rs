//! a duration without a number

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = "soon")]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
