//! a misspelt option behind the period

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[every("30s", now)]
    fn tick(&mut self) {}
}
