//! a handler with a lifetime

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count<'a>(&'a self) -> usize {
        0
    }
}

fn main() {}
