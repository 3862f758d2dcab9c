//! a handler with a const parameter

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add<const N: usize>(&mut self, _bytes: [u8; N]) {}
}

fn main() {}
