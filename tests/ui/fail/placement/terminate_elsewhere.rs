//! `#[terminate]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[terminate]
    fn close(&mut self) {}
}

fn main() {}
