//! a duration without a unit

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = "2")]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
