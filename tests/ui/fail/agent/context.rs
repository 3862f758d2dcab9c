//! a `Context` in an agent
//!
//! rustc says the same of the type, since the method itself stays in the block.

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn stop(&mut self, _ctx: &mut Context<Self>) {}
}

fn main() {}
