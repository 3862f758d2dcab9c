//! `#[into]` on the context

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn refresh(&mut self, #[into] _ctx: &mut Context<Self>) {}
}

fn main() {}
