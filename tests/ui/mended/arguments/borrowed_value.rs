//! a borrowed value as an argument

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _value: u64) {}
}
