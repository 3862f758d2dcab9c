//! a borrowed string as an argument of `init`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new(_name: &str) -> Self {
        Self
    }

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {
    let users = Users::start("a").unwrap();
    let _: usize = users.count().wait().unwrap();
}
