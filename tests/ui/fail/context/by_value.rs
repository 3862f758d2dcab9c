//! the context by value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn refresh(&mut self, _ctx: Context<Self>) {}
}

fn main() {}
