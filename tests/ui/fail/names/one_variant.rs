//! two handlers that become one variant

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn get_a(&self) -> u64 {
        1
    }

    #[call]
    #[allow(non_snake_case)]
    fn getA(&self) -> u64 {
        2
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: u64 = users.get_a().wait().unwrap();
    let _: u64 = users.getA().wait().unwrap();
}
