//! a `Context` in an agent

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn stop(&mut self, _ctx: &mut Context<Self>) {}
}
