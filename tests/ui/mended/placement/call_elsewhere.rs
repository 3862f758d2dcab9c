//! `#[call]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn clear(&mut self) {}
}
