//! `#[terminate]` with the left casts twice

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn clear(&mut self) {}

    #[terminate]
    fn close(&mut self, _left: Vec<UsersCast>, _again: Vec<UsersCast>) {}
}

fn main() {}
