//! the option `stop_when_unused` for an agent

use callcast::prelude::*;

struct Users;

#[agent(stop_when_unused)]
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
