//! an unknown option of an agent

use callcast::prelude::*;

struct Users;

#[agent(colour = "red")]
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
