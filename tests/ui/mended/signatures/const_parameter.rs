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
    fn add(&mut self, _bytes: [u8; 4]) {}
}
