//! an iterator that borrows as an argument

use callcast::prelude::*;
use std::slice::Iter;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _value: Iter<'_, u64>) {}
}

fn main() {}
