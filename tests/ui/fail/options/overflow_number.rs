//! a number as the policy for overflow

use callcast::prelude::*;

struct Users;

#[server(overflow = 3)]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
