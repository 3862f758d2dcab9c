//! `#[down]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[down]
    fn lost(&mut self, _down: Down) {}
}

fn main() {}
