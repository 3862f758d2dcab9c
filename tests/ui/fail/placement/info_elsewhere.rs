//! `#[info]` in a block that is not annotated

use callcast::prelude::*;

struct Users;

impl Users {
    #[info]
    fn downloaded(&mut self, _page: String) {}
}

fn main() {}
