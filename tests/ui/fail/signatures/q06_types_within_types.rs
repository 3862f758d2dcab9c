//! types within types, without end
//!
//! Whoever reads a type reads those within it first, on a stack that ends somewhere.

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn first(&self) -> Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<Option<u8>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> {
        None
    }
}

fn main() {}
