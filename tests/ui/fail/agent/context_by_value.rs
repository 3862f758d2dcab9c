//! a `Context` by value in an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn look(&mut self, _ctx: Context<Self>) {}
}

fn main() {}
