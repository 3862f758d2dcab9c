//! an option of calls on the block

use callcast::prelude::*;

struct Users;

#[server(always)]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
