//! an option with its value in parentheses

use callcast::prelude::*;

struct Users;

#[server(slow("1s"))]
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
