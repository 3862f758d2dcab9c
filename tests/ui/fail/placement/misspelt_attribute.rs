//! a misspelt handler attribute

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cal]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
