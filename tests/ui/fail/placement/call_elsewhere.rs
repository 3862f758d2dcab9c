//! `#[call]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[call]
    fn clear(&mut self) {}
}

fn main() {}
