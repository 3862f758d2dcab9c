//! a slice without a size as an argument

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&mut self, _value: Vec<u8>) {}
}
