//! an init that returns nothing

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() {}

    #[call]
    fn count(&self) -> usize {
        0
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: usize = users.count().wait().unwrap();
}
