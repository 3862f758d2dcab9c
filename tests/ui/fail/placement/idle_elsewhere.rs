//! `#[idle]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[idle("5m")]
    fn quiet(&mut self) {}
}

fn main() {}
