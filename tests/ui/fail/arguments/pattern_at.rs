//! an argument with `@`

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&self, n @ _: u64) -> u64 {
        n
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: u64 = users.add(1).wait().unwrap();
}
