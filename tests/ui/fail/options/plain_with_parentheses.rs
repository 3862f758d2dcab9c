//! `plain` with parentheses

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(plain())]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
