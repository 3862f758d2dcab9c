//! `#[down]` in a block that is not annotated

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
