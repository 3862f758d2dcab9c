//! the context of another server

use callcast::prelude::*;

struct Other;

#[server]
impl Other {
    #[init]
    fn new() -> Self {
        Self
    }
}

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
