//! an unknown option of a call

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(colour = 3)]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
