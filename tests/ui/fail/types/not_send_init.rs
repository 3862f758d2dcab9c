//! an argument of a server's `init` that cannot be sent
//!
//! A server's `init` runs on the server's own task.

use callcast::prelude::*;
use std::rc::Rc;

struct Users;

#[server]
impl Users {
    #[init]
    fn new(_name: Rc<str>) -> Self {
        Self
    }

    #[call]
    fn len(&self) -> usize {
        0
    }
}

fn main() {
    let _users = Users::start("Ada".into());
}
