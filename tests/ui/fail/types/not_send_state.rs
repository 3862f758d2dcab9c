//! a state that cannot be sent
//!
//! Whoever calls an agent runs it, on a thread of its own.

use callcast::prelude::*;
use std::rc::Rc;

struct Users(Rc<str>);

#[agent]
impl Users {
    #[init]
    fn new(name: &'static str) -> Self {
        Self(name.into())
    }

    #[call]
    fn len(&self) -> usize {
        self.0.len()
    }
}

fn main() {
    let users = Users::start("Ada").unwrap();
    assert_eq!(users.len().wait().unwrap(), 3);
}
