//! `#[terminate]` in an agent

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[terminate]
    fn close(&mut self) {}
}
