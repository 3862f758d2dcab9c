//! two mistakes in one signature

use callcast::prelude::*;

struct Users(u64);

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self(0)
    }

    #[call]
    fn add(&mut self, (a, b): (u64, u64)) -> &u64 {
        self.0 = a + b;
        &self.0
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: u64 = users.add((1, 2)).wait().unwrap();
}
