//! a statement that is half typed

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
        let count =
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: usize = users.count().wait().unwrap();
}
