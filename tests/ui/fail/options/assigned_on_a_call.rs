//! a handler attribute with an equals sign

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call = "2s"]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
