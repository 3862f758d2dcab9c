//! a slice without a size as a reply

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn name(&self) -> [u8] {
        *b"a"
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: Vec<u8> = users.name().wait().unwrap();
}
