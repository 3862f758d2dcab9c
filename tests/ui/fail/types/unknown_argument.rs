//! an argument of a type that is not in scope

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _page: Page) {}
}

fn main() {}
