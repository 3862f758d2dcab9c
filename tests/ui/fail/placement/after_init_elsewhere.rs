//! `#[after_init]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[after_init]
    fn warm_up(&mut self) {}
}

fn main() {}
