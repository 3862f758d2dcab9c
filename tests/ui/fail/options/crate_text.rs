//! a text as the path of the crate

use callcast::prelude::*;

struct Users;

#[server(crate = "callcast")]
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
