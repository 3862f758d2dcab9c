//! `#[idle]` with `now` behind the duration

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[idle("5m")]
    fn tick(&mut self) {}
}
