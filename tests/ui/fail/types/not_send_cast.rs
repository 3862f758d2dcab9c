//! an argument of a cast that cannot be sent
//!
//! The second error is rustc's, of the same mistake.

use callcast::prelude::*;
use std::rc::Rc;

struct Users;

#[server]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[cast]
    fn add(&mut self, _name: Rc<str>) {}
}

fn main() {}
