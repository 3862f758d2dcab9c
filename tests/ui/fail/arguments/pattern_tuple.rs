//! a tuple that is taken apart in the arguments

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&self, (a, b): (u64, u64)) -> u64 {
        a + b
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: u64 = users.add((1, 2)).wait().unwrap();
}
