//! `#[every]` without a period

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
