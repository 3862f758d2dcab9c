//! two handler attributes on one method
//!
//! A call and a cast that do the same may both call a private method.

use callcast::prelude::*;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    #[cast]
    fn clear(&mut self) {}
}

fn main() {}
