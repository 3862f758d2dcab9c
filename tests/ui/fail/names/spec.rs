//! a helper called `spec`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    fn spec(&self) -> usize {
        0
    }
}

fn main() {}
