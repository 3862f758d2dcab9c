//! a period of zero

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[every("250ms")]
    fn tick(&mut self) {}
}
