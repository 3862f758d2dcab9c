//! `true` left out

use callcast::prelude::*;

struct Users;

#[server(inline)]
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
