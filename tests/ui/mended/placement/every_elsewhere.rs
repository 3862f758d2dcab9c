//! `#[every]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[every("30s")]
    fn tick(&mut self) {}
}
