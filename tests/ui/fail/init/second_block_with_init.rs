//! a second annotated block with an init of its own
//!
//! A macro sees one block only, so rustc tells of each item that would be there twice. All handlers of a type stand in one
//! block; methods that are no handlers may stand in any other.

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

#[agent]
impl Users {
    #[init]
    fn empty() -> Self {
        Self
    }

    #[cast]
    fn clear(&mut self) {}
}

fn main() {
    let users = Users::start().unwrap();
    let _: usize = users.count().wait().unwrap();
}
