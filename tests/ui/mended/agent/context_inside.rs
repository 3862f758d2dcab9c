//! a `Context` inside of another type, in an agent

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self, _ctx: &mut Context<Self>) -> usize {
        0
    }
}
