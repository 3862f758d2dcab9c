//! a variadic handler

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self, _names: ...) -> usize {
        0
    }
}

fn main() {}
