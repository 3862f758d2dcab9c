//! a misspelt option of a call

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timout = "2s")]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
