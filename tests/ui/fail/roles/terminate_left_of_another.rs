//! `#[terminate]` with the casts of another server

use callcast::prelude::*;

struct Other;

#[server]
impl Other {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn clear(&mut self) {}
}

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
    fn close(&mut self, _left: Vec<OtherCast>) {}
}

fn main() {}
