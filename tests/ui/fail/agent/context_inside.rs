//! a `Context` inside of another type, in an agent

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self, _ctx: Option<&mut Context<Self>>) -> usize {
        0
    }
}

fn main() {}
