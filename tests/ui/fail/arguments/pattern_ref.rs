//! a `ref` argument

use callcast::prelude::*;

struct Users;

#[agent]
impl Users {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn add(&self, ref name: String) -> usize {
        name.len()
    }
}

fn main() {
    let users = Users::start().unwrap();
    let _: usize = users.add("a".to_owned()).wait().unwrap();
}
