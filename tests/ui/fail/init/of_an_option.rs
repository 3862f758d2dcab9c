//! an init that returns an `Option`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Option<Self> {
        None
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
