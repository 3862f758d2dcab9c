//! two handlers for the end

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[terminate]
    fn close(&mut self) {}

    #[terminate]
    fn save(&mut self) {}
}

fn main() {}
