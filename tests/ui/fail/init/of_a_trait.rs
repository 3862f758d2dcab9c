//! an init that returns `impl Trait`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> impl Into<Self> {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
