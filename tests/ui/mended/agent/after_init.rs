//! `#[after_init]` in an agent

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[after_init]
    fn warm_up(&mut self) {}
}
