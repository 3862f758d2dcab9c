//! the context as a shared reference

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn refresh(&mut self, _ctx: &mut Context<Self>) {}
}
