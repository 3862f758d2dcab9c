//! `#[every]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[every("30s")]
    fn tick(&mut self) {}
}

fn main() {}
