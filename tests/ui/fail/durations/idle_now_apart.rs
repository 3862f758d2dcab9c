//! `#[idle]` with `now` behind the duration

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[idle("5m", now)]
    fn tick(&mut self) {}
}

fn main() {}
