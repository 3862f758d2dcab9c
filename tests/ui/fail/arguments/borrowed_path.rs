//! a borrowed path as an argument

use callcast::prelude::*;
use std::path::Path;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _value: &Path) {}
}

fn main() {}
