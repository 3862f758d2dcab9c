//! a `str` as a reply

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn name(&self) -> str {
        *"a"
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: String = users.name().wait().unwrap();
}
