//! the context inside of another type

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self, _ctx: Option<&mut Context<Self>>) -> usize {
        0
    }
}

fn main() {}
