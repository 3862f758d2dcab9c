//! an option of ticks on a call

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(now)]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
