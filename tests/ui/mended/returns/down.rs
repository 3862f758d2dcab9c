//! `#[down]` that returns a value

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[down]
    fn lost(&mut self, _down: Down) {}
}
