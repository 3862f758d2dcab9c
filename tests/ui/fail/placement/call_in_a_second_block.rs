//! a handler in a second block, which is not annotated

use callcast::prelude::*;

struct Users;

#[agent]
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

impl Users {
    #[call]
    fn clear(&mut self) {}
}

fn main() {}
