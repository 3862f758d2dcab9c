//! `#[cast]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[cast]
    fn clear(&mut self) {}
}

fn main() {}
