//! `#[call]` on a constant of the block

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    const LIMIT: usize = 3;
}

fn main() {}
