//! `#[init]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[init]
    fn new() -> Self {
        Self
    }
}

fn main() {}
