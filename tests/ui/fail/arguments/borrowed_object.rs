//! a borrowed object as an argument

use callcast::prelude::*;
use std::fmt::Display;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _value: &dyn Display) {}
}

fn main() {}
