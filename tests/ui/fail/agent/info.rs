//! `#[info]` in an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[info]
    fn downloaded(&mut self, _page: String) {}
}

fn main() {}
