//! an argument that cannot be sent
//!
//! The second error is rustc's, of the same mistake: it says which enum the argument is a field of.

use callcast::prelude::*;
use std::rc::Rc;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&mut self, _name: Rc<str>) {}
}

fn main() {
    let users = Users::start().unwrap();
    users.add("Ada".into()).wait().unwrap();
}
